"""The command line: argv → values → exit code.

The stages are imported by the commands that run them: `mlconvert --help` waits for no library.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.text import Text

from converter.cli import options as opt
from converter.cli.arguments import nearest, one_proof, writable
from converter.cli.boundary import guarded
from converter.cli.console import Voice, write
from converter.cli.grammar import EXIT_CODES, app, epilog
from converter.codes import CODES
from converter.errors import UsageError
from converter.placing import target_for
from converter.report import as_document, predictions_document
from converter.report.inspection import inspection_page
from converter.report.terminal import (
    explanation_page,
    predictions_page,
    recorded_page,
    verdict_page,
    verification_page,
)
from converter.values import Inspection

if TYPE_CHECKING:
    from converter.foresee import Foresight


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command that `argv` (without the program's name) spells; its exit code."""
    return guarded(_run, argv)


def _run(words: list[str]) -> int:
    command = typer.main.get_command(app)
    code: int | None = command.main(words, prog_name="mlconvert", standalone_mode=False)
    return code or 0


@app.command(
    epilog=epilog(
        "mlconvert model.joblib --to onnx",
        "mlconvert model.joblib --golden golden/churn -o out/churn.onnx",
        "mlconvert model.joblib --to pmml -o out/model.pmml",
        "mlconvert model.pkl --data holdout.csv --code train.py --accept-bundle",
        *EXIT_CODES,
    )
)
def convert(
    model: opt.Model,
    to: opt.To = None,
    output: opt.ConvertTo = None,
    golden: opt.Golden = None,
    data: opt.Data = None,
    atol: opt.ATol = None,
    rtol: opt.RTol = None,
    seed: opt.Seed = 0,
    strict: opt.Strict = False,
    opset: opt.Opset = 0,
    precision: opt.PrecisionOption = opt.Precision.FLOAT64,
    runtime: opt.Runtime = "",
    ops: opt.Ops = "",
    freeze: opt.Freeze = None,
    no_fallback: opt.NoFallback = False,
    accept_bundle: opt.AcceptBundle = False,
    timeout: opt.Timeout = 600.0,
    memory: opt.Memory = None,
    jvm_memory: opt.JvmMemory = None,
    allow: opt.Allow = None,
    trust: opt.Trust = False,
    code: opt.CodeFiles = None,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> int:
    """Convert a model, and prove that the artifact gives the same answers."""
    one_proof(golden, data)
    to = target_for(to or "", output)
    writable(output, folder=to == "bundle")
    from converter.crew import Crew
    from converter.permit import Permit

    voice = Voice(json, quiet, verbose)
    loading = _loading(timeout, memory, allow, trust, code)
    permit = Permit(**loading, jvm_memory=jvm_memory or 0)
    with voice.working() as progress, Crew(permit) as crew:
        crew.start(to)  # they import their libraries while we import numpy
        import converter.convert as stage

        verdict = stage.conversion(
            crew,
            model,
            to=to,
            output=output,
            golden=golden,
            data=data,
            atol=atol,
            rtol=rtol,
            seed=seed,
            opset=opset,
            precision=precision.value,
            runtime=runtime,
            ops=ops,
            freeze=tuple(freeze or ()),
            strict=strict,
            fallback=not no_fallback,
            accept_bundle=accept_bundle,
            progress=progress,
        )
    voice.result(verdict_page(verdict, verbose=verbose), as_document(verdict))
    return verdict.exit_code


@app.command(
    epilog=epilog(
        "mlconvert inspect model.joblib",
        "mlconvert inspect model.joblib --to onnx --json",
    )
)
def inspect(
    model: opt.Model,
    to: opt.Foreseen = None,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> int:
    """Show what is in a model file, without running any of it."""
    import converter.inspect as stage

    voice = Voice(json, quiet, verbose)
    with voice.working():
        found = stage.inspect(model)
        foresight = _foresight(found, to) if to else None
    more = {"foresight": foresight} if foresight else {}
    voice.result(inspection_page(found, foresight, verbose=verbose), as_document(found, **more))
    return 0


@app.command(epilog=epilog("mlconvert record model.joblib --data X.parquet -o golden/churn"))
def record(
    model: opt.Model,
    data: opt.Rows,
    output: opt.RecordTo,
    seed: opt.Seed = 0,
    timeout: opt.Timeout = 600.0,
    memory: opt.Memory = None,
    allow: opt.Allow = None,
    trust: opt.Trust = False,
    code: opt.CodeFiles = None,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> int:
    """Record what a model answers on some rows now, as a golden case."""
    import converter.record as stage

    voice = Voice(json, quiet, verbose)
    with voice.working() as progress:
        recorded = stage.record(
            model,
            data=data,
            output=output,
            seed=seed,
            **_loading(timeout, memory, allow, trust, code),
            progress=progress,
        )
    voice.result(recorded_page(recorded), as_document(recorded))
    return 0


@app.command(
    epilog=epilog(
        "mlconvert verify model.onnx --golden golden/churn",
        "mlconvert verify model.onnx --data X.csv --model model.joblib",
        "mlconvert verify model.pmml  # by the rows that PMML and bundles carry",
        *EXIT_CODES,
    )
)
def verify(
    artifact: opt.Made,
    golden: opt.Golden = None,
    data: opt.Data = None,
    model: opt.Against = None,
    atol: opt.ATol = None,
    rtol: opt.RTol = None,
    strict: opt.Strict = False,
    timeout: opt.Timeout = 600.0,
    memory: opt.Memory = None,
    jvm_memory: opt.JvmMemory = None,
    allow: opt.Allow = None,
    trust: opt.Trust = False,
    code: opt.CodeFiles = None,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> int:
    """Prove an artifact again, or a pickled model in a new environment."""
    one_proof(golden, data)
    import converter.verify as stage

    voice = Voice(json, quiet, verbose)
    with voice.working() as progress:
        verification = stage.verify(
            artifact,
            golden=golden,
            data=data,
            model=model,
            atol=atol,
            rtol=rtol,
            strict=strict,
            **_loading(timeout, memory, allow, trust, code),
            jvm_memory=jvm_memory or 0,
            progress=progress,
        )
    voice.result(verification_page(verification), as_document(verification))
    return verification.exit_code


@app.command(
    epilog=epilog(
        "mlconvert predict model.onnx --data X.csv -o y.csv",
        "mlconvert predict model.onnx --data X.csv | head",
    )
)
def predict(
    artifact: opt.Made,
    data: opt.Rows,
    output: opt.PredictTo = None,
    timeout: opt.Timeout = 600.0,
    memory: opt.Memory = None,
    jvm_memory: opt.JvmMemory = None,
    allow: opt.Allow = None,
    trust: opt.Trust = False,
    code: opt.CodeFiles = None,
    json: opt.Json = False,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> int:
    """Score rows with any artifact; without -o, the answers go to stdout as CSV."""
    writable(output)
    from tempfile import TemporaryDirectory

    import converter.predict as stage

    voice = Voice(json, quiet, verbose)
    with TemporaryDirectory() as folder:
        file = output if output or json else Path(folder, "predictions.csv")
        with voice.working() as progress:
            made = stage.predict(
                artifact,
                data,
                output=file,
                **_loading(timeout, memory, allow, trust, code),
                jvm_memory=jvm_memory or 0,
                progress=progress,
            )
        if file and file is not output:
            write(file.read_bytes())
            return 0
    voice.result(predictions_page(made), predictions_document(made))
    return 0


@app.command(epilog=epilog("mlconvert explain", "mlconvert explain function.reads-environment"))
def explain(
    code: opt.Code = "",
    json: opt.Json = False,
    quiet: opt.Quiet = False,
    verbose: opt.Verbose = False,
) -> int:
    """Explain a reason code: what it means, an example, the remedy."""
    if code and code not in CODES:
        hint = nearest(code, list(CODES)) or "'mlconvert explain' lists the codes."
        raise UsageError(f"There is no reason code {code!r}.", hint)
    shown = {code: CODES[code]} if code else CODES
    page = (
        explanation_page(code, CODES[code])
        if code
        else [Text("Reason codes"), *(Text(f"  {name}") for name in CODES)]
    )
    content = {name: explanation._asdict() for name, explanation in shown.items()}
    Voice(json, quiet, verbose).result(page, as_document({}, codes=content))
    return 0


def _foresight(found: Inspection, to: str) -> "Foresight":
    import converter.foresee as stage

    return stage.foresee(found, to)


def _loading(
    timeout: float,
    memory: int | None,
    allow: list[str] | None,
    trust: bool,
    code: list[Path] | None,
) -> dict[str, Any]:
    """The options of every stage that loads a model, as the stages take them."""
    return {
        "timeout": timeout,
        "memory": memory or 0,
        "allow": tuple(allow or ()),
        "trust": trust,
        "code": tuple(map(str, code or ())),
    }
