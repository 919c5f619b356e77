"""What JPMML says of a model that it does not write, and what the user can do about it."""

import re

_JAVA = re.compile(r"Cannot cast |class \S+ cannot be cast ")
"""How a cause begins that speaks to programmers of Java."""
_ADVICE = (
    (
        r"multi label|target field \(Java class|[Aa]ttribute 'class_prior_'",
        "Fit one model for each target: MultiOutputClassifier or MultiOutputRegressor",
    ),
    (
        r"Expected numeric data type, got (boolean|string)",
        "Give the steps that take this column for a category and those that take it for a number "
        "a column each",
    ),
    (
        r"Field '.*' is already defined",
        "Two parts give fields of one name: use models side by side",
    ),
    (r"is not an instance of sklearn\.tree\.", "Give it trees as members"),
    (r"[Aa]ttribute '(\w+?)_?' has an? (?:unsupported|missing)", "Fit with another {0}"),
    (r"is not an instance of (\S+)", "Use one of {0} there"),
)
"""What is said → what to do."""


def objection(causes: list[str]) -> str:
    """JPMML's own words, without Java's, and then what can be done."""
    said = [cause.rstrip(".") for cause in causes if not _JAVA.match(cause)] or causes
    told = "; ".join(dict.fromkeys(said))
    return f"JPMML says: {told}"[:500] + f". {_advice(told)}."


def _advice(told: str) -> str:
    for pattern, advice in _ADVICE:
        if found := re.search(pattern, told):
            return advice.format(*found.groups())
    return "Fit the step without its options, or use another one"
