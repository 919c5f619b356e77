"""The options that commands share: their names, their help, and how they complete."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from adapters import TARGETS
from converter.cli.arguments import duration, existing, memory, place, target, tolerance
from converter.codes import CODES

PROOF, WRITING, LOADING, OUTPUT = "Proof", "Writing", "Loading the model", "What is shown"


class Precision(StrEnum):
    """Of the numbers inside an artifact."""

    FLOAT64 = "float64"
    FLOAT32 = "float32"


def _complete_targets(incomplete: str) -> list[str]:
    return [name for name in TARGETS if name.startswith(incomplete)]


def _complete_codes(incomplete: str) -> list[str]:
    return [code for code in CODES if code.startswith(incomplete)]


Model = Annotated[
    Path,
    typer.Argument(
        metavar="MODEL",
        parser=existing,
        help="The fitted model: a pickle, joblib, dill or cloudpickle file.",
    ),
]
Made = Annotated[
    Path,
    typer.Argument(
        metavar="ARTIFACT",
        parser=existing,
        help="An artifact, such as model.onnx or model.bundle; or a pickled model.",
    ),
]
To = Annotated[
    str | None,
    typer.Option(
        parser=target,
        metavar="|".join(TARGETS),
        autocompletion=_complete_targets,
        show_default=False,
        help="What to convert to. Default: what the suffix of -o says, else onnx. PMML needs "
        "Java and the extra mlconvert[pmml], whose libraries are under the AGPL-3.0.",
        rich_help_panel=WRITING,
    ),
]
Foreseen = Annotated[
    str | None,
    typer.Option(
        "--to",
        parser=target,
        metavar="|".join(TARGETS),
        autocompletion=_complete_targets,
        show_default=False,
        help="Say what would become of it there.",
    ),
]
ConvertTo = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        parser=place,
        metavar="PATH",
        rich_help_panel=WRITING,
        help="The artifact. Default: beside the model, by its name.",
    ),
]
RecordTo = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FOLDER", help="The golden case to write."),
]
PredictTo = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE", help="CSV or Parquet. Default: CSV on stdout."),
]
Code = Annotated[
    str,
    typer.Argument(
        metavar="[CODE]",
        autocompletion=_complete_codes,
        show_default=False,
        help="A reason code, as reports show them; without one, all are listed.",
    ),
]
Golden = Annotated[
    Path | None,
    typer.Option(
        parser=existing,
        metavar="FOLDER",
        rich_help_panel=PROOF,
        help="A golden case: rows with recorded outputs to prove against.",
    ),
]
Data = Annotated[
    Path | None,
    typer.Option(
        parser=existing,
        metavar="FILE",
        rich_help_panel=PROOF,
        help="Rows (CSV or Parquet) to prove on beside probes, against what the model says now.",
    ),
]
Rows = Annotated[
    Path,
    typer.Option("--data", parser=existing, metavar="FILE", help="The input rows: CSV or Parquet."),
]
Against = Annotated[
    Path | None,
    typer.Option(
        "--model",
        parser=existing,
        metavar="MODEL",
        rich_help_panel=PROOF,
        help="The model the artifact was made from: what --data is scored with.",
    ),
]
ATol = Annotated[
    float | None,
    typer.Option(
        parser=tolerance,
        metavar="NUMBER",
        rich_help_panel=PROOF,
        show_default=False,
        help="Allowed absolute difference of numbers.",
    ),
]
RTol = Annotated[
    float | None,
    typer.Option(
        parser=tolerance,
        metavar="NUMBER",
        rich_help_panel=PROOF,
        show_default=False,
        help="Allowed relative difference. Default: 1e-9 in float64, 1e-5 in float32.",
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Of the probe rows.", rich_help_panel=PROOF)]
Strict = Annotated[
    bool,
    typer.Option(
        "--strict",
        rich_help_panel=PROOF,
        help="Count rows on which scikit-learn itself raises as mismatches.",
    ),
]
Opset = Annotated[
    int,
    typer.Option(
        min=0,
        show_default=False,
        rich_help_panel=WRITING,
        help="ONNX opset. Default: the oldest that says the model.",
    ),
]
PrecisionOption = Annotated[
    Precision, typer.Option("--precision", rich_help_panel=WRITING, help="Of the numbers inside.")
]
Runtime = Annotated[
    str,
    typer.Option(
        metavar="NAME==VERSION",
        show_default=False,
        rich_help_panel=WRITING,
        help="The runtime to write for, such as onnxruntime==1.20.",
    ),
]
Ops = Annotated[
    str,
    typer.Option(
        metavar="extensions",
        show_default=False,
        rich_help_panel=WRITING,
        help="Let a graph have the operators of onnxruntime-extensions, too.",
    ),
]
Freeze = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=WRITING,
        help="Bake in what a function reads beside its input: env:NAME, clock, file:PATH, "
        "state:NAME. Its value is shown, and stands in the artifact. Repeatable.",
    ),
]
NoFallback = Annotated[
    bool,
    typer.Option(
        "--no-fallback",
        rich_help_panel=WRITING,
        help="Write nothing where the target refuses, not even a bundle.",
    ),
]
AcceptBundle = Annotated[
    bool,
    typer.Option(
        "--accept-bundle",
        rich_help_panel=WRITING,
        help="A proved bundle is as good as the target: exit 0, not 3.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option(
        parser=duration,
        metavar="TIME",
        show_default=False,
        rich_help_panel=LOADING,
        help="For the model's own code, such as 90s. Default: 10m.",
    ),
]
Memory = Annotated[
    int | None,
    typer.Option(
        parser=memory,
        metavar="SIZE",
        rich_help_panel=LOADING,
        show_default=False,
        help="For the model's own code: 512M, 2G. Default: no limit.",
    ),
]
JvmMemory = Annotated[
    int | None,
    typer.Option(
        "--jvm-memory",
        parser=memory,
        metavar="SIZE",
        rich_help_panel=LOADING,
        show_default=False,
        help="For Java, which PMML needs: 4G. Default: half of the machine's.",
    ),
]
Allow = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=LOADING,
        help="Load this dangerous global after all. Repeatable.",
    ),
]
Trust = Annotated[
    bool,
    typer.Option(
        "--trust",
        rich_help_panel=LOADING,
        help="Load unknown code without shutting off network and writes.",
    ),
]
CodeFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--code",
        parser=existing,
        metavar="PATH",
        rich_help_panel=LOADING,
        help="The script or module that defines the model's functions. Repeatable.",
    ),
]
Json = Annotated[
    bool,
    typer.Option(
        "--json", rich_help_panel=OUTPUT, help="Print one JSON document, also for a failure."
    ),
]
Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", rich_help_panel=OUTPUT, help="The first line only, no progress."),
]
Verbose = Annotated[
    bool,
    typer.Option("--verbose", "-v", rich_help_panel=OUTPUT, help="All there is; tracebacks too."),
]
