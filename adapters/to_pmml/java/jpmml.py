"""The library calls: a pickle becomes a document, a document text, elements in text its objects."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

from adapters.to_pmml.java.jvm import heap, java
from adapters.to_pmml.java.objection import objection
from adapters.to_pmml.refused import Refused
from converter.errors import WorkerError, no_space
from converter.values import Reason, Turn

NAMESPACE = "http://www.dmg.org/PMML-4_4"
_MOST = 300


def encoded(pickle: Path) -> Any:
    """The document that JPMML makes of a model. Raises Refused, and WorkerError without memory."""
    with objections():
        stream = java("java.io.FileInputStream")(str(pickle))
        storage = java("org.jpmml.python.StorageUtil").createStorage(stream)
        try:
            model = java("org.jpmml.sklearn.SkLearnUnpickler")().load(storage)
        finally:
            storage.close()
        util = java("org.jpmml.sklearn.EncodableUtil")
        return util.encodePMML(util.toEncodable(model))


def saved(document: Any, path: Path, *, indented: bool) -> None:
    """Write the document to a file; indents are a third of a large forest.

    Raises OutputError where there is no space.
    """
    with objections(), _room():
        stream = java("java.io.BufferedOutputStream")(java("java.io.FileOutputStream")(str(path)))
        try:
            serializer = java("org.jpmml.model.metro.MetroJAXBSerializer")()
            write = serializer.serializePretty if indented else serializer.serialize
            write(document, stream)
        finally:
            stream.close()


def made(element: Element) -> Any:
    """An element in text as the library's object."""
    return java("org.jpmml.model.metro.MetroJAXBSerializer")().deserialize(_stream(element))


def rows_of(table: Element) -> list[Any]:
    """The library's rows of a table in text; `made` takes 0.1 ms for each cell of them."""
    factory = java("javax.xml.parsers.DocumentBuilderFactory").newInstance()
    factory.setNamespaceAware(True)
    nodes = factory.newDocumentBuilder().parse(_stream(table)).getDocumentElement().getChildNodes()
    return [_row(nodes.item(number)) for number in range(nodes.getLength())]


def _row(node: Any) -> Any:
    row, cells = java("org.dmg.pmml.Row")(), node.getChildNodes()
    for number in range(cells.getLength()):
        row.addContent(cells.item(number))
    return row


def _stream(element: Element) -> Any:
    element.set("xmlns", NAMESPACE)
    return java("java.io.ByteArrayInputStream")(tostring(element))


@contextmanager
def objections() -> Iterator[None]:
    """What Java throws, in our words."""
    import jpype

    try:
        yield
    except jpype.JException as thrown:
        name = str(thrown.getClass().getName())
        if name == "java.lang.OutOfMemoryError":
            raise exhausted() from None
        raise Refused(_reason(thrown)) from None


@contextmanager
def _room() -> Iterator[None]:
    """What the system says of a file that is written is no refusal."""
    import jpype

    try:
        yield
    except jpype.JException as thrown:
        failed = (one for one in _causes(thrown) if isinstance(one, java("java.io.IOException")))
        for one in failed:
            raise no_space(f", says Java: {first_line(one).rstrip('.')}") from None
        raise


def exhausted() -> WorkerError:
    """Java's memory is full."""
    return WorkerError(
        f"Java needed more than its {heap()} MiB of memory.",
        "Raise that with --jvm-memory, or use a machine with more.",
        code="worker.memory",
    )


def first_line(thrown: Any) -> str:
    """What an exception of Java says, in a line."""
    said = thrown.getMessage()
    lines = str(said).strip().splitlines() if said is not None else []
    return (lines[0] if lines else str(thrown.getClass().getSimpleName()))[:_MOST]


def _causes(thrown: Any) -> list[Any]:
    causes = [thrown]
    while causes[-1].getCause() is not None and len(causes) < 9:
        causes.append(causes[-1].getCause())
    return causes


def _reason(thrown: Any) -> Reason:
    said = [first_line(cause) for cause in _causes(thrown)]
    code = "pmml.unknown-estimator" if "not a supported" in " ".join(said) else "pmml.library"
    return Reason(code=code, message=objection(said), turn=Turn.LIBRARY)
