"""Which estimators of scikit-learn become ONNX: all are fitted, converted, scored and compared.

    python benchmarks/support.py

writes docs/support.md, the list that `inspect --to onnx` foresees from, and the block of README.md
between `<!-- support:begin -->` and `<!-- support:end -->`.
"""

import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import sklearn
from sklearn.utils import all_estimators

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from adapters.base import Options, Subject  # noqa: E402
from adapters.to_onnx import score  # noqa: E402
from adapters.to_onnx.table import CONVERTERS, public_name  # noqa: E402
from adapters.to_onnx.write import write  # noqa: E402
from benchmarks.support_models import DATA, NEEDS, Data  # noqa: E402
from converter.compare import Tolerance, compare  # noqa: E402
from converter.errors import MlconvertError  # noqa: E402
from converter.rows import count, take  # noqa: E402
from converter.values import Evidence, Origin, Refusal  # noqa: E402
from converter.worker.answers import answers  # noqa: E402
from converter.worker.describe import describe  # noqa: E402

METHODS = ("predict", "transform", "score_samples")
PAGE, LIST, README = (
    ROOT / "docs/support.md",
    ROOT / "adapters/to_onnx/support.txt",
    ROOT / "README.md",
)
BEGIN, END = "<!-- support:begin -->", "<!-- support:end -->"
NOTE = 150
WORST = ("own", "borrowed", "refused", "wrong", "error")


class Line(NamedTuple):
    """What was found of one estimator."""

    name: str
    verdict: str
    """One of `WORST`, or "unfitted" where no data of ours fits it."""
    note: str = ""
    difference: float = 0.0


def main() -> None:
    """Judge all, and write the three files."""
    warnings.simplefilter("ignore")
    np.seterr(all="ignore")
    lines = [judged(name, cls) for name, cls in all_estimators() if _answers(name, cls)]
    totals = Counter(line.verdict for line in lines)
    print(", ".join(f"{totals[verdict]} {verdict}" for verdict in (*WORST, "unfitted")))
    PAGE.write_text(_page(lines, totals), encoding="utf-8")
    LIST.write_text(_list(lines), encoding="utf-8")
    if README.exists():
        README.write_text(_readme(README.read_text(encoding="utf-8"), lines, totals), "utf-8")


def judged(name: str, cls: type) -> Line:
    """The worst of what is found on the data that the estimator can be fitted on."""
    dotted = public_name(cls)
    found = [line for data in DATA if (line := _tried(dotted, name, cls, data)) is not None]
    if not found:
        return Line(dotted, "unfitted")
    said = [line for line in found if line.verdict in ("own", "borrowed")]
    faulty = [line for line in found if line.verdict in ("wrong", "error")]
    if faulty and not said:
        return faulty[0]
    told = [line.note for line in found if line.note]
    notes = "; ".join(dict.fromkeys(told if said else told[:1]))
    difference = max(line.difference for line in found)
    return Line(dotted, said[0].verdict if said else "refused", notes, difference)


def _tried(dotted: str, name: str, cls: type, data: Data) -> Line | None:
    try:
        model = NEEDS[name]() if name in NEEDS else cls()
        if data.role != _role(model):
            return None
        model = _quick(model).fit(data.rows, data.target)
        schema = describe(model, {"X": data.rows} if data.rows.ndim == 2 else None)
    except Exception:  # not for this data
        return None
    return _scored(dotted, model, schema, data)


def _scored(dotted: str, model: Any, schema: Any, data: Data) -> Line | None:
    origin = Origin(path="", sha256="", estimator=dotted)
    subject = Subject(origin=origin, schema=schema, versions={}, options=Options())
    path = Path(tempfile.mkdtemp()) / "model.onnx"
    try:
        artifact = write(model, subject, {}, path)
        if isinstance(artifact, Refusal):
            first = artifact.reasons[0]
            told = first.message.split(": Unable to find")[0].split(" alias ")[0][:NOTE]
            return Line(dotted, "refused", f"{data.name}: {first.code} ({told})")
        rows = {"X": data.rows}
        expected = answers(model, schema, rows, Tolerance())
        rows = take(rows, expected.inside)
        parity = compare(
            {n: v for n, v in expected.outputs.items() if n not in artifact.left_out},
            score.score(path, rows),
            rows,
            evidence=Evidence.DATA,
            tolerance=Tolerance(),
            unstable=expected.unstable[expected.inside],
        )
    except MlconvertError as error:
        return Line(dotted, "refused", f"by the runtime: {error.what}")
    except Exception as error:  # a fault of ours: shown, not hidden
        return Line(dotted, "error", f"{type(error).__name__}: {str(error).splitlines()[0][:150]}")
    difference = max((output.max_abs for output in parity.outputs), default=0.0)
    if not parity.passed:
        if parity.unstable == count(rows):
            return None  # all rows stand where scikit-learn itself turns over
        names = ", ".join(output.name for output in parity.outputs if output.differing)
        return Line(dotted, "wrong", f"{data.name}: {names} fail their parity", 0.0)
    left_out = f"without {', '.join(artifact.left_out)}" if artifact.left_out else ""
    return Line(dotted, "own" if dotted in CONVERTERS else "borrowed", left_out, difference)


def _answers(name: str, cls: type) -> bool:
    return name in NEEDS or any(hasattr(cls, method) for method in METHODS)


def _role(model: Any) -> str:
    from sklearn.base import is_classifier, is_regressor

    return "classifier" if is_classifier(model) else "regressor" if is_regressor(model) else ""


def _quick(model: Any) -> Any:
    small = {"random_state": 0, "n_estimators": 20, "max_iter": 50}
    has = model.get_params(deep=False)
    return model.set_params(**{k: v for k, v in small.items() if k in has and k not in _set(model)})


def _set(model: Any) -> set[str]:
    """Parameters that the model was made with."""
    fresh = type(model).__init__.__defaults__ or ()
    return set() if fresh else set(model.get_params(deep=False))


def _page(lines: list[Line], totals: Counter[str]) -> str:
    rows = "\n".join(_row(line) for line in lines if line.verdict != "unfitted")
    return f"""# Which estimators become ONNX

Generated by `python benchmarks/support.py` with scikit-learn {sklearn.__version__}: every estimator
that predicts or transforms is fitted on small data of its kind, converted with `--to onnx`, scored
by ONNX Runtime, and compared with scikit-learn on all methods (rtol 1e-9, labels exactly).

* **own** ({totals["own"]}): a converter of ours.
* **borrowed** ({totals["borrowed"]}): converted by skl2onnx, a leaf at a time, between our wires.
* **refused** ({totals["refused"] + totals["wrong"] + totals["error"]}): no graph, or none that \
gives the same answers; the model becomes a bundle.

Settings matter: an estimator that converts may refuse a setting, and says which.

| estimator | verdict | largest difference | note |
|---|---|---|---|
{rows}
"""


def _row(line: Line) -> str:
    verdict = "refused" if line.verdict in ("wrong", "error") else line.verdict
    note = line.note[:NOTE]
    difference = f"{line.difference:.0e}" if line.verdict in ("own", "borrowed") else ""
    name = line.name.removeprefix("sklearn.")
    return f"| `{name}` | {verdict} | {difference} | {note.replace('|', '/')} |"


def _list(lines: list[Line]) -> str:
    """Estimator and verdict, one a line, for whoever may not import scikit-learn."""
    known = [line for line in lines if line.verdict != "unfitted"]
    return "".join(
        f"{line.name} {'refused' if line.verdict in ('wrong', 'error') else line.verdict}\n"
        for line in known
    )


def _readme(text: str, lines: list[Line], totals: Counter[str]) -> str:
    if BEGIN not in text or END not in text:
        return text
    refused = [line.name for line in lines if line.verdict in ("refused", "wrong", "error")]
    names = ", ".join(f"`{name.rpartition('.')[2]}`" for name in refused)
    block = (
        f"Of {sum(totals[v] for v in WORST)} estimators of scikit-learn {sklearn.__version__} that "
        f"were tried, {totals['own']} have a converter of ours, {totals['borrowed']} are borrowed "
        f"from skl2onnx leaf by leaf, and {len(refused)} become a bundle: {names}. "
        "Each with its largest difference: [docs/support.md](docs/support.md)."
    )
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n{block}\n{END}{rest.partition(END)[2]}"


if __name__ == "__main__":
    main()
