"""Functions built to fool the tracer: none of them may become a graph."""

import bisect
import builtins
import collections
import dataclasses
import datetime
import enum
import functools
import importlib
import os
import pathlib
import random
import struct
import time
from os import environ as settings
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest

from converter.trace.function import Untraced, express

ROWS = np.random.default_rng(0).normal(size=(23, 3))
_CALLS = []
_CACHE = {}
_TOTAL = 0
_GENERATOR = np.random.default_rng(0)


def swallows_everything(X):
    try:
        return X - X.mean()
    except BaseException:
        return X


def swallows_exceptions(X):
    try:
        return np.linalg.svd(X)[0]
    except Exception:
        return X * 2


def swallows_and_loops(X):
    for attempt in (np.sort, np.cumsum, np.abs):
        try:
            return attempt(X, axis=0)
        except BaseException:
            continue
    return X


def caches(X):
    _CACHE.setdefault("first", X)
    return X - _CACHE["first"][:1].sum()


def caches_a_number(X):
    if "n" not in _CACHE:
        _CACHE["n"] = 1.0
    else:
        _CACHE["n"] += 1
    return X * _CACHE["n"]


def counts_its_calls(X):
    _CALLS.append(1)
    return X + len(_CALLS)


def counts_in_a_global(X):
    global _TOTAL
    _TOTAL += 1
    return X * _TOTAL


def counts_on_itself(X):
    counts_on_itself.calls = getattr(counts_on_itself, "calls", 0) + 1
    return X + counts_on_itself.calls


def branches_on_the_batch(X):
    return X / 10 if X.max() > 3 else X


def branches_on_any_row(X):
    return -X if (X[:, 0] > 2).any() else X


def branches_on_the_number_of_rows(X):
    return X if len(X) > 10 else X * 2


def reads_the_environment_by_alias(X):
    return X * float(settings.get("SCALE", 2))


def reads_the_environment_by_getattr(X):
    return X * float(getattr(os, "env" + "iron").get("SCALE", 2))


def draws_per_call(X):
    return X + np.random.random()


def draws_by_alias(X, draw=random.random):
    return X + draw()


def draws_from_a_held_generator(X):
    return X + _GENERATOR.normal()


def reads_the_clock_by_alias(X, now=time.time):
    return X + now() % 1


def is_right_on_the_first_call_only(X, state=[]):  # noqa: B006
    state.append(0)
    return X if len(state) < 2 else X + 1


def is_right_on_the_first_calls_only(X, state=[]):  # noqa: B006
    state.append(0)
    return X if len(state) < 6 else X + 1


def depends_on_where_a_row_stands(X):
    return X[::-1]


def depends_on_the_row_before(X):
    return X - np.roll(X, 1, axis=0)


def depends_on_identity(X):
    return X + id(X) % 7


def leaves_numpy(X):
    return np.array([float(v) for v in np.asarray(X).tobytes()[: len(X)]])


class Counter:
    def __init__(self):
        self.seen = 0

    def __call__(self, X):
        self.seen += 1
        return X * self.seen

    def transform(self, X):
        self.last = X
        return X


def _closure():
    seen = []

    def remembers(X):
        seen.append(X.shape[1])
        return X + len(seen)

    return remembers


FOOLS = [value for name, value in list(globals().items()) if getattr(value, "__code__", None)]
FOOLS = [fool for fool in FOOLS if fool is not _closure]


@pytest.mark.parametrize("fool", FOOLS, ids=lambda fool: fool.__name__)
def test_a_function_built_to_fool_the_tracer_is_refused(fool):
    with pytest.raises(Untraced):
        express(fool, ROWS)


@pytest.mark.parametrize(
    "fool", [Counter(), Counter().transform, _closure()], ids=["object", "method", "closure"]
)
def test_an_object_that_keeps_what_it_saw_is_refused(fool):
    with pytest.raises(Untraced):
        express(fool, ROWS)


def test_what_a_trace_recorded_is_not_left_in_the_users_own_containers():
    with pytest.raises(Untraced):
        express(counts_its_calls, ROWS)
    assert set(map(type, _CALLS)) <= {int}


def test_a_constant_table_in_a_global_is_fine():
    table = {"scale": 2.0, "shift": np.array([1.0, 2.0, 3.0])}
    assert express(lambda X: X * table["scale"] + table["shift"], ROWS).outputs


# --- readings by other ways --------------------------------------------------------------------


class Settings:
    kept = os.environ

    @property
    def scale(self):
        return float(self.kept.get("SCALE", 2))


SETTINGS = Settings()
READINGS = {
    "a property": (lambda X: X * SETTINGS.scale, "environment"),
    "importlib": (
        lambda X: X * float(importlib.import_module("o" + "s").environ.get("SCALE", 2)),
        "environment",
    ),
    "eval": (lambda X: X + eval("__import__('time').localtime()").tm_year, "clock"),
    "an import": (lambda X: X + __import__("datetime").date.today().year, "clock"),
    "getattr": (lambda X: X + getattr(datetime.datetime, "n" + "ow")().year, "clock"),
    "getattr of pandas": (lambda X: X + getattr(pd.Timestamp, "n" + "ow")().year, "clock"),
    "a word": (lambda X: X + pd.Timestamp("today").year, "clock"),
    "a word of numpy": (lambda X: X + np.datetime64("now").astype("int64") // 10**9, "clock"),
    "a partial": (functools.partial(lambda when, X: X + pd.Timestamp(when).year, "now"), "clock"),
    "a path": (lambda X: X + pathlib.Path("/nowhere").exists(), "files"),
    "a folder": (lambda X: X + len(list(pathlib.Path("/").iterdir())), "files"),
    "open, hidden": (lambda X: X + len(getattr(builtins, "op" + "en")(__file__).read()), "files"),
    "a process": (lambda X: X + getattr(os, "get" + "pid")(), "process"),
}


@pytest.mark.parametrize("name", READINGS)
def test_a_reading_is_refused_by_whatever_way_it_is_hidden(name):
    function, kind = READINGS[name]
    with pytest.raises(Untraced) as untraced:
        express(function, ROWS)
    assert kind in untraced.value.reasons[0].code


def test_what_a_library_reads_for_itself_is_no_reading_of_the_function():
    frame = pd.DataFrame(ROWS, columns=list("abc"))
    assert express(lambda X: X.assign(d=X["a"].clip(0) / 2), frame).outputs


# --- kinds of classes that a function holds ----------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Frozen:
    scale: float = 2.0


class Choice(enum.Enum):
    A = 3.0


class Slotted:
    __slots__ = ("k",)

    def __init__(self):
        self.k = 4.0


class Pair(NamedTuple):
    b: float = 5.0


FROZEN, T = Frozen(), Frozen


@pytest.mark.parametrize(
    "function",
    [
        lambda X: X * FROZEN.scale,
        lambda X: X * Choice.A.value,
        lambda X: X * Slotted().k,
        lambda X: X * Pair().b,
        lambda X: np.vstack([X[:, 0], X[:, 1]]).T,
    ],
    ids=["frozen dataclass", "enum", "slots", "named tuple", "an attribute named like a global"],
)
def test_any_kind_of_class_may_hold_a_constant(function):
    assert express(function, ROWS).outputs


# --- calls that show nothing of what they do ---------------------------------------------------


class Compiled:
    """What stands for an extension in C: it asks for the bytes of what it is handed."""

    def __call__(self, values):
        return np.asarray(memoryview(values)) * 2


OPAQUE = {
    "a function of C": lambda X: np.array([bisect.bisect([0.0, 1.0], x) for x in X[:, 0]]),
    "another, of one value": lambda X: np.array([struct.pack("d", x)[0] for x in X[:, 0]]),
    "a plain array": lambda X: np.array(collections.deque(X)),
    "the bytes": lambda X: np.frombuffer(X.tobytes()).reshape(X.shape),
    "bytes": lambda X: np.frombuffer(bytes(X)).reshape(-1, 3),
    "the memory": lambda X: np.array(memoryview(X)),
    "an object that takes the memory": lambda X: Compiled()(X),
}


@pytest.mark.parametrize("name", OPAQUE)
def test_data_that_leave_numpy_are_refused_at_the_line_that_hands_them_out(name):
    with pytest.raises(Untraced) as untraced:
        express(OPAQUE[name], ROWS)
    [reason] = untraced.value.reasons
    assert reason.code == "function.left-numpy"
    assert "hands its data to" in reason.message
    assert reason.source.text.startswith((f'"{name}"', "return np.asarray(memoryview"))


@functools.lru_cache
def step(x):
    return 1.0 if x > 0 else np.expm1(x)


def test_a_cache_in_front_of_a_function_is_looked_through():
    frame = pd.DataFrame({"a": ROWS[:, 0]})
    assert express(lambda X: X["a"].map(step), frame).outputs


@functools.lru_cache
def clocked(x):
    return x + time.time()


def test_a_cache_hides_no_clock():
    frame = pd.DataFrame({"a": ROWS[:, 0]})
    with pytest.raises(Untraced) as untraced:
        express(lambda X: X["a"].map(clocked), frame)
    assert untraced.value.reasons[0].code == "function.reads-clock"


# --- refusals that are of no line ---------------------------------------------------------------


WHOLE = {
    "function.unknown-operation": lambda X: "one text for all rows",
    "function.raises": lambda X: [][0],
    "function.differs": is_right_on_the_first_calls_only,
}


@pytest.mark.parametrize("code", WHOLE)
def test_what_is_of_no_line_is_said_of_the_function_s_first(code):
    function = WHOLE[code]
    with pytest.raises(Untraced) as untraced:
        express(function, ROWS)
    [reason] = untraced.value.reasons
    assert reason.source.line == function.__code__.co_firstlineno


def test_the_hash_of_a_text_is_refused_for_each_process_has_another():
    frame = pd.DataFrame({"a": ["x", "y"] * 6})
    with pytest.raises(Untraced, match="another number in each process"):
        express(lambda X: X["a"].map(lambda text: hash(text) % 8), frame)
