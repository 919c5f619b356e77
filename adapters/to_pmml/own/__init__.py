"""Estimators that we write ourselves, in terms: what JPMML does not know, or gets wrong.

A converter is a function `(est, w)`: of a fitted estimator and a `Writer` it makes the terms of the
columns of each method. `predict_proba` and `scores` are a column a class, of which the largest
wins; `predict` are numbers. The table names the converter of each class.
"""
