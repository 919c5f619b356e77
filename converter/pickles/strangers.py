"""What a file that is no model file of ours is, and what its owner can do: one sentence each."""

import re

_ARTIFACT = "Give the model file that it was made from; `mlconvert predict` and `verify` read {}."
_BEGINNINGS: tuple[tuple[bytes, str, str], ...] = (
    (
        b"version https://git-lfs",
        "a Git LFS pointer, not the file itself",
        "Run `git lfs pull` first.",
    ),
    (b"\x89HDF", "an HDF5 file, perhaps a Keras model", ""),
    (b"\x93NUMPY", "a NumPy array", ""),
    (b"CBM1", "a CatBoost model", "Dump the fitted CatBoost estimator with joblib."),
    (b"tree\nversion=", "a LightGBM model text", "Dump the fitted LightGBM estimator with joblib."),
    (b"PAR1", "a Parquet file, so rather the data than the model", ""),
    (b"SQLite format", "a SQLite database", ""),
    (b"%PDF", "a PDF document", ""),
    (b"#!", "a script", ""),
    (
        b"\x08",
        "an ONNX model or another protobuf file",
        _ARTIFACT.format("ONNX"),
    ),
)
_IN_ZIP: tuple[tuple[bytes, str, str], ...] = (
    (b"schema.json", "a skops file", "Load it with skops and dump the model with joblib."),
    (b"data.pkl", "a PyTorch file", "mlconvert reads scikit-learn models."),
    (b"model.weights.h5", "a Keras model", "mlconvert reads scikit-learn models."),
    (b"config.json", "a Keras model", "mlconvert reads scikit-learn models."),
    (b".npy", "a NumPy .npz archive of arrays", ""),
)
_DUMP = "Give the model file, as joblib.dump, pickle.dump or dill.dump writes it."


_ARTIFACTS = {".onnx": ("an ONNX model", "ONNX"), ".pmml": ("a PMML file", "PMML")}


def describe(head: bytes, suffix: str = "") -> tuple[str, str] | None:
    """What the file beginning with `head` is, with the remedy; None where it might be a pickle."""
    if not head and suffix in _ARTIFACTS:
        return f"empty; its name is that of {_ARTIFACTS[suffix][0]}", _DUMP
    if not head:
        return "empty", "Dump the model again, and close the file before copying it."
    if head.startswith(b"PK\x03\x04"):
        found = [entry for entry in _IN_ZIP if entry[0] in head] or [(b"", "a ZIP archive", "")]
    else:
        found = [entry for entry in _BEGINNINGS if head.startswith(entry[0])]
    return (found[0][1], found[0][2] or _DUMP) if found else None


def describe_unread(head: bytes, tail: bytes, suffix: str) -> tuple[str, str] | None:
    """What a file is that did not read as a pickle; None for one that was meant to be one."""
    text = _decoded(head)
    if text is None and suffix in _ARTIFACTS:
        return f"no model file, and no whole {_ARTIFACTS[suffix][1]} file, as its name says", _DUMP
    return None if text is None else _describe_text(text, tail, suffix)


def ends_as_pmml(tail: bytes) -> bool:
    """Whether the end of a file is that of a PMML document."""
    return re.search(rb"</(\w+:)?PMML\s*>\s*(<!--.*-->\s*)*$", tail, re.DOTALL) is not None


def _describe_text(text: str, tail: bytes, suffix: str) -> tuple[str, str]:
    start = text.lstrip("\ufeff \t\r\n")[:300].lower()
    if re.match(r"<!doctype html|<html", start):
        return (
            "an HTML page, perhaps an error page saved in place of a download",
            "Download it again.",
        )
    if start.startswith("<") and ("pmml" in start or suffix == ".pmml"):
        whole = "" if ends_as_pmml(tail) else ", cut short"
        return f"a PMML file{whole}", _ARTIFACT.format("PMML")
    if start.startswith("<"):
        return "an XML file", _DUMP
    if start.startswith(("{", "[")):
        return "a JSON file", _DUMP
    first = text.splitlines()[0] if text.splitlines() else ""
    table = any(mark in first for mark in ",;\t")
    return ("a text file, perhaps a CSV table" if table else "a text file"), _DUMP


def _decoded(head: bytes) -> str | None:
    try:
        text = head.decode("utf-8", "strict" if len(head) < 4096 else "ignore")
    except UnicodeDecodeError:
        return None
    odd = sum(not (c.isprintable() or c in "\r\n\t\ufeff") for c in text)
    return text if odd == 0 else None
