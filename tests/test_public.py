"""The public face: what `import mlconvert` gives, and whose packages it finds."""

import ast
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import mlconvert

ROOT = Path(__file__).parents[1]


def python(code, cwd, *path):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, path or (ROOT,)))}
    command = [sys.executable, *code]
    return subprocess.run(command, capture_output=True, text=True, env=env, cwd=cwd, timeout=60)


def test_importing_it_imports_nothing_else(tmp_path):
    code = "import sys, mlconvert; print('converter' in sys.modules, 'msgspec' in sys.modules)"
    assert python(["-c", code], tmp_path).stdout.split() == ["False", "False"]


def test_what_type_checkers_see_is_what_it_gives():
    source = ast.parse((ROOT / "mlconvert.py").read_text(encoding="utf-8"))
    block = next(node for node in source.body if isinstance(node, ast.If))
    seen = {
        alias.asname: (node.module, alias.name)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    given = {name: (f"converter.{home}", name) for name, home in mlconvert.HOMES.items()}
    assert seen == {**given, "__version__": ("converter.values", "VERSION")}


@pytest.mark.parametrize("name", mlconvert.__all__)
def test_every_public_name_is_there(name):
    assert getattr(mlconvert, name) is not None
    assert name in dir(mlconvert)


def test_no_other_name_is_there():
    with pytest.raises(AttributeError, match="'transmogrify'"):
        mlconvert.transmogrify  # noqa: B018


def test_its_version_is_the_packages():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert mlconvert.__version__ == project["version"]


@pytest.mark.parametrize("shape", ["module", "package"])
@pytest.mark.parametrize("name", ["converter", "adapters"])
def test_a_users_module_of_our_name_does_not_stand_in_the_commands_way(tmp_path, name, shape):
    place = tmp_path / f"{name}.py" if shape == "module" else tmp_path / name / "__init__.py"
    place.parent.mkdir(exist_ok=True)
    place.write_text("raise SystemExit('the wrong one')")
    done = python(["-m", "mlconvert", "explain"], tmp_path, tmp_path, ROOT)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_command_leaves_the_users_path_as_it_was(tmp_path):
    code = "import sys, mlconvert; a = list(sys.path); mlconvert.__version__; print(a == sys.path)"
    assert python(["-c", code], tmp_path).stdout.strip() == "True"


def test_a_module_of_our_name_that_is_already_there_is_named(tmp_path):
    (tmp_path / "converter.py").write_text("")
    code = "import converter, mlconvert; mlconvert.__version__"
    done = python(["-c", code], tmp_path, tmp_path, ROOT)
    assert "ImportError" in done.stderr.splitlines()[-1]
    assert "converter.py" in done.stderr.splitlines()[-1]


def test_it_runs_as_a_module_and_as_a_file(tmp_path):
    for start in (["-m", "mlconvert"], [str(ROOT / "mlconvert.py")]):
        assert python([*start, "--version"], tmp_path).stdout.startswith("mlconvert ")
