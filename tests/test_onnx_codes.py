"""Every reason that the ONNX target can give is explained."""

import ast
from pathlib import Path

import pytest

from converter.codes import CODES

PACKAGE = Path(__file__).resolve().parent.parent / "adapters" / "to_onnx"


def codes():
    """Every text in the package that is spelled as a code of ours."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                prefix, _, rest = node.value.partition(".")
                if prefix in ("onnx", "function") and rest.replace("-", "").isalpha():
                    yield node.value


def test_the_package_gives_reasons():
    assert {"onnx.option", "onnx.opset", "onnx.missing-string"} <= set(codes())


@pytest.mark.parametrize("code", sorted(set(codes())))
def test_every_code_is_explained_with_example_and_remedy(code):
    assert all(CODES[code])


def test_every_explained_code_of_onnx_is_given_somewhere():
    assert {code for code in CODES if code.startswith("onnx.")} == {
        code for code in codes() if code.startswith("onnx.")
    }
