"""Starts Java when it is imported, for a process that is about to need it."""

from adapters.to_pmml.jvm import machine

machine()
