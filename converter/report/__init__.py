"""The report: one JSON document for each command, and NAME.report.json beside an artifact.

JSON knows no infinity: a number that is infinite or not a number is written as null.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from converter.errors import MlconvertError, OutputError
from converter.values import REPORT_VERSION, Record, Verdict

if TYPE_CHECKING:
    from converter.predict import Predictions


class Failure(Record):
    """Why a command gave no result: the `error` of a failure document."""

    code: str
    """Stable; `mlconvert explain CODE` tells more."""
    what: str
    """What happened, in one sentence."""
    remedy: str = ""
    """What to do about it."""
    exit_code: int
    """Of the command: 2, 5 or 130."""
    names: tuple[str, ...] = ()
    """The globals that the policy objects to, where that is the failure."""


def failure(error: MlconvertError) -> Failure:
    """The record of an error."""
    return Failure(
        code=error.code,
        what=error.what,
        remedy=error.remedy,
        exit_code=error.exit_code,
        names=tuple(getattr(error, "names", ())),
    )


def as_document(content: Record | dict[str, Any], **more: Any) -> dict[str, Any]:
    """A JSON document of `content`'s keys and `more`; it always says its `report_version`."""
    plain: dict[str, Any] = msgspec.to_builtins({**_fields(content), **more})
    return {"report_version": REPORT_VERSION, **plain}


def predictions_document(made: "Predictions") -> dict[str, Any]:
    """The answers, or the file they were written to."""
    schema = msgspec.to_builtins(made.schema)
    if made.path:
        return as_document({"path": str(made.path), "schema": schema})
    return as_document(
        {"schema": schema, "outputs": {k: v.tolist() for k, v in made.outputs.items()}}
    )


def to_json(content: Any) -> bytes:
    """`content` as indented UTF-8 JSON, with a newline at its end."""
    plain = msgspec.to_builtins(content)
    try:
        text = msgspec.json.encode(plain)
    except UnicodeEncodeError:  # file names that are no UTF-8 hold lone surrogates
        text = msgspec.json.encode(_encodable(plain))
    return msgspec.json.format(text, indent=2) + b"\n"


def write_report(verdict: Verdict, path: Path) -> None:
    """Write `verdict` to `path` whole: a reader sees the old report or the new one.

    Raises OutputError where it cannot be written.
    """
    try:
        _replace(path, to_json(verdict))
    except OSError as error:
        raise OutputError(f"The report {path} could not be written: {error.strerror}.") from error


def _replace(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _fields(content: Record | dict[str, Any]) -> dict[str, Any]:
    return msgspec.structs.asdict(content) if isinstance(content, Record) else content


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    return [_encodable(item) for item in value] if isinstance(value, list | tuple) else value
