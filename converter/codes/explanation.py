"""What is told of one code."""

from typing import NamedTuple


class Explanation(NamedTuple):
    """One code's page."""

    meaning: str
    example: str
    remedy: str
