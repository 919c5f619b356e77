"""docs/report.md: every key of every JSON document, from the records themselves.

`python -m converter.report.document` writes it anew; a test keeps it true.
"""

import ast
import inspect
import textwrap
import types
import typing
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from converter.foresee import Foresight
from converter.record import Recorded
from converter.report import Failure
from converter.values import REPORT_VERSION, Inspection, Record, Verdict
from converter.verify import Verification

PAGE = Path(__file__).parents[2] / "docs" / "report.md"

DOCUMENTS: tuple[tuple[str, str, type[Record]], ...] = (
    (
        "`mlconvert convert`",
        "The verdict; NAME.report.json beside the artifact holds the same.",
        Verdict,
    ),
    ("`mlconvert inspect`", "What stands in the file; with `--to`, also the next.", Inspection),
    ("`mlconvert inspect --to`", "Its key `foresight`.", Foresight),
    ("`mlconvert record`", "What was recorded.", Recorded),
    ("`mlconvert verify`", "The comparison.", Verification),
    ("A failure of any command", "One key, `error`, beside `report_version`.", Failure),
)

INTRODUCTION = f"""\
# The JSON report

With `--json`, every command prints one JSON document on stdout and nothing else; a failure is a
document too. Every document says its `report_version`, now {REPORT_VERSION}. New keys may come
without a new version; a key that leaves or changes its meaning raises it.

JSON knows no infinity: a number that is infinite or not a number is null.

This page is generated: `python -m converter.report.document` writes it.
"""

OTHERS = """\
## `mlconvert predict`

`schema` ([Schema](#schema)), and `path`, the file that holds the answers; without `-o`, `outputs`
instead: for each output, its name and the list of its values, a row each.

## `mlconvert explain`

`codes`: for each reason code, its `meaning`, an `example` and the `remedy`.
"""

SIMPLE = {str: "text", int: "integer", float: "number", bool: "true or false"}

Described = type[Record] | type[StrEnum]


def page() -> str:
    """The whole of docs/report.md."""
    opening = [
        f"## {name}\n\n{said} See [{kind.__name__}](#{kind.__name__.lower()}).\n"
        for name, said, kind in DOCUMENTS
    ]
    sections = [_section(kind) for kind in described()]
    return "\n".join([INTRODUCTION, *opening, OTHERS, "## Records\n", *sections])


def described() -> list[Described]:
    """Every record and enumeration that a document can hold, in the order they are met."""
    found: dict[Described, None] = {}
    waiting: list[Any] = [kind for _, _, kind in DOCUMENTS]
    while waiting:
        kind = waiting.pop(0)
        if _is_ours(kind) and kind not in found:
            found[kind] = None
            hints = {} if issubclass(kind, StrEnum) else typing.get_type_hints(kind)
            waiting += hints.values()
        waiting += typing.get_args(kind)
    return list(found)


def meanings(kind: Described) -> dict[str, str]:
    """Key or value → the docstring under it; "" where there is none."""
    body = ast.parse(textwrap.dedent(inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    said: dict[str, str] = {}
    for statement, after in zip(body.body, [*body.body[1:], None], strict=True):
        if name := _assigned(statement):
            said[name] = _text(after)
    return said


def words(annotation: Any) -> str:
    """A type in words, with a link where it is described on this page."""
    origin, args = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation in SIMPLE:
        return SIMPLE[annotation]
    if _is_ours(annotation):
        return f"[{annotation.__name__}](#{annotation.__name__.lower()})"
    if origin is Literal:
        return " or ".join(f'`"{value}"`' for value in args)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(words(arg) for arg in args if arg is not type(None)) + " or null"
    if origin is tuple:
        return f"list of {words(args[0])}"
    return f"object of {words(args[1])}"


def _section(kind: Described) -> str:
    heading = f"### {kind.__name__}\n\n{inspect.cleandoc(kind.__doc__ or '')}\n\n"
    said = meanings(kind)
    if issubclass(kind, StrEnum):
        rows = [f"| `{value.value}` | {said[value.name]} |" for value in kind]
        return heading + "\n".join(["| Value | Meaning |", "| --- | --- |", *rows, ""])
    hints = typing.get_type_hints(kind)
    rows = [f"| `{key}` | {words(hints[key])} | {said[key]} |" for key in kind.__struct_fields__]
    return heading + "\n".join(["| Key | Type | Meaning |", "| --- | --- | --- |", *rows, ""])


def _is_ours(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Record | StrEnum)


def _assigned(statement: ast.stmt) -> str:
    if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        return statement.target.id
    if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
        return statement.targets[0].id
    return ""


def _text(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        return " ".join(str(statement.value.value).split()).replace("|", "\\|")
    return ""


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
