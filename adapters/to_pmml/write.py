"""Prepare a fitted model for JPMML. Runs in the worker, where the model lives and Java does not."""

from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from adapters.base import Subject
from adapters.to_pmml.draft import MODEL, PLAN, Plan
from adapters.to_pmml.model.fields import Preparation, own_columns
from adapters.to_pmml.model.prepare import Place, prepared
from adapters.to_pmml.model.stand_ins import PMMLPipeline, dumps, linear, untouched
from adapters.to_pmml.refused import Refused, option
from adapters.to_pmml.terms import DataType
from converter.rows import Rows, column_names, spread
from converter.trace.seen import UNSEEN, Seen
from converter.values import Artifact, Field, Refusal, Schema, Turn

SUFFIX = ".pmml"


def write(
    model: Any, subject: Subject, rows: Rows, path: Path, seen: Seen = UNSEEN
) -> Artifact | Refusal:
    """Leave a draft, the folder `path`; nothing is left where the model is refused."""
    try:
        plan, content = drafted(model, subject, seen)
    except Refused as refused:
        return Refusal(target="pmml", reasons=refused.reasons)
    plan = msgspec.structs.replace(plan, gaps=_gaps(rows, subject.schema))
    path.mkdir()
    (path / MODEL).write_bytes(content)
    (path / PLAN).write_bytes(msgspec.json.encode(plan))
    return Artifact(target="pmml", path=str(path), sha256="", size=len(content))


def drafted(model: Any, subject: Subject, seen: Seen = UNSEEN) -> tuple[Plan, bytes]:
    """What the document needs, and the model as JPMML reads it. Raises Refused."""
    p = Preparation(seen, subject.options.freeze)
    fields = all_fields(model, subject.schema)
    offered = {field.name: field for field in subject.schema.outputs}
    predicts = "predict" in offered
    place = Place(step=not predicts, exposed=not predicts, columns=_kinds(fields, subject.schema))
    steps = [("inputs", untouched(len(fields))), ("model", prepared(model, p, place))]
    targets = _targets(offered, fields)
    if not predicts:
        if "transform" not in offered:
            raise option("a model that neither predicts nor transforms", "", Turn.OURS)
        width = _width(offered["transform"])
        kind: DataType = "string" if offered["transform"].dtype == "string" else "double"
        kinds = (kind,) * width
        steps += [
            ("transform", own_columns(kinds, p, "transform", summed=True)),
            ("none", linear(width)),
        ]
    pipeline = PMMLPipeline(
        steps=steps,
        memory=None,
        verbose=False,
        header=None,
        predict_transformer=None,
        predict_proba_transformer=None,
        apply_transformer=None,
        active_fields=np.array(fields, dtype=object),
        target_fields=np.array(targets, dtype=object),
    )
    plan = Plan(
        subject=subject,
        targets=targets,
        functions=tuple(p.functions),
        caveats=tuple(p.caveats),
        frozen=p.frozen,
        without=tuple(sorted(p.without)),
    )
    return plan, dumps(pipeline)


def all_fields(model: Any, schema: Schema) -> list[str]:
    """The input fields, with those columns that a model is handed and makes no use of.

    Parts of it count their columns among all; in the document those without use are left out.
    """
    used, known = input_fields(schema), getattr(model, "feature_names_in_", None)
    if schema.kind != "frame" or known is None or not set(used) < set(known):
        return used
    return [str(name) for name in known]


def input_fields(schema: Schema) -> list[str]:
    """The names of the document's input fields: the columns, or those of a matrix."""
    return [name for field in schema.inputs for name in column_names(field)]


def _kinds(fields: list[str], schema: Schema) -> tuple[DataType, ...]:
    """The type of each input field."""
    kinds: dict[str, DataType] = {"string": "string", "datetime": "dateTime"}
    told = {
        name: kinds.get(field.dtype, "double")
        for field in schema.inputs
        for name in column_names(field)
    }
    return tuple(told.get(name, "double") for name in fields)


def _gaps(rows: Rows, schema: Schema) -> tuple[str, ...]:
    """The input fields that have no number in some row."""
    columns = spread(rows, schema.inputs)
    return tuple(n for n, v in columns.items() if v.dtype.kind == "f" and np.isnan(v).any())


def _width(field: Field) -> int:
    return int(np.prod(field.shape)) if field.shape else 1


def _targets(offered: dict[str, Field], taken: list[str]) -> tuple[str, ...]:
    """The predicted fields: `predict`, or `predict(1)`, … of several."""
    width = _width(offered["predict"]) if "predict" in offered else 1
    base = "y"
    while any(name.startswith(base) for name in taken):
        base += "_"
    several = offered.get("predict") is not None and bool(offered["predict"].shape)
    return tuple(f"{base}{n + 1}" for n in range(width)) if several else (base,)
