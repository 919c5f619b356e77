"""A file for each family of estimators; `table.py` says which function converts which class."""
