"""What every benchmark does: run whole processes in turns, take medians, print a table."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MLCONVERT = [sys.executable, str(ROOT / "mlconvert.py")]


def seconds(command: Sequence[str], folder: Path) -> float:
    """Wall time of one process, from before it starts to after it ends, in seconds.

    Raises CalledProcessError where it fails.
    """
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
    return time.perf_counter() - start


def in_turns(commands: dict[str, Sequence[str]], folder: Path, runs: int) -> dict[str, list[float]]:
    """Seconds of `runs` runs of each command, after one that does not count, one by one in turns.

    In turns, because another load on the machine then slows all of them alike.
    """
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(runs + 1):
        for name, command in commands.items():
            spent = seconds(command, folder)
            taken[name] += [spent] if turn else []
    return taken


def spread(taken: list[float]) -> list[str]:
    """Median, fastest and slowest, as cells."""
    return [f"{value:.2f} s" for value in (statistics.median(taken), min(taken), max(taken))]


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
