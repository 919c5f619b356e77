"""docs/operations.md: what ONNX and PMML can say of functions, tried, and the words traced.

`python -m benchmarks.operations` writes it anew; a test keeps it true.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from adapters.base import Options
from adapters.to_onnx.compiler import new_graph
from adapters.to_onnx.functions.trial import operators, tried
from adapters.to_onnx.refused import Refused
from adapters.to_pmml.functions.scalarise import said
from adapters.to_pmml.functions.unsaid import Unsaid
from adapters.to_pmml.terms import Apply, Discretize, MapValues, NormContinuous, Term
from benchmarks.operation_samples import DATES, Sample, dated, every, expression, samples
from converter.trace.expression import Expression, Node
from converter.trace.seen import UNSEEN
from converter.trace.vocabulary import Words, vocabulary
from tests.tracing.pmml import differences

PAGE = Path(__file__).parents[1] / "docs" / "operations.md"
PLUMBING = {"Constant", "Identity", "Cast", "Reshape"}
"""What a type or a shape costs, and no operation."""
GUARDS = {"if", "isMissing", "isNotMissing"}
"""What missing values cost."""

INTRODUCTION = """\
# What functions may do

A function is [traced](functions.md): first its words are understood, then the operations that they
come down to are said in ONNX or in PMML. This page lists both, out of the code; each operation is
tried on an example, in ONNX Runtime and in JPMML-Evaluator. It is generated:
`python -m benchmarks.operations`.

## Operations in ONNX and PMML

**native**: one operator, or one function of PMML; **lowered**, **composed**: several;
**extensions**: with `--ops extensions` only; **refused**: a model that needs it becomes a bundle.
Names without a dot are numpy's, `special.` is `scipy.special`; `pieces.` is what loops over the
words or characters of a text come down to. Where attributes matter, there is a line for each
example.
"""

VOCABULARY = """\
## Words

What a function may call. Everything else that is handed a value of the rows is refused, by name; so
is an argument that is not understood. What is handed constants only may be anything.
"""


def page() -> str:
    """The whole document."""
    parts = [INTRODUCTION, _operations(), VOCABULARY, *map(_words, vocabulary())]
    return "\n".join(parts)


# --- operations -------------------------------------------------------------------------------


def _operations() -> str:
    lines = [
        "| operation | ONNX | PMML | ONNX, of dates | PMML, of dates |",
        "|---|---|---|---|---|",
    ]
    for op in every():
        of_dates = [cell for sample in dated(op) for cell in _both(op, sample)]
        for sample in samples(op):
            told = " ".join([f"`{op}`", _example(sample, samples(op))]).strip()
            cells = [told, *_both(op, sample), *(of_dates or ["", ""])]
            lines.append(f"| {' | '.join(cells)} |")
            of_dates = []
    return "\n".join([*lines, ""])


def _example(sample: Sample, beside: tuple[Sample, ...]) -> str:
    """What tells an example from those beside it."""
    attrs = [key for key in sample.attrs if len({repr(s.attrs[key]) for s in beside}) > 1]
    told = [f"`{key}={sample.attrs[key]!r}`".replace("|", "\\|") for key in attrs]
    if len({repr(each.given) for each in beside}) > 1:
        told.insert(0, f"of {', '.join(map(str, sample.given))}")
    return ", ".join(told)


def _both(op: str, sample: Sample) -> list[str]:
    return [_said(op, sample), _said_in_pmml(op, sample)]


def _said_in_pmml(op: str, sample: Sample) -> str:
    """How PMML says an operation, asked in its evaluator."""
    made = _of_fields(expression(op, sample))
    try:
        terms = said(made)
    except Unsaid:
        return "refused"
    assert not (told := differences(made, terms)), (op, told)
    used = [name for definition in terms.definitions for name in _functions(definition.term)]
    own = [name for name in used if name not in GUARDS] or used[:1]
    return "composed" if len(own) > 1 else f"native: {own[0]}" if own else "native"


def _of_fields(made: Expression) -> Expression:
    """The same, where spans are between dates, and dates that come of it are counted."""
    [output] = made.outputs
    parts, inputs = [], []
    for part in output.inputs:
        if part.op == "input" and part.kind == "span":
            name = part.attrs["name"]
            pair = [_field(f"{name}a", DATES), _field(f"{name}b", DATES[::-1])]
            inputs += pair
            part = Node("subtract", tuple(pair), {}, part.value, rows=True)
        elif part.op == "input":
            inputs.append(part)
        parts.append(part)
    output = Node(output.op, tuple(parts), output.attrs, output.value, rows=True)
    if output.kind in ("date", "span"):
        counted = np.asarray(output.value).astype(np.int64)
        output = Node("cast", (output,), {"dtype": "int64"}, counted, rows=True)
    tried = {node.attrs["name"]: node.value for node in inputs}
    return Expression(tuple(inputs), (output,), tried=tried)


def _field(name: str, value: np.ndarray) -> Node:
    return Node("input", (), {"name": name}, value, rows=True)


def _functions(term: Term) -> Iterator[str]:
    match term:
        case Apply(function=function, arguments=arguments):
            yield function
            for argument in arguments:
                yield from _functions(argument)
        case MapValues() | Discretize() | NormContinuous():
            yield type(term).__name__


def _said(op: str, sample: Sample) -> str:
    """How the target says an operation, as the table has it."""
    made = expression(op, sample)
    try:
        return _how(made, "")
    except Refused as refused:
        if refused.reasons[0].code != "onnx.needs-extensions":
            return "refused"
    try:
        _how(made, "extensions")
    except Refused:
        return "refused"
    return "extensions"


def _how(made: Expression, ops: str) -> str:
    options = Options(ops=ops)
    tried(made, "example", new_graph(np.dtype(np.float64), [], options, UNSEEN))
    used = operators(made, new_graph(np.dtype(np.float64), [], options, UNSEEN))
    kinds = [kind for kind in used if kind not in PLUMBING]
    return "lowered" if len(kinds) > 1 else f"native: {(kinds or ['Identity'])[0]}"


# --- words ------------------------------------------------------------------------------------


def _words(words: Words) -> str:
    lines = [f"### {words.holder}", "", f"Traced: {_listed(words.traced)}.", ""]
    if words.mixing:
        lines += [f"Refused, for they look at other rows: {_listed(words.mixing)}.", ""]
    return "\n".join(lines)


def _listed(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
