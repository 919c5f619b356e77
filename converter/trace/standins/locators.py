"""What `.loc` and `.iloc` of a stand-in are: rows are chosen whole, or by a mask."""

from typing import Any

from converter.trace.session import active


class Locator:
    """`df.loc` or `df.iloc`, of a frame or a series."""

    def __init__(self, owner: Any, name: str) -> None:
        self._owner = owner
        self._name = name

    def __getitem__(self, key: Any) -> Any:
        return active().words.located(self._owner, self._name, key)

    def __setitem__(self, key: Any, value: Any) -> None:
        active().words.locate_assigned(self._owner, self._name, key, value)
