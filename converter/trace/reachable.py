"""What kinds of things a user's function reaches, and which of them may be run on stand-ins."""

import enum
import re
import sys
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from converter.trace.own import is_own
from converter.trace.steps import steps_of

MODELLED = frozenset(
    ["numpy", "pandas", "scipy", "sklearn", "math", "re", "datetime", "operator", "functools"]
)
"""Libraries that facades stand for."""


def is_traceable(function: FunctionType) -> bool:
    """Python code that may be run on stand-ins: all but what the facades stand for."""
    top = (function.__module__ or "__main__").partition(".")[0]
    if is_own(function.__module__):
        return True
    return top not in MODELLED and top not in sys.stdlib_module_names


def is_plain_function(value: Any) -> bool:
    """A function, a builtin or a method of a library; ufuncs have a protocol of their own."""
    return callable(value) and not isinstance(value, np.ufunc | type) and hasattr(value, "__name__")


def is_compiled(function: Any) -> bool:
    """Whether calling it runs no Python code, nor a library that facades stand for."""
    top = str(getattr(function, "__module__", "") or "").partition(".")[0]
    python = isinstance(getattr(function, "__func__", function), FunctionType)
    return not python and top not in MODELLED and top != "builtins"


def is_plain_class(cls: type) -> bool:
    """One that can be made again: no enumeration, tuple or dict, and without slots."""
    special = issubclass(cls, enum.Enum | tuple | dict) or hasattr(cls, "__slots__")
    return not special and type(cls).__module__ in ("builtins", "abc")


def is_code(member: Any) -> bool:
    """What runs, among the members of a class."""
    return isinstance(member, FunctionType | staticmethod | classmethod | property)


def unwrapped(member: Any) -> Any:
    """A method without what scikit-learn put around it."""
    while is_wrapper(member):
        member = member.__wrapped__
    return member


def is_table(member: Any) -> bool:
    """What a class holds for all of its objects: tables, patterns, and the like."""
    return isinstance(member, re.Pattern) or type(member) in (list, set, dict)


def is_estimator(value: Any) -> bool:
    """A fitted or unfitted estimator of scikit-learn."""
    return type(value).__module__.partition(".")[0] == "sklearn" and hasattr(value, "get_params")


def is_wrapper(member: Any) -> bool:
    """What scikit-learn puts around every `transform`, under the name of what it wraps."""
    if not isinstance(member, FunctionType) or not hasattr(member, "__wrapped__"):
        return False
    home = Path(member.__code__.co_filename)  # dill gives a copy the module that it wraps
    return "site-packages" in home.parts or not is_own(member.__globals__.get("__name__"))


def dotted(value: Any) -> str:
    """`numpy.log1p` for what knows its module and name; of an object, its class."""
    module = getattr(value, "__module__", "") or ""
    return f"{module}.{getattr(value, '__qualname__', type(value).__name__)}"


def codes(code: CodeType) -> set[CodeType]:
    """A code and those of the functions within it."""
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return {code}.union(*map(codes, inner))


def names(code: CodeType) -> set[str]:
    """The global names that a code uses, functions within it included."""
    steps = (step for each in codes(code) for step in steps_of(each))
    return {str(step.argval) for step in steps if step.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
