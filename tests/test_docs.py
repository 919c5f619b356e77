"""What the documentation shows is run here, and what it points to exists."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from converter.cli.arguments import COMMANDS
from converter.cli.grammar import EXIT_CODES
from converter.codes import CODES

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
WITH_COMMANDS = ["README.md", "docs/exit-codes.md", "docs/functions.md", "docs/pmml.md"]
WITH_COMMANDS += ["docs/running.md"]
MAKEFILE = (ROOT / "Makefile").read_text()


def blocks(page, language):
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)


def shown(page):
    """(command, exit code, output) of every `$ command` in the page, in order."""
    for block in blocks(page, "console"):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, output = step.partition("\n")
            command, _, code = line.partition("  # exits with ")
            yield command, int(code or 0), output


def scripts(page):
    """Name → text of the files that a page shows: Python blocks that begin with `# name.py`."""
    named = (re.match(r"# (\w+\.py)\n", block) for block in blocks(page, "python"))
    return {found[1]: found.string for found in named if found}


def pattern(output):
    """`output` as an expression; `…` alone on a line stands for any lines."""
    lines = [
        r"(?s:.*)" if line == "…" else r"\s+".join(map(word_pattern, line.split()))
        for line in output.splitlines()
    ]
    return r"\s*" + r"\s*".join(lines) + r"\s*"


def word_pattern(word):
    """The word, but fractions may differ: another processor rounds the last bit otherwise."""
    if word == "0":
        return r"(0|\d(\.\d)?e-1\d)"
    return re.sub(r"\d+\\\.\d+(e\\-\d+)?", r"\\d[\\d.e-]*", re.escape(word))


@pytest.fixture(scope="module")
def commands(tmp_path_factory):
    """An environment in which `mlconvert` and `python` are this checkout and this Python."""
    folder = tmp_path_factory.mktemp("bin")
    for name, start in {"mlconvert": f'"{ROOT}/mlconvert.py"', "python": ""}.items():
        (folder / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" {start} "$@"\n')
        (folder / name).chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    return os.environ | {"PATH": path, "COLUMNS": "80", "PYTHONPATH": str(ROOT)}


@pytest.fixture
def desk(tmp_path):
    """A folder with the golden cases in it."""
    (tmp_path / "golden").symlink_to(ROOT / "golden")
    return tmp_path


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_the_commands_of_a_page_give_what_it_shows(name, desk, commands):
    for file, text in scripts(ROOT / name).items():
        (desk / file).write_text(text)
    for command, code, output in shown(ROOT / name):
        done = subprocess.run(
            command, shell=True, cwd=desk, env=commands, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == code, f"{command}: {done.stderr}"
        said = done.stdout if done.stdout else done.stderr
        said = said.replace(f"{desk}/", "")
        assert re.fullmatch(pattern(output), said), f"{command} said:\n{said}"


def test_the_pages_with_commands_are_all_run():
    assert {page.relative_to(ROOT).as_posix() for page in PAGES if any(shown(page))} == {
        *WITH_COMMANDS
    }


def test_the_python_of_the_readme_runs_and_prints_what_its_comments_say(desk, commands):
    (code,) = (b for b in blocks(ROOT / "README.md", "python") if b.startswith("import mlconvert"))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=desk, env=commands, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == re.findall(r"^print\(.*\)  # (.*)$", code, re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_links_to_exists(page):
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)(?:#[^)]*)?\)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_makes_can_be_made(page):
    targets = re.findall(r"^([a-z0-9-]+):", MAKEFILE, re.MULTILINE)
    assert {*re.findall(r"(?:^|`)make ([a-z0-9-]+)", page.read_text(), re.MULTILINE)} <= {*targets}


@pytest.mark.parametrize("index", ["docs/README.md", "docs/decisions/README.md"])
def test_an_index_lists_every_page_beside_it(index):
    folder = (ROOT / index).parent
    beside = {page.name for page in folder.glob("*.md")} - {"README.md"}
    assert beside - {*re.findall(r"\]\(([\w.-]+)\)", (ROOT / index).read_text())} == set()


@pytest.mark.parametrize("name", ["README.md", "docs/exit-codes.md"])
def test_the_exit_codes_are_those_of_the_help(name):
    table = re.findall(r"^\| (\d+) \|", (ROOT / name).read_text(), re.MULTILINE)
    assert table == [line.split(":")[0] for line in EXIT_CODES if line[:1].isdigit()]


def test_the_readme_names_every_command_and_no_other():
    table = re.findall(r"^\| `mlconvert ([a-z]+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert {*table} | {"convert"} == {*COMMANDS}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_code_that_a_page_explains_exists(page):
    assert {*re.findall(r"mlconvert explain ([a-z]+\.[a-z-]+)", page.read_text())} <= {*CODES}
