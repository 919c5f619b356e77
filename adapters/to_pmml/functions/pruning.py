"""Definitions that something refers to, numbered anew."""

from collections.abc import Sequence

from msgspec.structs import replace

from adapters.to_pmml.terms import (
    Apply,
    Defined,
    Definition,
    Discretize,
    MapValues,
    NormContinuous,
    Term,
    refs,
)


def pruned(
    definitions: Sequence[Definition], outputs: Sequence[int]
) -> tuple[tuple[Definition, ...], tuple[int, ...]]:
    """The definitions that the outputs need, in order; and the outputs' new numbers."""
    needed = set(outputs)
    for number in range(len(definitions) - 1, -1, -1):
        if number in needed:
            below = refs(definitions[number].term)
            needed.update(ref.number for ref in below if isinstance(ref, Defined))
    numbers = {old: new for new, old in enumerate(sorted(needed))}
    kept = tuple(
        Definition(dtype=definitions[old].dtype, term=renumbered(definitions[old].term, numbers))
        for old in numbers
    )
    return kept, tuple(numbers[number] for number in outputs)


def renumbered(term: Term, numbers: dict[int, int]) -> Term:
    """The term with the new numbers."""
    match term:
        case Defined(number=number):
            return Defined(number=numbers[number])
        case Apply(arguments=arguments):
            return replace(term, arguments=tuple(renumbered(each, numbers) for each in arguments))
        case MapValues(of=of) | Discretize(of=of) | NormContinuous(of=of):
            return replace(term, of=renumbered(of, numbers))
    return term
