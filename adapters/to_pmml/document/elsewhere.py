"""What JPMML-Evaluator reads right and PMML4S does not: told, for who scores with that one.

tests/test_pmml_second.py finds out what there is of it.
"""

from typing import Any

from adapters.to_pmml.document.edit import models
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
        "trees where a value is missing": "TreeModel" in kinds and _reach(document, plan.gaps),
    }
    told = [what for what, is_there in found.items() if is_there]
    if not told:
        return ()
    return (f"PMML4S may read this otherwise than JPMML-Evaluator: {', '.join(told)}.",)


def _reach(document: Any, gaps: tuple[str, ...]) -> bool:
    """Whether missing values of these fields are not filled as they come in."""
    [model] = document.getModels()
    fields = model.getMiningSchema().getMiningFields()
    taken = [field for field in fields if str(field.getName()) in gaps]
    return any(field.getMissingValueReplacement() is None for field in taken)


def _erases(term: Term) -> bool:
    if not isinstance(term, Apply):
        return False
    last = term.arguments[-1]
    empty = isinstance(last, Constant) and last.dtype == "string" and not last.value
    return (term.function == "replace" and empty) or any(map(_erases, term.arguments))
