"""What the names in a traced function's reach stand for: numpy, pandas, Python's own builtins."""
