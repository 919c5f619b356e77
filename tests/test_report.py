"""The report: the words, the page, the JSON document and its documentation."""

import io
import json
import math
import os

import msgspec
import pytest
from rich.console import Console

from converter.errors import OutputError, UnsafeError
from converter.report import as_document, failure, to_json, write_report
from converter.report.document import PAGE, described, meanings, page
from converter.report.inspection import inspection_page
from converter.report.terminal import verdict_page
from converter.report.words import LONGEST, headline, number, safe, size
from converter.values import (
    Artifact,
    Attempt,
    Evidence,
    Global,
    Inspection,
    Origin,
    Outcome,
    OutputParity,
    Parity,
    Reason,
    Refusal,
    Safety,
    SourceLine,
    Turn,
    Verdict,
)

HOSTILE = "\x1b[31mred\x1b[0m [bold]loud[/bold]\r\nforged: line\u202e"

ONNX = Artifact(target="onnx", path="m.onnx", sha256="a" * 64, size=12_345, details={"opset": "17"})
BUNDLE = Artifact(target="bundle", path="m.bundle", sha256="b" * 64, size=5_000)
REASON = Reason(
    code="function.reads-environment",
    message="line 3 of `scale` reads the environment variable SCALE_FACTOR.",
    address="pipeline/scale",
    source=SourceLine(file="train.py", line=3, text='    k = os.getenv("SCALE_FACTOR", 2)'),
    turn=Turn.FORMAT,
)


def output(differing=0, **fields):
    usual = {"atol": 0.0, "rtol": 1e-9, "exact": False, "max_abs": 0.5, "needed_rtol": 0.25}
    return OutputParity(name="predict_proba", differing=differing, **{**usual, **fields})


def parity(differing=0, evidence=Evidence.GOLDEN, **fields):
    outputs = (output(differing, worst_row=7 if differing else -1, worst_inputs={"age": "31"}),)
    return Parity(evidence=evidence, rows=512, outputs=outputs, passed=not differing, **fields)


def refused(*reasons):
    return Attempt(target="onnx", refusal=Refusal(target="onnx", reasons=reasons))


def verdict(outcome, *attempts, **fields):
    origin = Origin(path="m.joblib", sha256="c" * 64, estimator="sklearn.pipeline.Pipeline")
    return Verdict(
        mlconvert="0.1.0",
        outcome=outcome,
        requested="onnx",
        origin=origin,
        attempts=attempts,
        exit_code=0,
        **fields,
    )


PROVED = verdict(Outcome.ARTIFACT, Attempt(target="onnx", parity=parity()), artifact=ONNX)
FELL_BACK = verdict(
    Outcome.BUNDLE,
    refused(REASON),
    Attempt(target="bundle", parity=parity()),
    artifact=BUNDLE,
)
DIFFERS = verdict(
    Outcome.MISMATCH, Attempt(target="onnx", parity=parity(3, diverges_at="pipeline/pca"))
)


def shown(parts, width=80):
    stream = io.StringIO()
    console = Console(file=stream, width=width)
    for part in parts:
        console.print(part)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("story", "words"),
    [
        (PROVED, "m.onnx written: ONNX, opset 17, 12 kB; proved on 512 golden rows"),
        (
            FELL_BACK,
            "not ONNX: line 3 of `scale` reads the environment variable SCALE_FACTOR; "
            "proved bundle m.bundle stands in its place",
        ),
        (
            verdict(Outcome.REFUSED, refused(REASON, REASON, REASON)),
            "not ONNX: line 3 of `scale` reads the environment variable SCALE_FACTOR "
            "(and 2 more reasons); nothing was written",
        ),
        (
            DIFFERS,
            "not ONNX: predict_proba differs on 3 of 512 golden rows; "
            "nothing reached parity, nothing was written",
        ),
        (
            verdict(
                Outcome.BUNDLE,
                Attempt(target="onnx", parity=parity(1, Evidence.PROBES)),
                artifact=BUNDLE,
            ),
            "not ONNX: predict_proba differs on 1 of 512 probe rows; "
            "proved bundle m.bundle stands in its place",
        ),
        (
            verdict(
                Outcome.ARTIFACT,
                Attempt(
                    target="onnx",
                    parity=parity(unstable=511, probes=parity(0, Evidence.PROBES, unstable=256)),
                ),
                artifact=ONNX,
            ),
            "m.onnx written: ONNX, opset 17, 12 kB; "
            "proved on 1 of 512 golden rows and 512 probe rows",
        ),
        (
            verdict(
                Outcome.BUNDLE,
                Attempt(target="onnx", parity=parity(unstable=512)),
                Attempt(target="bundle", parity=parity(unstable=500)),
                artifact=BUNDLE,
            ),
            "not ONNX: none of 512 golden rows could be judged; "
            "proved bundle m.bundle stands in its place, proved on 12 of 512 golden rows",
        ),
        (
            verdict(Outcome.DRIFT, drift=parity(2)),
            "not converted: the loaded model no longer gives its golden outputs: "
            "predict_proba differs on 2 of 512 golden rows",
        ),
    ],
    ids=lambda value: value.outcome.value if isinstance(value, Verdict) else "",
)
def test_the_first_line_says_the_verdict(story, words):
    assert headline(story) == words
    assert " ".join(shown(verdict_page(story)).split()).startswith(words)


@pytest.mark.parametrize("story", [PROVED, FELL_BACK, DIFFERS], ids=lambda v: v.outcome.value)
def test_a_page_in_a_log_has_no_escapes_and_fits_80_columns(story):
    page = shown(verdict_page(story, verbose=True))
    assert "\x1b" not in page
    assert max(map(len, page.splitlines())) <= 80


def test_a_refusal_is_shown_with_its_address_and_source_line():
    page = shown(verdict_page(FELL_BACK))
    assert "function.reads-environment at pipeline/scale" in page
    assert 'train.py:3  k = os.getenv("SCALE_FACTOR", 2)' in page
    assert "mlconvert explain function.reads-environment" in page


def test_a_mismatch_is_shown_with_its_worst_row_and_the_step_that_diverges():
    page = shown(verdict_page(DIFFERS))
    assert "row 7" in page
    assert "age=31" in page
    assert "pipeline/pca" in page


def test_rows_that_were_not_compared_or_did_not_count_are_shown():
    page = shown(
        verdict_page(
            verdict(
                Outcome.ARTIFACT,
                Attempt(target="onnx", parity=parity(outside=5, unstable=2)),
                artifact=ONNX,
            )
        )
    )
    assert "5 more outside the model's domain, 2 unstable" in page


def test_a_proof_without_protections_says_so():
    assert "none" in shown(verdict_page(PROVED)).split("Protections")[1]


def test_text_from_a_model_cannot_style_or_forge_a_line():
    reason = Reason(code="x", message=HOSTILE, address=HOSTILE, turn=Turn.OURS)
    story = verdict(Outcome.REFUSED, refused(reason), notes=(HOSTILE,))
    page = shown(verdict_page(story), width=10_000)
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "[bold]loud[/bold]" in page
    assert not any(line.lstrip().startswith("forged") for line in page.splitlines())


def test_an_inspection_shows_each_dangerous_global_and_what_the_file_lacks():
    found = Inspection(
        path="m.pkl",
        format="pickle",
        protocol=4,
        size=100,
        sha256="d" * 64,
        estimator="",
        globals=(
            Global(name="numpy.ndarray", safety=Safety.KNOWN),
            Global(name="mine.Scaler", safety=Safety.UNKNOWN),
            Global(name=f"os.{HOSTILE}", safety=Safety.DANGEROUS),
        ),
        missing_modules=("mine",),
        main_names=("scale",),
    )
    page = shown(inspection_page(found), width=10_000)
    for part in ("unknown estimator", "known: 1", "mine.Scaler", "DANGEROUS", "os.\\x1b", "scale"):
        assert part in page
    assert "\x1b" not in page


@pytest.mark.parametrize(
    ("number_of_bytes", "words"),
    [(0, "0 B"), (999, "999 B"), (1_234, "1.2 kB"), (12_345, "12 kB"), (5_600_000, "5.6 MB")],
)
def test_sizes_are_said_shortly(number_of_bytes, words):
    assert size(number_of_bytes) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.0, "0"), (1e-9, "1e-09"), (math.inf, "none"), (math.nan, "none"), (None, "none")],
)
def test_a_tolerance_that_no_number_would_satisfy_is_none(value, words):
    assert number(value) == words


@pytest.mark.parametrize(
    ("text", "shown_as"),
    [
        ("größe 价格", "größe 价格"),
        ("a\nb", "a\\nb"),
        ("\x1b[2J", "\\x1b[2J"),
        ("\x9b2J", "\\x9b2J"),
        ("a\u202eb", "a\\u202eb"),
        ("\udcff", "\\udcff"),
        ("x" * 10_000, "x" * LONGEST + " ..."),
    ],
)
def test_control_characters_are_spelled_out_and_long_texts_cut(text, shown_as):
    assert safe(text) == shown_as


def test_a_report_reads_back_as_the_verdict_it_was_written_from(tmp_path):
    write_report(FELL_BACK, tmp_path / "m.report.json")
    read = msgspec.json.decode((tmp_path / "m.report.json").read_bytes(), type=Verdict)
    assert read == FELL_BACK


def test_an_infinite_tolerance_is_null_and_still_reads_back():
    story = Parity(
        evidence=Evidence.DATA, rows=1, outputs=(output(1, needed_rtol=math.inf),), passed=False
    )
    text = to_json(story)
    assert json.loads(text)["outputs"][0]["needed_rtol"] is None
    assert msgspec.json.decode(text, type=Parity).outputs[0].needed_rtol is None


def test_a_report_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path):
    path = tmp_path / "m.report.json"
    write_report(PROVED, path)
    with path.open("rb") as reader:
        write_report(DIFFERS, path)
        assert json.loads(reader.read())["outcome"] == "artifact"
    assert json.loads(path.read_bytes())["outcome"] == "mismatch"
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.report.json"]


def test_a_report_that_cannot_be_written_is_an_output_error_and_leaves_nothing(tmp_path):
    (tmp_path / "m.report.json").mkdir()
    for path in (tmp_path / "m.report.json", tmp_path / "no" / "m.report.json"):
        with pytest.raises(OutputError, match=r"m\.report\.json"):
            write_report(PROVED, path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["m.report.json"]


def test_a_file_name_that_is_no_utf8_does_not_break_the_document():
    assert json.loads(to_json({"path": os.fsdecode(b"m\xff.pkl")})) == {"path": "m\\udcff.pkl"}


def test_every_document_says_its_version_first():
    assert next(iter(as_document(PROVED))) == "report_version"
    assert next(iter(as_document({}, error=failure(UnsafeError("No."))))) == "report_version"


def test_a_failure_holds_what_scripts_need():
    error = UnsafeError("It runs code.", "Do not load it.", names=("os.system",))
    assert msgspec.to_builtins(failure(error)) == {
        "code": "unsafe",
        "what": "It runs code.",
        "remedy": "Do not load it.",
        "exit_code": 5,
        "names": ("os.system",),
    }


def test_the_documentation_of_the_report_is_up_to_date():
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m converter.report.document"


@pytest.mark.parametrize("kind", described(), ids=lambda kind: kind.__name__)
def test_every_key_and_value_of_the_report_has_a_meaning(kind):
    assert not [name for name, meaning in meanings(kind).items() if not meaning]


def test_the_repr_of_a_verdict_is_one_short_line():
    assert repr(PROVED) == "<Verdict artifact m.onnx, 512 golden rows, 0 differ>"
    assert repr(DIFFERS) == "<Verdict mismatch, 512 golden rows, 3 differ>"
