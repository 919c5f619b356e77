"""Failures of a command: exit codes 2, 5 and 130."""

from converter.codes.explanation import Explanation

FAILURES: dict[str, Explanation] = {
    "usage": Explanation(
        "The command or the call contradicts itself, or names something that is not there.",
        "mlconvert model.joblib --golden g --data d.csv",
        "The sentence names what to change; `mlconvert COMMAND --help` lists the options.",
    ),
    "unreadable": Explanation(
        "The file is not what it should be: cut short, of another format, damaged, or changed.",
        "mlconvert README.md",
        "Save the model again with joblib.dump, pickle.dump or dill.dump, and copy it whole.",
    ),
    "unsafe": Explanation(
        "Loading the file would look up something that no model needs and an attacker "
        "would use, or would run unknown code where it cannot be shut off.",
        "a pickle that names os.system",
        "Do not load it, unless you know why it is there: then `--allow NAME` for a "
        "dangerous name, `--trust` for unknown code.",
    ),
    "load": Explanation(
        "The model could not be rebuilt: a module or a name that it needs is missing "
        "here, or its code is of another Python.",
        "Can't get attribute 'scale' on <module '__main__'>",
        "Install the module, give your own code with `--code FILE`, or run mlconvert with"
        " the Python that saved the model.",
    ),
    "worker.timeout": Explanation(
        "The worker did not finish in time, and was ended.",
        "a model that waits in predict",
        "Raise `--timeout`.",
    ),
    "worker.memory": Explanation(
        "The worker, or Java where PMML is made, needed more memory than it may have.",
        "a forest of a million leaves under `--memory 500M`",
        "Raise `--memory`, or `--jvm-memory` where the message names Java, or use a machine with "
        "more.",
    ),
    "worker.died": Explanation(
        "The worker process ended without an answer: a crash in a library, or the system ended it.",
        "a segmentation fault in a compiled extension",
        "Run again with -v; if it dies again, the model or a library it uses is at fault.",
    ),
    "worker.nonsense": Explanation(
        "The worker left something that is not an answer.",
        "a model that writes into its own folder",
        "The model interferes with the process it runs in: look at its code.",
    ),
    "worker.raised": Explanation(
        "Something unforeseen went wrong in the worker.",
        "an exception in a library",
        "Run again with -v to see where, and report it.",
    ),
    "worker": Explanation(
        "The worker failed.",
        "",
        "Run again with -v.",
    ),
    "missing-extra": Explanation(
        "A library that an extra of mlconvert brings is not installed.",
        "mlconvert model.joblib, after `pip install mlconvert`",
        'pip install "mlconvert[onnx]", or the extra that the message names.',
    ),
    "output": Explanation(
        "The result could not be written: no space, no permission, no such folder. What "
        "stood there before is untouched.",
        "mlconvert model.joblib -o /read-only/model.onnx",
        "Free some space, or write elsewhere with -o.",
    ),
    "interrupted": Explanation(
        "The command was interrupted. Nothing half-written is left.",
        "Ctrl-C",
        "Run it again.",
    ),
    "unforeseen": Explanation(
        "Something happened that mlconvert did not foresee.",
        "",
        "Run again with -v to see where, and report it.",
    ),
    "failed": Explanation(
        "The job ended for a reason that the sentence tells.",
        "",
        "The sentence says what to do.",
    ),
}
