"""What the names in a model file tell of making PMML of it, before Java is started."""

from pathlib import Path

from adapters.foreseeing import UNTRIED, named, refused, traced
from adapters.to_pmml.own.table import EXPOSED, MODELS, STEPS
from converter.values import Inspection, Reason, Turn

__all__ = ["foresee", "traced"]
VERDICTS = Path(__file__).with_name("support.txt")
"""Estimator and verdict, one a line; benchmarks/support.py writes it from what it measures."""
_OWN = STEPS.keys() | EXPOSED.keys() | MODELS.keys()


def foresee(inspection: Inspection) -> tuple[Reason, ...]:
    """The reasons to refuse that the names alone already tell: estimators that no one writes."""
    return tuple(unwritten(name) for name in named(inspection) if is_unwritten(name))


def is_unwritten(name: str) -> bool:
    """Whether nobody writes the estimators of a class."""
    return name in (refused(VERDICTS) | UNTRIED) - _OWN


def unwritten(name: str, address: str = "") -> Reason:
    """The reason for it."""
    return Reason(
        code="pmml.unknown-estimator",
        message=f"{name.rpartition('.')[2]} is written neither by JPMML nor by us",
        address=address,
        turn=Turn.OURS,
    )
