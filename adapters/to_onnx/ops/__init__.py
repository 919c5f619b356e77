"""Pieces of graph that several converters are made of."""
