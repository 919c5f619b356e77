"""What the names in a model file tell of converting it, without loading spox or the model."""

from pathlib import Path

from adapters.foreseeing import UNTRIED, named, refused, traced
from adapters.to_onnx.table import CONVERTERS
from converter.values import Inspection, Reason, Turn

__all__ = ["foresee", "traced"]
VERDICTS = Path(__file__).with_name("support.txt")
"""Estimator and verdict, one a line; benchmarks/support.py writes it from what it measures."""


def foresee(inspection: Inspection) -> tuple[Reason, ...]:
    """The reasons to refuse that the names alone already tell: estimators without a converter."""
    without = (refused(VERDICTS) | UNTRIED) - CONVERTERS.keys()
    return tuple(_unsaid(name) for name in named(inspection) if name in without)


def _unsaid(name: str) -> Reason:
    return Reason(
        code="onnx.unknown-estimator",
        message=f"{name.rpartition('.')[2]} has no converter",
        turn=Turn.OURS,
    )
