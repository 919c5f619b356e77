"""The rows, or the values, for which a mask holds: what `x[mask]` is made of."""

from converter.trace.expression import Node


class Subset:
    """A slot: it stands for the rows of a mask; what is computed there is read nowhere else."""

    def __init__(self, mask: Node, rank: int) -> None:
        """`rank` is the mask's own, rows included: 1 chooses rows, more choose single values."""
        self.mask = mask
        self.rank = rank

    @property
    def is_flat(self) -> bool:
        """Whether single values were chosen: one axis is left of them, whatever their node has."""
        return self.rank > 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Subset) and other.mask is self.mask and other.rank == self.rank

    def __hash__(self) -> int:
        return hash((id(self.mask), self.rank))
