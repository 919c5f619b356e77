"""How many rows there are: a number that a function may hand on, but not know."""

from typing import Any, NoReturn

from converter.trace.session import mixes_rows


class Rows:
    """The length of a batch, as `len(X)` and `X.shape[0]` give it."""

    _HINT = "leave the number of rows out of the formula"

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Rows):
            return True
        if other == 0:
            return False
        return self._known()

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __gt__(self, other: Any) -> bool:
        return True if other == 0 else self._known()

    def __ge__(self, other: Any) -> bool:
        return True if other in (0, 1) else self._known()

    def __lt__(self, other: Any) -> bool:
        return False if other in (0, 1) else self._known()

    def __le__(self, other: Any) -> bool:
        return False if other == 0 else self._known()

    def __bool__(self) -> bool:
        return True

    def __hash__(self) -> int:
        return 7

    def __repr__(self) -> str:
        return "<number of rows>"

    def _known(self, *_: Any) -> NoReturn:
        mixes_rows("computes with the number of rows", self._HINT)

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = _known
    __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = _known
    __index__ = __int__ = __float__ = __neg__ = _known


class Some(Rows):
    """How many rows, or values, a mask chooses, or an array holds: not to be known either."""

    def __eq__(self, other: object) -> bool:
        return self._known()

    __gt__ = __ge__ = __lt__ = __le__ = __eq__

    def __hash__(self) -> int:
        return 8

    def __bool__(self) -> bool:
        return self._known()

    def _known(self, *_: Any) -> NoReturn:
        mixes_rows("counts values", "assign through the mask without asking how many it chooses")
