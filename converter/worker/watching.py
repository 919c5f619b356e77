"""Watch the live model run once: what is every part of it that is not scikit-learn's handed?"""

import copy
import functools
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from converter.trace.seen import Call
from converter.worker.answers import METHODS, methods

FUNCTIONS = ("func", "inverse_func")
"""What a FunctionTransformer calls."""
WATCHED = (*METHODS, "inverse_transform")
"""What is watched of an estimator that is not scikit-learn's."""
_ATOMS = {type(None), bool, int, float, complex, str, bytes, type, FunctionType, ModuleType}
_LIBRARIES = {"numpy", "pandas", "scipy", "pyarrow"}
"""Whose objects hold numbers and text, and may hold very many."""

Calls = dict[int, dict[str, Call]]


def watch(model: Any, given: Any) -> Calls:
    """What each part `to_watch` was handed and gave in its first call, by `id`, by method.

    The model is asked each of its methods once for `given`, in this process and thread; it is not
    run where nothing is to be watched. What it raises ends the method asked, and is no error here.
    The parts are left as they were.
    """
    parts = to_watch(model)
    calls: Calls = {id(part): {} for part in parts}
    with ExitStack() as stack:
        for part in parts:
            stack.enter_context(_patched(part, calls[id(part)]))
        if parts:
            _run(model, given)
    return {part: seen for part, seen in calls.items() if seen}


def to_watch(model: Any) -> list[Any]:
    """The parts of a model that run code other than scikit-learn's, itself included.

    Function transformers with a function, vectorizers with a preprocessor, estimators of other
    classes.
    """
    return [part for part in _objects(model) if _spots(part, part is model)]


def _run(model: Any, given: Any) -> None:
    import joblib

    with joblib.parallel_config(backend="sequential"), np.errstate(all="ignore"):
        for name in methods(model):
            with suppress(Exception), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                getattr(model, name)(copy.deepcopy(given))


# --- what is watched --------------------------------------------------------------------------


def _spots(part: Any, outermost: bool) -> list[str]:
    """The attributes of a part that are called, and are not scikit-learn's own code."""
    kind, inside, spots = type(part), _attributes(part), []
    if any(base.__name__ == "FunctionTransformer" and _is_sklearns(base) for base in kind.__mro__):
        spots += [name for name in FUNCTIONS if callable(inside.get(name))]
    if hasattr(kind, "build_preprocessor") and callable(inside.get("preprocessor")):
        spots.append("transform")
    if not _is_sklearns(kind) and _holds(part) and (outermost or _fits(kind)):
        spots += [name for name in WATCHED if _answers(part, name)]
    return spots


def _is_sklearns(kind: type) -> bool:
    return str(kind.__module__).split(".")[0] == "sklearn"


def _fits(kind: type) -> bool:
    return hasattr(kind, "fit") or hasattr(kind, "fit_transform")


def _answers(part: Any, name: str) -> bool:
    """Whether an object has the method; asked of its class first, which runs none of its code."""
    try:
        return callable(getattr(type(part), name, None)) and callable(getattr(part, name))
    except Exception:  # a property may raise what it likes
        return False


@contextmanager
def _patched(part: Any, calls: dict[str, Call]) -> Iterator[None]:
    """Write down the first call of each spot of a part; afterwards it is as it was."""
    inside = vars(part)
    before = {name: inside[name] for name in WATCHED + FUNCTIONS if name in inside}
    spots = {name: getattr(part, name) for name in _spots(part, True)}
    inside.update({name: _recording(name, call, calls) for name, call in spots.items()})
    try:
        yield
    finally:
        for name in spots:
            inside.pop(name, None)
        inside.update(before)


def _recording(name: str, call: Callable[..., Any], calls: dict[str, Call]) -> Callable[..., Any]:
    """`call`, which leaves its first call in `calls`; one within that call is not the first."""
    begun: list[bool] = []

    @functools.wraps(call, updated=())
    def recording(*args: Any, **kwargs: Any) -> Any:
        if begun or not args:
            return call(*args, **kwargs)
        begun.append(True)
        given = _copied(args[0])
        gave = call(*args, **kwargs)
        copied = _copied(gave)
        if given and copied:
            calls[name] = Call(name, given[0], copied[0])
        return gave

    return recording


def _copied(value: Any) -> tuple[Any, ...]:
    """A copy of a value, as a tuple of one; () of what cannot be copied, such as a generator."""
    try:
        return (copy.deepcopy(value),)
    except Exception:  # objects raise what they like when they are copied
        return ()


# --- the object graph -------------------------------------------------------------------------


def _objects(model: Any) -> list[Any]:
    """Every object within a model, once each, the model first; numbers and text left out."""
    found: list[Any] = []
    visited = {id(model): model}
    waiting = deque([model])
    while waiting:
        here = waiting.popleft()
        found.append(here)
        for each in _held(here):
            if id(each) not in visited:
                visited[id(each)] = each
                waiting.append(each)
    return found


def _held(value: Any) -> Iterable[Any]:
    """What a container or an object holds, numbers and text left out."""
    within = list(_attributes(value).values())
    if isinstance(value, dict):
        within += dict.values(value)
    elif isinstance(value, list | tuple | set | frozenset | deque):
        within += value
    elif isinstance(value, np.ndarray) and value.dtype == object:
        within += value.ravel().tolist()
    if set(map(type, within)) <= _ATOMS:  # a vocabulary of a million words
        return ()
    return [each for each in within if type(each) not in _ATOMS]


def _attributes(value: Any) -> dict[str, Any]:
    """An object's own; {} where it has none, or is a library's."""
    return vars(value) if _holds(value) else {}


def _holds(value: Any) -> bool:
    """Whether an object that is no library's can have attributes of its own, if only later."""
    if type(value) in _ATOMS or str(type(value).__module__).split(".")[0] in _LIBRARIES:
        return False
    try:
        return isinstance(value.__dict__, dict)
    except Exception:  # no attributes, or a property that raises what it likes
        return False
