"""The pages a person reads. Each is a list of Rich renderables; its first line is the verdict.

Only `Text` is used, never markup: a name from a model file cannot style or forge a line.
"""

from typing import TYPE_CHECKING

from rich import box
from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from converter.codes import Explanation
from converter.report.words import (
    TURNS,
    aside,
    count,
    differing,
    every,
    fields,
    headline,
    number,
    rows,
    safe,
    size,
    target,
)
from converter.values import Attempt, Outcome, OutputParity, Parity, Reason, Verdict

if TYPE_CHECKING:  # the stages import what they run on; a page needs only their records
    from converter.predict import Predictions
    from converter.record import Recorded
    from converter.verify import Verification

Page = list[RenderableType]

COLOURS = {Outcome.ARTIFACT: "bold green", Outcome.BUNDLE: "bold yellow"}


def verdict_page(verdict: Verdict, *, verbose: bool = False) -> Page:
    """The story of a conversion: the verdict, each target tried, what held, what to know."""
    page: Page = [Text(headline(verdict), COLOURS.get(verdict.outcome, "bold red"))]
    if verdict.drift:
        page += _parity("The loaded model against its golden outputs", verdict.drift)
    for attempt in verdict.attempts:
        page += _attempt(attempt)
    page += _protections(verdict.protections)
    page += _notes(verdict.notes)
    return page + (_circumstances(verdict) if verbose else [])


def verification_page(result: "Verification") -> Page:
    """Whether an artifact gives the expected answers."""
    path, parity = safe(result.artifact.path), result.parity
    if parity.passed:
        first = Text(f"{path} verified: parity on {every(parity)}", "bold green")
    else:
        first = Text(f"{path} not verified: {differing(parity)}", "bold red")
    compared = _parity(f"{target(result.artifact.target)} compared", parity)
    return [first, *compared, *_protections(result.protections), *_notes(result.notes)]


def recorded_page(result: "Recorded") -> Page:
    """What a golden case now holds."""
    outside = f", {result.outside:,} outside the model's domain" if result.outside else ""
    return [
        Text(f"{safe(result.path)} recorded: {count(result.rows, 'row')}{outside}", "bold green"),
        _line(f"inputs: {fields(result.schema.inputs)}"),
        _line(f"outputs: {fields(result.schema.outputs)}"),
    ]


def predictions_page(made: "Predictions") -> Page:
    """Where the answers stand."""
    number_of_rows = len(next(iter(made.outputs.values()), ()))
    named = f"{count(number_of_rows, 'row')} of {', '.join(map(safe, made.outputs))}"
    return [Text(f"{safe(str(made.path))} written: {named}", "bold green")]


def explanation_page(code: str, explanation: Explanation) -> Page:
    """One reason code: its meaning, an example, the remedy."""
    return [
        Text(code, "bold"),
        _line(explanation.meaning),
        *_titled("Example", Text(explanation.example)),
        *_titled("Remedy", Text(explanation.remedy)),
    ]


def _attempt(attempt: Attempt) -> Page:
    name = target(attempt.target)
    if attempt.refusal:
        reasons = attempt.refusal.reasons
        page = [row for reason in reasons for row in reason_lines(reason)]
        codes = dict.fromkeys(safe(reason.code) for reason in reasons)
        more = lines(*(f"More: mlconvert explain {code}" for code in codes))
        return [*heading(f"{name} refused"), *page, *more]
    if attempt.parity:
        return _parity(f"{name} compared", attempt.parity)
    return []


def reason_lines(reason: Reason) -> Page:
    """A reason to refuse, and the source line that stands in the way."""
    place = f" at {safe(reason.address)}" if reason.address else ""
    turn = f" ({TURNS[reason.turn]})" if reason.turn else "."
    said = f"{safe(reason.code)}{place}: {safe(reason.message).rstrip('.')}{turn}"
    if reason.source is None:
        return [_line(said)]
    where = f"{safe(reason.source.file)}:{reason.source.line}"
    return [_line(said), _line(f"{where}  {safe(reason.source.text.strip())}".rstrip(), indent=6)]


def _parity(title: str, parity: Parity) -> Page:
    page = [*heading(f"{title} on {rows(parity)}{aside(parity)}"), _table(parity)]
    if parity.probes:
        page += [
            *heading(f"and on {rows(parity.probes)}{aside(parity.probes)}"),
            _table(parity.probes),
        ]
    if parity.passed:
        return page
    each = [*parity.outputs, *(parity.probes.outputs if parity.probes else ())]
    worst = [output for output in each if output.differing and output.worst_row >= 0]
    return [*page, *(row for output in worst for row in _worst(output)), *lines(*_first(parity))]


def _first(parity: Parity) -> list[str]:
    """Where the difference comes from."""
    if not parity.diverges_at:
        return []
    told = [f"The first step that differs: {safe(parity.diverges_at)}"]
    if parity.begins_at:
        told.append(
            f"Before it, {safe(parity.begins_at)} differs by less than is allowed, "
            "which later steps may amplify."
        )
    return told


def _table(parity: Parity) -> RenderableType:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    table.add_column("output", overflow="fold")
    for column in ("rows", "differ", "max abs", "rtol needed", "allowed"):
        table.add_column(column, justify="right")
    for output in parity.outputs:
        table.add_row(*map(Text, _cells(parity, output)))
    return Padding(table, (0, 0, 0, 2), expand=False)


def _cells(parity: Parity, output: OutputParity) -> tuple[str, ...]:
    shared = (safe(output.name), f"{parity.rows:,}", f"{output.differing:,}")
    if output.exact:
        return *shared, "", "", "exact"
    allowed = number(output.rtol) + (f" + {number(output.atol)} abs" if output.atol else "")
    return *shared, number(output.max_abs), number(output.needed_rtol), allowed


def _worst(output: OutputParity) -> Page:
    values = f"expected {safe(output.worst_expected)}, got {safe(output.worst_actual)}"
    inputs = ", ".join(f"{safe(k)}={safe(v)}" for k, v in output.worst_inputs.items())
    worst = f"Worst row of {safe(output.name)}, row {output.worst_row}: {values}"
    return [_line(worst), *([_line(inputs, indent=6)] if inputs else [])]


def _protections(held: tuple[str, ...]) -> Page:
    said = "; ".join(map(safe, held)) or "none"
    return _titled("Protections that held", Text(said))


def _notes(notes: tuple[str, ...]) -> Page:
    return [*heading("Notes"), *lines(*map(safe, notes))] if notes else []


def _circumstances(verdict: Verdict) -> Page:
    versions = ", ".join(f"{safe(k)} {safe(v)}" for k, v in verdict.environment.items())
    origin = f"{safe(verdict.origin.path)} {safe(verdict.origin.estimator)}".strip()
    page = [*heading("Circumstances"), *lines(f"model: {origin}, sha256 {verdict.origin.sha256}")]
    if verdict.artifact:
        written = f"{safe(verdict.artifact.path)}, {size(verdict.artifact.size)}"
        page += lines(f"artifact: {written}, sha256 {verdict.artifact.sha256}")
    if versions:
        page += lines(f"versions: {versions}")
    return page + lines(f"took {verdict.seconds:.1f} s")


def heading(text: str) -> Page:
    """A title, set off from what stands before it."""
    return [Text(), Text(text, "bold")]


def _titled(title: str, body: Text) -> Page:
    return [*heading(title), Padding(body, (0, 0, 0, 2), expand=False)]


def lines(*texts: str) -> Page:
    """The texts that say anything, a line each."""
    return [_line(text) for text in texts if text]


def _line(text: str, indent: int = 2) -> RenderableType:
    return Padding(Text(text), (0, 0, 0, indent), expand=False)
