"""The first stage: what it tells of a file, and what it says of files that are no models."""

# ruff: noqa: E501 (tables of one case a line)

import json
import pickle
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from converter.errors import UnreadableError, UsageError
from converter.inspect import inspect, missing
from converter.values import Inspection, Safety

X = np.random.RandomState(0).rand(30, 3)
MODEL = make_pipeline(StandardScaler(), LogisticRegression()).fit(X, np.arange(30) % 2)


def test_it_tells_what_a_model_is(tmp_path: Path) -> None:
    path = tmp_path / "no suffix"
    path.write_bytes(pickle.dumps(MODEL))
    found = inspect(str(path))
    assert (found.format, found.estimator) == ("pickle", "sklearn.pipeline.Pipeline")
    assert found.size == path.stat().st_size
    assert found.hints == ("written with NumPy 2",)
    assert list(found.versions) == ["scikit-learn"]
    assert (found.by_value, found.main_names, found.missing_modules) == ((), (), ())
    names = {g.name: g.safety for g in found.globals}
    assert names["sklearn.preprocessing._data.StandardScaler"] is Safety.KNOWN


@pytest.mark.parametrize("kind", ["", "zlib", "gzip", "bz2", "xz", "lzma", "lz4"])
def test_the_content_tells_the_format_whatever_the_suffix(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "model.csv"
    joblib.dump(MODEL, path, compress=(kind, 1) if kind else 0)
    found = inspect(path)
    assert (found.format, found.compression) == ("joblib", kind)
    assert found.estimator == "sklearn.pipeline.Pipeline"


def test_an_inspection_is_a_json_document(tmp_path: Path) -> None:
    import msgspec

    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(MODEL))
    text = msgspec.json.encode(inspect(path))
    assert json.loads(text)["estimator"] == "sklearn.pipeline.Pipeline"
    assert msgspec.json.decode(text, type=Inspection) == inspect(path)


def test_missing_modules_are_found_without_importing_any(tmp_path: Path) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(
        b"(cmy_features.scale\nf\nctelnetlib_x\ng\ncantigravity\nfly\nc__main__\nh\nt."
    )
    found = inspect(path)
    assert found.missing_modules == ("my_features", "telnetlib_x")
    assert found.main_names == ("__main__.h",)
    assert "antigravity" not in sys.modules


def test_our_own_packages_do_not_pass_for_the_users(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert missing(["converter", "adapters", "numpy"]) == ("adapters", "converter")
    (tmp_path / "converter.py").write_text("class Scale: pass")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert missing(["converter", "adapters"]) == ("adapters",)


def test_inspecting_imports_none_of_the_heavy_libraries(tmp_path: Path) -> None:
    path = tmp_path / "m.joblib"
    joblib.dump(MODEL, path, compress=3)
    code = "import sys; from converter.inspect import inspect; inspect(sys.argv[1]); print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    ).stdout
    assert {"numpy", "sklearn", "joblib", "pandas", "dill", "scipy"} & set(shown.split()) == set()


def zipped(name: str) -> bytes:
    import io
    import zipfile

    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "x")
    return file.getvalue()


HALF = pickle.dumps(MODEL)[:700]
STRANGERS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty"),
    "csv": (b"age,income\n1,2\n", "perhaps a CSV table"),
    "csv that begins like a pickle": (b"color,income\n1,2\n", "perhaps a CSV table"),
    "csv that begins like zlib": (b"x,y\n1,2\n", "perhaps a CSV table"),
    "text": (b"hello world\n", "is a text file"),
    "json": (b'{"a": 1}', "is a JSON file"),
    "html": (b"<!DOCTYPE html><html><body>404", "is an HTML page"),
    "pmml": (b'<?xml version="1.0"?><PMML version="4.4"></PMML>', r"is a PMML file\."),
    "git lfs": (b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", "git lfs pull"),
    "onnx": (b"\x08\x08\x12\x04spox", "is an ONNX model"),
    "npz": (zipped("a.npy"), r"is a NumPy \.npz archive"),
    "torch": (zipped("archive/data.pkl"), "is a PyTorch file"),
    "keras": (zipped("model.weights.h5"), "is a Keras model"),
    "skops": (zipped("schema.json"), "is a skops file"),
    "zip": (zipped("a.txt"), "is a ZIP archive"),
    "npy": (b"\x93NUMPY\x01\x00", "is a NumPy array"),
    "hdf5": (b"\x89HDF\r\n\x1a\n", "is an HDF5 file"),
    "parquet": (b"PAR1\x15\x04", "is a Parquet file"),
    "lightgbm": (b"tree\nversion=v4\n", "is a LightGBM model text"),
    "truncated": (HALF, r"is cut short: it ends after 700 bytes, .*download it again"),
    "noise": (bytes(range(255, 0, -1)), "is not a valid pickle"),
}  # fmt: skip


NAMED: dict[str, tuple[bytes, str]] = {
    "empty.pmml": (b"", "is empty; its name is that of a PMML file. Give the model file"),
    "empty.onnx": (b"", "is empty; its name is that of an ONNX model. Give the model file"),
    "zeros.onnx": (bytes(99), "is no model file, and no whole ONNX file, as its name says"),
    "cut.pmml": (b'<?xml version="1.0"?><PMML><Header/>', "is a PMML file, cut short"),
    "cut early.pmml": (b'<?xml version="1.0" enc', "is a PMML file, cut short"),
    "whole.xml": (b"<PMML></PMML>\n", r"is a PMML file\. .* `mlconvert predict` and `verify` read"),
    "other.xml": (b"<a/>", "is an XML file"),
}


@pytest.mark.parametrize("name", NAMED)
def test_an_artifact_in_the_place_of_a_model_is_told_by_its_name_and_how_it_ends(
    name: str, tmp_path: Path
) -> None:
    content, sentence = NAMED[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(UnreadableError, match=sentence) as error:
        inspect(tmp_path / name)
    assert not re.search("pickle stream|Dump the model again", str(error.value))


@pytest.mark.parametrize("case", STRANGERS)
def test_what_is_no_model_is_told_in_one_sentence(case: str, tmp_path: Path) -> None:
    data, sentence = STRANGERS[case]
    path = tmp_path / "model.joblib"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=sentence) as error:
        inspect(path)
    assert str(path) in str(error.value)
    assert "\n" not in str(error.value)


def test_a_path_that_is_not_there_is_a_mistake_of_usage(tmp_path: Path) -> None:
    for path in (tmp_path / "none.pkl", tmp_path / "none" / "m.pkl"):
        with pytest.raises(UsageError, match="There is no file"):
            inspect(path)


def test_a_directory_is_told_apart(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="is a directory"):
        inspect(tmp_path)


def test_odd_paths_end_in_a_sentence(tmp_path: Path) -> None:
    for path in ("a\0b", "x" * 5000):
        with pytest.raises((UnreadableError, UsageError)):
            inspect(path)


def test_what_follows_the_model_is_told(tmp_path: Path) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(MODEL) + pickle.dumps(["a", "b"]) + b"rest")
    assert any("follow the object" in hint for hint in inspect(path).hints)


@pytest.mark.parametrize("value", [{"a": 1}, [1], "text", 3, None, (1, 2)])
def test_what_is_no_estimator_has_its_builtin_class(value: Any, tmp_path: Path) -> None:
    path = tmp_path / "m.pkl"
    path.write_bytes(pickle.dumps(value))
    assert inspect(path).estimator == f"builtins.{type(value).__name__}"
