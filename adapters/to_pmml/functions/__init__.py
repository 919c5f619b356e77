"""Function expressions as terms: a matrix becomes a row of scalars, each a definition."""
