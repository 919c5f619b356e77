"""What JPMML-Evaluator reads right and PMML4S does not: told, for who scores with that one.

tests/test_pmml_second.py finds out what there is of it.
"""

from typing import Any

from adapters.to_pmml.document import models
from adapters.to_pmml.draft import Plan
from adapters.to_pmml.terms import Apply, Constant, Term


def read_otherwise(document: Any, plan: Plan) -> tuple[str, ...]:
    """A sentence where the document has something that PMML4S reads otherwise."""
    kinds = [str(model.getClass().getSimpleName()) for model in models(document)]
    found = {
        "dates": any(field.dtype == "datetime" for field in plan.subject.schema.inputs),
        "texts replaced by nothing": any(
            _erases(definition.term) for f in plan.functions for definition in f.said.definitions
        ),
        "trees where a value is missing": plan.gaps and "TreeModel" in kinds,
    }
    told = [what for what, is_there in found.items() if is_there]
    if not told:
        return ()
    return (
        f"PMML4S reads this otherwise than JPMML-Evaluator, which is right: {', '.join(told)}.",
    )


def _erases(term: Term) -> bool:
    if not isinstance(term, Apply):
        return False
    last = term.arguments[-1]
    empty = isinstance(last, Constant) and last.dtype == "string" and not last.value
    return (term.function == "replace" and empty) or any(map(_erases, term.arguments))
