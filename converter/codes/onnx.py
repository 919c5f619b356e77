"""Why a model, or a part of it, has no ONNX graph."""

from converter.codes.explanation import Explanation

ONNX: dict[str, Explanation] = {
    "onnx.unknown-estimator": Explanation(
        "The model holds an estimator that has no graph: neither mlconvert nor skl2onnx, from "
        "which single steps are borrowed, can write it.",
        "make_pipeline(StandardScaler(), LabelPropagation())",
        "Use an estimator of the support table (docs/support.md), or deploy the bundle.",
    ),
    "onnx.option": Explanation(
        "An estimator that mlconvert can write has a setting that it cannot.",
        "CountVectorizer(tokenizer=nltk.word_tokenize)",
        "Change the setting the message names, or deploy the bundle.",
    ),
    "onnx.missing-string": Explanation(
        "A tensor of text has no missing value: a missing string travels as the empty string. This "
        "model answers differently to the two, so a graph cannot tell what is meant.",
        'OneHotEncoder().fit([["a"], [""], [None]])',
        'Replace one by the other before fitting: frame["city"].fillna("").',
    ),
    "onnx.mixed-columns": Explanation(
        "A step takes or gives text beside numbers as one matrix; a tensor holds one or the other.",
        'ColumnTransformer([("keep", "passthrough", ["city", "age"])])',
        "Code the text columns (OneHotEncoder, OrdinalEncoder), or drop them.",
    ),
    "onnx.text-as-number": Explanation(
        "Text reaches a step that computes with it. scikit-learn reads numbers from such text; a "
        "graph does not.",
        'StandardScaler().fit([["1.5"], ["2"]])',
        "Make the column one of numbers before fitting: frame.astype(float).",
    ),
    "onnx.date-as-number": Explanation(
        "A column of dates reaches a step that computes with what they count (nanoseconds, or "
        "microseconds, since 1970), or that compares them.",
        'StandardScaler().fit(frame[["signed_up"]])',
        "Compute the numbers that are meant before that step, such as frame.signed_up.dt.year.",
    ),
    "onnx.date-output": Explanation(
        "The model itself gives dates. A tensor has no type for them.",
        'ColumnTransformer([("keep", "passthrough", ["signed_up"])])',
        "Let the model give numbers, such as the days since a fixed date.",
    ),
    "onnx.column-name": Explanation(
        "A column has a name that no input of a graph can have: the empty name, that of an output "
        "(predict, predict_proba …), or that of a node.",
        'pandas.DataFrame({"predict": [0.1], "age": [30]})',
        "Rename the column, and fit again.",
    ),
    "onnx.final-sigma": Explanation(
        "The vocabulary has Greek words that end in a sigma. Python lowers the last Σ of a word to "
        "ς, ONNX Runtime to σ, so such words would not be counted.",
        'CountVectorizer().fit(["ΛΟΓΟΣ"])',
        "Lower the texts before the model, and fit with lowercase=False.",
    ),
    "onnx.no-outputs": Explanation(
        "None of the model's methods can be written as a graph.",
        "a clusterer whose predict has no graph, and that does not transform",
        "Deploy the bundle.",
    ),
    "onnx.operation": Explanation(
        "A function of the model uses an operation that ONNX has no operators for.",
        'frame["name"].str.normalize("NFKD")',
        "Do it before the rows reach the model, or deploy the bundle. docs/operations.md lists "
        "what can be written.",
    ),
    "onnx.differs": Explanation(
        "ONNX Runtime computes an operation of a function differently from Python on an edge row "
        "(a missing value, an empty string, a very large number) that the message shows.",
        'frame["name"].str.lower() on "İstanbul"',
        "Have the function replace such values first (fillna, clip, replace), or deploy the "
        "bundle.",
    ),
    "onnx.needs-extensions": Explanation(
        "A function of the model uses an operation that ONNX itself lacks, and that the operators "
        "of onnxruntime-extensions have.",
        r'frame["part"].str.replace(r"(\w+)-(\d+)", r"\2\1", regex=True)',
        "Convert with --ops extensions, and install onnxruntime-extensions wherever the artifact "
        "is to run.",
    ),
    "onnx.opset": Explanation(
        "The opset asked for is older than mlconvert writes, or newer than the libraries know.",
        "mlconvert model.joblib --to onnx --opset 12",
        "Leave --opset away (17 is the default), or give one that the message allows.",
    ),
    "onnx.runtime": Explanation(
        "The version of ONNX Runtime asked for does not read the opset or the IR version that the "
        "model needs.",
        "mlconvert model.joblib --to onnx --opset 21 --runtime onnxruntime==1.14",
        "Ask for an older --opset, or for a newer --runtime.",
    ),
}
