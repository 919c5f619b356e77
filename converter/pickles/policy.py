"""What may be loaded: three kinds of names, and the one decision made of them.

Known names stand in `known.txt`, which `benchmarks/globals.py` measures. Known dangerous ones, in
`dangerous.txt`, are refused. Everything else, carried code included, is unknown, and is loaded
only in a caged worker. The list of dangerous names only makes refusals earlier and clearer: what
it lacks is still caged.
"""

from functools import cache
from pathlib import Path

from converter.errors import UnsafeError
from converter.pickles.arrays import WRAPPERS
from converter.pickles.calls import COMPUTED, LOOKUPS, MAIN_NAMESPACE
from converter.values import Inspection, Safety

CODE_NAMES = frozenset({"types.CodeType", "types.FunctionType", MAIN_NAMESPACE})
"""What dill and cloudpickle rebuild functions with: carried code, hence unknown."""
BESIDE_CODE = frozenset({
    "builtins.getattr", "builtins.setattr", "builtins.__dict__", "_frozen_importlib.ModuleSpec",
    "_frozen_importlib_external.SourceFileLoader",
})  # fmt: skip
"""What dill writes along with classes of `__main__`. It can do no more than the carried code."""
HARMLESS_PARTS = ("os.path.", "posixpath.", "ntpath.")
"""Functions of paths: unknown, not dangerous."""
SPEAKING = frozenset({"os", "posix", "nt", "subprocess", "sys", "builtins", "__builtins__",
                      "importlib", "socket", "ctypes", "shutil", "pickle"})  # fmt: skip
"""Modules that stay dangerous where they are reached through another (`numpy.lib.os.system`)."""
_NUMPY = (
    *(
        f"numpy.{core}.{module}."
        for core in ("core", "_core")
        for module in ("_multiarray_umath", "umath", "multiarray", "fromnumeric", "numeric")
    ),
    "numpy.core.",
    "numpy._core.",
    "numpy.lib.function_base.",
    "numpy.lib._function_base_impl.",
)
_METHODS = frozenset({
    "transform", "predict", "predict_proba", "predict_log_proba", "decision_function", "score",
    "inverse_transform", "fit", "fit_transform", "fit_predict", "score_samples", "kneighbors",
    "get_feature_names_out", "apply", "build_analyzer", "build_tokenizer", "build_preprocessor",
})  # fmt: skip
_ESCAPES = frozenset({
    "__globals__", "__builtins__", "__dict__", "__class__", "__subclasses__", "__bases__",
    "__mro__", "__base__", "__code__", "__import__", "__getattribute__", "__init__",
    "__loader__", "__spec__", "__reduce__", "__reduce_ex__", "__self__", "__func__",
})  # fmt: skip
"""Attributes that lead out of the object they are asked of."""


@cache
def known() -> frozenset[str]:
    """The allow-list: exact names."""
    return _listing("known.txt")


@cache
def dangerous() -> frozenset[str]:
    """Exact names, and `module.*` for a module with all that is in it."""
    return _listing("dangerous.txt")


def _listing(file: str) -> frozenset[str]:
    return frozenset(Path(__file__).with_name(file).read_text(encoding="utf-8").split())


def judge(name: str) -> Safety:
    """What the policy holds of a dotted global name in today's Python."""
    if name in known() or name in WRAPPERS or _numpy_again(name) or _method(name):
        return Safety.KNOWN
    if name in CODE_NAMES or name.startswith(HARMLESS_PARTS):
        return Safety.UNKNOWN
    return Safety.DANGEROUS if _dangerous(name) else Safety.UNKNOWN


def judge_lookup(name: str) -> Safety:
    """Of getattr and its like, where every use tells the name it looks up, and that is judged."""
    return Safety.UNKNOWN if name in LOOKUPS and not _plain_lookup(name) else Safety.KNOWN


def judge_beside_code(name: str) -> Safety:
    """Of a name in a file that carries code, and so is loaded only in a cage."""
    return Safety.UNKNOWN if name in BESIDE_CODE else judge(name)


def _plain_lookup(name: str) -> bool:
    return name.endswith(("builtins.getattr", "._ufunc_reconstruct", "._load_type"))


def _numpy_again(name: str) -> bool:
    """Whether it is one of the spellings that numpy's own moves gave to a known function."""
    home = next((home for home in _NUMPY if name.startswith(home)), "")
    return bool(home) and f"numpy.{name[len(home) :]}" in known()


def _method(name: str) -> bool:
    """Whether it is an estimator's own plain method."""
    owner, _, method = name.rpartition(".")
    return method in _METHODS and owner in known() and owner.rpartition(".")[2][:1].isupper()


def _dangerous(name: str) -> bool:
    parts = name.split(".")
    if name in dangerous() or COMPUTED in name or name.startswith("<"):
        return True
    if any(f"{'.'.join(parts[:n])}.*" in dangerous() for n in range(1, len(parts) + 1)):
        return True
    return not SPEAKING.isdisjoint(parts[1:-1]) or not _ESCAPES.isdisjoint(parts)


SCRIPT = "__main__.__dict__"
"""What dill, and joblib where dill was imported, names for the globals of a function."""


def check(inspection: Inspection, *, allow: tuple[str, ...] = (), trust: bool = False) -> bool:
    """Decide on loading: True where only a caged worker may do it, False where any worker may.

    Args:
        inspection: what stands in the file.
        allow: dangerous names that the user lets pass, each by its exact name.
        trust: the user vouches for the unknown names. It lets no dangerous name pass.

    Raises:
        UnsafeError: naming each dangerous global that was not allowed.
    """
    by_kind: dict[Safety, list[str]] = {kind: [] for kind in Safety}
    for found in inspection.globals:
        by_kind[found.safety].append(found.name)
    refused = tuple(name for name in by_kind[Safety.DANGEROUS] if name not in allow)
    if refused == (SCRIPT,):
        raise UnsafeError(
            f"{inspection.path} is refused: it names all variables of the script that wrote it, "
            "as dill does when it is left to choose. They are not in the file.",
            "Save it with dill.dump(model, file, recurse=True), which carries what the functions "
            "need, or without dill imported, and give the script with --code.",
            names=refused,
        )
    if refused:
        raise UnsafeError(
            f"{inspection.path} is refused, because loading it would look up {_listed(refused)}, "
            "which no model needs and an attacker would use.",
            "If you know that it is needed, "
            + " ".join(f"--allow {name}" for name in refused[:5])
            + ".",
            names=refused,
        )
    return not trust and bool(by_kind[Safety.UNKNOWN] or by_kind[Safety.DANGEROUS])


def _listed(names: tuple[str, ...]) -> str:
    shown = ", ".join(names[:20])
    return shown if len(names) <= 20 else f"{shown} and {len(names) - 20} more"
