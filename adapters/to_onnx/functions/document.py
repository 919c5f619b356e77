"""docs/operations.md: what ONNX can say of functions, tried, and the words that are traced.

`python -m adapters.to_onnx.functions.document` writes it anew; a test keeps it true.
"""

from pathlib import Path

import numpy as np

from adapters.base import Options
from adapters.to_onnx.compiler import new_graph
from adapters.to_onnx.functions.samples import Sample, dated, every, expression, samples
from adapters.to_onnx.functions.trial import operators, tried
from adapters.to_onnx.refused import Refused
from converter.trace.expression import Expression
from converter.trace.seen import UNSEEN
from converter.trace.vocabulary import Words, vocabulary

PAGE = Path(__file__).parents[3] / "docs" / "operations.md"
PLUMBING = {"Constant", "Identity", "Cast", "Reshape"}
"""What a type or a shape costs, and no operation."""

INTRODUCTION = """\
# What functions may do

A function is [traced](functions.md): first its words are understood, then the operations that they
come down to are said in ONNX. This page lists both, out of the code; each operation is tried in
ONNX Runtime on an example. It is generated: `python -m adapters.to_onnx.functions.document`.

## Operations in ONNX

**native**: one operator; **lowered**: several; **extensions**: with `--ops extensions` only;
**refused**: a model that needs it becomes a bundle. Names without a dot are numpy's, `special.` is
`scipy.special`. Where attributes matter, there is a line for each example.
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
    lines = ["| operation | ONNX | of dates |", "|---|---|---|"]
    for op in every():
        of_dates = [_said(op, sample) for sample in dated(op)]
        for sample in samples(op):
            told = " ".join([f"`{op}`", _example(sample, samples(op))]).strip()
            lines.append(f"| {told} | {_said(op, sample)} | {''.join(of_dates)} |")
            of_dates = []
    return "\n".join([*lines, ""])


def _example(sample: Sample, beside: tuple[Sample, ...]) -> str:
    """What tells an example from those beside it."""
    attrs = [key for key in sample.attrs if len({repr(s.attrs[key]) for s in beside}) > 1]
    told = [f"`{key}={sample.attrs[key]!r}`".replace("|", "\\|") for key in attrs]
    if len({repr(each.given) for each in beside}) > 1:
        told.insert(0, f"of {', '.join(map(str, sample.given))}")
    return ", ".join(told)


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
