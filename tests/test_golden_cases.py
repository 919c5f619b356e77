"""Every golden case in the repository is converted, verified and predicted with.

A new case is a new folder; nothing is changed here.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

import mlconvert
from converter import golden, rows
from converter.compare import Tolerance, compare

ROOT = Path(__file__).parent.parent
CASES = sorted((ROOT / "golden").glob("*/make.py"))
SHIPPED = [make.parent for make in CASES if (make.parent / "case.json").is_file()]
MADE_HERE = [make.parent for make in CASES if not (make.parent / "case.json").is_file()]


@pytest.fixture(scope="module", params=CASES, ids=lambda make: make.parent.name)
def case(request, tmp_path_factory):
    """A case, converted by the command for each target that it expects something of."""
    folder = request.param.parent
    if folder in MADE_HERE:
        folder = _made(request.param, tmp_path_factory.mktemp(folder.name))
    out = tmp_path_factory.mktemp(f"{folder.name}-out")
    expect = json.loads((folder / "case.json").read_bytes())["expect"]
    runs = {target: _convert(folder, target, out) for target in expect}
    return SimpleNamespace(folder=folder, expect=expect, runs=runs, read=golden.read(folder))


def _made(make, folder):
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    copy = shutil.copy(make, folder)
    subprocess.run([sys.executable, copy], check=True, env=environment)
    return folder


def _convert(folder, target, out):
    [model] = folder.glob("model.*")
    ran = subprocess.run(
        [sys.executable, str(ROOT / "mlconvert.py"), str(model), "--to", target,
         "--golden", str(folder), "-o", str(out / f"model.{target}"), "--json"],
        capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert ran.returncode in (0, 3), ran.stdout + ran.stderr
    return SimpleNamespace(code=ran.returncode, verdict=json.loads(ran.stdout))


def test_there_are_shipped_cases_and_each_carries_its_model():
    assert len(SHIPPED) >= 8
    for folder in SHIPPED:
        [model] = folder.glob("model.*")
        assert model.stat().st_size < 200_000, model


def test_every_case_expects_something_of_a_target(case):
    assert case.expect


def test_every_case_ends_as_it_expects(case):
    codes = {"artifact": 0, "refused": 3}
    outcomes = {"artifact": "artifact", "refused": "bundle"}
    for target, expected in case.expect.items():
        run = case.runs[target]
        assert run.code == codes[expected], (target, run.verdict)
        assert run.verdict["outcome"] == outcomes[expected], target


def test_what_is_handed_over_verifies_against_the_golden_outputs(case):
    for run in case.runs.values():
        verified = mlconvert.verify(run.verdict["artifact"]["path"], golden=case.folder)
        assert verified.exit_code == 0
        assert verified.parity.rows == rows.count(case.read.inputs)
        assert verified.parity.evidence is mlconvert.Evidence.GOLDEN


def test_what_is_handed_over_predicts_what_scikit_learn_said_in_its_types_and_names(case):
    for run in case.runs.values():
        told = mlconvert.predict(run.verdict["artifact"]["path"], case.folder / "inputs.parquet")
        expected = case.read.outputs
        parity = compare(
            expected, told.outputs, case.read.inputs,
            evidence=mlconvert.Evidence.GOLDEN, tolerance=Tolerance(),
        )  # fmt: skip
        assert parity.passed, parity
        assert list(told.outputs) == list(expected)
        assert {k: v.dtype for k, v in told.outputs.items()} == {
            k: v.dtype for k, v in expected.items()
        }
        assert told.schema.outputs == case.read.case.schema.outputs
