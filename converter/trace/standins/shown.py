"""What a batch has as a whole (a mean, a table of counts): good for being shown, and nothing else.

Many functions tell about their rows on the way. What comes of all rows may be looked into further,
and stays what it is; where it decides something, or reaches the rows, that is refused at the line
it came from.
"""

from collections.abc import Callable
from typing import Any, NoReturn

from converter.trace.standins.lift import is_standin

_HARMLESS = {"to_dict", "to_frame", "to_list", "to_numpy", "to_string"}
_OUTWARDS = {"plot", "hist", "boxplot"}


class Spelled(str):
    """What stands in a text for such a statistic."""

    _refuse: Callable[[], NoReturn]

    def __new__(cls, told: str, refuse: Callable[[], NoReturn]) -> "Spelled":
        """`refuse` tells where it came from."""
        made = super().__new__(cls, told)
        made._refuse = refuse
        return made

    def _known(self, *_: Any) -> NoReturn:
        raise self._refuse()

    __eq__ = __ne__ = __contains__ = __hash__ = __lt__ = __gt__ = __le__ = __ge__ = _known


class Shown:
    """A statistic of all rows, or what is made of it."""

    _rank = 9
    _slot = None

    def __init__(self, refuse: Callable[[], NoReturn]) -> None:
        """`refuse` tells where it came from."""
        self._refuse = refuse

    def __getattr__(self, name: str) -> "Shown":
        is_file = name.startswith("to_") and name not in _HARMLESS
        if name.startswith("_") or name in _OUTWARDS or is_file:
            self._known()
        return self

    def __call__(self, *args: Any, **kwargs: Any) -> "Shown":
        """What a method gives; a function that it is handed might do more."""
        if any(callable(value) for value in (*args, *kwargs.values())):
            self._known()
        return self._with(*args, *kwargs.values())

    def _with(self, *others: Any) -> "Shown":
        if any(is_standin(other) and not isinstance(other, Shown) for other in others):
            self._known()
        return self

    def __str__(self) -> str:
        return Spelled("<of all rows>", self._refuse)

    __repr__ = __str__

    def __format__(self, spec: str) -> str:
        return str(self)

    def _known(self, *_: Any, **__: Any) -> NoReturn:
        self._refuse()

    __getitem__ = __round__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _with
    __truediv__ = __rtruediv__ = __gt__ = __ge__ = __lt__ = __le__ = __neg__ = __abs__ = _with
    __eq__ = __ne__ = _with  # type: ignore[assignment]
    __hash__ = _known
    __bool__ = __iter__ = __contains__ = __int__ = __float__ = __index__ = __len__ = _known
    __array__ = __array_ufunc__ = __array_function__ = __setitem__ = __delitem__ = _known
    __and__ = __rand__ = __or__ = __ror__ = __invert__ = __pow__ = __rpow__ = _known
    _mlconvert_node = _mlconvert_stands_for = _known
