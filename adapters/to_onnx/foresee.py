"""What the names in a model file tell of converting it, without loading spox or the model."""

from adapters.to_onnx.table import public
from converter.values import Inspection, Reason, Safety, Turn

UNSAID = frozenset(
    f"sklearn.{name}"
    for name in (
        "multioutput.ClassifierChain multioutput.RegressorChain "
        "multiclass.OneVsOneClassifier multiclass.OutputCodeClassifier "
        "semi_supervised.SelfTrainingClassifier semi_supervised.LabelPropagation "
        "semi_supervised.LabelSpreading ensemble.AdaBoostClassifier ensemble.AdaBoostRegressor "
        "model_selection.FixedThresholdClassifier model_selection.TunedThresholdClassifierCV"
    ).split()
)
"""Estimators that no file of theirs converts. What skl2onnx refuses shows when it is tried."""


def foresee(inspection: Inspection) -> tuple[Reason, ...]:
    """The reasons to refuse that the names alone already tell."""
    names = [found.name for found in inspection.globals]
    reasons = [_unsaid(name) for name in names if public(name) in UNSAID]
    carried = [f"the function {name}, whose code the file carries" for name in inspection.by_value]
    own = [
        f"{found.name}, which is the user's own code"
        for found in inspection.globals
        if found.safety is Safety.UNKNOWN and not _is_plumbing(found.name)
    ]
    return (*reasons, *(_custom(what) for what in (*carried, *own)))


def _is_plumbing(name: str) -> bool:
    """Names by which dill and cloudpickle carry code: what they carry is told by itself."""
    return name.split(".")[0] in ("dill", "cloudpickle", "builtins", "types", "_codecs")


def _unsaid(name: str) -> Reason:
    return Reason(
        code="onnx.unknown-estimator",
        message=f"{public(name).rpartition('.')[2]} has no converter",
        turn=Turn.OURS,
    )


def _custom(what: str) -> Reason:
    return Reason(code="function.custom", message=f"the model uses {what}", turn=Turn.OURS)
