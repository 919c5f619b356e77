"""Why a model cannot be bundled."""

from converter.codes.explanation import Explanation

BUNDLES: dict[str, Explanation] = {
    "bundle.unpicklable": Explanation(
        "The model holds something that cannot be written to a file: an open connection, a "
        "running generator, a lock of a library. No format carries it.",
        "FunctionTransformer(lambda X: database.execute(X))",
        "Open such things where they are used, inside the function, and leave them out of the "
        "fitted model (`__getstate__`).",
    ),
}
