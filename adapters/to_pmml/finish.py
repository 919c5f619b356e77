"""From a draft to the document. Runs in the process that has Java, and never held the model."""

import hashlib
from pathlib import Path

import msgspec

from adapters.to_pmml import document as edit
from adapters.to_pmml.draft import MODEL, PLAN, Plan
from adapters.to_pmml.jpmml import encoded, objections, saved
from adapters.to_pmml.mend import mend
from adapters.to_pmml.outputs import name_outputs
from adapters.to_pmml.refused import Refused
from adapters.to_pmml.verification import verify_by
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
        offered = _written(draft, plan, inputs, expected, path)
    except Refused as refused:
        return Refusal(target="pmml", reasons=refused.reasons)
    content = path.read_bytes()
    return Artifact(
        target="pmml",
        path=str(path),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        left_out=tuple(f.name for f in plan.subject.schema.outputs if f not in offered),
        caveats=plan.caveats,
        frozen=plan.frozen,
        details={"pmml": "4.4"},
    )


def _written(
    draft: Path, plan: Plan, inputs: Rows, expected: Rows, path: Path
) -> tuple[Field, ...]:
    document = encoded(draft / MODEL)
    with objections():
        mend(document)
        edit.place_functions(document, plan.functions)
        edit.type_inputs(document, plan.subject)
        offered = name_outputs(document, plan)
        schema = msgspec.structs.replace(plan.subject.schema, outputs=offered)
        edit.introduce(document, msgspec.structs.replace(plan.subject, schema=schema))
        verify_by(document, schema, inputs, expected)
    saved(document, path, indented=(draft / MODEL).stat().st_size < INDENTED)
    return offered
