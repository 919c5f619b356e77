"""What the file alone tells of a conversion, before anything of it is run."""

from importlib import import_module
from typing import Literal

from adapters import TARGETS
from converter.errors import UsageError
from converter.values import Inspection, Reason, Record, Turn

NO_MODELS = ("builtins.", "numpy.", "pandas.", "collections.")
"""What begins so is a container or a table, whatever it may hold."""

Outlook = Literal["convert", "fall back", "refuse"]


class Foresight(Record):
    """The outlook of a conversion."""

    target: str
    """The target asked about."""
    outlook: Outlook
    """Whether it will convert, end as a bundle, or be refused before it is loaded."""
    reasons: tuple[Reason, ...] = ()
    """Why it will not convert; more may show when it is tried."""
    traced: tuple[str, ...] = ()
    """The functions and classes, not scikit-learn's, that are traced when it is converted; only
    that tells whether the target can say what they do."""


def foresee(inspection: Inspection, target: str = "onnx") -> Foresight:
    """What `convert` will say of the inspected file, as far as its names tell."""
    if target not in TARGETS:
        raise UsageError(
            f"There is no target {target!r}.", f"The targets are {', '.join(TARGETS)}."
        )
    if inspection.estimator.startswith(NO_MODELS):
        kind = inspection.estimator.rpartition(".")[2]
        reason = Reason(
            code="unreadable", message=f"the file holds a {kind}, not a model", turn=Turn.FORMAT
        )
        return Foresight(target=target, outlook="refuse", reasons=(reason,))
    module = import_module(f"{TARGETS[target]}.foresee")
    reasons, traced = module.foresee(inspection), module.traced(inspection)
    return Foresight(
        target=target, outlook=_outlook(inspection, reasons), reasons=reasons, traced=traced
    )


def _outlook(inspection: Inspection, reasons: tuple[Reason, ...]) -> Outlook:
    if any(found.safety == "dangerous" for found in inspection.globals):
        return "refuse"
    return "fall back" if reasons else "convert"
