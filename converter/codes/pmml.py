"""Why a model, or a part of it, has no PMML."""

from converter.codes.explanation import Explanation

PMML: dict[str, Explanation] = {
    "pmml.unknown-estimator": Explanation(
        "The model holds an estimator that JPMML-SkLearn, which writes the document, does not "
        "know, and for which mlconvert has no terms of its own.",
        "make_pipeline(StandardScaler(), GaussianProcessRegressor())",
        "Use an estimator of the support table (docs/support.md), or deploy the bundle.",
    ),
    "pmml.library": Explanation(
        "JPMML-SkLearn knows the estimator and could not write this one; its own words follow.",
        "DecisionTreeClassifier().fit(X, several_labels)",
        "Do what the message ends with, or deploy the bundle.",
    ),
    "pmml.option": Explanation(
        "An estimator has a setting that would be written with another meaning.",
        "SVC(probability=True)",
        "Change the setting the message names, or deploy the bundle.",
    ),
    "pmml.operation": Explanation(
        "A function of the model uses an operation that PMML has no functions for.",
        'frame["name"].str.normalize("NFKD")',
        "Do it before the rows reach the model, or deploy the bundle. docs/operations.md lists "
        "what can be written.",
    ),
}
