"""What the words of a command line mean, and the usage errors of those that mean nothing."""

import difflib
import math
import re
from pathlib import Path

import typer

from adapters import TARGETS
from converter.errors import UsageError
from converter.placing import demand_folder

COMMANDS = ("convert", "inspect", "record", "verify", "predict", "explain")

SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600}
BYTES = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def duration(text: str | float) -> float:
    """Seconds: `90`, `90s`, `10m`, `1.5h`. Typer hands over the default too, a number."""
    return _measured(str(text), r"([smh]?)", SECONDS, "a time such as 90s or 10m")


def memory(text: str) -> int:
    """Bytes: `512M`, `2G`, `2GiB`; a kilobyte is 1,024 bytes."""
    return int(_measured(text, r"([kmgt]?)(?:i?b)?", BYTES, "an amount such as 512M or 2G"))


def tolerance(text: str) -> float:
    """A difference that is allowed: finite, not negative."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value < math.inf:
        raise typer.BadParameter(f"{text!r} is not a tolerance such as 1e-9.")
    return value


def target(text: str) -> str:
    """One of the targets."""
    if text not in TARGETS:
        raise typer.BadParameter(f"there is no target {text!r}; the targets: {', '.join(TARGETS)}.")
    return text


def existing(text: str) -> Path:
    """The path of something that is there; else a usage error that names its neighbours."""
    path = Path(text)
    if text and path.exists():
        return path
    hint = nearest(path.name, [*_siblings(path), *COMMANDS])
    raise UsageError(f"There is no file or folder {text!r}.", hint)


def place(text: str) -> Path:
    """Where to write to: a file, or a folder that is there."""
    demand_folder(text)
    return Path(text)


def nearest(word: str, known: list[str]) -> str:
    """`Did you mean …?`, or "" where nothing known resembles `word`."""
    by_name = {Path(name).name.lower(): name for name in known}
    close = difflib.get_close_matches(word.lower(), by_name, n=3)
    return f"Did you mean {' or '.join(by_name[name] for name in close)}?" if close else ""


def one_proof(golden: Path | None, data: Path | None) -> None:
    """Golden rows bring their own outputs, other rows the model's: never both."""
    if golden and data:
        raise UsageError("--golden and --data contradict each other.", "Choose one to prove on.")


def writable(output: Path | None, *, folder: bool = False) -> None:
    """The place to write to is there, and no folder stands where a file should."""
    demand_folder(output)
    if output and output.is_dir() and not folder:
        raise UsageError(f"{str(output)!r} is a folder.", "Name the file to write in it.")


def _measured(text: str, unit: str, factors: dict[str, int], example: str) -> float:
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*" + unit, text.strip().lower(), re.ASCII)
    if not found or not float(found[1]):
        raise typer.BadParameter(f"{text!r} is not {example}.")
    return float(found[1]) * factors[found[2]]


def _siblings(path: Path) -> list[str]:
    try:
        return [str(entry) for entry in path.parent.iterdir()]
    except OSError:
        return []
