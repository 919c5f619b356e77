"""Newer operators of spox: a module of them takes 50 ms to import, and most models need none."""

from importlib import import_module
from typing import Any


class Later:
    """A module of a library, imported when something of it is first asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(import_module(self._name), name)


op18 = Later("spox.opset.ai.onnx.v18")
op19 = Later("spox.opset.ai.onnx.v19")
op20 = Later("spox.opset.ai.onnx.v20")
