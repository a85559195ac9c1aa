"""Everything that every landing keeps, in one run: `make test`. Stops at the first thing that is not so."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent

STEPS = (
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "."]),
    ("types", [str(BIN / "mypy")]),
    ("tests", [sys.executable, "-m", "pytest", "--quiet", "--numprocesses=2", "--durations=8", "tests"]),
)


def say(line: str) -> None:
    """A line for whoever watches."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def chromium() -> None:
    """Have a browser for the page tests: Debian's when we may install it, else Playwright's own."""
    if any(shutil.which(name) for name in ("chromium", "chromium-browser", "google-chrome")):
        return
    say("— installing chromium")
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "stdout": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
        wanted = ["chromium", "fonts-noto-cjk"]
        if subprocess.run(["apt-get", "install", "-y", "-qq", *wanted], check=False, **quiet).returncode == 0:
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Run every step; the exit code of the first that fails."""
    chromium()
    for name, command in STEPS:
        begun = time.monotonic()
        say(f"— {name}")
        code = subprocess.run(command, cwd=ROOT, check=False).returncode
        say(f"  {time.monotonic() - begun:.1f} s")
        if code:
            say(f"{name} failed")
            return code
    return 0


if __name__ == "__main__":
    sys.exit(main())
