"""Which estimators of scikit-learn become ONNX and PMML: fitted once, converted, scored, compared.

    python benchmarks/support.py

writes docs/support.md, the lists that `inspect --to …` foresees from, and the block of README.md
between `<!-- support:begin -->` and `<!-- support:end -->`. With names of estimators it prints what
is found of those, and writes nothing.
"""

import sys
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.base import is_classifier, is_regressor
from sklearn.utils import all_estimators

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from adapters.base import Options, Subject  # noqa: E402
from adapters.names import public_name  # noqa: E402
from benchmarks.support_models import DATA, NEEDS, Data  # noqa: E402
from benchmarks.support_page import WORST, Line, written  # noqa: E402
from benchmarks.support_targets import TARGETS, Target  # noqa: E402
from converter.compare import Tolerance, compare  # noqa: E402
from converter.errors import MlconvertError  # noqa: E402
from converter.rows import count, take  # noqa: E402
from converter.values import Evidence, Origin, Refusal, Schema  # noqa: E402
from converter.worker.answers import answers  # noqa: E402
from converter.worker.describe import describe  # noqa: E402

METHODS = ("predict", "transform", "score_samples")


def main(names: list[str]) -> None:
    """Judge all, or those named."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    wanted = [(n, c) for n, c in all_estimators() if _answers(n, c) and (not names or n in names)]
    lines = []
    for name, cls in wanted:
        lines.append(judged(name, cls, tell=bool(names)))
        for target in TARGETS if names else ():
            print(lines[-1][target])
    if not names:
        written(ROOT, lines)


def judged(name: str, cls: type, tell: bool = False) -> dict[str, Line]:
    """Target → the worst of what is found on the data that the estimator can be fitted on."""
    dotted = public_name(cls)
    found: dict[str, list[Line]] = {target: [] for target in TARGETS}
    for data in DATA:
        fitted = _fitted(name, cls, data)
        for target, ways in TARGETS.items() if fitted is not None else ():
            line = _scored(dotted, *fitted, data, ways)
            if tell:
                print(data.name, line)
            found[target] += [] if line is None else [line]
    return {target: _worst(dotted, lines) for target, lines in found.items()}


def _worst(dotted: str, found: list[Line]) -> Line:
    if not found:
        return Line(dotted, "unfitted")
    said = [line for line in found if line.verdict not in WORST]
    faulty = [line for line in found if line.verdict in ("wrong", "error")]
    if faulty and not said:
        return faulty[0]
    told = [line.note for line in found if line.note]
    notes = "; ".join(dict.fromkeys(told if said else told[:1]))
    difference = max(line.difference for line in found)
    return Line(dotted, said[0].verdict if said else "refused", notes, difference)


def _fitted(name: str, cls: type, data: Data) -> tuple[Any, Schema] | None:
    try:
        model = NEEDS[name]() if name in NEEDS else cls()
        if data.role != _role(model):
            return None
        model = _quick(model).fit(data.rows, data.target)
        return model, describe(model, {"X": data.rows} if data.rows.ndim == 2 else None)
    except Exception:  # not for this data
        return None


def _scored(dotted: str, model: Any, schema: Schema, data: Data, target: Target) -> Line | None:
    origin = Origin(path="", sha256="", estimator=dotted)
    subject = Subject(origin=origin, schema=schema, versions={}, options=Options())
    try:
        expected = answers(model, schema, {"X": data.rows}, Tolerance())
        rows = take({"X": data.rows}, expected.inside)
        unstable = expected.unstable[expected.inside]
        converted = target.convert(model, subject, Path(tempfile.mkdtemp()))
        if isinstance(converted, Refusal):
            first = converted.reasons[0]
            told = first.message.split(": Unable to find")[0].split(" alias ")[0]
            return Line(dotted, "refused", f"{data.name}: {first.code} ({told})")
        parity = compare(
            {n: v for n, v in expected.outputs.items() if n not in converted.left_out},
            target.score(Path(converted.path), rows),
            rows,
            evidence=Evidence.DATA,
            tolerance=Tolerance(),
            unstable=unstable,
        )
    except MlconvertError as error:
        return Line(dotted, "refused", f"by the runtime: {error.what}")
    except Exception as error:  # a fault of ours: shown, not hidden
        return Line(dotted, "error", f"{type(error).__name__}: {str(error).splitlines()[0]}")
    if not parity.passed:
        if parity.unstable == count(rows):
            return None  # all rows stand where scikit-learn itself turns over
        names = ", ".join(output.name for output in parity.outputs if output.differing)
        return Line(dotted, "wrong", f"{data.name}: {names} fail their parity")
    difference = max((output.max_abs for output in parity.outputs), default=0.0)
    left_out = f"without {', '.join(converted.left_out)}" if converted.left_out else ""
    return Line(dotted, target.verdict(dotted), left_out, difference)


def _answers(name: str, cls: type) -> bool:
    return name in NEEDS or any(hasattr(cls, method) for method in METHODS)


def _role(model: Any) -> str:
    return "classifier" if is_classifier(model) else "regressor" if is_regressor(model) else ""


def _quick(model: Any) -> Any:
    small = {"random_state": 0, "n_estimators": 20, "max_iter": 50}
    has = model.get_params(deep=False)
    return model.set_params(**{k: v for k, v in small.items() if k in has and k not in _set(model)})


def _set(model: Any) -> set[str]:
    """Parameters that the model was made with."""
    fresh = type(model).__init__.__defaults__ or ()
    return set() if fresh else set(model.get_params(deep=False))


if __name__ == "__main__":
    main(sys.argv[1:])
