"""What a function reads beside its argument, told from its bytecode, without running it.

The bytecode is walked once, in order. A dotted name (`os.environ.get`, through imports inside the
function, aliases and `from` imports) is followed as far as it stays a dotted name; what is then
computed is unknown. Functions that it names and that are the user's own are walked as well.
Needs no source file and only the standard library.
"""

import builtins
import functools
import inspect
import os
import sys
from collections.abc import Iterator
from types import (
    BuiltinFunctionType,
    CodeType,
    FunctionType,
    MethodDescriptorType,
    MethodType,
    ModuleType,
)
from typing import Any, NamedTuple

from converter.trace.impure import Kind, kind_of, public
from converter.trace.own import is_own
from converter.trace.reachable import is_wrapper
from converter.trace.steps import Step, steps_of

MOST_FUNCTIONS = 200
"""How many functions are walked before the search gives up; models have a handful."""

Cached = type(functools.lru_cache(ord))
"""What `functools.lru_cache` and `functools.cache` make of a function."""
_NOT_KNOWN: Any = object()
_STORES = {"STORE_FAST", "STORE_DEREF", "STORE_NAME"}
_LOADS = {"LOAD_FAST", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_NAME", "LOAD_GLOBAL"}
_ATTRIBUTES = {"LOAD_ATTR", "LOAD_METHOD"}


class Read(NamedTuple):
    """One thing read or changed: its kind, by what (`os.getenv`), and where."""

    kind: Kind
    what: str
    name: str
    """The constant asked for, such as an environment variable's name, or ""."""
    function: str
    """The qualified name of the function that reads, the one around a comprehension or lambda."""
    code: CodeType
    line: int


class Value(NamedTuple):
    """What is known of a value: the dotted path to it, and the live object where there is one."""

    path: str
    object: Any = _NOT_KNOWN


def impure_reads(function: Any) -> tuple[Read, ...]:
    """Everything `function`, any callable, and the functions it names read beside their input."""
    walk = _Walk()
    walk.follow(function)
    told: list[Read | None] = [read for code in walk.seen for read in _told_times(code)]
    if isinstance(function, functools.partial) and (text := _NOW & _texts(function)):
        told.append(_clock(text.pop(), walk.seen))
    return tuple(dict.fromkeys([*walk.reads, *filter(None, told)]))


_NOW = {"now", "today"}
_DATED = {"Timestamp", "to_datetime", "datetime64", "DatetimeIndex", "Period", "date_range"}
"""What takes the words above for the time at which it is called."""


def _told_times(code: CodeType) -> Iterator[Read]:
    """`pandas.Timestamp("now")` names no clock, and reads it."""
    if not _DATED & {*code.co_names, *code.co_varnames, *code.co_freevars}:
        return
    for step in steps_of(code):
        if step.opname == "LOAD_CONST" and isinstance(step.argval, str) and step.argval in _NOW:
            yield Read(Kind.CLOCK, repr(step.argval), "", code.co_qualname, code, step.line)


def _texts(function: Any) -> set[Any]:
    values = (*function.args, *function.keywords.values())
    return {value for value in values if isinstance(value, str)}


def _clock(text: str, codes: set[CodeType]) -> Read | None:
    code = next(iter(codes), None)
    return code and Read(Kind.CLOCK, repr(text), "", code.co_qualname, code, code.co_firstlineno)


def own_kind(function: Any) -> Kind | None:
    """What a library function that is no Python, such as `numpy.random.rand`, itself reads."""
    return None if isinstance(function, FunctionType) else kind_of(_path(function))


def unwrap(function: Any) -> Any:
    """The plain function, builtin, class or ufunc behind partials, methods, callable objects."""
    while isinstance(function, functools.partial | MethodType):
        function = function.func if isinstance(function, functools.partial) else function.__func__
    while isinstance(function, Cached) or is_wrapper(function):
        function = function.__wrapped__
    if isinstance(function, FunctionType | BuiltinFunctionType | type):
        return function
    call = inspect.getattr_static(type(function), "__call__", None)
    return call if isinstance(call, FunctionType) else function


class _Walk:
    """The functions walked so far, and what they read."""

    def __init__(self) -> None:
        self.reads: list[Read] = []
        self.seen: set[CodeType] = set()

    def follow(self, callable_: Any) -> None:
        """Walk the Python code of the user's own that calling this would run."""
        if isinstance(callable_, functools.partial):
            for part in (callable_.func, *callable_.args, *callable_.keywords.values()):
                self.follow(part)
        elif isinstance(callable_, Cached):
            self.follow(callable_.__wrapped__)
        elif isinstance(callable_, MethodType):
            self.follow_function(callable_.__func__, callable_.__self__)
        elif isinstance(callable_, type):
            self.follow_class(callable_)
        elif isinstance(callable_, FunctionType):
            self.follow_function(callable_)
        elif isinstance(function := unwrap(callable_), FunctionType):
            self.follow_function(function, callable_)

    def follow_class(self, cls: type) -> None:
        for member in vars(cls).values():
            function = getattr(member, "__func__", member)
            if isinstance(function, FunctionType):
                self.follow_function(function)

    def follow_function(self, function: Any, instance: Any = _NOT_KNOWN) -> None:
        if not isinstance(function, FunctionType) or not is_own(function.__module__):
            return
        names = _closure(function)
        if instance is not _NOT_KNOWN and function.__code__.co_argcount:
            names[function.__code__.co_varnames[0]] = Value("?", instance)
        self.follow_code(function.__code__, function.__globals__, names)

    def follow_code(
        self, code: CodeType, scope: dict[str, Any], names: dict[str, Value], around: str = ""
    ) -> None:
        """Walk `code` and what is nested in it; `around` names the function it stands in."""
        if code in self.seen or len(self.seen) >= MOST_FUNCTIONS:
            return
        self.seen.add(code)
        name = around if around and code.co_name.startswith("<") else code.co_qualname
        name = name.rpartition("<locals>.")[2]
        for value, constant, line in _uses(code, scope, names):
            if kind := _kind(value):
                self.reads.append(Read(kind, value.path, constant, name, code, line))
            elif value.object is not _NOT_KNOWN:
                self.follow(value.object)
        for step in steps_of(code):
            if step.opname == "STORE_GLOBAL" or _is_nonlocal(step, code):
                self.reads.append(Read(Kind.STATE, "", step.argval, name, code, step.line))
        for nested in code.co_consts:
            if isinstance(nested, CodeType):
                self.follow_code(nested, scope, names, name)


def _is_nonlocal(step: Step, code: CodeType) -> bool:
    return step.opname == "STORE_DEREF" and step.argval in code.co_freevars


def _kind(value: Value) -> Kind | None:
    return kind_of(value.path) or (kind_of(_path(value.object)) if _is_live(value) else None)


def _is_live(value: Value) -> bool:
    return value.object is not _NOT_KNOWN and not isinstance(value.object, ModuleType)


# --- dotted names -----------------------------------------------------------------------------


def _uses(
    code: CodeType, scope: dict[str, Any], names: dict[str, Value]
) -> Iterator[tuple[Value, str, int]]:
    """Each dotted name `code` uses, at full length: what it is, the constant beside it, the line.

    `names` holds the local names known so far and gains the aliases that the code makes.
    """
    steps = steps_of(code)
    chain = _Chain(scope, names)
    for at, step in enumerate(steps):
        following = steps[at + 1].opname if at + 1 < len(steps) else ""
        before, value = chain.value, chain.take(steps, at)
        if value is None or step.opname in _STORES | {"LOAD_CONST", "IMPORT_NAME", "IMPORT_FROM"}:
            continue
        if following not in _ATTRIBUTES | _STORES:
            start = at if before is None else chain.start
            yield value, _constant_beside(chain, steps, start, at), step.line


class _Chain:
    """The dotted name being spelled by consecutive steps; `value` is None between two."""

    def __init__(self, scope: dict[str, Any], names: dict[str, Value]) -> None:
        self.scope, self.names = scope, names
        self.value: Value | None = None
        self.module: Value | None = None
        self.start = 0

    def take(self, steps: list[Step], at: int) -> Value | None:
        """Go one step on; the value that now lies on top, where it is a dotted name."""
        step, previous = steps[at], steps[at - 1] if at else steps[at]
        if step.opname in _ATTRIBUTES:
            self.value = _attribute(self.value or Value("?"), str(step.argval))
        elif step.opname in _STORES:
            self.store(str(step.argval))
        elif step.opname == "IMPORT_NAME":
            self.module = self.value = self.imported(str(step.argval), previous.argval)
        elif step.opname == "IMPORT_FROM":
            self.value = _attribute(self.module or Value("?"), str(step.argval))
        elif step.opname == "POP_TOP" and previous.opname == "IMPORT_FROM":
            self.module = self.value  # `import a.b as c` walks from a to b
        else:
            self.start, self.value = at, self.load(step)
        return self.value

    def load(self, step: Step) -> Value | None:
        """The value that a step loads by name or as a constant."""
        if step.opname == "LOAD_CONST":
            return Value("", step.argval) if isinstance(step.argval, str) else None
        if step.opname not in _LOADS:
            return None
        name = str(step.argval)
        if step.opname not in {"LOAD_GLOBAL"} and name in self.names:
            return self.names[name]
        if step.opname in {"LOAD_GLOBAL", "LOAD_NAME"}:
            return _global(self.scope, name)
        return None

    def store(self, name: str) -> None:
        if self.value is None:
            self.names.pop(name, None)
        else:
            self.names[name] = self.value
        self.value = None

    def imported(self, name: str, wanted: Any) -> Value:
        """`import a.b` binds a; `from a.b import c` starts from a.b."""
        name = name if wanted else name.partition(".")[0]
        module = sys.modules.get(name)
        return Value(name) if module is None else Value(name, module)


def _global(scope: dict[str, Any], name: str) -> Value:
    found = scope.get(name, vars(builtins).get(name, _NOT_KNOWN))
    return Value(name) if found is _NOT_KNOWN else Value(_path(found), found)


def _attribute(value: Value, name: str) -> Value:
    """`value.name`, looked up without running a property or a module's `__getattr__`."""
    path = public(f"{value.path}.{name}")
    owner = value.object
    if isinstance(owner, ModuleType):
        found = vars(owner).get(name, _NOT_KNOWN)
        return Value(public(f"{_path(owner)}.{name}"), found)
    if owner is _NOT_KNOWN or (isinstance(owner, type) and not is_own(owner.__module__)):
        return Value(path)
    found = inspect.getattr_static(owner, name, _NOT_KNOWN)
    if isinstance(found, staticmethod | classmethod):
        return Value(path, found.__func__)
    if isinstance(found, FunctionType) and not isinstance(owner, type):
        return Value(path, MethodType(found, owner))
    if found is _NOT_KNOWN or inspect.isdatadescriptor(found):
        return Value(path)
    return Value(_path(found) if value.path == "?" else path, found)


def _path(found: Any) -> str:
    """The dotted name by which a live object is known."""
    if found is os.environ:
        return "os.environ"
    if found is sys.argv:
        return "sys.argv"
    if isinstance(found, ModuleType):
        return public(found.__name__)
    bound = getattr(found, "__self__", None) if isinstance(found, BuiltinFunctionType) else None
    if bound is not None and not isinstance(bound, ModuleType):
        return f"{_path(bound)}.{found.__name__}"
    if isinstance(found, MethodDescriptorType):
        return f"{_path(found.__objclass__)}.{found.__name__}"
    if not isinstance(found, type) and not inspect.isroutine(found):
        found = type(found)
    return public(f"{found.__module__}.{found.__qualname__}")


def _constant_beside(chain: _Chain, steps: list[Step], start: int, at: int) -> str:
    """The text beside a name: `getenv("X")`, `environ["X"]`, `"X" in environ`; else ""."""
    following = steps[at + 1] if at + 1 < len(steps) else steps[at]
    beside = steps[start - 1] if following.opname == "CONTAINS_OP" and start else following
    value = chain.load(beside)
    return value.object if value and isinstance(value.object, str) else ""


def _closure(function: FunctionType) -> dict[str, Value]:
    names = {}
    for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
        try:
            names[name] = Value(_path(cell.cell_contents), cell.cell_contents)
        except ValueError:  # an empty cell
            continue
    return names
