"""A process of ours beside this one: how it is started, so that it finds our modules and none of our secrets."""

import os
import sys


def command(module: str, *arguments: str) -> list[str]:
    """What starts one of our modules as a program."""
    return [sys.executable, "-P", "-m", module, *arguments]


def environment() -> dict[str, str]:
    """All that it sees of ours: the same modules. Libraries for arithmetic keep to one thread."""
    found = {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "PYTHONUTF8": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
    }
    if "SYSTEMROOT" in os.environ:  # Without it nothing starts on Windows.
        found["SYSTEMROOT"] = os.environ["SYSTEMROOT"]
    return found
