"""Texts cut into pieces and put together again, by ONNX Runtime's own operators.

Pieces come of the `Tokenizer` (com.microsoft): the leftmost and longest matches of an expression of
RE2, one after another. They are [N, T], each row filled up with empty strings, and T is at least 1.
"""

import warnings
from functools import cache
from typing import Any

import numpy as np
import onnx
import spox.opset.ai.onnx.ml.v3 as ml
from spox import Tensor, Var, argument, build, inline

from adapters.to_onnx.ops.later import op20 as op

LOCALE = "C.UTF-8"
MOST_HALVINGS = 40


def found(texts: Var, expression: str) -> Var:
    """The matches in texts [N]."""
    return _tokenized(texts, {"tokenexp": expression})


def first(texts: Var, expression: str) -> Var:
    """The first match in texts [N], or the empty text."""
    return column(found(texts, expression), 0)


def without(texts: Var, expression: str) -> Var:
    """Texts [N] without the only match that there is, at their start or end."""
    return column(_tokenized(texts, {"separators": [expression]}), 0)


def _tokenized(texts: Var, attributes: dict[str, Any]) -> Var:
    node = onnx.helper.make_node(
        "Tokenizer",
        ["texts"],
        ["tokens"],
        domain="com.microsoft",
        mark=0,
        mincharnum=1,
        pad_value="",
        **attributes,
    )
    string = onnx.TensorProto.STRING
    graph = onnx.helper.make_graph(
        [node],
        "tokenizer",
        [onnx.helper.make_tensor_value_info("texts", string, [None])],
        [onnx.helper.make_tensor_value_info("tokens", string, [None, None])],
    )
    opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("com.microsoft", 1)]
    model = onnx.helper.make_model(graph, opset_imports=opsets)
    tokens = inline(model)(texts)["tokens"]
    rows = op.shape(texts)
    empty = op.expand(op.const(np.array("")), op.concat([rows, op.const(np.array([1]))], axis=0))
    return op.concat([tokens, empty], axis=1)


def column(tokens: Var, number: int) -> Var:
    """The tokens [N] at one place."""
    return op.gather(tokens, op.const(np.int64(number)), axis=1)


def numbered(tokens: Var, count: Var, index: int) -> Var:
    """The token number `index` of so many, from the end where it is negative; or the empty text."""
    rows = op.shape(count)
    shape = op.concat([rows, op.const(np.array([max(index + 1, 1)]))], axis=0)
    wide = op.concat([tokens, op.expand(op.const(np.array("")), shape)], axis=1)
    if index >= 0:
        return column(wide, index)
    place = op.add(count, op.const(np.int64(index)))
    is_none = op.less(place, op.const(np.int64(0)))
    place = op.where(is_none, op.const(np.int64(0)), place)
    axis = op.const(np.array([1]))
    taken = op.gather_elements(wide, op.unsqueeze(place, axis), axis=1)
    return chosen(is_none, "", op.squeeze(taken, axis))


def first_or_numbered(tokens: Var, index: int) -> Var:
    """The token number `index`, of tokens none of which is empty."""
    return column(tokens, 0) if index == 0 else numbered(tokens, counted(tokens), index)


def is_there(tokens: Var) -> Var:
    """Where a token is not empty."""
    return op.not_(one_of(tokens, [""]))


def counted(tokens: Var) -> Var:
    """How many tokens there are in each row, int64 [N]."""
    there = op.cast(is_there(tokens), to=np.int64)
    return op.reduce_sum(there, op.const(np.array([1])), keepdims=0)


def one_of(texts: Var, values: list[str]) -> Var:
    """Whether a text is one of some constants."""
    coded = ml.label_encoder(
        texts, keys_strings=values, values_int64s=[1] * len(values), default_int64=0
    )
    return op.cast(coded, to=np.bool_)


def mapped(texts: Var, table: dict[str, str]) -> Var:
    """Texts by a table; those that are not in it stay."""
    coded = ml.label_encoder(
        texts,
        keys_strings=list(table),
        values_strings=list(table.values()),
        default_string="",
    )
    return op.where(one_of(texts, list(table)), coded, texts)


def chosen(condition: Var, yes: Var | str, no: Var | str) -> Var:
    """One text or the other."""
    return op.where(
        condition, *(op.const(np.array(v)) if isinstance(v, str) else v for v in (yes, no))
    )


def cased(texts: Var, action: str) -> Var:
    """`action`: "LOWER" or "UPPER"; character by character, of texts of any shape."""
    flat = op.reshape(texts, op.const(np.array([-1])))
    changed = op.string_normalizer(
        flat, case_change_action=action, is_case_sensitive=1, locale=LOCALE
    )
    return op.reshape(changed, op.shape(texts))


def is_match(texts: Var, expression: str) -> Var:
    """Whether texts match as a whole."""
    return op.regex_full_match(texts, pattern=expression)


def concatenated(a: Var, b: Var) -> Var:
    """Two texts as one."""
    return op.string_concat(a, b)


def glued(tokens: Var) -> Var:
    """The tokens of each row as one text [N]."""
    return inline(_glue())(tokens)["texts"]


@cache
def _glue() -> onnx.ModelProto:
    """Neighbours joined until one is left: a loop of as many steps as halvings."""
    tokens = argument(Tensor(np.str_, (None, None)))
    one, two = op.const(np.array([1])), op.const(np.array([2]))
    first_, last = op.const(np.array([0])), op.const(np.array([np.iinfo(np.int64).max]))

    def width(texts: Var) -> Var:
        return op.gather(op.shape(texts), op.const(np.array([1])))

    def step(_: Var, __: Var, texts: Var) -> list[Var]:
        rows = op.gather(op.shape(texts), op.const(np.array([0])))
        missing = op.concat([rows, op.mod(width(texts), two)], axis=0)
        even = op.concat([texts, op.expand(op.const(np.array("")), missing)], axis=1)
        left = op.slice(even, first_, last, one, two)
        right = op.slice(even, one, last, one, two)
        halved = op.string_concat(left, right)
        return [op.greater(width(halved), one), halved]

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spox does not know the shape that a loop ends with
        (glued_,) = op.loop(
            op.const(np.array([MOST_HALVINGS])),
            op.greater(width(tokens), one),
            [tokens],
            body=step,
        )
    texts = op.reshape(glued_, op.const(np.array([-1])))
    return build({"tokens": tokens}, {"texts": texts})
