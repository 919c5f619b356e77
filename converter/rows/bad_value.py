"""A value that is none of the type it should have."""


class BadValue(Exception):
    """The value in `row` (counted from 0) is none of the wanted type."""

    def __init__(self, row: int, value: object) -> None:
        super().__init__(row, value)
        self.row = row
        self.value = value
