"""Make every shipped golden case anew: `python golden/make_all.py`, or with names of cases."""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
MADE_BY_TESTS = {"iris_env", "passengers", "rides"}
"""Cases whose models carry code, and fit one minor of Python only."""


def main(names: list[str]) -> None:
    scripts = sorted(HERE.glob("*/make.py"))
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    for script in scripts:
        name = script.parent.name
        if name in names or (not names and name not in MADE_BY_TESTS):
            print(name)
            subprocess.run([sys.executable, str(script)], check=True, env=environment)


if __name__ == "__main__":
    main(sys.argv[1:])
