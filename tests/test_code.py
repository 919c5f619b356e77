"""What `--code` takes from a script, and what of the script it never runs."""

import ast
import inspect
import sys
import textwrap
from types import ModuleType

import pytest

from converter.errors import LoadError
from converter.worker import code


@pytest.fixture(autouse=True)
def main(monkeypatch):
    """A worker's state, as `guest.evict` leaves it."""
    module = ModuleType("__main__")
    monkeypatch.setitem(sys.modules, "__main__", module)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.setattr(code, "_offered", [])
    return module


@pytest.fixture
def script(tmp_path):
    def write(text, name="train.py"):
        path = tmp_path / name
        path.write_text(textwrap.dedent(text))
        return str(path)

    return write


# Each script defines `f`, and ends by training, which must not happen.
TRAINING = "\nraise SystemExit('trained')\n"
SCRIPTS = {
    "a function": ("def f(x): return 2 * x", 6),
    "a function that imports inside": (
        "def f(x):\n    import os\n    return x * int(os.getenv('NO_SUCH', 2))",
        6,
    ),
    "a lambda": ("f = lambda x: 2 * x", 6),
    "a class": ("class f:\n    def __new__(cls, x): return 2 * x", 6),
    "an imported name": ("from math import sqrt as f", 3**0.5),
    "a partial": ("from functools import partial\nf = partial(pow, 2)", 8),
    "a module": ("import math\ndef f(x): return math.floor(x + 0.5)", 3),
    "a submodule": ("import os.path\ndef f(x): return os.path.join('a', str(x))", "a/3"),
    "an import that may fail": (
        "try:\n    import no_such as m\nexcept ImportError:\n    import math as m\n"
        "def f(x): return m.floor(x)",
        3,
    ),
    "a type import": (
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from no_such import Frame\n"
        "def f(x: 'Frame') -> 'Frame': return x",
        3,
    ),
    "a future import": ("from __future__ import annotations\ndef f(x: NoSuch): return x", 3),
    "a star import": ("from math import *\ndef f(x): return floor(x + pi)", 6),
    "a constant": ("FACTOR = 2\ndef f(x): return FACTOR * x", 6),
    "a constant that comes after": ("def f(x): return FACTOR * x\nFACTOR = 2", 6),
    "a constant of constants": ("A = 1\nB: int = A + 1\ndef f(x): return B * x", 6),
    "the last of several values": ("FACTOR = 1\nFACTOR = 2\ndef f(x): return FACTOR * x", 6),
    "a value that grows": ("FACTOR = 1\nFACTOR += 1\ndef f(x): return FACTOR * x", 6),
    "unpacked values": ("_, (FACTOR, *rest) = 0, (2, 3)\ndef f(x): return FACTOR * x", 6),
    "a table filled later": ("T = {}\nT['k'] = 2\ndef f(x): return T['k'] * x", 6),
    "a table updated later": ("T = {}\nT.update(k=2)\ndef f(x): return T['k'] * x", 6),
    "a table filled in a loop": (
        "T = {}\nfor i in range(5):\n    T[i] = 2 * i\ndef f(x): return T[x]",
        6,
    ),
    "a list appended to": ("L = []\nL.append(2)\ndef f(x): return L[0] * x", 6),
    "an attribute set later": (
        "class C: pass\nC.factor = 2\ndef f(x): return C.factor * x",
        6,
    ),
    "a function that uses a function": ("def g(x): return 2 * x\ndef f(x): return g(x)", 6),
    "a decorated function": (
        "def twice(g): return lambda x: 2 * g(x)\n@twice\ndef f(x): return x",
        6,
    ),
    "a default argument": ("K = 2\ndef f(x, k=K): return k * x", 6),
    "a base class": (
        "class Base:\n    factor = 2\nclass C(Base):\n    def g(self, x): return self.factor * x\n"
        "f = C().g",
        6,
    ),
    "a closure in a function": ("K = 2\ndef f(x): return (lambda: [K * i for i in [x]])()[0]", 6),
    "a definition under a condition": (
        "import sys\nif sys.version_info > (3,):\n    def f(x): return 2 * x\nelse:\n    f = None",
        6,
    ),
    "a definition under the main guard": (
        "if __name__ == '__main__':\n    raising = 1 / 1\n    def f(x): return 2 * x\n"
        "    raise SystemExit('trained')",
        6,
    ),
    "a file of constants": (
        "with open(__file__) as h:\n    K = len(h.read()) * 0 + 2\ndef f(x): return K * x",
        6,
    ),
    "a name that hides a builtin": ("def sum(x): return 2 * x\ndef f(x): return sum(x)", 6),
    "a walrus": ("if (K := 2): pass\ndef f(x): return 2 * x", 6),
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_name_stands_on_is_there_and_the_script_did_not_run(name, script, main):
    text, expected = SCRIPTS[name]
    code.provide((script(text + TRAINING),), ("f",))
    assert main.f(3) == expected


# What `f` does not stand on; running it would raise.
LEFT_OUT = {
    "training": "model = train()",
    "a parameter that is called like a global": "x = train()",
    "a local that is called like a global": "y = train()",
    "an attribute that is called like a global": "floor = train()",
    "a loop": "for _ in range(3):\n    train()",
    "a call": "print(train())",
    "what is said to a module": "math.show(train())",
    "what a logger is told": "import logging\nlog = logging.getLogger()\nlog.info(train())",
    "the main guard": "if __name__ == '__main__':\n    train()",
    "an import": "import no_such",
}


@pytest.mark.parametrize("name", LEFT_OUT)
def test_what_a_name_does_not_stand_on_is_left_out(name, script, main):
    needed = "import math\ndef f(x):\n    y = math.floor(x)\n    return y\n"
    code.provide((script(LEFT_OUT[name] + "\n" + needed + LEFT_OUT[name]),), ("f",))
    assert main.f(3) == 3
    assert vars(main).keys() <= {
        "f",
        "math",
        "log",
        "logging",
        *vars(ModuleType("x")),
        "__builtins__",
    }


def test_two_scripts_supply_a_name_each(script, main):
    code.provide((script("def f(): return 1"), script("def g(): return 2", "b.py")), ("f", "g"))
    assert main.f() + main.g() == 3


def test_a_dotted_name_is_supplied_by_its_outer_class(script, main):
    code.provide((script("class Outer:\n    class Inner: pass"),), ("Outer.Inner",))
    assert main.Outer.Inner.__module__ == "__main__"


def test_names_asked_for_later_come_from_the_files_offered_before(script, main):
    code.provide((script("def f(): return 1"),), ())
    assert not hasattr(main, "f")
    code.provide((), ("f",))
    assert main.f() == 1


def test_the_source_of_a_supplied_function_is_found_with_its_line(script, main):
    code.provide((script("\n\nimport math\n\ndef f(x):\n    return math.floor(x)\n"),), ("f",))
    assert inspect.getsourcelines(main.f) == (["def f(x):\n", "    return math.floor(x)\n"], 5)


def test_main_has_no_file_that_multiprocessing_would_run(script, main):
    code.provide((script("def f(x): return x" + TRAINING),), ("f",))
    assert not hasattr(main, "__file__")


def test_a_file_and_its_neighbours_are_importable(script):
    script("K = 2", "neighbour_of_train.py")
    code.provide((script("from neighbour_of_train import K", "trained_by_me.py"),), ())
    assert __import__("trained_by_me").K == 2


def test_a_file_in_another_encoding_is_read(tmp_path, main):
    path = tmp_path / "train.py"
    path.write_bytes("# coding: latin-1\ndef f(): return 'é'\n".encode("latin-1"))
    code.provide((str(path),), ("f",))
    assert main.f() == "é"


REFUSED = {
    "a missing name": ("def g(): pass", "train.py does not define f,"),
    "an empty file": ("", "train.py does not define f,"),
    "a syntax error": ("x = 1\ndef f(:\n", "train.py, line 2, is not Python 3."),
    "a null byte": ("x = 1\0", "train.py, line 1, is not Python 3."),
    "a name that fails": ("x = 1\nf = 1 / 0", "train.py, line 2, failed when"),
    "an import that is not there": (
        "\n\nimport no_such\ndef f(): no_such",
        "ModuleNotFoundError: No module named 'no_such'",
    ),
    "a name that is only deleted or annotated": ("f: int", "does not define f,"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_script_that_cannot_supply_a_name_is_refused_in_one_sentence(name, script):
    text, words = REFUSED[name]
    with pytest.raises(LoadError) as caught:
        code.provide((script(text),), ("f",))
    assert words in caught.value.what
    assert "\n" not in caught.value.what


def test_a_folder_alone_does_not_tell_where_main_names_come_from(tmp_path):
    with pytest.raises(LoadError, match="Pass that script itself"):
        code.provide((str(tmp_path),), ("f",))


def test_a_path_that_does_not_exist_is_refused():
    with pytest.raises(LoadError, match="does not exist"):
        code.provide(("/no/such.py",), ())


def test_without_code_names_are_left_for_the_loader_to_miss():
    code.provide((), ("f",))


def test_only_needed_branches_of_an_if_are_kept():
    tree = ast.parse("if a:\n    x = 1\n    y = 2\nelse:\n    z = 3")
    kept = code._closure(tree.body, {"x"})
    assert [ast.unparse(statement) for statement in kept] == ["if a:\n    x = 1"]
