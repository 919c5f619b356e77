"""The words that a traced function may use, out of the tables that record them."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from converter.trace.facades.polynomials import FAMILIES
from converter.trace.facades.table import REPLACED
from converter.trace.operations import SPECIAL, UFUNCS
from converter.trace.words import arrays, date_methods, dates, labelled, mixing, text_scalars
from converter.trace.words.strings import JUDGED, StringMethods


class Words(NamedTuple):
    """What one library, or class, offers."""

    holder: str
    """Such as "numpy" or "pandas.Series.str"."""
    traced: tuple[str, ...]
    mixing: tuple[str, ...] = ()
    """Refused, because they make a row's answer depend on other rows."""


FACADES = (
    *("pandas", "pandas.api.types", "scipy.stats", "scipy.sparse", "sklearn.preprocessing"),
    *("sklearn.utils", "sklearn.metrics.pairwise", "builtins", "math", "re", "operator"),
    *("functools", "datetime", "statistics", "numpy.char", "numpy.polynomial"),
    *(f"numpy.polynomial.{family.module}" for family in FAMILIES),
)
"""Modules whose names are replaced one by one."""


def vocabulary() -> tuple[Words, ...]:
    """Every holder of words, with those of the rows' own containers first."""
    return (
        _parted("numpy", _numpy()),
        _parted("numpy.ndarray", arrays.METHODS),
        Words("pandas.DataFrame", _sorted(labelled.FRAME), _sorted(mixing.MIXING)),
        Words("pandas.Series", _sorted(labelled.SERIES), _sorted(mixing.MIXING)),
        Words("pandas.Series.str", _sorted(_texts())),
        Words("pandas.Series.dt, of dates", _sorted(_dates())),
        Words(
            "pandas.Series.dt, of differences", _sorted({*dates.SPAN_PARTS, *date_methods.OF_SPANS})
        ),
        _parted("str", {name: None for name in text_scalars.METHODS if hasattr(str, name)}),
        _parted("scipy.special", {**dict.fromkeys(SPECIAL), **_facade("scipy.special")}),
        *(_parted(module, _facade(module)) for module in FACADES),
    )


def _numpy() -> dict[str, Any]:
    functions = {f.__name__: recorder for f, recorder in arrays.FUNCTIONS.items()}
    return {**dict.fromkeys(UFUNCS), **_facade("numpy"), **functions}


def _facade(module: str) -> dict[str, Any]:
    names = ((name, name.rpartition("."), recorder) for name, recorder in REPLACED.items())
    return {word: recorder for _, (holder, _, word), recorder in names if holder == module}


def _parted(holder: str, words: Mapping[str, Any]) -> Words:
    """The words of a table; what always refuses is a recorder named `refuse`, or `opaque`."""
    named = {word: _name(recorder) for word, recorder in words.items()}
    mixing = {word for word, name in named.items() if name == "refuse"}
    opaque = {word for word, name in named.items() if name == "opaque"}
    return Words(holder, _sorted(words.keys() - mixing - opaque), _sorted(mixing))


def _name(recorder: Any) -> str:
    return getattr(getattr(recorder, "_construct", recorder), "__name__", "")


def _texts() -> set[str]:
    return {*(f"is{what}" for what in JUDGED), *_public(StringMethods)}


def _dates() -> set[str]:
    return {*dates.NUMBERS, *dates.TRUTHS, *date_methods.OF_DATES, "isocalendar"}


def _public(kind: type) -> set[str]:
    return {name for name in vars(kind) if not name.startswith("_")}


def _sorted(words: Any) -> tuple[str, ...]:
    return tuple(sorted(words))
