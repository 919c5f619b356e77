"""What we write ourselves: scikit-learn's public class name → `family.function` of this package.

Plain names, so that the parent can foresee a conversion without importing scikit-learn.
"""


def _all(package: str, names: str, converter: str) -> dict[str, str]:
    return {f"sklearn.{package}.{name}": converter for name in names.split()}


STEPS: dict[str, str] = {
    **_all("cross_decomposition", "CCA PLSCanonical", "projections.partial_least_squares"),
    "sklearn.cluster.Birch": "clusters.birch",
    **_all("cluster", "KMeans MiniBatchKMeans", "clusters.distances"),
    "sklearn.cluster.FeatureAgglomeration": "projections.agglomeration",
    "sklearn.decomposition.FactorAnalysis": "projections.factor_analysis",
    "sklearn.decomposition.FastICA": "projections.independent_components",
    "sklearn.decomposition.KernelPCA": "kernels.kernel_components",
    **_all("decomposition", "SparsePCA MiniBatchSparsePCA", "projections.sparse_components"),
    "sklearn.feature_extraction.text.TfidfTransformer": "shapes.inverse_frequency",
    "sklearn.kernel_approximation.AdditiveChi2Sampler": "kernels.additive_chi2",
    "sklearn.kernel_approximation.Nystroem": "kernels.nystroem",
    "sklearn.kernel_approximation.RBFSampler": "kernels.fourier",
    "sklearn.kernel_approximation.SkewedChi2Sampler": "kernels.skewed_chi2",
    "sklearn.neighbors.NeighborhoodComponentsAnalysis": "projections.random_projection",
    "sklearn.neural_network.BernoulliRBM": "projections.boltzmann",
    "sklearn.preprocessing.KBinsDiscretizer": "encoders.bins",
    "sklearn.preprocessing.PolynomialFeatures": "shapes.polynomial",
    "sklearn.preprocessing.PowerTransformer": "shapes.power",
    "sklearn.preprocessing.SplineTransformer": "shapes.spline",
    "sklearn.preprocessing.TargetEncoder": "encoders.target",
    "sklearn.random_projection.GaussianRandomProjection": "projections.random_projection",
    "sklearn.random_projection.SparseRandomProjection": "projections.random_projection",
}
"""Transformers."""

EXPOSED: dict[str, str] = {
    "sklearn.impute.MissingIndicator": "encoders.missing",
    "sklearn.impute.SimpleImputer": "encoders.filled",
    "sklearn.preprocessing.OneHotEncoder": "encoders.one_hot",
    "sklearn.preprocessing.OrdinalEncoder": "encoders.ordinal",
}
"""Transformers that JPMML says best to a model of its own, and to nothing of ours: a missing value
it fills for all that read the column, categories it hands on as such."""

MODELS: dict[str, str] = {
    **_all("cluster", "AffinityPropagation MeanShift", "clusters.nearest"),
    "sklearn.cluster.Birch": "clusters.birch",
    "sklearn.covariance.EllipticEnvelope": "gaussians.envelope",
    **_all("cross_decomposition", "CCA PLSCanonical", "projections.partial_least_squares"),
    "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis": (
        "gaussians.quadratic_discriminant"
    ),
    "sklearn.gaussian_process.GaussianProcessRegressor": "kernels.gaussian_process",
    **_all("mixture", "BayesianGaussianMixture GaussianMixture", "gaussians.mixture"),
    "sklearn.multiclass.OneVsOneClassifier": "decisions.one_vs_one",
    "sklearn.multiclass.OutputCodeClassifier": "decisions.output_code",
    "sklearn.naive_bayes.BernoulliNB": "bayes.bernoulli",
    "sklearn.naive_bayes.CategoricalNB": "bayes.categorical",
    "sklearn.naive_bayes.GaussianNB": "bayes.gaussian",
    "sklearn.neighbors.RadiusNeighborsClassifier": "kernels.radius_classifier",
    "sklearn.neighbors.RadiusNeighborsRegressor": "kernels.radius_regressor",
    **_all("semi_supervised", "LabelPropagation LabelSpreading", "kernels.spread_labels"),
}
"""Models."""
