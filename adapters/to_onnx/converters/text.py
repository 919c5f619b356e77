r"""Bags of words: texts to tokens, tokens to counts, counts to tf-idf.

Tokens come from ONNX Runtime's `Tokenizer` (com.microsoft), whose regular expressions are RE2: its
`\w` is ASCII, so Python's is spelled out as `[\p{L}\p{N}_]`; compared over all assigned characters
the two are equal. Texts are lowered token by token, in the locale C.UTF-8, which differs from
Python in two places, both met here: `İ`, which Python makes an `i` and a mark that ends the token,
and the final sigma.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import spox.opset.ai.onnx.ml.v3 as ml
import spox.opset.ai.onnx.v17 as op
from spox import Var, inline

from adapters.to_onnx.converters import characters
from adapters.to_onnx.converters.functions import expressed
from adapters.to_onnx.graph import Graph
from adapters.to_onnx.ops.reduce import normalized
from adapters.to_onnx.refused import Refused, option
from adapters.to_onnx.wires import Matrix, Outputs, Text, Wire, cast
from converter.trace.function import name_of
from converter.values import Reason, Turn

WORD = r"[\p{L}\p{N}_]"
BUT_DOTTED_I = r"(?:[^\P{L}İ]|[\p{N}_])"
LOCALE = "C.UTF-8"
TOKEN_PATTERN = re.compile(r"(?:\(\?u\))?(?:\\b)?(?:((?:\\w)+)\+|\\w\{(\d+),\})(?:\\b)?")
"""Runs of word characters of a least length: `\\b\\w\\w+\\b`, `\\w+`, `\\b\\w{3,}\\b`."""


def count_vectorizer(est: Any, wire: Wire, g: Graph) -> Outputs:
    """How often each n-gram of the vocabulary stands in each text."""
    return {"transform": Matrix(_counts(est, wire, g))}


def tfidf_vectorizer(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Counts, weighted and normalised."""
    return {"transform": Matrix(_weighted(est._tfidf, _counts(est, wire, g), g))}


def tfidf_transformer(est: Any, wire: Wire, g: Graph) -> Outputs:
    """Weighted and normalised counts."""
    return {"transform": Matrix(_weighted(est, g.numbers(wire), g))}


def _counts(est: Any, wire: Wire, g: Graph) -> Var:
    if not isinstance(wire, Text):
        raise option("a vectorizer that is not given a column of text")
    _check_options(est)
    if est.preprocessor is not None:
        wire = _preprocessed(est, wire, g)
    elif characters.is_prepared(est):
        wire = Text(characters.prepared(est, wire.var))
    if est.analyzer in characters.ANALYZERS:
        counts = _vocabulary_counts(est.vocabulary_, characters.cut(est, wire.var, g), list)
    else:
        tokens = _without(_stop_words(est), _tokens(est, wire.var))
        counts = _vocabulary_counts(est.vocabulary_, tokens, _words)
    if est.binary:
        counts = op.greater(counts, op.const(np.float32(0)))
    return cast(counts, g.real)


def _check_options(est: Any) -> None:
    unsaid = {
        "analyzer": est.analyzer not in ("word", *characters.ANALYZERS),
        "tokenizer": est.tokenizer is not None and est.analyzer == "word",
        "strip_accents": callable(est.strip_accents) and est.preprocessor is None,
        "token_pattern": _least_length(est) == 0 and est.analyzer == "word",
        "input": est.input != "content",
    }
    names = [
        f"{name}={_shown(getattr(est, name))}" for name, is_unsaid in unsaid.items() if is_unsaid
    ]
    if names:
        hint = "; a function before the vectorizer, as a FunctionTransformer, is traced"
        own = any(callable(getattr(est, name)) for name in ("tokenizer", "analyzer"))
        raise option(f"a vectorizer with {', '.join(names)}{hint if own else ''}")
    if _lowers(est) and any("ς" in term or term.endswith("σ") for term in est.vocabulary_):
        raise Refused(
            Reason(
                code="onnx.final-sigma",
                message="the vocabulary has Greek words with a final sigma, which ONNX Runtime "
                "does not lower as Python does",
                turn=Turn.LIBRARY,
            )
        )


def _lowers(est: Any) -> bool:
    """Whether tokens are yet to be lowered; a preprocessor of the user's own comes in its place."""
    return bool(est.lowercase) and est.preprocessor is None and not characters.is_prepared(est)


def _preprocessed(est: Any, wire: Text, g: Graph) -> Text:
    """The texts as the user's own function hands them to the tokenizer."""
    call = g.seen.get(id(est), {}).get("transform")
    if call is not None:
        call = call._replace(given=list(call.given))
    found = expressed(_of_each(est.preprocessor), None, call, wire, g)
    if not isinstance(found, Text):
        raise option(
            f"a vectorizer with preprocessor={_shown(est.preprocessor)}, which gives no text"
        )
    return found


def _of_each(function: Any) -> Any:
    def texts(documents: Any) -> Any:
        return [function(document) for document in documents]

    texts.__qualname__ = name_of(function)
    return texts


def _shown(value: Any) -> str:
    return str(getattr(value, "__qualname__", repr(value)[:60]))


def _least_length(est: Any) -> int:
    """Of a token, by the pattern; 0 where the pattern is none that we can say."""
    found = TOKEN_PATTERN.fullmatch(est.token_pattern or "")
    if not found:
        return 0
    return len(found[1]) // 2 if found[1] else int(found[2])


def _tokens(est: Any, texts: Var) -> Var:
    """Tokens [N, T], each row filled up with empty strings."""
    least = _least_length(est)
    if not _lowers(est):
        return _tokenized(texts, f"{WORD}{{{least},}}")
    ends_at_i = f"{BUT_DOTTED_I}{{{least - 1},}}İ|{BUT_DOTTED_I}{{{least},}}"
    tokens = op.concat([_tokenized(texts, ends_at_i), _empty_column(texts)], axis=1)
    lowered = op.string_normalizer(
        op.reshape(tokens, op.const(np.array([-1]))),
        case_change_action="LOWER",
        is_case_sensitive=1,
        locale=LOCALE,
    )
    return op.reshape(lowered, op.shape(tokens))


def _stop_words(est: Any) -> list[str]:
    """The stop words that matter: as tokens of their own, they stand in no fitted vocabulary."""
    words = sorted(est.get_stop_words() or ())
    joined = est.ngram_range[1] > 1
    return words if joined or any(word in est.vocabulary_ for word in words) else []


def _without(words: list[str], tokens: Var) -> Var:
    """Tokens [N, T] without some words: what is left moves together, n-grams reach over gaps."""
    if not words:
        return tokens
    stopped = ml.label_encoder(
        tokens, keys_strings=words, values_int64s=[1] * len(words), default_int64=0
    )
    width = op.gather(op.shape(tokens), op.const(np.array([1])))
    place = op.range(op.const(np.int64(0)), op.squeeze(width), op.const(np.int64(1)))
    moved = op.add(place, op.mul(stopped, width))
    _, order = op.top_k(moved, width, axis=1, largest=0)
    kept = op.where(cast(stopped, np.bool_), op.const(np.array("")), tokens)
    return op.gather_elements(kept, order, axis=1)


def _empty_column(texts: Var) -> Var:
    """[N, 1] of empty strings: the operators after it refuse to be given nothing at all."""
    empty = ml.label_encoder(texts, keys_strings=[""], values_strings=[""], default_string="")
    return op.unsqueeze(empty, op.const(np.array([1])))


def _tokenized(texts: Var, expression: str) -> Var:
    """The matches of `expression` in each text, by an operator that spox does not have."""
    from onnx import TensorProto, helper

    node = helper.make_node(
        "Tokenizer",
        ["texts"],
        ["tokens"],
        domain="com.microsoft",
        mark=0,
        mincharnum=1,
        pad_value="",
        tokenexp=expression,
    )
    graph = helper.make_graph(
        [node],
        "tokenizer",
        [helper.make_tensor_value_info("texts", TensorProto.STRING, [None])],
        [helper.make_tensor_value_info("tokens", TensorProto.STRING, [None, None])],
    )
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid("com.microsoft", 1)]
    return inline(helper.make_model(graph, opset_imports=opsets))(texts)["tokens"]


def _words(term: str) -> list[str]:
    return term.split(" ")


def _vocabulary_counts(
    vocabulary: dict[str, int], tokens: Var, parts: Callable[[str], list[str]]
) -> Var:
    """Counts [N, terms] as float32, which holds them exactly; each term is `parts` in a row."""
    grams = [(parts(term), int(column)) for term, column in vocabulary.items()]
    by_length: dict[int, list[tuple[list[str], int]]] = {}
    for gram, column in grams:
        by_length.setdefault(len(gram), []).append((gram, column))
    longest = max(by_length)
    ordered = [entry for n in range(1, longest + 1) for entry in by_length.get(n, [])]
    sizes = [n * len(by_length.get(n, [])) for n in range(1, longest + 1)]
    return op.tf_idf_vectorizer(
        tokens,
        mode="TF",
        min_gram_length=min(by_length),
        max_gram_length=longest,
        max_skip_count=0,
        ngram_counts=[sum(sizes[:n]) for n in range(longest)],
        ngram_indexes=[column for _, column in ordered],
        pool_strings=[token for gram, _ in ordered for token in gram],
    )


def _weighted(est: Any, counts: Var, g: Graph) -> Var:
    """Term frequency times `idf_`, each row divided by its norm."""
    if est.sublinear_tf:
        present = op.greater(counts, g.const(0.0))
        log = op.add(op.log(op.where(present, counts, g.const(1.0))), g.const(1.0))
        counts = op.where(present, log, g.const(0.0))
    if est.use_idf:
        counts = op.mul(counts, g.const(est.idf_))
    return counts if est.norm is None else normalized(counts, est.norm)
