"""What the names in a model file tell of writing it as PMML, without Java or the model."""

from converter.values import Inspection, Reason


def foresee(inspection: Inspection) -> tuple[Reason, ...]:
    """The reasons to refuse that the names alone already tell."""
    return ()


def traced(inspection: Inspection) -> tuple[str, ...]:
    """The functions and classes that are not scikit-learn's: the conversion itself traces them."""
    return ()
