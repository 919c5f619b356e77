"""From scores to class labels and probabilities, as scikit-learn's classifiers do it."""

from typing import Any

import numpy as np
import spox.opset.ai.onnx.ml.v3 as ml
import spox.opset.ai.onnx.v17 as op
from spox import Var

from adapters.to_onnx.refused import option
from converter.values import Turn


def label_of(classes: Any, index: Var) -> Var:
    """`classes[index]` in the labels' own type, for an int64 `index` [N]."""
    return op.gather(op.const(_plain(np.asarray(classes))), index)


def place_of(classes: Any, labels: Var) -> Var:
    """The position among `classes` of each label [N]: int64."""
    plain = _plain(np.asarray(classes))
    places = {"values_int64s": list(range(len(plain))), "default_int64": -1}
    if plain.dtype.kind == "U":
        return ml.label_encoder(labels, keys_strings=plain.tolist(), **places)
    if plain.dtype.kind not in "iub":
        raise option("members of an ensemble whose labels are neither text nor whole numbers")
    keys = [int(label) for label in plain]
    return ml.label_encoder(op.cast(labels, to=np.int64), keys_int64s=keys, **places)


def most_likely(classes: Any, scores: Var) -> Var:
    """The label of the largest score of each row; the first of equals, as `np.argmax`."""
    return label_of(classes, op.arg_max(scores, axis=1, keepdims=0))


def positive(classes: Any, scores: Var, *, at_zero: bool = False) -> Var:
    """The second label where the score [N] is above zero (`at_zero`: or zero), else the first."""
    zero = op.const(np.zeros((), dtype=scores.unwrap_tensor().dtype))
    above = op.greater_or_equal(scores, zero) if at_zero else op.greater(scores, zero)
    return label_of(classes, op.cast(above, to=np.int64))


def two_sided(p: Var) -> Var:
    """[1 - p, p] for a tensor [N]."""
    column = op.unsqueeze(p, op.const(np.array([1])))
    one = op.const(np.ones((), dtype=p.unwrap_tensor().dtype))
    return op.concat([op.sub(one, column), column], axis=1)


def flat(scores: Var) -> Var:
    """[N, 1] → [N]."""
    return op.reshape(scores, op.const(np.array([-1])))


def _plain(classes: np.ndarray) -> np.ndarray:
    """Labels of an object array as the one plain dtype they share."""
    if classes.dtype.kind != "O":
        return classes
    kinds = {type(label) for label in classes.tolist()}
    if kinds == {str}:
        return classes.astype(str)
    if kinds in ({int}, {bool}, {float}):
        return np.array(classes.tolist())
    names = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise option(f"class labels of several types ({names}) have no tensor type", Turn.FORMAT)
