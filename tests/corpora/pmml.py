"""What becomes of a sample's functions in PMML: said, and asked in JPMML-Evaluator."""

import io
import warnings
from collections.abc import Iterator
from contextlib import redirect_stdout
from enum import StrEnum
from typing import Any, NamedTuple

import numpy as np

from adapters.to_pmml.functions.scalarise import said
from adapters.to_pmml.functions.unsaid import Unsaid
from converter.trace.function import Untraced, express
from converter.worker.watching import to_watch, watch
from tests.corpora import Sample
from tests.corpora.models import fitted, rows
from tests.tracing.pmml import differences


class Verdict(StrEnum):
    """What became of a sample."""

    PMML = "pmml"
    """Every function of it is said, and the evaluator answers as the live one does."""
    TOLD = "with a caveat"
    """The same, but for what a caveat says."""
    REFUSED = "refused"
    WRONG = "wrong"
    FAILED = "failed"


class Found(NamedTuple):
    """What became of a sample, and why."""

    verdict: Verdict
    note: str = ""


def judged(sample: Sample) -> Found:
    """Fit the sample, watch its functions, and say each of them in PMML."""
    with warnings.catch_warnings(), np.errstate(all="ignore"), redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            return _judged(sample)
        except Exception as error:  # a fault of ours, or an answer that the evaluator refuses
            return Found(Verdict.FAILED, f"{type(error).__name__}: {error}".splitlines()[0])


def _judged(sample: Sample) -> Found:
    model = fitted(sample)
    seen = watch(model, rows(sample, 0))
    caveats: list[str] = []
    for function, keywords, given in _functions(model, seen):
        try:
            expression = express(function, given, keywords)
            terms = said(expression)
        except (Untraced, Unsaid) as reasons:
            return Found(Verdict.REFUSED, reasons.reasons[0].message)
        caveats += terms.caveats
        if told := differences(expression, terms):
            return Found(Verdict.WRONG, f"{len(told)} cells: {told[0]}")
    if caveats:
        return Found(Verdict.TOLD, caveats[0])
    return Found(Verdict.PMML)


def _functions(model: Any, seen: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Every function that the model ran: itself, its keywords, what it was handed."""
    for part in to_watch(model):
        for method, call in seen.get(id(part), {}).items():
            if method == "func":
                yield part.func, part.kw_args, call.given
            elif method in ("transform", "predict"):
                yield getattr(part, method), None, call.given
