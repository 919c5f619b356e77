"""What every benchmark does: run whole processes in turns, take medians, print a table."""

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
MLCONVERT = [sys.executable, str(ROOT / "mlconvert.py")]


class Spent(NamedTuple):
    """Seconds of one process, its children included."""

    wall: float
    """From before it starts to after it ends."""
    processor: float
    """What it computed, on all cores together: other load on the machine hardly moves it."""


def spent(command: Sequence[str], folder: Path) -> Spent:
    """Run a command in `folder`. Raises CalledProcessError where it fails."""
    before, start = _processor(), time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
    return Spent(time.perf_counter() - start, _processor() - before)


def in_turns(commands: dict[str, Sequence[str]], folder: Path, runs: int) -> dict[str, list[Spent]]:
    """Run each command once for nothing and then `runs` times, one by one in turns.

    In turns, because another load on the machine then slows all of them alike.
    """
    taken: dict[str, list[Spent]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            run = spent(command, folder)
            taken[name] += [run] if turn else []
    return taken


def spread(taken: list[Spent]) -> list[str]:
    """Wall time (median, fastest, slowest) and processor time (median), as cells."""
    wall, processor = zip(*taken, strict=True)
    values = (statistics.median(wall), min(wall), max(wall), statistics.median(processor))
    return [f"{value:.2f} s" for value in values]


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def environment() -> dict[str, str]:
    """Ours, but with compiled modules kept: without them every import takes three times as long."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}


def machine() -> str:
    """What was measured on: cores, load before the run, versions."""
    names = ("scikit-learn", "skl2onnx", "onnx", "onnxruntime", "spox", "typer")
    load = f", load {os.getloadavg()[0]:.1f} before the run" if hasattr(os, "getloadavg") else ""
    return (
        f"{os.cpu_count()} cores{load}; {platform.system()}, Python {platform.python_version()}, "
        + ", ".join(f"{name} {version(name)}" for name in names)
    )


def table(rows: list[list[str]]) -> str:
    """`rows`, the first of them the head, as Markdown."""
    head, *body = rows
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *body]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
