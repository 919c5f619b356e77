"""What is handed out: the wheel's contents, the lock file, the layers that imports are held to."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
LOCK = (ROOT / "requirements.lock").read_text()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run([sys.executable, "-c", build, folder], cwd=ROOT, check=True, capture_output=True)
    (built,) = folder.glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_our_packages_whole_and_nothing_else(wheel):
    ours = {"mlconvert.py", *_files("converter"), *_files("adapters")}
    assert {name for name in wheel.namelist() if ".dist-info/" not in name} == ours


def test_the_wheel_holds_what_is_read_at_run_time(wheel):
    assert {"converter/pickles/known.txt", "adapters/to_bundle/load.py"} <= {*wheel.namelist()}


def test_the_wheel_holds_the_licence_and_the_command(wheel):
    names = [name for name in wheel.namelist() if ".dist-info/" in name]
    (licence,) = (name for name in names if name.endswith("LICENSE"))
    (commands,) = (name for name in names if name.endswith("entry_points.txt"))
    assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()
    assert b"mlconvert = mlconvert:main" in wheel.read(commands)


def test_an_installed_wheel_runs_without_the_checkout(wheel, tmp_path):
    wheel.extractall(tmp_path)
    run = (
        "import mlconvert, sys; print(mlconvert.__file__); sys.exit(mlconvert.main(['--version']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", run], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(tmp_path / "mlconvert.py"), "mlconvert", _version()]


def test_the_version_is_said_once_and_the_same_everywhere():
    values = (ROOT / "converter/values.py").read_text()
    assert re.findall(r'^VERSION = "(.+)"$', values, re.MULTILINE) == [_version()]


def test_every_dependency_is_locked():
    project = PROJECT["project"]
    asked = [
        *project["dependencies"],
        *chain.from_iterable(project["optional-dependencies"].values()),
        *PROJECT["dependency-groups"]["dev"],
        *PROJECT["build-system"]["requires"],
    ]
    names = {re.match(r"[\w-]+", line)[0] for line in asked}
    assert names - {*re.findall(r"^([\w-]+)==", LOCK, re.MULTILINE)} == set()


def test_everything_locked_has_a_hash_and_nothing_names_a_host():
    pinned = re.split(r"^(?=[\w-]+==)", LOCK, flags=re.MULTILINE)[1:]
    assert [block for block in pinned if "--hash=sha256:" not in block] == []
    assert re.search(r"https?:|index-url|find-links", LOCK) is None


@pytest.mark.parametrize("container", ["", "converter.trace"])
def test_every_module_stands_in_a_layer(container):
    (layers,) = (
        contract["layers"]
        for contract in PROJECT["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers" and contract.get("containers", [""]) == [container]
    )
    placed = {name.strip() for layer in layers for name in re.split(r"[:|]", layer)}
    if container:
        assert _modules(container) == placed
    else:
        assert {f"converter.{name}" for name in _modules("converter")} | {"adapters"} == placed


def _modules(package):
    folder = ROOT / package.replace(".", "/")
    modules = {path.stem for path in folder.iterdir() if path.suffix == ".py"}
    return (modules | {path.parent.name for path in folder.glob("*/__init__.py")}) - {"__init__"}


def _files(folder):
    files = (path for path in (ROOT / folder).rglob("*") if path.is_file())
    return {path.relative_to(ROOT).as_posix() for path in files if path.suffix != ".pyc"}


def _version():
    return PROJECT["project"]["version"]


OURS = ("converter", "adapters", "mlconvert")
WORKERS = ("adapters", "converter/probes", "converter/rows", "converter/trace", "converter/worker")


def test_what_a_worker_runs_imports_nothing_of_ours_inside_a_function():
    late = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in WORKERS
        for path in sorted((ROOT / folder).rglob("*.py"))
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(OURS)
    ]
    assert late == []
