"""PMML: JPMML writes the document from a model that we prepare, and functions by terms of ours.

Everything of Java happens in a process of its own, which holds no model and has no network.
"""
