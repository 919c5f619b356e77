"""The codes of reasons and failures: what each means, an example, and the remedy.

`mlconvert explain` reads it. Codes are stable: scripts and reports rely on them. A file for each
kind; what stands before the first dot tells which.
"""

from converter.codes.bundles import BUNDLES
from converter.codes.explanation import Explanation
from converter.codes.failures import FAILURES
from converter.codes.functions import FUNCTIONS
from converter.codes.onnx import ONNX
from converter.codes.pmml import PMML

CODES: dict[str, Explanation] = {**FAILURES, **FUNCTIONS, **ONNX, **PMML, **BUNDLES}

__all__ = ["CODES", "Explanation"]
