"""What the names in a model file tell of bundling it."""

from converter.values import Inspection, Reason


def foresee(inspection: Inspection) -> tuple[Reason, ...]:
    """Nothing: whatever could be loaded can be bundled, as far as names tell."""
    return ()


def traced(inspection: Inspection) -> tuple[str, ...]:
    """None: a bundle carries functions as they are."""
    return ()
