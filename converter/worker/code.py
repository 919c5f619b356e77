"""`--code`: the user's files beside a model that names their functions but does not carry them.

A model saved by a script names what it needs as `__main__.scale`. The script itself is never run
for that: it would train again. Only the top-level statements that the named things stand on are
executed, in the order of the file, in the worker's `__main__`:

* the definition of each wanted name: a `def`, a `class`, an import, an assignment;
* everything that binds or changes at top level a name these use, and so on: imports, constants,
  `TABLE["a"] = 1`, `TABLE.update(…)`, the matching statements inside an `if`.

What a function reads of the script is thus there, and equal to what it was at the script's end,
except for what other functions of the script would have changed through `global`.

A class saved as `train.Scale`, on the other hand, was imported when the model was made, and is
imported again: its file's folder stands on `sys.path`, in front, as Python has it for scripts.
"""

import ast
import dis
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType

from converter.errors import LoadError
from converter.worker.protocol import one_line

_READS = {"LOAD_NAME", "LOAD_GLOBAL", "LOAD_FROM_DICT_OR_GLOBALS"}
_BINDS = {"STORE_NAME", "STORE_GLOBAL"}

# Methods that are called for what they change. Not every call counts: `log.info(train())`.
_CHANGERS = {
    *("add", "append", "clear", "difference_update", "discard", "extend", "fill", "fit", "insert"),
    *("intersection_update", "partial_fit", "pop", "popitem", "register", "remove", "reverse"),
    *("set_params", "setdefault", "sort", "update"),
}

_offered: list[Path] = []


def provide(paths: tuple[str, ...], names: tuple[str, ...]) -> None:
    """Make files and folders importable, and put `names` of the files into `__main__`.

    `names` may be dotted ("Outer.Inner"). Files offered by an earlier call count as well.
    Raises LoadError where no file has one of the names, or a file cannot be used.
    """
    for path in map(Path, paths):
        _offer(path.absolute())
    scripts = [path for path in _offered if path.is_file()]
    wanted = {name.partition(".")[0] for name in names} - vars(sys.modules["__main__"]).keys()
    for script in scripts:
        wanted -= _supply(script, wanted)
    if wanted and _offered:
        raise _missing(sorted(wanted), scripts)


def _offer(path: Path) -> None:
    if path in _offered:
        return
    if not path.exists():
        raise LoadError(f"--code names {path}, which does not exist.")
    _offered.append(path)
    folder = str(path if path.is_dir() else path.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    if path.is_file():
        sys.modules.pop(path.stem, None)  # such as the standard library's own `trace`


def _missing(names: list[str], scripts: list[Path]) -> LoadError:
    if not scripts:
        return LoadError(
            f"The model needs {', '.join(names)} from the `__main__` of the script that saved it.",
            "Pass that script itself with --code; a folder does not tell which of its files it is.",
        )
    files = ", ".join(script.name for script in scripts)
    return LoadError(
        f"{files} does not define {', '.join(names)}, which the model needs from its `__main__`.",
        "Pass the script that saved the model with --code.",
    )


def _supply(script: Path, wanted: set[str]) -> set[str]:
    """Execute what `wanted` stand on; the names of `wanted` that are there now."""
    statements = _parse(script).body
    found = wanted & {name for statement in statements for name in _touched(statement)}
    if found:
        _execute(script, _closure(statements, found))
    return found


def _parse(script: Path) -> ast.Module:
    try:
        return ast.parse(script.read_bytes(), str(script))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None) or 1
        raise LoadError(
            f"{script.name}, line {line}, is not Python {sys.version_info[0]}."
            f"{sys.version_info[1]}: {one_line(getattr(error, 'msg', str(error)))}."
        ) from error


def _execute(script: Path, statements: list[ast.stmt]) -> None:
    namespace = vars(sys.modules["__main__"])
    code = compile(ast.Module(statements, []), str(script), "exec", dont_inherit=True)
    if "__file__" in _read(code):  # else left unset: multiprocessing would run that file
        namespace["__file__"] = str(script)
    try:
        exec(code, namespace)
    except Exception as error:
        raise LoadError(
            f"{script.name}, line {_line(error, script)}, failed when its functions were made "
            f"available to the model: {type(error).__name__}: {one_line(str(error))}."
        ) from error


def _line(error: BaseException, script: Path) -> int:
    step, line = error.__traceback__, 0
    while step is not None:
        if step.tb_frame.f_code.co_filename == str(script):
            line = step.tb_lineno
        step = step.tb_next
    return line


def _closure(statements: list[ast.stmt], wanted: set[str]) -> list[ast.stmt]:
    """The statements that `wanted` need, in their order; an `if` holds only what is needed."""
    known, kept = set(wanted), list(_matching(statements, wanted))
    while (
        needed := known | {name for statement in kept for name in _read(_compiled(statement))}
    ) != known:
        known, kept = needed, list(_matching(statements, needed))
    return kept


def _matching(statements: list[ast.stmt], names: set[str]) -> Iterator[ast.stmt]:
    for statement in statements:
        if isinstance(statement, ast.If):
            yield from _matching_branches(statement, names)
        elif _touched(statement) & names or _is_always(statement):
            yield statement


def _matching_branches(statement: ast.If, names: set[str]) -> Iterator[ast.If]:
    body = list(_matching(statement.body, names))
    orelse = list(_matching(statement.orelse, names))
    if body or orelse:
        pruned = ast.If(statement.test, body or [ast.Pass()], orelse)
        yield ast.fix_missing_locations(ast.copy_location(pruned, statement))


def _is_always(statement: ast.stmt) -> bool:
    """`from __future__ import …` changes how the rest is compiled; `import *` binds anything."""
    return isinstance(statement, ast.ImportFrom) and (
        statement.module == "__future__" or statement.names[0].name == "*"
    )


def _touched(statement: ast.stmt) -> set[str]:
    """The global names that a statement binds, or whose values it changes in plain sight."""
    if isinstance(statement, ast.If):
        return {name for part in statement.body + statement.orelse for name in _touched(part)}
    bound = _names(_compiled(statement), _BINDS)
    return bound | {root for node in _here(statement) if (root := _changed(node))}


def _here(node: ast.AST) -> Iterator[ast.AST]:
    """The node and what stands in it, but nothing inside functions: that happens later."""
    yield node
    if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
        for part in ast.iter_child_nodes(node):
            yield from _here(part)


def _changed(node: ast.AST) -> str:
    """`table` for `table[key] = …`, `del table.x`, or the statement `table.update(…)`."""
    match node:
        case ast.Subscript(ctx=ast.Store() | ast.Del(), value=value):
            return _root(value)
        case ast.Attribute(ctx=ast.Store() | ast.Del(), value=value):
            return _root(value)
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=method, value=value))):
            return _root(value) if method in _CHANGERS else ""
    return ""


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _read(code: CodeType) -> set[str]:
    """The global names used by the code or by its functions; the compiler has told the scopes."""
    inner = (constant for constant in code.co_consts if isinstance(constant, CodeType))
    return _names(code, _READS).union(*map(_read, inner))


def _names(code: CodeType, operations: set[str]) -> set[str]:
    steps = dis.get_instructions(code)
    return {str(step.argval) for step in steps if step.opname in operations}


def _compiled(statement: ast.stmt) -> CodeType:
    return compile(ast.Module([statement], type_ignores=[]), "", "exec", dont_inherit=True)
