"""The command that all commands hang on: its shorthand, its version, and what help ends with."""

import itertools
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from converter.values import VERSION

EVERYWHERE = ("--json", "-q", "--quiet", "-v", "--verbose")
"""Options of every command; they may stand before its name."""

EXIT_CODES = (
    "",
    "[bold]Exit codes[/]",
    "0: the requested artifact, with parity",
    "2: the command contradicts itself, or names what is not there",
    "3: the target refused; a proved bundle stands in its place, unless --no-fallback",
    "4: mismatch, or the model no longer gives its golden outputs",
    "5: failed: unreadable, unsafe, the worker died, out of time, memory or space",
    "130: interrupted",
)


def epilog(*lines: str) -> str:
    """Examples, and whatever follows them, a line each."""
    # Typer up to 0.26 takes a single line break for a space, and two for one.
    return "\n\n".join(["[bold]Examples[/]", *lines])


class ShorthandGroup(TyperGroup):
    """A group of commands in which `convert` may be left out."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Name the command where it was left out; alone, show the help and exit with 2."""
        if not args and not ctx.resilient_parsing:
            typer.echo(ctx.get_help())
            raise typer.Exit(2)
        return super().parse_args(ctx, self._spelled_out(ctx, args))

    def _spelled_out(self, ctx: Any, args: list[str]) -> list[str]:
        leading = list(itertools.takewhile(EVERYWHERE.__contains__, args))
        first, rest = args[len(leading) : len(leading) + 1], args[len(leading) + 1 :]
        if first and first[0] in self.commands:
            return [*first, *leading, *rest]
        own = {option for param in self.get_params(ctx) for option in param.opts}
        if not args or (first and first[0].split("=")[0] in own):
            return [*first, *rest]
        return ["convert", *args]


app = typer.Typer(
    cls=ShorthandGroup,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"mlconvert {VERSION}")
        raise typer.Exit


@app.callback(
    epilog=epilog(
        "mlconvert model.joblib --to onnx",
        "mlconvert model.joblib --to onnx --golden golden/churn",
        "mlconvert inspect model.joblib --to onnx",
        "mlconvert verify model.onnx --golden golden/churn",
        "mlconvert predict model.onnx --data X.csv -o y.csv",
        *EXIT_CODES,
    )
)
def root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Convert fitted scikit-learn models, with proof that the answers are the same.

    `mlconvert MODEL` is short for `mlconvert convert MODEL`.
    """
