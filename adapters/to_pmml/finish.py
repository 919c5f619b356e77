"""From a draft to the document. Runs in the process that has Java, and never held the model."""

import hashlib
from pathlib import Path
from typing import Any

import msgspec

from adapters.to_pmml.document import edit
from adapters.to_pmml.document.elsewhere import read_otherwise
from adapters.to_pmml.document.inputs import type_inputs
from adapters.to_pmml.document.mend import mend
from adapters.to_pmml.document.outputs import name_outputs, why_left_out
from adapters.to_pmml.document.verification import verify_by
from adapters.to_pmml.draft import MODEL, PLAN, Plan
from adapters.to_pmml.java.jpmml import encoded, objections, saved
from adapters.to_pmml.java.jvm import java
from adapters.to_pmml.refused import Refused
from converter.rows import Rows
from converter.values import Artifact, Field, Refusal

INDENTED = 4 << 20
"""Bytes of a model's pickle from which on a document is for machines only."""
_DECODER = msgspec.json.Decoder(Plan)


def finish(draft: Path, inputs: Rows, expected: Rows, path: Path) -> Artifact | Refusal:
    """Write the document of a draft to `path`.

    `inputs` and `expected` are some rows with scikit-learn's answers, by which engines that read
    the document can check themselves.
    """
    plan = _DECODER.decode((draft / PLAN).read_bytes())
    try:
        document, offered = _made(draft, plan, inputs, expected)
        saved(document, path, indented=(draft / MODEL).stat().st_size < INDENTED)
        caveats = (*plan.caveats, *_beyond(document), *read_otherwise(document, plan))
    except Refused as refused:
        return Refusal(target="pmml", reasons=refused.reasons)
    content = path.read_bytes()
    left_out = tuple(f.name for f in plan.subject.schema.outputs if f not in offered)
    return Artifact(
        target="pmml",
        path=str(path),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        left_out=left_out,
        left_out_because=why_left_out(left_out, offered),
        caveats=caveats,
        frozen=plan.frozen,
        details={"pmml": "4.4"},
    )


def _made(draft: Path, plan: Plan, inputs: Rows, expected: Rows) -> tuple[Any, tuple[Field, ...]]:
    """The document, and the outputs that it offers."""
    document = encoded(draft / MODEL)
    with objections():
        mend(document)
        edit.place_functions(document, plan.functions)
        offered = name_outputs(document, plan)
        type_inputs(document, plan.subject)
        schema = msgspec.structs.replace(plan.subject.schema, outputs=offered)
        edit.introduce(document, msgspec.structs.replace(plan.subject, schema=schema))
        verify_by(document, schema, inputs, expected)
    return document, offered


def _beyond(document: Any) -> tuple[str, ...]:
    """What in the document is not of PMML 4.4, but of JPMML's own."""
    checker = java("org.jpmml.model.visitors.VersionChecker")(java("org.dmg.pmml.Version").PMML_4_4)
    checker.applyTo(document)
    said = dict.fromkeys(str(found.getMessage()) for found in checker.getExceptions())
    return tuple(f"Engines other than JPMML may not read this: {one}." for one in said)
