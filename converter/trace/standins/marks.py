"""The marks by which a plain str is known to be made of a row's texts (see `standins.text`)."""

from typing import Any

OPEN, CLOSE = "\ue100", "\ue101"
"""Of the private use area: they stand in no text that means anything."""


def is_marked(value: Any) -> bool:
    """Whether `value` is a plain str made of a row's texts."""
    return type(value) is str and OPEN in value
