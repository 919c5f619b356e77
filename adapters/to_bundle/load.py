"""Loads the model that lies beside this file, after checking that it can be trusted to answer.

    from load import load, predict      # with this folder on the path
    model = load()                      # the scikit-learn object itself
    answers = predict({"X": matrix})    # input name → array; output name → array

or `python load.py`, which says what the bundle holds and scores its recorded rows.

Needs dill, numpy and the libraries the manifest lists; nothing of mlconvert. Python, libraries and
hashes are checked before a byte of the model is unpickled, and every objection is a BundleError.
Loading runs the code that the bundle carries: the hashes tell damage, not who made it.
Set MLCONVERT_ANY_VERSION=1 to load with other library versions at your own risk.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import platform
import sys
import warnings
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
BUNDLE_VERSION = 1
STRICT = ("dill", "scikit-learn", "xgboost", "lightgbm", "catboost")
"""Libraries whose pickles change from one minor version to the next."""


class BundleError(Exception):
    """The bundle cannot be used here; the sentence says why and what to do."""


class DamagedError(BundleError):
    """A file is missing, unreadable, or not what the manifest says."""


class TamperedError(DamagedError):
    """A file's content is not what was written, or a name leads out of the folder."""


class EnvironmentMismatchError(BundleError):
    """This Python or its libraries are not those of the bundle."""


# --- the public functions ---------------------------------------------------------------------


def load(folder: Path = HERE) -> Any:
    """The model, after all checks. Raises BundleError."""
    manifest = check(folder)
    check_environment(manifest)
    import dill

    return dill.load(io.BytesIO(read_checked(folder, manifest, "model.dill")))


def predict(rows: dict[str, Any], folder: Path = HERE) -> dict[str, Any]:
    """The model's answers to `rows` (input name → array, rows along axis 0), by output name."""
    return answers(load(folder), rows, read_manifest(folder))


def main() -> int:
    """Say what the bundle holds and score its recorded rows; 0 if they come out the same."""
    try:
        manifest = check(HERE)
        sys.stdout.write(summary(manifest))
        differing, total = self_check(load(HERE), manifest, HERE)
    except BundleError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(f"recorded rows: {total}, of which {differing} differ\n")
    return 1 if differing else 0


# --- checks -----------------------------------------------------------------------------------


def check(folder: Path = HERE) -> dict[str, Any]:
    """The manifest, after checking that every file is there and is what was written."""
    manifest = read_manifest(folder)
    for name in manifest["files"]:
        read_checked(folder, manifest, name)
    return manifest


def read_manifest(folder: Path = HERE) -> dict[str, Any]:
    """The manifest, its names checked; raises DamagedError."""
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_bytes())
    except OSError as error:
        raise DamagedError(
            f"The bundle has no readable manifest.json ({error.strerror})."
        ) from error
    except ValueError as error:
        raise DamagedError("The bundle's manifest.json is not JSON.") from error
    version = manifest.get("bundle_version") if isinstance(manifest, dict) else None
    if version != BUNDLE_VERSION or not isinstance(manifest.get("files"), dict):
        raise DamagedError(f"The bundle is of version {version!r}; this reads {BUNDLE_VERSION}.")
    for name in manifest["files"]:
        if name in ("", ".", "..") or set(name) & set("/\\:\0"):
            raise TamperedError(f"The manifest names {name!r}, which is not a file of the bundle.")
    if "model.dill" not in manifest["files"]:
        raise DamagedError("The manifest does not name model.dill.")
    return manifest


def read_checked(folder: Path, manifest: dict[str, Any], name: str) -> bytes:
    """The bytes of one file, read once, if they are those that were written."""
    path = (folder / name).resolve()
    if folder.resolve() not in path.parents:
        raise TamperedError(f"{name} leads out of the bundle's folder.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DamagedError(f"{name} is missing from the bundle ({error.strerror}).") from error
    if hashlib.sha256(data).hexdigest() != manifest["files"][name]:
        raise TamperedError(
            f"{name} is not the file that was written: its SHA-256 differs from the manifest's. "
            "Copy the bundle again."
        )
    return data


def check_environment(manifest: dict[str, Any]) -> None:
    """Raise EnvironmentMismatchError for another Python, a missing library or another version."""
    check_python(manifest)
    objections = [_objection(name, version) for name, version in manifest["libraries"].items()]
    objections = [each for each in objections if each] + [
        f"the module {name}, which no package brings and the bundle does not carry"
        for name in manifest["modules"]
        if importlib.util.find_spec(name) is None
    ]
    if objections:
        raise EnvironmentMismatchError(f"The bundle needs {'; '.join(objections)}.")


def check_python(manifest: dict[str, Any]) -> None:
    """Code objects fit one minor version of Python only; there is no way around this one."""
    wanted = manifest["python"].split(".")[:2]
    if [str(part) for part in sys.version_info[:2]] != wanted:
        raise EnvironmentMismatchError(
            f"The bundle was made with Python {manifest['python']} and carries its bytecode, which "
            f"Python {platform.python_version()} cannot run. Use Python {'.'.join(wanted)}."
        )
    if sys.implementation.name != manifest["implementation"]:
        raise EnvironmentMismatchError(f"The bundle needs {manifest['implementation']}.")


def _objection(library: str, wanted: str) -> str:
    """What is wrong with the installed version, "" if nothing; a small difference only warns."""
    try:
        found = metadata.version(library)
    except metadata.PackageNotFoundError:
        return f"{library} {wanted}, which is not installed"
    if found == wanted:
        return ""
    parts = 2 if library in STRICT or wanted.startswith("0.") else 1
    same = found.split(".")[:parts] == wanted.split(".")[:parts]
    if not same and os.environ.get("MLCONVERT_ANY_VERSION") != "1":
        return f"{library} {wanted} ({found} is installed)"
    warnings.warn(f"the bundle was made with {library} {wanted}, not {found}", stacklevel=2)
    return ""


# --- scoring ----------------------------------------------------------------------------------


def answers(model: Any, rows: dict[str, Any], manifest: dict[str, Any]) -> dict[str, Any]:
    """What the model answers to `rows`, typed by the manifest's schema.

    Rows: float64, int64 or bool arrays; text as objects of str, None where missing; dates as
    datetime64, NaT where missing.
    """
    import numpy

    given, found, results = model_input(model, rows, manifest), {}, {}
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for field in manifest["schema"]["outputs"]:
            method, number = _method(model, field["name"])
            if method not in found:
                found[method] = getattr(model, method)(given)
            results[field["name"]] = _plain(found[method] if number < 0 else found[method][number])
    return results


def _method(model: Any, name: str) -> tuple[str, int]:
    """The method behind an output: `predict_proba_1` is the second of several matrices."""
    if hasattr(model, name):
        return name, -1
    method, _, number = name.rpartition("_")
    return method, int(number)


def model_input(model: Any, rows: dict[str, Any], manifest: dict[str, Any]) -> Any:
    """The matrix, the documents, or the DataFrame that the model takes."""
    inputs = manifest["schema"]["inputs"]
    missing = [field["name"] for field in inputs if field["name"] not in rows]
    if missing:
        raise BundleError(f"The rows lack the input {', '.join(missing)}.")
    if manifest["schema"]["kind"] == "frame":
        return _frame(rows, inputs, manifest)
    array = _marked(_dated(rows[inputs[0]["name"]], inputs[0]), manifest)
    container = inputs[0].get("container")
    if container == "series":
        return _series(array)
    return array.tolist() if container == "list" else array


def _frame(rows: dict[str, Any], inputs: list[dict[str, Any]], manifest: dict[str, Any]) -> Any:
    import numpy
    import pandas

    total = len(rows[inputs[0]["name"]])
    taken = {field["name"]: field for field in inputs}
    columns = {}
    for name in manifest["columns"]:
        if name not in taken:  # the model drops it, but wants to see it
            columns[name] = numpy.full(total, numpy.nan)
            continue
        column = _dated(numpy.asarray(rows[name]).reshape(total), taken[name])
        column = _marked(column, manifest)
        keep = column.dtype.kind == "O" and manifest["missing"] == "none"
        if column.dtype.kind == "O":
            column = pandas.Series(column, dtype=object) if keep else _series(column)
        columns[name] = column
    return pandas.DataFrame(columns)


def _series(texts: Any) -> Any:
    """Of pandas' own dtype for text, also where every text is missing."""
    import pandas

    return pandas.Series(texts.tolist(), dtype=pandas.Series([""]).dtype)


def _dated(array: Any, field: dict[str, Any]) -> Any:
    """Dates in the unit that the model was handed them in; the rest as it is."""
    unit = field.get("unit") or "ns"
    return array.astype(f"datetime64[{unit}]") if array.dtype.kind == "M" else array


def _marked(array: Any, manifest: dict[str, Any]) -> Any:
    """Missing text as the model knows it: NaN, or None where it was trained on None."""
    import numpy

    if array.dtype.kind != "O" or manifest["missing"] == "none":
        return array
    missing = numpy.array([cell is None for cell in array.ravel()], bool).reshape(array.shape)
    return numpy.where(missing, numpy.array(numpy.nan, object), array)


def _plain(answer: Any) -> Any:
    """A dense array, whatever the model gives; text as objects of str, None where missing."""
    import numpy

    if hasattr(answer, "toarray"):
        answer = answer.toarray()
    array = numpy.asarray(answer.to_numpy() if hasattr(answer, "to_numpy") else answer)
    if array.dtype.kind == "U":
        return array.astype(object)
    if array.dtype.kind != "O":
        return array
    cells = array.ravel().tolist()
    if cells and not any(isinstance(cell, (str, date)) for cell in cells):
        numbers = [numpy.nan if cell is not None and _is_missing(cell) else cell for cell in cells]
        return numpy.array(numbers).reshape(array.shape)
    texts = numpy.empty(len(cells), object)
    texts[:] = [None if _is_missing(cell) else str(cell) for cell in cells]
    return texts.reshape(array.shape)


def _is_missing(cell: Any) -> bool:
    return cell is None or type(cell).__name__ in ("NAType", "NaTType") or cell != cell


# --- the recorded rows ------------------------------------------------------------------------


def read_rows(folder: Path, manifest: dict[str, Any], name: str) -> dict[str, Any]:
    """The named arrays of `inputs.npz` or `outputs.npz`; text is UTF-8 beside its lengths."""
    import numpy

    file = io.BytesIO(read_checked(folder, manifest, name))
    with numpy.load(file, allow_pickle=False) as arrays:
        names = json.loads(arrays["names"].tobytes().decode("utf-8"))
        return {each: _array(arrays, str(number)) for number, each in enumerate(names)}


def _array(arrays: Any, key: str) -> Any:
    import numpy

    if key in arrays:
        return arrays[key]
    data, lengths = arrays[key + ".text"].tobytes(), arrays[key + ".lengths"]
    out, start = numpy.empty(lengths.size, object), 0
    for row, length in enumerate(lengths.ravel().tolist()):
        if length >= 0:
            out[row] = data[start : start + length].decode("utf-8", "surrogatepass")
            start += length
    return out.reshape(lengths.shape)


def self_check(model: Any, manifest: dict[str, Any], folder: Path) -> tuple[int, int]:
    """How many recorded rows the model answers otherwise than recorded, and of how many."""
    if "outputs.npz" not in manifest["files"]:
        return 0, 0
    import numpy

    expected = read_rows(folder, manifest, "outputs.npz")
    actual = answers(model, read_rows(folder, manifest, "inputs.npz"), manifest)
    total = len(next(iter(expected.values()), ()))
    differing = numpy.zeros(total, bool)
    for name, array in expected.items():
        differing |= _differs(array, actual[name]).reshape(total, -1).any(axis=1)
    return int(differing.sum()), total


def _differs(expected: Any, actual: Any) -> Any:
    """Numbers to a relative 1e-9, for another machine sums in another order; the rest exactly."""
    import numpy

    if expected.dtype.kind == "f":
        return ~numpy.isclose(expected, actual, rtol=1e-9, atol=1e-12, equal_nan=True)
    both_missing = (expected != expected) & (actual != actual)
    return numpy.asarray((expected != actual) & ~both_missing)


def summary(manifest: dict[str, Any]) -> str:
    """What the bundle holds, in a few lines."""
    libraries = [f"{name} {version}" for name, version in sorted(manifest["libraries"].items())]
    fields = {
        side: ", ".join(field["name"] for field in manifest["schema"][side])
        for side in ("inputs", "outputs")
    }
    reasons = [
        f"not {refusal['target']}: {reason['message']}\n"
        for refusal in manifest["refusals"]
        for reason in refusal["reasons"]
    ]
    head = f"{manifest['entry']}, from {manifest['origin']['path']}\n"
    needs = f"needs Python {manifest['python']}, {', '.join(libraries)}\n"
    return (
        head + needs + f"takes {fields['inputs']}; gives {fields['outputs']}\n" + "".join(reasons)
    )


if __name__ == "__main__":
    sys.exit(main())
