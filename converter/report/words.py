"""The words a page is made of. Whatever comes from a model file is data, and shown as such."""

import math
from collections.abc import Sequence

from converter.values import (
    Attempt,
    Evidence,
    Field,
    Outcome,
    Parity,
    Turn,
    Verdict,
)

LONGEST = 600
"""Characters of one message; third-party messages can run to megabytes."""

EVIDENCE = {
    Evidence.GOLDEN: "golden rows",
    Evidence.DATA: "rows of your data",
    Evidence.PROBES: "probe rows",
    Evidence.CARRIED: "rows that it carries",
}

TURNS = {
    Turn.FORMAT: "the format can never say it",
    Turn.LIBRARY: "a library we stand on must first",
    Turn.OURS: "mlconvert cannot say it yet",
}


def safe(text: str) -> str:
    """`text` on one line: control characters, escapes and marks that reorder text spelled out."""
    shown = text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)


def count(number: int, noun: str) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{number:,} {noun if number == 1 else noun + 's'}"


def size(number: int) -> str:
    """Bytes in three digits: `512 B`, `12 kB`, `1.2 MB`."""
    value, unit = float(number), "B"
    for larger in ("kB", "MB", "GB"):
        if value < 1000:
            break
        value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if value < 10 and unit != "B" else f"{value:.0f} {unit}"


def number(value: float | None) -> str:
    """A difference or a tolerance in two digits; `none` where no finite number would do."""
    return "none" if value is None or not math.isfinite(value) else f"{value:.2g}"


def target(name: str) -> str:
    """A target by the name its users know."""
    return {"bundle": "bundle", "pickle": "model file"}.get(name) or safe(name).upper()


def rows(parity: Parity) -> str:
    """`512 golden rows`."""
    words = EVIDENCE[parity.evidence]
    return f"{parity.rows:,} {words if parity.rows != 1 else words.replace('rows', 'row', 1)}"


def every(parity: Parity) -> str:
    """`10 rows of your data and 400 probe rows`."""
    parts = [_judged(each) for each in (parity, parity.probes) if each]
    return " and ".join(parts)


def _judged(parity: Parity) -> str:
    """`500 rows of your data`, or `1 of 500 rows of your data` where most could not be judged."""
    judged = parity.rows - parity.unstable
    return f"{judged:,} of {rows(parity)}" if 2 * judged < parity.rows else rows(parity)


def aside(parity: Parity) -> str:
    """What was not compared or did not count: ` (3 outside the model's domain, 1 unstable)`."""
    parts = []
    if parity.outside:
        parts.append(f"{parity.outside:,} more outside the model's domain")
    if parity.unstable:
        parts.append(f"{parity.unstable:,} unstable")
    return f" ({', '.join(parts)})" if parts else ""


def differing(parity: Parity) -> str:
    """`predict differs on 3 of 512 golden rows`, of the output that differs most."""
    if parity.probes and not parity.probes.passed and not any(o.differing for o in parity.outputs):
        return differing(parity.probes)
    worst = max(parity.outputs, key=lambda output: output.differing, default=None)
    if parity.answered_outside and (worst is None or not worst.differing):
        asked = count(parity.answered_outside, "row")
        return f"it answers {asked} on which scikit-learn raises, and --strict forbids that"
    if worst is None or not worst.differing:
        if parity.outputs and 0 < parity.rows == parity.unstable:
            return f"none of {rows(parity)} could be judged"
        return f"the comparison on {rows(parity)} did not pass"
    return f"{safe(worst.name)} differs on {worst.differing:,} of {rows(parity)}"


def fields(outputs: Sequence[Field]) -> str:
    """The names of inputs or outputs, in a row."""
    return ", ".join(safe(field.name) for field in outputs)


def headline(verdict: Verdict) -> str:
    """The verdict in one sentence."""
    asked, path = target(verdict.requested), safe(verdict.artifact.path if verdict.artifact else "")
    match verdict.outcome:
        case Outcome.ARTIFACT:
            return f"{path} written: {asked}{_details(verdict)}{_proof(verdict)}"
        case Outcome.BUNDLE:
            made = target(verdict.artifact.target) if verdict.artifact else "fallback"
            stands = f"proved {made} {path} stands in its place{_barely(verdict)}"
            return f"not {asked}: {_why(verdict)}; {stands}"
        case Outcome.REFUSED:
            return f"not {asked}: {_why(verdict)}; nothing was written"
        case Outcome.MISMATCH:
            return f"not {asked}: {_why(verdict)}; nothing reached parity, nothing was written"
        case Outcome.DRIFT:
            what = f": {differing(verdict.drift)}" if verdict.drift else ""
            return f"not converted: the loaded model no longer gives its golden outputs{what}"


def _details(verdict: Verdict) -> str:
    if verdict.artifact is None:
        return ""
    opset = verdict.artifact.details.get("opset", "")
    return f"{f', opset {safe(opset)}' if opset else ''}, {size(verdict.artifact.size)}"


def _proof(verdict: Verdict) -> str:
    parity = _asked(verdict).parity
    return f"; proved on {every(parity)}" if parity else ""


def _barely(verdict: Verdict) -> str:
    """On what a bundle is proved, where most of its rows could not be judged."""
    parity = verdict.attempts[-1].parity if verdict.attempts else None
    few = parity is not None and 2 * (parity.rows - parity.unstable) < parity.rows
    return f", proved on {every(parity)}" if parity and few else ""


def _why(verdict: Verdict) -> str:
    attempt = _asked(verdict)
    if attempt.refusal and attempt.refusal.reasons:
        first, *more = attempt.refusal.reasons
        others = f" (and {count(len(more), 'more reason')})" if more else ""
        return safe(first.message).rstrip(".") + others
    return differing(attempt.parity) if attempt.parity else "it was not tried"


def _asked(verdict: Verdict) -> Attempt:
    """The attempt at the target that was asked for."""
    found = (attempt for attempt in verdict.attempts if attempt.target == verdict.requested)
    return next(found, Attempt(target=verdict.requested))
