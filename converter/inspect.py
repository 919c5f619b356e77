"""The first stage: what stands in a model file, without running any of it.

It imports neither the libraries the file names nor any that would rebuild it.
"""

import re
import sys
from collections.abc import Iterable
from importlib.machinery import PathFinder
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from converter.pickles.calls import LOOKUPS, MAIN_NAMESPACE
from converter.pickles.code import carried, pythons
from converter.pickles.policy import judge, judge_beside_code, judge_lookup
from converter.pickles.scan import Scan, scan
from converter.values import Global, Inspection, Safety

Format = Literal["pickle", "joblib", "dill", "cloudpickle"]

OURS = frozenset({"converter", "adapters", "mlconvert"})
"""Our own top-level names. Where a file names one, it means a module of its author."""


def inspect(path: str | Path) -> Inspection:
    """What stands in the model file at `path`, found without running any of it.

    Raises:
        UsageError: there is no such file.
        UnreadableError: it is no pickle of any kind, cut short, damaged, or ambiguous.
        UnsafeError: it reaches for files outside its folder, or changes a library when loaded.
    """
    found = scan(Path(path))
    names = _names(found)
    return Inspection(
        path=str(path),
        format=_format(found, names),
        compression=found.compression,
        protocol=found.protocol,
        size=found.size,
        sha256=found.sha256,
        estimator=found.estimator,
        globals=tuple(Global(name=name, safety=names[name]) for name in sorted(names)),
        versions={"scikit-learn": tuple(found.machine.stamps)} if found.machine.stamps else {},
        hints=tuple(_hints(found, names)),
        by_value=carried(found.machine.made),
        missing_modules=missing(_modules(found, names)),
        main_names=tuple(name for name in sorted(names) if name.startswith("__main__.")),
    )


def _names(found: Scan) -> dict[str, Safety]:
    """Every name the file reaches, and what the policy holds of it."""
    machine = found.machine
    verdict = judge_beside_code if carried(machine.made) else judge
    names = {name: verdict(name) for name in machine.names | machine.reached}
    for name in LOOKUPS.keys() & names.keys() - machine.escaped:
        names[name] = judge_lookup(name)
    for call in machine.made:
        name = f"{call.cls}.__call__"
        if call.maker is not None and judge(call.cls) is Safety.KNOWN:
            names[name] = judge(name)
    return names


def _format(found: Scan, names: Iterable[str]) -> Format:
    tops = {name.partition(".")[0] for name in names}
    if found.machine.arrays:
        return "joblib"
    if "dill" in tops or MAIN_NAMESPACE in names:
        return "dill"
    if "cloudpickle" in tops:
        return "cloudpickle"
    return "joblib" if found.compression else "pickle"


# --- hints ------------------------------------------------------------------------------------

PYTHON_2 = "written by Python 2"
_SIGNS = (
    (r"numpy\._core\.", "written with NumPy 2"),
    (r"numpy\.core\.", "written with NumPy 1"),
    (r"pandas\.core\.internals\.managers\.|pandas\._libs\.internals\.", "holds pandas data"),
    (r"pandas\.core\.indexes\.numeric\.", "written with pandas 1 or older"),
    (r"pandas\.indexes\.", "written with pandas older than 0.20"),
    (r"pandas\.core\.strings\.|pandas\.core\.arrays\.string_\.", "holds pandas text columns"),
    (r"sklearn\.externals\.joblib\.", "written with scikit-learn older than 0.23"),
)


def _hints(found: Scan, names: Iterable[str]) -> Iterable[str]:
    machine = found.machine
    if machine.python2:
        yield PYTHON_2
    for pattern, hint in _SIGNS:
        if any(re.match(pattern, name) for name in names):
            yield hint
    if found.minors:
        yield f"its functions were compiled by Python {pythons(found.minors)}"
    if machine.side_files:
        yield f"keeps {len(machine.side_files)} arrays in files beside it (joblib older than 0.10)"
    if found.trailing:
        yield f"{found.trailing:,} bytes follow the object, which readers ignore"


# --- modules ----------------------------------------------------------------------------------


def _modules(found: Scan, names: Iterable[str]) -> set[str]:
    tops = {name.partition(".")[0] for name in [*names, *found.machine.modules]}
    return {top for top in tops if top.isidentifier() and top != "__main__"}


def missing(modules: Iterable[str]) -> tuple[str, ...]:
    """Those of the top-level `modules` that cannot be found here, sorted; none is imported."""
    return tuple(sorted(module for module in modules if not _is_here(module)))


def _is_here(module: str) -> bool:
    if module in OURS:
        home = str(Path(__file__).resolve().parent.parent)
        elsewhere = [entry for entry in sys.path if str(Path(entry or ".").resolve()) != home]
        return PathFinder.find_spec(module, elsewhere) is not None
    try:
        return module in sys.modules or find_spec(module) is not None
    except (ImportError, ValueError):
        return False
