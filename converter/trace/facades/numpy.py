"""What numpy's protocols do not hand to stand-ins: `np.asarray`, `np.array`, `np.zeros` …"""

from typing import Any

from converter.trace.session import unknown
from converter.trace.standins.array import Array, of
from converter.trace.standins.lift import is_standin, node_of
from converter.trace.words.arrays import METHODS


def _asarray(value: Any, dtype: Any = None, order: Any = None, copy: Any = None) -> Any:
    if not is_standin(value):
        unknown("`numpy.asarray` of a list of rows")
    array = of(value)
    return array if dtype is None else METHODS["astype"](array, dtype)


def _array(value: Any, dtype: Any = None, copy: Any = True, order: Any = None) -> Any:
    if not is_standin(value):
        unknown("`numpy.array` of a list of rows")
    array = Array(node_of(value), value._slot)
    return array if dtype is None else METHODS["astype"](array, dtype)


REPLACED: dict[str, Any] = {
    "numpy.asarray": _asarray,
    "numpy.asanyarray": _asarray,
    "numpy.ascontiguousarray": _asarray,
    "numpy.array": _array,
}
