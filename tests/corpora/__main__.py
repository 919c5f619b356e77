"""Convert every sample, and print what became of them.

python -m tests.corpora [THEME ...] [--command | --pmml]

`--pmml` says their functions in PMML instead. The exit status is 1 where one is said and wrong, or
where all of them together fall below a mark.
"""
# ruff: noqa: T201 - a command

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import mlconvert
from tests.corpora import EXTENSIONS, ONNX, Sample, pmml
from tests.corpora.judging import Found, Verdict, judged
from tests.corpora.models import fitted, rows
from tests.corpora.themes import THEMES, Theme, held_as

COLUMNS = ("share", "samples", *Verdict, "as expected")


class Line(NamedTuple):
    """A sample and what became of it."""

    theme: Theme
    sample: Sample
    found: Found

    @property
    def is_met(self) -> bool:
        """Whether that was expected."""
        return self.found.meets(self.sample.expectation)

    def __str__(self) -> str:
        told = ", ".join(dict.fromkeys(self.found.codes)) or self.found.verdict
        return (
            f"{self.theme.name}/{self.sample.name}: {self.sample.expectation} expected, "
            f"{told}: {self.found.note[:160]}"
        )


def main(words: list[str]) -> int:
    """Judge the themes named, or all; 1 where a graph is wrong, or all fall below their marks."""
    started = time.monotonic()
    asked = [word for word in words if not word.startswith("-")]
    themes = [theme for theme in THEMES if not asked or theme.name in asked]
    if "--pmml" in words:
        return _in_pmml(themes)
    lines = [Line(theme, s, judged(s)) for theme in themes for s in theme.samples]
    print("\n".join(_table(themes, lines)))
    shares = _shares(lines)
    print("\n".join(map(str, shares)))
    print(_holders(lines))
    print(_speed(lines))
    missed = [line for line in lines if not line.is_met]
    print(f"\n{len(missed)} of {len(lines)} are not as expected{':' if missed else '.'}")
    print("\n".join(f"  {line}" for line in missed))
    wrong = [line for line in lines if line.found.verdict is Verdict.WRONG]
    if "--command" in words:
        wrong += list(_otherwise(lines))
    print(f"{len(wrong)} expressed but wrong; {time.monotonic() - started:.0f} s")
    low = [] if asked else [share for share in shares if share.is_low]
    print("\n".join(f"below its mark: {share}" for share in low))
    return 1 if wrong or low else 0


def _in_pmml(themes: list[Theme]) -> int:
    """How many of the functions PMML says, by theme; 1 where it says one wrong."""
    found = [(theme, s, pmml.judged(s)) for theme in themes for s in theme.samples]
    counts: Counter[str] = Counter()
    for theme, sample, each in found:
        counts[each.verdict] += theme.weight(sample)
        if each.verdict is not pmml.Verdict.PMML:
            print(f"{theme.name}/{sample.name}: {each.verdict}: {each.note[:200]}")
    total = sum(counts.values()) or 1
    print(", ".join(f"{name} {weight / total:.1%}" for name, weight in counts.most_common()))
    bad = [each for *_, each in found if each.verdict in ("wrong", "failed")]
    print(f"{len(bad)} of {len(found)} said and wrong")
    return 1 if bad else 0


def _table(themes: list[Theme], lines: list[Line]) -> Iterator[str]:
    yield f"{'':16}" + "".join(f"{title:>12}" for title in COLUMNS)
    for theme in themes:
        own = [line for line in lines if line.theme is theme]
        counts = Counter(line.found.verdict for line in own)
        met = sum(line.is_met for line in own)
        cells = (f"{theme.share}%", len(own), *(counts[each] or "" for each in Verdict), met)
        yield f"{theme.name:16}" + "".join(f"{cell:>12}" for cell in cells)


class Share(NamedTuple):
    """What part of the call sites is expressed, what part should be, and the least it may be."""

    name: str
    got: float
    hoped: float
    mark: float

    @property
    def is_low(self) -> bool:
        return self.got < self.mark

    def __str__(self) -> str:
        return (
            f"{self.name}: {self.got:.1%} of call sites, {self.hoped:.1%} expected, "
            f"{self.mark:.0%} at least"
        )


def _shares(lines: list[Line]) -> list[Share]:
    """In plain ONNX and with extensions; a theme of share 0 weighs nothing."""
    total = sum(map(_weight, lines)) or 1
    shares = []
    for name, said, titles, mark in (
        ("in plain ONNX", {Verdict.ONNX}, {ONNX}, 0.86),
        ("with --ops extensions", {Verdict.ONNX, Verdict.EXTENSIONS}, {ONNX, EXTENSIONS}, 0.94),
    ):
        got = sum(_weight(line) for line in lines if line.found.verdict in said)
        hoped = sum(_weight(line) for line in lines if line.sample.expectation in titles)
        shares.append(Share(name, got / total, hoped / total, mark))
    return shares


def _holders(lines: list[Line]) -> str:
    """How the functions are held, in percent of the call sites."""
    held: Counter[str] = Counter()
    for line in lines:
        held[held_as(line.sample)] += _weight(line)
        held["with kw_args"] += _weight(line) * bool(line.sample.kw_args)
    total = sum(map(_weight, lines)) or 1
    return "held as: " + ", ".join(f"{name} {w / total:.0%}" for name, w in held.most_common())


def _speed(lines: list[Line]) -> str:
    slowest = max(lines, key=lambda line: line.found.seconds)
    middle = median(line.found.seconds for line in lines)
    return (
        f"writing took {middle:.3f} s in the median, {slowest.found.seconds:.3f} s at most "
        f"({slowest.theme.name}/{slowest.sample.name})"
    )


def _weight(line: Line) -> float:
    return line.theme.weight(line.sample)


def _otherwise(lines: list[Line]) -> Iterator[Line]:
    """The first sample of each theme, by the public function; those that it judges otherwise."""
    first = {line.theme.name: line for line in reversed(lines)}
    for line in first.values():
        with tempfile.TemporaryDirectory() as folder:
            verdict = mlconvert.convert(
                fitted(line.sample),
                data=rows(line.sample, 0),
                output=Path(folder) / "model.onnx",
                fallback=False,
            )
        expressed = verdict.outcome is mlconvert.Outcome.ARTIFACT
        if expressed != (line.found.verdict is Verdict.ONNX):
            print(f"  {line.theme.name}/{line.sample.name}: the command says {verdict.outcome}")
            yield line


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
