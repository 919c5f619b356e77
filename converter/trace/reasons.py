"""Why a live function cannot be a graph, said of its line, before it runs."""

import hashlib
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from converter.trace.impure import FROZEN, Kind, covers
from converter.trace.own import is_own
from converter.trace.reads import Read, impure_reads, own_kind, unwrap
from converter.trace.source import first_line, identify, source_line
from converter.values import Reason, Turn

_SENTENCES = {
    Kind.ENVIRONMENT: "reads the environment ({what})",
    Kind.CLOCK: "reads the clock ({what})",
    Kind.RANDOM: "draws random numbers ({what})",
    Kind.FILES: "uses files ({what})",
    Kind.NETWORK: "uses the network ({what})",
    Kind.PROCESS: "reads the state of the process ({what})",
    Kind.STATE: "changes `{name}`, which outlives the call",
}


def reasons(function: Any, address: str, target: str) -> tuple[Reason, ...]:
    """Why `target` refuses an untraced `function`, any callable: never empty, impure reads first.

    Each impure read of the function, or of the user's own functions it calls, is a reason with
    its line; the last reason is that it answered no row to trace it on. Nothing is called.
    """
    entry = unwrap(function)
    found = [_impure(read, entry, address) for read in impure_reads(function)]
    return (*found, _custom(entry, address, target))


def impurities(function: Any, freeze: tuple[str, ...] = ()) -> tuple[Reason, ...]:
    """What `function`, any callable, reads beside its input, unless frozen; nothing is called."""
    entry = unwrap(function)
    found = [_impure(r, entry, "") for r in impure_reads(function) if not is_frozen(r, freeze)]
    card = identify(entry)
    if own_kind(entry) and not (card.line and is_own(card.module)):
        found.append(_library(entry, f"{card.module}.{card.qualname}", "", ""))
    return tuple(found)


def unfrozen(reads: list[Read], function: Any, freeze: tuple[str, ...]) -> tuple[Reason, ...]:
    """The readings of a call that are not baked in on purpose."""
    entry = unwrap(function)
    return tuple(_impure(read, entry, "") for read in reads if not is_frozen(read, freeze))


def baked(
    function: Any, heard: list[Read], left: list[str], freeze: tuple[str, ...]
) -> dict[str, str]:
    """What is read on purpose, by the names that `--freeze` gives it, and the value it has now.

    `heard` is what a call was heard to read, `left` the names of what it was seen to change.
    """
    reads = [read for read in (*impure_reads(function), *heard) if is_frozen(read, freeze)]
    found = [(read.kind, read.name) for read in reads] + [(Kind.STATE, name) for name in left]
    return dict(_value(*each) for each in _named(found, freeze))


def _named(found: list[tuple[Kind, str]], freeze: tuple[str, ...]) -> Iterator[tuple[Kind, str]]:
    """A reading of an unknown name is one of those that the user gave."""
    for kind, name in found:
        if name or kind is Kind.CLOCK:
            yield kind, name
            continue
        for word, _, chosen in (each.partition(":") for each in freeze):
            if FROZEN.get(word) is kind:
                yield kind, chosen


def _value(kind: Kind, name: str) -> tuple[str, str]:
    match kind:
        case Kind.ENVIRONMENT:
            return f"env:{name}", os.environ.get(name, "(unset)")
        case Kind.CLOCK:
            return "clock", datetime.now(UTC).isoformat(timespec="seconds")
        case Kind.FILES:
            return f"file:{name}", _digest(Path(name))
    return f"state:{name}", "as it was when the model was converted"


def _digest(path: Path) -> str:
    """A file by its content; by its name alone where it cannot be read."""
    try:
        return f"SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}"
    except OSError:
        return "as it was when the model was converted"


def is_frozen(read: Read, freeze: tuple[str, ...]) -> bool:
    """Whether the user bakes this reading in on purpose."""
    return covers(freeze, read.kind, read.name)


def _impure(read: Read, entry: Any, address: str) -> Reason:
    code = getattr(entry, "__code__", read.code)
    name = code.co_qualname.rpartition("<locals>.")[2]
    calls = "" if name == read.function else f", which `{name}` uses,"
    return Reason(
        code=f"function.{read.kind}",
        message=f"line {read.line} of `{read.function}`{calls} {_told(read)}",
        address=address,
        source=source_line(read.code, read.line),
        turn=Turn.FORMAT,
    )


def _told(read: Read) -> str:
    if read.name and read.what.startswith(("os.getenv", "os.environ")):
        return f"reads the environment variable {read.name}"
    return _SENTENCES[read.kind].format(what=read.what.removeprefix("?."), name=read.name)


def _custom(entry: Any, address: str, target: str) -> Reason:
    card = identify(entry)
    line = first_line(entry)
    if line is None:
        return _library(entry, f"{card.module}.{card.qualname}", address, target)
    name = card.qualname.rpartition("<locals>.")[2]
    return Reason(
        code="function.custom",
        message=f"`{name}` ({card.file}, line {card.line}) cannot be traced for {target}: "
        "it answered no row",
        address=address,
        source=line,
        turn=Turn.OURS,
    )


def _library(entry: Any, name: str, address: str, target: str) -> Reason:
    if kind := own_kind(entry):
        told = _SENTENCES[kind].format(what=name, name=name)
        return Reason(
            code=f"function.{kind}", message=f"`{name}` {told}", address=address, turn=Turn.FORMAT
        )
    return Reason(
        code="function.library",
        message=f"`{name}` cannot be traced for {target}: it answered no row",
        address=address,
        turn=Turn.OURS,
    )
