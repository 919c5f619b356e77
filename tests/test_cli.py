"""The command line as a table: argv → library call. The stages are recorded, not run.

Here the callee is replaced on purpose: the fact under test is the translation of the words.
"""

import json
import sys
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from converter.cli import main
from converter.codes import CODES
from converter.values import Inspection, Origin, Outcome, Verdict

ROOT = Path(__file__).parents[1]

LOADING = {"timeout": 600.0, "memory": 0, "allow": (), "trust": False, "code": ()}
SCORING = {**LOADING, "jvm_memory": 0}
CONVERT = {
    "to": "onnx",
    "output": None,
    "golden": None,
    "data": None,
    "atol": None,
    "rtol": None,
    "seed": 0,
    "opset": 0,
    "precision": "float64",
    "runtime": "",
    "ops": "",
    "freeze": (),
    "strict": False,
    "fallback": True,
    "accept_bundle": False,
    **SCORING,
}
VERIFY = {
    "golden": None,
    "data": None,
    "model": None,
    "atol": None,
    "rtol": None,
    "strict": False,
    **SCORING,
}

ORIGIN = Origin(path="m.pkl", sha256="", estimator="")
VERDICT = Verdict(
    mlconvert="0", outcome=Outcome.REFUSED, requested="onnx", origin=ORIGIN, exit_code=3
)
FOUND = Inspection(path="m.pkl", format="pickle", protocol=5, size=1, sha256="", estimator="a.B")


class Stop(Exception):
    """Ends a command whose call has been recorded."""


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with the files that the tables name."""
    monkeypatch.chdir(tmp_path)
    for name in ("m.pkl", "m.onnx", "X.csv", "train.py", "util.py", "inspect"):
        Path(name).touch()
    Path("golden").mkdir()
    return tmp_path


@pytest.fixture
def stage(monkeypatch):
    """Stand-ins for the stages; `calls` holds (stage, positional, keywords)."""
    state = SimpleNamespace(calls=[], answer=None)

    def stand_in(name):
        def call(*args, progress=None, **kwargs):
            state.calls.append((name, args, kwargs))
            if callable(state.answer):
                return state.answer(progress)
            return state.answer

        return call

    def conversion(crew, *args, **kwargs):
        return stand_in("convert")(*args, **kwargs, **msgspec.structs.asdict(crew.permit))

    module = SimpleNamespace(conversion=conversion)
    monkeypatch.setitem(sys.modules, "converter.convert", module)
    monkeypatch.setattr("converter.convert", module, raising=False)
    monkeypatch.setattr("converter.crew.Crew.start", lambda crew, target: None)
    for name in ("inspect", "foresee", "record", "verify", "predict"):
        module = SimpleNamespace(**{name: stand_in(name)})
        monkeypatch.setitem(sys.modules, f"converter.{name}", module)
        monkeypatch.setattr(f"converter.{name}", module, raising=False)
    return state


def stop(progress):
    raise Stop


@pytest.mark.parametrize(
    ("words", "called", "chosen"),
    [
        ("m.pkl", "convert", {}),
        ("convert m.pkl", "convert", {}),
        ("m.pkl --to onnx", "convert", {}),
        ("--to bundle m.pkl", "convert", {"to": "bundle"}),
        ("--json m.pkl", "convert", {}),
        ("-q -v m.pkl", "convert", {}),
        ("m.pkl -o new.onnx", "convert", {"output": Path("new.onnx")}),
        ("m.pkl --output=new.onnx", "convert", {"output": Path("new.onnx")}),
        ("m.pkl -o new.pmml", "convert", {"to": "pmml", "output": Path("new.pmml")}),
        ("m.pkl --golden golden", "convert", {"golden": Path("golden")}),
        ("m.pkl --data X.csv", "convert", {"data": Path("X.csv")}),
        ("m.pkl --atol 1e-6 --rtol 0", "convert", {"atol": 1e-6, "rtol": 0.0}),
        ("m.pkl --seed 7 --opset 17", "convert", {"seed": 7, "opset": 17}),
        ("m.pkl --precision float32", "convert", {"precision": "float32"}),
        ("m.pkl --runtime onnxruntime==1.17", "convert", {"runtime": "onnxruntime==1.17"}),
        ("m.pkl --ops extensions", "convert", {"ops": "extensions"}),
        ("m.pkl --freeze clock --freeze env:A", "convert", {"freeze": ("clock", "env:A")}),
        ("m.pkl --timeout 90", "convert", {"timeout": 90.0}),
        ("m.pkl --timeout 90s", "convert", {"timeout": 90.0}),
        ("m.pkl --timeout 1.5m", "convert", {"timeout": 90.0}),
        ("m.pkl --timeout 1h", "convert", {"timeout": 3600.0}),
        ("m.pkl --memory 2G", "convert", {"memory": 2 << 30}),
        ("m.pkl --memory 512MiB", "convert", {"memory": 512 << 20}),
        ("m.pkl --memory 1000", "convert", {"memory": 1000}),
        ("m.pkl --to pmml --jvm-memory 4G", "convert", {"to": "pmml", "jvm_memory": 4 << 30}),
        ("m.pkl --allow a.b --allow c.d", "convert", {"allow": ("a.b", "c.d")}),
        ("m.pkl --trust --strict", "convert", {"trust": True, "strict": True}),
        ("m.pkl --code train.py --code util.py", "convert", {"code": ("train.py", "util.py")}),
        ("m.pkl --no-fallback", "convert", {"fallback": False}),
        ("m.pkl --accept-bundle", "convert", {"accept_bundle": True}),
        ("verify m.onnx --golden golden", "verify", {"golden": Path("golden")}),
        ("-v verify m.onnx", "verify", {}),
        (
            "verify m.onnx --data X.csv --model m.pkl --rtol 1e-5",
            "verify",
            {"data": Path("X.csv"), "model": Path("m.pkl"), "rtol": 1e-5},
        ),
    ],
)
def test_words_become_a_call(here, stage, words, called, chosen):
    stage.answer = stop
    main(words.split())
    usual = CONVERT if called == "convert" else VERIFY
    subject = Path("m.pkl") if called == "convert" else Path("m.onnx")
    assert stage.calls == [(called, (subject,), {**usual, **chosen})]


@pytest.mark.parametrize(
    ("words", "call"),
    [
        ("inspect m.pkl", ("inspect", (Path("m.pkl"),), {})),
        ("./inspect", ("convert", (Path("inspect"),), CONVERT)),
        ("convert inspect", ("convert", (Path("inspect"),), CONVERT)),
        (
            "record m.pkl --data X.csv -o case",
            (
                "record",
                (Path("m.pkl"),),
                {"data": Path("X.csv"), "output": Path("case"), "seed": 0, **LOADING},
            ),
        ),
        (
            "predict m.onnx --data X.csv -o y.csv",
            ("predict", (Path("m.onnx"), Path("X.csv")), {"output": Path("y.csv"), **SCORING}),
        ),
        (
            "predict m.onnx --data X.csv --json",
            ("predict", (Path("m.onnx"), Path("X.csv")), {"output": None, **SCORING}),
        ),
    ],
)
def test_every_command_hands_over_what_it_was_given(here, stage, words, call):
    stage.answer = stop
    main(words.split())
    assert stage.calls == [call]


def test_inspect_with_a_target_asks_what_would_become_of_the_file(here, stage, capsys):
    stage.answer = lambda progress: FOUND if len(stage.calls) == 1 else stop(progress)
    main(["inspect", "m.pkl", "--to", "onnx"])
    assert [call[:2] for call in stage.calls] == [
        ("inspect", (Path("m.pkl"),)),
        ("foresee", (FOUND, "onnx")),
    ]


REFUSED = [
    ("missing.pkl", "no file or folder 'missing.pkl'"),
    ("m.pk", "Did you mean m.pkl?"),
    ("explian", "Did you mean explain?"),
    ("m.pkl --to foo", "the targets: onnx, pmml, bundle"),
    ("m.pkl --golden golden --data X.csv", "contradict"),
    ("verify m.onnx --golden golden --data X.csv", "contradict"),
    ("m.pkl --golden nowhere", "'nowhere'"),
    ("m.pkl --data nowhere.csv", "'nowhere.csv'"),
    ("m.pkl --code nowhere.py", "'nowhere.py'"),
    ("m.pkl -o nowhere/m.onnx", "no folder 'nowhere'"),
    ("m.pkl -o golden", "is a folder"),
    ("m.pkl -o made/", "There is no folder 'made/'."),
    ("m.pkl -o m.onnx --to pmml", "says onnx, and the target asked for is pmml"),
    ("predict m.onnx --data X.csv -o nowhere/y.csv", "no folder 'nowhere'"),
    ("predict m.onnx", "--data"),
    ("record m.pkl --data X.csv", "--output"),
    ("m.pkl --precision float16", "float16"),
    ("m.pkl --timeout soon", "90s or 10m"),
    ("m.pkl --timeout 0", "90s or 10m"),
    ("m.pkl --timeout -1", "90s or 10m"),
    ("m.pkl --memory lots", "512M or 2G"),
    ("m.pkl --atol nan", "tolerance"),
    ("m.pkl --rtol -1", "tolerance"),
    ("m.pkl --atol inf", "tolerance"),
    ("m.pkl --seed -1", "--seed"),
    ("m.pkl --frobnicate", "--frobnicate"),
    ("m.pkl m.pkl", "unexpected"),
    ("inspect", "MODEL"),
    ("explain function.reads-environmen", "Did you mean function.reads-environment"),
    ("explain xyzzy", "lists the codes"),
]


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_words_that_make_no_sense_are_a_usage_error_in_one_place(here, stage, capsys, words, said):
    assert main(words.split()) == 2
    out, err = capsys.readouterr()
    assert said in err
    assert not out
    assert not stage.calls


@pytest.mark.parametrize(("words", "said"), REFUSED)
def test_with_json_a_usage_error_is_a_document(here, stage, capsys, words, said):
    assert main([*words.split(), "--json"]) == 2
    out, err = capsys.readouterr()
    error = json.loads(out)["error"]
    assert (error["code"], error["exit_code"]) == ("usage", 2)
    assert said in error["what"] + error["remedy"]
    assert not err


def test_alone_the_command_shows_its_help_and_exits_with_2(capsys):
    assert main([]) == 2
    assert "Exit codes" in capsys.readouterr().out


def test_the_verdict_is_the_exit_code(here, stage, capsys):
    stage.answer = VERDICT
    assert main(["m.pkl"]) == VERDICT.exit_code
    assert capsys.readouterr().out.startswith("not ONNX")


def test_with_json_stdout_holds_the_document_alone(here, stage, capsys):
    def babbling(progress):
        sys.stdout.write("a library says hello\n")
        progress("tracing")
        return VERDICT

    stage.answer = babbling
    main(["m.pkl", "--json"])
    out, err = capsys.readouterr()
    assert json.loads(out)["outcome"] == "refused"
    assert "a library says hello" in err
    assert "tracing" in err


def test_quiet_shows_the_first_line_and_no_progress(here, stage, capsys):
    def telling(progress):
        progress("tracing")
        return VERDICT

    stage.answer = telling
    main(["m.pkl", "-q"])
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 1
    assert not err


def test_predict_without_output_writes_csv_to_stdout(here, stage, capsys, monkeypatch):
    def answering(*args, output, **kwargs):
        output.write_bytes("predict\nja\nnë\n".encode())

    monkeypatch.setattr(sys.modules["converter.predict"], "predict", answering)
    assert main(["predict", "m.onnx", "--data", "X.csv"]) == 0
    assert capsys.readouterr().out.splitlines() == ["predict", "ja", "në"]


def test_explain_shows_every_code_and_each_with_its_remedy(capsys):
    assert main(["explain", "--json"]) == 0
    assert set(json.loads(capsys.readouterr().out)["codes"]) == set(CODES)
    for code, explanation in CODES.items():
        assert main(["explain", code]) == 0
        shown = " ".join(capsys.readouterr().out.split())
        assert " ".join(explanation.remedy.split()) in shown
