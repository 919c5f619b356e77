"""The table of converters: scikit-learn's public class name → `family.function` of this package.

Plain names, so that the parent can foresee a conversion without importing spox.
"""

_LINEAR_REGRESSORS = (
    "ARDRegression BayesianRidge ElasticNet ElasticNetCV HuberRegressor Lars LarsCV Lasso LassoCV "
    "LassoLars LassoLarsCV LassoLarsIC LinearRegression MultiTaskElasticNet MultiTaskElasticNetCV "
    "MultiTaskLasso MultiTaskLassoCV OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV "
    "PassiveAggressiveRegressor QuantileRegressor Ridge RidgeCV SGDRegressor TheilSenRegressor"
)
_LINEAR_CLASSIFIERS = "PassiveAggressiveClassifier Perceptron RidgeClassifier RidgeClassifierCV"
_SELECTORS = (
    "GenericUnivariateSelect SelectFdr SelectFpr SelectFromModel SelectFwe SelectKBest "
    "SelectPercentile SequentialFeatureSelector VarianceThreshold"
)
_SEARCHES = "GridSearchCV HalvingGridSearchCV HalvingRandomSearchCV RandomizedSearchCV"


def _all(package: str, names: str, converter: str) -> dict[str, str]:
    return {f"sklearn.{package}.{name}": converter for name in names.split()}


CONVERTERS: dict[str, str] = {
    # Containers
    "sklearn.calibration.CalibratedClassifierCV": "ensembles.calibrated",
    "sklearn.compose.ColumnTransformer": "containers.column_transformer",
    "sklearn.compose.TransformedTargetRegressor": "containers.transformed_target",
    "sklearn.ensemble.StackingClassifier": "ensembles.stacking_classifier",
    "sklearn.ensemble.StackingRegressor": "ensembles.stacking_regressor",
    "sklearn.ensemble.VotingClassifier": "ensembles.voting_classifier",
    "sklearn.ensemble.VotingRegressor": "ensembles.voting_regressor",
    "sklearn.ensemble.BaggingClassifier": "ensembles.bagging_classifier",
    "sklearn.ensemble.BaggingRegressor": "ensembles.bagging_regressor",
    "sklearn.frozen.FrozenEstimator": "containers.frozen",
    "sklearn.multiclass.OneVsRestClassifier": "decisions.one_vs_rest",
    "sklearn.multioutput.MultiOutputClassifier": "containers.multi_output_classifier",
    "sklearn.multioutput.MultiOutputRegressor": "containers.multi_output_regressor",
    "sklearn.pipeline.FeatureUnion": "containers.feature_union",
    "sklearn.pipeline.Pipeline": "containers.pipeline",
    "sklearn.feature_selection.RFE": "containers.recursive_elimination",
    "sklearn.feature_selection.RFECV": "containers.recursive_elimination",
    **_all("model_selection", _SEARCHES, "containers.search"),
    # Steps that pass columns on
    "sklearn.preprocessing.FunctionTransformer": "functions.function_transformer",
    **_all("feature_selection", _SELECTORS, "passing.selector"),
    # Scaling
    "sklearn.preprocessing.Binarizer": "scalers.binarizer",
    "sklearn.preprocessing.MaxAbsScaler": "scalers.max_abs",
    "sklearn.preprocessing.MinMaxScaler": "scalers.min_max",
    "sklearn.preprocessing.Normalizer": "scalers.normalizer",
    "sklearn.preprocessing.PolynomialFeatures": "scalers.polynomial",
    "sklearn.preprocessing.RobustScaler": "scalers.robust",
    "sklearn.preprocessing.StandardScaler": "scalers.standard",
    # Missing values and categories
    "sklearn.impute.MissingIndicator": "imputers.indicator",
    "sklearn.impute.KNNImputer": "donors.nearest_donors",
    "sklearn.impute.SimpleImputer": "imputers.simple",
    "sklearn.preprocessing.OneHotEncoder": "encoders.one_hot",
    "sklearn.preprocessing.OrdinalEncoder": "encoders.ordinal",
    # Text
    "sklearn.feature_extraction.text.CountVectorizer": "text.count_vectorizer",
    "sklearn.feature_extraction.text.TfidfTransformer": "text.tfidf_transformer",
    "sklearn.feature_extraction.text.TfidfVectorizer": "text.tfidf_vectorizer",
    # Distributions of columns
    "sklearn.preprocessing.KBinsDiscretizer": "shapes.bins",
    "sklearn.preprocessing.PowerTransformer": "shapes.power",
    "sklearn.preprocessing.QuantileTransformer": "shapes.quantile",
    "sklearn.preprocessing.SplineTransformer": "shapes.spline",
    # Naive Bayes, normal distributions
    "sklearn.discriminant_analysis.LinearDiscriminantAnalysis": "gaussians.linear_discriminant",
    "sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis": (
        "gaussians.quadratic_discriminant"
    ),
    "sklearn.mixture.BayesianGaussianMixture": "gaussians.mixture",
    "sklearn.mixture.GaussianMixture": "gaussians.mixture",
    "sklearn.naive_bayes.BernoulliNB": "bayes.bernoulli",
    "sklearn.naive_bayes.CategoricalNB": "bayes.categorical",
    "sklearn.naive_bayes.ComplementNB": "bayes.complement",
    "sklearn.naive_bayes.GaussianNB": "bayes.gaussian",
    "sklearn.naive_bayes.MultinomialNB": "bayes.multinomial",
    # Decisions, chains, members that vote by weight
    "sklearn.ensemble.AdaBoostClassifier": "weighted.classifier",
    "sklearn.ensemble.AdaBoostRegressor": "weighted.regressor",
    "sklearn.linear_model.RANSACRegressor": "containers.inner",
    "sklearn.model_selection.FixedThresholdClassifier": "decisions.fixed_threshold",
    "sklearn.model_selection.TunedThresholdClassifierCV": "decisions.tuned_threshold",
    "sklearn.multiclass.OneVsOneClassifier": "decisions.one_vs_one",
    "sklearn.multioutput.ClassifierChain": "decisions.classifier_chain",
    "sklearn.multioutput.RegressorChain": "decisions.regressor_chain",
    "sklearn.semi_supervised.SelfTrainingClassifier": "containers.inner",
    # Constants, neighbours, networks
    "sklearn.dummy.DummyClassifier": "constant.classifier",
    "sklearn.dummy.DummyRegressor": "constant.regressor",
    "sklearn.isotonic.IsotonicRegression": "constant.isotonic",
    "sklearn.neighbors.KNeighborsClassifier": "neighbors.classifier",
    "sklearn.neighbors.KNeighborsRegressor": "neighbors.regressor",
    "sklearn.neural_network.MLPClassifier": "networks.classifier",
    "sklearn.neural_network.MLPRegressor": "networks.regressor",
    # Projections
    "sklearn.cluster.FeatureAgglomeration": "projections.agglomeration",
    **_all(
        "cross_decomposition", "CCA PLSCanonical PLSRegression", "projections.partial_least_squares"
    ),
    "sklearn.covariance.EllipticEnvelope": "gaussians.envelope",
    "sklearn.decomposition.FactorAnalysis": "projections.factor_analysis",
    "sklearn.decomposition.FastICA": "projections.independent_components",
    "sklearn.kernel_approximation.Nystroem": "projections.nystroem",
    "sklearn.kernel_approximation.RBFSampler": "projections.fourier",
    "sklearn.kernel_ridge.KernelRidge": "projections.kernel_ridge",
    "sklearn.preprocessing.TargetEncoder": "encoders.target",
    "sklearn.random_projection.GaussianRandomProjection": "projections.random_projection",
    "sklearn.random_projection.SparseRandomProjection": "projections.random_projection",
    # Linear models
    "sklearn.linear_model.SGDOneClassSVM": "linear.one_class",
    **_all("linear_model", _LINEAR_REGRESSORS, "linear.regressor"),
    **_all("linear_model", _LINEAR_CLASSIFIERS, "linear.classifier"),
    "sklearn.linear_model.GammaRegressor": "linear.glm",
    "sklearn.linear_model.LogisticRegression": "linear.logistic",
    "sklearn.linear_model.LogisticRegressionCV": "linear.logistic",
    "sklearn.linear_model.PoissonRegressor": "linear.glm",
    "sklearn.linear_model.SGDClassifier": "linear.sgd_classifier",
    "sklearn.linear_model.TweedieRegressor": "linear.glm",
    "sklearn.svm.LinearSVC": "linear.classifier",
    "sklearn.svm.LinearSVR": "linear.regressor",
    # Projections and clusters
    "sklearn.cluster.KMeans": "clusters.kmeans",
    "sklearn.cluster.MiniBatchKMeans": "clusters.kmeans",
    "sklearn.decomposition.IncrementalPCA": "clusters.pca",
    "sklearn.decomposition.PCA": "clusters.pca",
    "sklearn.decomposition.TruncatedSVD": "clusters.truncated_svd",
    # Kernels
    "sklearn.svm.NuSVC": "svm.classifier",
    "sklearn.svm.NuSVR": "svm.regressor",
    "sklearn.svm.OneClassSVM": "svm.one_class",
    "sklearn.svm.SVC": "svm.classifier",
    "sklearn.svm.SVR": "svm.regressor",
    # Trees
    "sklearn.ensemble.ExtraTreesClassifier": "forests.forest_classifier",
    "sklearn.ensemble.ExtraTreesRegressor": "forests.forest_regressor",
    "sklearn.ensemble.GradientBoostingClassifier": "boosting.gradient_classifier",
    "sklearn.ensemble.GradientBoostingRegressor": "boosting.gradient_regressor",
    "sklearn.ensemble.HistGradientBoostingClassifier": "boosting.hist_classifier",
    "sklearn.ensemble.HistGradientBoostingRegressor": "boosting.hist_regressor",
    "sklearn.ensemble.IsolationForest": "forests.isolation_forest",
    "sklearn.ensemble.RandomForestClassifier": "forests.forest_classifier",
    "sklearn.ensemble.RandomForestRegressor": "forests.forest_regressor",
    "sklearn.tree.DecisionTreeClassifier": "forests.tree_classifier",
    "sklearn.tree.DecisionTreeRegressor": "forests.tree_regressor",
    "sklearn.tree.ExtraTreeClassifier": "forests.tree_classifier",
    "sklearn.tree.ExtraTreeRegressor": "forests.tree_regressor",
}
