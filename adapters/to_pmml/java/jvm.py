"""The Java virtual machine of this process: JPMML's converter and its evaluator, side by side.

It lives in a process that never holds a model in Python and that the cage has shut off from the
network, so that nothing is sent anywhere, whatever a library would like to report.
"""

import importlib.util
import os
import re
import shutil
import tempfile
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from converter.errors import MissingExtraError, WorkerError

OLDEST_JAVA = 11
EXTRA = 'Install it with: pip install "mlconvert[pmml]".'
JAVA = (
    "Install a Java runtime of version 11 or later (on Debian: apt-get install "
    "default-jre-headless), or let JAVA_HOME name one."
)
_FOLDERS = {
    "sklearn2pmml": ("resources",),
    "jpmml_evaluator": ("resources", "dependencies"),
    "pypmml": ("jars",),
}
"""Python package → where in it the Java archives lie. None of its Python is ever run."""


def demand() -> None:
    """Raise MissingExtraError where a library or Java is missing; without importing them."""
    for package in ("jpype", *_FOLDERS):
        if importlib.util.find_spec(package) is None:
            raise MissingExtraError(f"PMML needs {package}, which is not installed.", EXTRA)
    home = os.environ.get("JAVA_HOME", "")
    if home and not Path(home).is_dir():
        raise MissingExtraError(f"JAVA_HOME names {home}, and there is no such folder.", JAVA)
    if not (home or shutil.which("java") or Path("/usr/lib/jvm").exists()):
        _library()


def _library() -> Path:
    """Where the machine's library lies."""
    import jpype

    home = os.environ.get("JAVA_HOME", "")
    try:
        path = Path(jpype.getDefaultJVMPath()).resolve()
    except (jpype.JVMNotFoundException, jpype.JVMNotSupportedException):
        raise MissingExtraError("PMML needs Java, and no Java was found here.", JAVA) from None
    if home and not path.is_relative_to(Path(home).resolve()):  # another one is not the one meant
        raise MissingExtraError(f"JAVA_HOME names {home}, and no Java was found there.", JAVA)
    _demand_version(path)
    return path


def _demand_version(library: Path) -> None:
    """Raise MissingExtraError for a machine that by its own word is too old, before it starts."""
    homes = (home / "release" for home in library.parents[:6])
    said = next((path.read_text(errors="replace") for path in homes if path.is_file()), "")
    found = re.search(r'^JAVA_VERSION="?((?:1\.)?(\d+)[^"\n]*)', said, re.MULTILINE)
    if found and int(found[2]) < OLDEST_JAVA:
        raise MissingExtraError(f"Java {found[1]} at {library} is too old for PMML.", JAVA)


@cache
def machine() -> None:
    """Start the machine; once it runs, nothing. Raises MissingExtraError, WorkerError."""
    demand()
    import jpype

    path = _library()
    try:
        jpype.startJVM(str(path), *_options(), classpath=_archives(), convertStrings=False)
    except (OSError, RuntimeError, TypeError) as error:
        raise WorkerError(f"Java at {path} does not start: {str(error).splitlines()[0]}") from None
    jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
    jpype.JClass("org.jpmml.sklearn.SkLearnUtil").initOnce()


def java(name: str) -> Any:
    """The class of a dotted name. `org.jpmml…`."""
    import jpype

    machine()
    return jpype.JClass(name)


def version(package: str) -> str:
    """Of an installed package."""
    return metadata.version(package)


def versions() -> dict[str, str]:
    """Library → version, of what takes part."""
    import jpype

    found = {name: version(name) for name in ("sklearn2pmml", "jpmml_evaluator")}
    if jpype.isJVMStarted():
        found["java"] = ".".join(map(str, jpype.getJVMVersion()))
    return found


def _archives() -> list[str]:
    """Every archive once: two packages bring some of the same, the converter's are newer."""
    found: dict[str, str] = {}
    for package, folders in _FOLDERS.items():
        spec = importlib.util.find_spec(package)
        assert spec is not None and spec.submodule_search_locations  # `demand` has looked
        for folder in folders:
            home = Path(spec.submodule_search_locations[0], folder)
            for archive in sorted(home.glob("*.jar")):
                found.setdefault(archive.stem.rpartition("-")[0], str(archive))
    return list(found.values())


def _options() -> list[str]:
    """Quick to start, of bounded memory, and silent: no file of its own outside the scratch."""
    return [
        f"-Xmx{heap()}m",
        "-Xss8m",  # deep trees are walked recursively
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:-UsePerfData",
        f"-Djava.io.tmpdir={tempfile.gettempdir()}",
        f"-XX:ErrorFile={tempfile.gettempdir()}/java-error.log",
        "-Djava.awt.headless=true",
    ]


def heap() -> int:
    """MiB of memory that the machine may use: half of what there is, unless the user said."""
    said = os.environ.get(HEAP, "")
    if said.isdigit():
        return max(1, int(said) // 2**20)
    return max(512, os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**21)


HEAP = "MLCONVERT_JVM_MEMORY"
"""Bytes, in the environment of the process."""
