"""The command line: argv → values → a stage → exit code. The only place that prints."""

from converter.cli.commands import main

__all__ = ["main"]
