"""The page of `mlconvert inspect`: what stands in a file, and what would become of it."""

from typing import TYPE_CHECKING

from rich.text import Text

from converter.report.terminal import Page, heading, lines, reason_lines
from converter.report.words import count, safe, size, target
from converter.values import Inspection, Safety

if TYPE_CHECKING:
    from converter.foresee import Foresight

LISTED = 30
"""Unknown names shown; --json and -v show all."""


def inspection_page(
    found: Inspection, foresight: "Foresight | None" = None, *, verbose: bool = False
) -> Page:
    """What the file says of itself; with `foresight`, what a target will make of it."""
    estimator = safe(found.estimator) or "an unknown estimator"
    page: Page = [Text(f"{safe(found.path)}: {estimator}", "bold")]
    page += lines(*_facts(found))
    page += _globals(found, verbose)
    page += _listed("Functions and classes whose code the file carries", found.by_value)
    page += _listed(
        "Modules not found here (give those of your own with --code)", found.missing_modules
    )
    page += _listed("Names of the script that wrote the file (see --code)", found.main_names)
    return page + (_outlook(foresight) if foresight else [])


def _facts(found: Inspection) -> list[str]:
    packed = f", compressed with {found.compression}" if found.compression else ""
    versions = (f"{safe(k)} {', '.join(map(safe, v))}" for k, v in found.versions.items())
    return [
        f"format: {found.format}, pickle protocol {found.protocol}{packed}",
        f"size: {size(found.size)}",
        f"sha256: {found.sha256}",
        *(f"written with: {version}" for version in versions),
        *map(safe, found.hints),
    ]


def _globals(found: Inspection, verbose: bool) -> Page:
    kinds = {kind: [g.name for g in found.globals if g.safety is kind] for kind in Safety}
    known, unknown = kinds[Safety.KNOWN], kinds[Safety.UNKNOWN]
    page = [*heading("Globals"), *lines(f"known: {len(known):,}")]
    if verbose:
        page += lines(*(f"  {safe(name)}" for name in known))
    shown = unknown if verbose else unknown[:LISTED]
    page += lines(f"unknown: {len(unknown):,}", *(f"  {safe(name)}" for name in shown))
    if len(shown) < len(unknown):
        page += lines(f"  and {count(len(unknown) - len(shown), 'other')} (-v shows all)")
    return page + _dangerous(kinds[Safety.DANGEROUS])


def _dangerous(names: list[str]) -> Page:
    if not names:
        return []
    remedy = "DANGEROUS, will not be loaded unless allowed one by one with --allow:"
    return [Text(f"  {remedy}", "bold red"), *lines(*(f"  {safe(name)}" for name in names))]


def _listed(title: str, names: tuple[str, ...]) -> Page:
    return [*heading(title), *lines(*map(safe, names))] if names else []


def _outlook(foresight: "Foresight") -> Page:
    words = {
        "convert": "nothing in the file speaks against it",
        "fall back": "will fall back to a bundle",
        "refuse": "will be refused",
    }
    title = f"To {target(foresight.target)}: {words[foresight.outlook]}"
    reasons = (row for reason in foresight.reasons for row in reason_lines(reason))
    return [*heading(title), *reasons, *_traced(foresight.traced)]


def _traced(names: tuple[str, ...]) -> Page:
    if not names:
        return []
    told = "holds functions or classes of its own: they are traced when it is converted"
    return lines(told, *(f"  {safe(name)}" for name in names))
