"""Golden cases: a folder of input rows and the outputs that a model once gave for them."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal

import msgspec
import numpy as np

from converter.compare import Tolerance
from converter.errors import OutputError, UnreadableError, UsageError
from converter.rows import Rows, count, dates, gather, spread
from converter.rows.tables import read_table, write_table
from converter.values import Field, Origin, Record, Schema

GOLDEN_VERSION = 1
INPUTS, OUTPUTS, CASE = "inputs.parquet", "outputs.parquet", "case.json"


class Case(Record):
    """What `case.json` says."""

    golden_version: int = GOLDEN_VERSION
    """Raised when a reader of an older version could not read it."""
    origin: Origin
    """The model the outputs are of."""
    environment: dict[str, str] = msgspec.field(default_factory=dict)
    """Library → version that gave them."""
    schema: Schema
    """What the columns of the two tables are."""
    tolerances: dict[str, Tolerance] = msgspec.field(default_factory=dict)
    """Output → how far a later answer may be off; others have the default."""
    expect: dict[str, Literal["artifact", "refused"]] = msgspec.field(default_factory=dict)
    """Target → how a conversion is expected to end."""
    notes: tuple[str, ...] = ()
    """For people."""
    hashes: dict[str, str] = msgspec.field(default_factory=dict)
    """File of the case → SHA-256; filled in by `write`."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The outputs recorded, in order."""
        return tuple(field.name for field in self.schema.outputs)


@dataclass(frozen=True)
class Golden:
    """A golden case that was read."""

    folder: Path
    case: Case
    inputs: Rows
    outputs: Rows

    @property
    def sample(self) -> Rows:
        """The inputs with their dates in the units that the model is handed."""
        units = {field.name: field.unit for field in self.case.schema.inputs if field.unit}
        dated = {
            name: self.inputs[name].astype(f"datetime64[{unit}]") for name, unit in units.items()
        }
        return self.inputs | dated


# --- writing ----------------------------------------------------------------------------------


def write(folder: Path, case: Case, inputs: Rows, outputs: Rows) -> Case:
    """Write the case whole or not at all, in place of an older one; the case with its hashes.

    `inputs` and `outputs` have the same rows. Raises UsageError where `folder` is something else
    than a golden case, OutputError where it cannot be written.
    """
    if count(inputs) != count(outputs) or not count(inputs):
        raise UsageError(
            f"A golden case needs as many outputs as inputs, and at least one: there are "
            f"{count(inputs)} rows in and {count(outputs)} out."
        )
    if folder.exists() and not _is_golden(folder):
        raise UsageError(f"{folder} exists and is no golden case.", "Choose another name.")
    try:
        return _replace(folder, lambda place: _fill(place, case, inputs, outputs))
    except OSError as error:
        raise OutputError(f"{folder} could not be written: {error.strerror or error}.") from error


def _is_golden(folder: Path) -> bool:
    """Also one that is about to be: empty, or with nothing yet but the script that makes it."""
    if not folder.is_dir():
        return False
    begun = (folder / CASE).is_file() or (folder / "make.py").is_file()
    return begun or not any(folder.iterdir())


def _fill(place: Path, case: Case, inputs: Rows, outputs: Rows) -> Case:
    write_table(place / INPUTS, spread(inputs, case.schema.inputs))
    write_table(place / OUTPUTS, spread(outputs, case.schema.outputs))
    hashes = {name: _sha256(place / name) for name in (INPUTS, OUTPUTS)}
    hashed = msgspec.structs.replace(case, hashes=hashes)
    (place / CASE).write_bytes(msgspec.json.format(msgspec.json.encode(hashed), indent=2) + b"\n")
    return hashed


def _replace(folder: Path, fill: Callable[[Path], Case]) -> Case:
    """Fill a folder beside the final one, then put it there; what else stood there is kept."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    place = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        case = fill(place)
        place.chmod(0o777 & ~_umask())  # a temporary folder is its owner's alone
        _swap(place, folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return case


def _swap(new: Path, folder: Path) -> None:
    """Put `new` where `folder` is; if that fails, `folder` is as it was."""
    if not folder.exists():
        new.rename(folder)
        return
    _keep_others(folder, new)
    aside = new.with_name(new.name + ".old")
    folder.rename(aside)
    try:
        new.rename(folder)
    except OSError:
        aside.rename(folder)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _keep_others(old: Path, new: Path) -> None:
    """The script that made the case, and a model beside it, stay with it."""
    for path in old.iterdir():
        if path.name not in (INPUTS, OUTPUTS, CASE):
            copy = shutil.copytree if path.is_dir() else shutil.copy2
            copy(path, new / path.name)


# --- reading ----------------------------------------------------------------------------------


def read(folder: Path) -> Golden:
    """Read a golden case.

    Raises UsageError where there is none, and UnreadableError where one of its files is missing,
    was changed since it was recorded, or is of a later version of mlconvert.
    """
    if not (folder / CASE).is_file():
        raise UsageError(
            f"There is no golden case at {folder}.", "Make one with: mlconvert record MODEL."
        )
    case = _case(folder / CASE)
    for name in (INPUTS, OUTPUTS):
        _check(folder, name, case.hashes.get(name, ""))
    inputs = _columns(folder / INPUTS, case.schema.inputs)
    outputs = _columns(folder / OUTPUTS, case.schema.outputs)
    if count(inputs) != count(outputs):
        raise UnreadableError(f"The golden case {folder} has not as many outputs as inputs.")
    return Golden(folder, case, inputs, outputs)


class _Version(msgspec.Struct):
    golden_version: int = 0


def _case(path: Path) -> Case:
    try:
        data = path.read_bytes()
        version = msgspec.json.decode(data, type=_Version).golden_version
        if version > GOLDEN_VERSION:
            raise UnreadableError(
                f"{path} was written by a later mlconvert (version {version} of the format).",
                "Update mlconvert.",
            )
        return msgspec.json.decode(data, type=Case)
    except (OSError, msgspec.DecodeError) as error:
        raise UnreadableError(f"{path} is not a golden case's description: {error}.") from error


def _check(folder: Path, name: str, expected: str) -> None:
    if not (folder / name).is_file():
        raise UnreadableError(f"The golden case {folder} has no {name}.")
    if _sha256(folder / name) != expected:
        raise UnreadableError(
            f"{folder / name} has changed since it was recorded.", "Record the golden case again."
        )


def _sha256(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _columns(path: Path, fields: tuple[Field, ...]) -> Rows:
    """The arrays of the fields, each in its dtype."""
    try:
        rows = gather(read_table(path).columns, fields)
    except KeyError as error:
        raise UnreadableError(f"{path} has no column {error}, which its schema names.") from error
    return {field.name: _in_dtype(rows[field.name], field.dtype) for field in fields}


def _in_dtype(array: np.ndarray, dtype: str) -> np.ndarray:
    """Whole numbers with missing values among them were recorded as floats, and stay so."""
    if dtype == "string":
        return array.astype(object)
    if dtype == "datetime":
        return dates.nanoseconds(array)
    holds_missing = array.dtype.kind == "f" and np.dtype(dtype).kind in "iub"
    return array if holds_missing else array.astype(dtype)
