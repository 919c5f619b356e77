"""In the worker, a stranger's modules win over ours, whatever they are called."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from converter import supervise
from converter.values import Record

JOBS = Path(__file__).parent / "jobs"
ROOT = JOBS.parents[1]
NAMES = ("converter", "adapters", "mlconvert", "worker", "trace", "supervise", "values", "jobs")


class Job(Record):
    do: str
    argument: str = ""
    names: tuple[str, ...] = ()


class Done(Record):
    said: str


MODULE = """
class Scale:
    def __init__(self, factor): self.factor = factor
    def __call__(self, x): return f"{__name__}: {self.factor * x}"
"""
SAVE = """
import importlib, pickle, sys
sys.path[:] = [sys.argv[1], *(entry for entry in sys.path if entry != sys.argv[4])]
made = importlib.import_module(sys.argv[2]).Scale(2)
with open(sys.argv[3], "wb") as file: pickle.dump(made, file)
"""


def module(folder, name):
    (folder / f"{name}.py").write_text(MODULE)
    return folder / f"{name}.py"


def package(folder, name):
    (folder / name).mkdir()
    (folder / name / "__init__.py").write_text("")
    (folder / name / "worker.py").write_text(MODULE)
    return folder / name


def namespace_package(folder, name):
    (folder / name).mkdir()
    (folder / name / "worker.py").write_text(MODULE)
    return folder / name


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """Make a model of `module_name` from `folder`; its file."""
    monkeypatch.setenv("PYTHONPATH", str(JOBS))

    def save(folder, module_name):
        path = tmp_path / "model.pkl"
        arguments = [str(folder), module_name, str(path), str(ROOT)]
        subprocess.run([sys.executable, "-c", SAVE, *arguments], check=True, cwd=tmp_path)
        return path

    return save


def used(model, names=(), **options):
    with supervise.spawn("odd_jobs", caged=True, **options) as child:
        child.submit(Job(do="use", argument=str(model), names=names))
        return child.wait(Done).said


@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_the_user_s_module_works_by_its_folder(name, saved, tmp_path):
    module(tmp_path, name)
    assert used(saved(tmp_path, name), code=(str(tmp_path),)) == f"{name}: 40"


@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_the_user_s_module_works_by_its_file(name, saved, tmp_path):
    file = module(tmp_path, name)
    assert used(saved(tmp_path, name), code=(str(file),)) == f"{name}: 40"


@pytest.mark.parametrize("name", NAMES)
def test_a_model_of_the_user_s_module_works_by_pythonpath(name, saved, tmp_path, monkeypatch):
    module(tmp_path, name)
    model = saved(tmp_path, name)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (tmp_path, JOBS))))
    assert used(model) == f"{name}: 40"


# Python itself prefers its own module `trace` to a folder without `__init__.py`.
PACKAGES = [(package, name) for name in NAMES] + [
    (namespace_package, name) for name in NAMES if name != "trace"
]


@pytest.mark.parametrize(("make", "name"), PACKAGES)
def test_a_model_of_the_user_s_package_works(make, name, saved, tmp_path):
    make(tmp_path, name)
    model = saved(tmp_path, f"{name}.worker")
    assert used(model, code=(str(tmp_path),)) == f"{name}.worker: 40"


@pytest.mark.parametrize("name", ["converter", "adapters"])
def test_the_user_s_module_wins_where_our_folder_stands_first_on_the_path(
    name, saved, tmp_path, monkeypatch
):
    module(tmp_path, name)
    model = saved(tmp_path, name)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, tmp_path, JOBS))))
    assert used(model) == f"{name}: 40"


def test_ours_is_found_again_where_it_is_installed_and_the_user_has_none(monkeypatch, tmp_path):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(map(str, (ROOT, JOBS))))
    with supervise.spawn("odd_jobs", caged=True) as child:
        child.submit(Job(do="import_names", argument="converter"))
        assert child.wait(Done).said == str(ROOT / "converter" / "__init__.py")


def test_warm_modules_do_not_take_the_user_s_names(saved, tmp_path):
    module(tmp_path, "trace")
    model = saved(tmp_path, "trace")
    warm = ("sklearn.pipeline", "onnxruntime", "pandas", "onnx", "spox")
    assert used(model, code=(str(tmp_path),), warm=warm) == "trace: 40"


SCRIPT = """
import pickle, sys
FACTOR = 2
def scale(x):
    return FACTOR * x
if len(sys.argv) != 2:
    raise SystemExit("the script was run again")
with open(sys.argv[1], "wb") as file:
    pickle.dump(scale, file)
"""


def test_a_function_of_the_script_s_main_is_supplied_without_running_it(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(JOBS))
    script, model = tmp_path / "train.py", tmp_path / "model.pkl"
    script.write_text(SCRIPT)
    subprocess.run([sys.executable, str(script), str(model)], check=True)
    assert used(model, names=("scale",), code=(str(script),)) == "40"


def test_without_the_script_its_main_names_are_missing(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(JOBS))
    script, model = tmp_path / "train.py", tmp_path / "model.pkl"
    script.write_text(SCRIPT)
    subprocess.run([sys.executable, str(script), str(model)], check=True)
    with pytest.raises(supervise.WorkerError, match="Can't get attribute 'scale' on <module"):
        used(model)
