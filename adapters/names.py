"""How scikit-learn's classes are called in public."""


def public_name(cls: type) -> str:
    """`sklearn.tree._classes.DecisionTreeRegressor` → `sklearn.tree.DecisionTreeRegressor`.

    Files and classes carry the private module, which moves between versions.
    """
    return public(f"{cls.__module__}.{cls.__qualname__}")


def public(dotted: str) -> str:
    """`public_name` of a class that is known by its dotted name only."""
    *modules, name = dotted.split(".")
    private = next((i for i, part in enumerate(modules) if part.startswith("_")), len(modules))
    return ".".join([*modules[:private], name])
