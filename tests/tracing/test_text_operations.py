"""Every operation on text, in ONNX Runtime and in Python, on texts that are seldom met."""

from typing import Any

import numpy as np
import onnxruntime
import pytest
from spox import Tensor, argument

from adapters.base import Options
from adapters.to_onnx.compiler import new_graph
from adapters.to_onnx.document import assemble
from adapters.to_onnx.functions.longest import is_longest, is_python_s
from adapters.to_onnx.functions.patterns import parsed
from adapters.to_onnx.functions.table import LOWERINGS
from adapters.to_onnx.refused import Refused
from converter.trace.edges import TEXTS
from converter.trace.seen import UNSEEN
from converter.trace.tape import Tape

ODD = [
    *TEXTS,
    "ΑΣ ΣΑΣ Σ",
    "A'Σ' Σ'A",
    "straße ŉ ǅa ﬁ",
    "İstanbul İ",
    "Braund, Mr. Owen Harris",
    "Cumings, Mrs. John (Florence)",
    "$1,200.50",
    "1_000",
    " 12 ",
    "+5",
    "-3.2e5",
    "1e400",
    "-1e-400",
    "1e307",
    "-Infinity",
    "nan",
    "٣.٥",
    "12abc",
    "0x10",
    "a" * 63,
    "é" * 64,
    "b" * 200,
    "<b>Hi</b> <br/>there",
    "see https://x.io/a?b=1 now",
    "the cat the the\n",
    "there",
    "\n",
    "a\n",
    "5.0",
    "5.0\n",
    "a,b,,c",
    "a--b",
    "\x1c\x1dx\x1f",
    "a\x00b",
    "line1\nline2\r\n",
    "\u200bzero e\u0301",
    "ſ K ⅷ ª ʰa",
    "_a_1b22",
    "\t\u3000x\u2003",
    "mr. mrs. MR",
    "AB-123-x",
    "(a) (b)",
]
PATTERNS = [
    r"\s+",
    r"[^a-zA-Z]+",
    r"[^\w\s]",
    r"[^\W\d_]+",
    r"https?://\S+",
    r"http\S+|www\S+",
    r"<.*?>",
    r"[a-m]x|\w-|b",
    r"\d+\.?\d*",
    r"@\w+|#\w+",
    r"^\s+",
    r"\s+$",
    r"\.0$",
    r"\bthe\b",
    r"\b\w{1,2}\b",
    r"\b\w+\b",
    r"(?i)mr\.?s?",
    r"[$,]",
    r"--",
    r"\W",
]
REPLACEMENTS = [
    ("text.replace", {"pattern": pattern, "by": by, "flags": 0, "limit": 0})
    for pattern in PATTERNS
    for by in ("", "X ")
]
COUNTS = [("text.count", {"pattern": pattern, "flags": 0}) for pattern in PATTERNS]
PLACED = [r"\bthe", r"the\b", "^$", "x*", r"^\s+|\s+$", r"\d$", "(?i)THE", r"\.0$"]
SEARCHES = [
    ("text.matches", {"pattern": pattern, "flags": 0, "how": how})
    for how, patterns in (
        ("search", [*PATTERNS, *PLACED]),
        ("match", PLACED),
        ("fullmatch", PLACED),
    )
    for pattern in ([*PATTERNS, *PLACED] if how == "search" else PLACED)
]
GROUPS = [
    (r" ([A-Za-z]+)\.", 1),
    (r"(\d+)-(\w)", 2),
    (r"\((.*?)\)", 1),
    (r"(\w+)$", 1),
    (r"\b(\w+)\b", 1),
    (r"\b\d{3}\b", 0),
    (r"\S+", 0),
]
EXTRACTS = [
    ("text.extract", {"pattern": pattern, "flags": 0, "group": group, "index": index})
    for pattern, group in GROUPS
    for index in ((0, 1, -1) if "{3}" not in pattern else (0,))
]
SLICES = [
    (0, 3, None),
    (2, None, None),
    (2, 5, None),
    (-3, None, None),
    (None, -2, None),
    (1, -1, None),
    (-4, -1, None),
    (0, 0, None),
    (None, None, -1),
    (None, None, 2),
]
OPERATIONS: list[tuple[str, dict[str, Any]]] = [
    *(
        ("text.case", {"how": how, "by": by})
        for how in ("lower", "upper", "title", "capitalize")
        for by in ("python", "arrow")
    ),
    ("text.case", {"how": "casefold", "by": "python"}),
    *(
        ("text.strip", {"chars": chars, "side": side})
        for chars in (None, "-. a^]")
        for side in ("both", "left", "right")
    ),
    *(("text.slice", dict(zip(("start", "stop", "step"), s, strict=True))) for s in SLICES),
    *(
        ("text.piece", {"separator": separator, "index": index, "limit": limit})
        for separator, index, limit in [(",", 0, -1), (",", -1, -1), ("--", 1, -1), (" ", 1, 1)]
    ),
    ("text.length", {}),
    *(
        ("text.is", {"what": what, "by": by})
        for what in ("alnum", "alpha", "decimal", "digit", "numeric", "space", "upper", "lower")
        for by in ("python", "arrow")
    ),
    *((f"text.{op}", {"grammar": g}) for op in ("number", "reads") for g in ("float", "pandas")),
    ("text.number", {"grammar": "int"}),
    ("text.replace", {"pattern": "a", "by": "<>", "flags": 0, "limit": 1}),
]
EXTENSIONS = [
    ("text.replace", {"pattern": r"(\w+), (\w+)", "by": r"\2 \1", "flags": 0, "limit": 0}),
    ("text.replace", {"pattern": "a|ab", "by": "x", "flags": 0, "limit": 0}),
    ("text.extract", {"pattern": r",\s*([^.]+)\.", "flags": 0, "group": 1, "index": 0}),
]
"""Said by onnxruntime-extensions only. Its texts end at a NUL."""
UNSAID = [
    ("text.replace", {"pattern": "(?=a)b", "by": "", "flags": 0, "limit": 0}, "onnx.operation"),
    ("text.replace", {"pattern": r"(a)\1", "by": "", "flags": 0, "limit": 0}, "onnx.operation"),
    ("text.count", {"pattern": "a|ab", "flags": 0}, "onnx.operation"),
    ("text.matches", {"pattern": r"a\b\W", "flags": 0, "how": "search"}, "onnx.operation"),
    ("text.matches", {"pattern": "(?m)^a", "flags": 0, "how": "search"}, "onnx.operation"),
    ("text.case", {"how": "swapcase", "by": "python"}, "onnx.operation"),
    *((op, attrs, "onnx.needs-extensions") for op, attrs in EXTENSIONS),
]


def answers(op: str, attrs: dict[str, Any], rows: list[str], ops: str = "") -> Any:
    """What Python and ONNX Runtime (together, one by one, and of no rows) give."""
    tape = Tape()
    node = tape.make(op, tape.input("x", np.array(rows, dtype=object)), **attrs)
    x = argument(Tensor(np.str_, ("N",)))
    g = new_graph(np.dtype(np.float64), [], Options(ops=ops), UNSEEN)
    content = assemble({"x": x}, {"y": LOWERINGS[op](node, [x], g)}, 0).SerializeToString()
    options = onnxruntime.SessionOptions()
    if ops:
        import onnxruntime_extensions

        options.register_custom_ops_library(onnxruntime_extensions.get_library_path())
    session = onnxruntime.InferenceSession(content, options)

    def run(cells: list[str]) -> list[Any]:
        return session.run(None, {"x": np.array(cells, dtype=object)})[0].tolist()  # type: ignore[no-any-return]

    wanted = ["" if cell is None else cell for cell in node.value.tolist()]
    return wanted, run(rows), [cell for row in rows[::5] for cell in run([row])], run([])


def same(a: list[Any], b: list[Any]) -> list[Any]:
    return [(x, y) for x, y in zip(a, b, strict=True) if x != y and not (x != x and y != y)]


@pytest.mark.parametrize(
    ("op", "attrs"), [*OPERATIONS, *REPLACEMENTS, *COUNTS, *SEARCHES, *EXTRACTS], ids=str
)
def test_onnx_runtime_gives_what_python_gives(op: str, attrs: dict[str, Any]) -> None:
    wanted, together, alone, none = answers(op, attrs, ODD)
    assert same(wanted, together) == []
    assert same(wanted[::5], alone) == []
    assert none == []


@pytest.mark.parametrize(("op", "attrs"), EXTENSIONS, ids=str)
def test_the_extensions_give_what_python_gives(op: str, attrs: dict[str, Any]) -> None:
    rows = [row for row in ODD if "\x00" not in row]
    wanted, together, alone, _ = answers(op, attrs, rows, "extensions")
    assert same(wanted, together) == []
    assert same(wanted[::5], alone) == []


@pytest.mark.parametrize(("op", "attrs", "code"), UNSAID, ids=str)
def test_what_onnx_cannot_say_is_refused(op: str, attrs: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        answers(op, attrs, ["a"])
    assert refused.value.reasons[0].code == code


@pytest.mark.parametrize(
    ("pattern", "is_so"),
    [
        ("ab|a", True),
        ("a|ab", False),
        (r"\d+(?:,\d{3})*(?:\.\d+)?", True),
        ("<.*?>", False),
        ("(a|b)*?c", True),
        (r"a??b?", False),
    ],
)
def test_whether_the_longest_match_is_the_one_that_python_finds(pattern: str, is_so: bool) -> None:
    assert is_python_s(parsed(pattern, 0)) is is_so


@pytest.mark.parametrize(
    ("head", "tail", "is_so"),
    [("a*", "b", True), ("a*", "a", False), (r"\s*", r"\w+", True), ("a|ab", "c|b", False)],
)
def test_whether_a_head_can_be_taken_away_without_its_tail(
    head: str, tail: str, is_so: bool
) -> None:
    assert is_longest(parsed(head, 0), parsed(tail, 0)) is is_so
