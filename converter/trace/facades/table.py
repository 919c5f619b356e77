"""What the names in a traced function's reach stand for: numpy, pandas, Python's own builtins.

`REPLACED` is the table: dotted name → what stands there while a function is traced. Everything
else of a library is the real thing, as long as it is not handed a stand-in.
"""

from typing import Any

from converter.trace.facades import (
    builtins,
    datetime,
    gathering,
    math,
    numpy,
    operator,
    pandas,
    polynomials,
    re,
    rows,
    rowwise,
    scipy,
    sklearn,
    strings,
)

REPLACED: dict[str, Any] = {
    **builtins.REPLACED,
    **math.REPLACED,
    **operator.REPLACED,
    **numpy.REPLACED,
    **polynomials.REPLACED,
    **rowwise.REPLACED,
    **rows.REPLACED,
    **re.REPLACED,
    **scipy.REPLACED,
    **sklearn.REPLACED,
    **strings.REPLACED,
    **pandas.REPLACED,
    **datetime.REPLACED,
    **gathering.REPLACED,
}
