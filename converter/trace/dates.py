"""What the operations on dates mean: on datetime64[ns], in which NaT is missing."""

from collections.abc import Callable
from typing import Any

OPERATIONS: dict[str, Callable[..., Any]] = {}
