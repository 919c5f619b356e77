"""Convert fitted scikit-learn models to ONNX, with proof that the answers are the same.

    import mlconvert

    verdict = mlconvert.convert("model.joblib", to="onnx")

Names only: each is imported from `converter` when it is first used.
"""

import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from converter.convert import convert as convert
    from converter.errors import LoadError as LoadError
    from converter.errors import MissingExtraError as MissingExtraError
    from converter.errors import MlconvertError as MlconvertError
    from converter.errors import OutputError as OutputError
    from converter.errors import UnreadableError as UnreadableError
    from converter.errors import UnsafeError as UnsafeError
    from converter.errors import UsageError as UsageError
    from converter.errors import WorkerError as WorkerError
    from converter.foresee import Foresight as Foresight
    from converter.foresee import foresee as foresee
    from converter.inspect import inspect as inspect
    from converter.predict import Predictions as Predictions
    from converter.predict import predict as predict
    from converter.record import Recorded as Recorded
    from converter.record import record as record
    from converter.session import Session as Session
    from converter.session import session as session
    from converter.values import VERSION as __version__
    from converter.values import Artifact as Artifact
    from converter.values import Attempt as Attempt
    from converter.values import Evidence as Evidence
    from converter.values import Field as Field
    from converter.values import Global as Global
    from converter.values import Inspection as Inspection
    from converter.values import Origin as Origin
    from converter.values import Outcome as Outcome
    from converter.values import OutputParity as OutputParity
    from converter.values import Parity as Parity
    from converter.values import Reason as Reason
    from converter.values import Refusal as Refusal
    from converter.values import Safety as Safety
    from converter.values import Schema as Schema
    from converter.values import SourceLine as SourceLine
    from converter.values import Turn as Turn
    from converter.values import Verdict as Verdict
    from converter.verify import Verification as Verification
    from converter.verify import verify as verify

HOMES = {
    name: home
    for home, names in {
        "convert": "convert",
        "errors": "LoadError MissingExtraError MlconvertError OutputError UnreadableError "
        "UnsafeError UsageError WorkerError",
        "foresee": "Foresight foresee",
        "inspect": "inspect",
        "predict": "Predictions predict",
        "record": "Recorded record",
        "session": "Session session",
        "values": "Artifact Attempt Evidence Field Global Inspection Origin Outcome OutputParity "
        "Parity Reason Refusal Safety Schema SourceLine Turn Verdict",
        "verify": "Verification verify",
    }.items()
    for name in names.split()
}
"""Public name → the module of `converter` it lives in."""

__all__ = ["__version__", "main", *HOMES]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line, by default of this process; its exit code."""
    _claim()
    run: int = importlib.import_module("converter.cli").main(argv)
    return run


def _claim() -> None:
    """Import our packages from beside this file, whatever else bears their names on sys.path.

    Once a package is imported, its own path finds its modules.
    """
    here = str(Path(__file__).resolve().parent)
    sys.path.insert(0, here)
    try:
        for name in ("converter", "adapters"):
            found = getattr(importlib.import_module(name), "__file__", None)
            if found is None or Path(found).resolve().parent.parent != Path(here):
                raise ImportError(f"{found or name} bears the name of a package of mlconvert.")
    finally:
        sys.path.remove(here)


def __getattr__(name: str) -> Any:
    if name != "__version__" and name not in HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    _claim()
    home, attribute = (HOMES[name], name) if name in HOMES else ("values", "VERSION")
    value = getattr(importlib.import_module(f"converter.{home}"), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)


if __name__ == "__main__":
    sys.exit(main())
