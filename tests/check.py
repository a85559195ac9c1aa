"""Everything that every landing keeps, in one run: `make test`. Stops at the first thing that is not so."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
CORES = min(os.cpu_count() or 1, 8)
# The tests start many processes of ours; where nothing compiled may be kept, each would compile everything anew.
ENV = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
ENV["PYTHONUTF8"] = "1"  # Whatever this machine writes otherwise, our files are UTF-8.
# Nothing that a test writes is to last, so it is written to memory where there is room for it.
MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # noqa: S108 (there is no other name for it)
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
    ENV.setdefault("TMPDIR", str(MEMORY))

FIRST = (
    ("format", [str(BIN / "ruff"), "format", "--check", "--quiet", "."]),
    ("lint", [str(BIN / "ruff"), "check", "--quiet", "."]),
)
TYPES = [str(BIN / "mypy")]
COLLECTION = [sys.executable, "-m", "pytest", "--quiet", "--collect-only", "tests"]
TESTS = [sys.executable, "-m", "pytest", "--quiet", "--durations=8", "tests"]
TESTS += [f"--numprocesses={CORES + 1}", "--dist=worksteal"]  # One more than there are cores, since some tests wait.


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


def check(name: str, run: Callable[[], int]) -> int:
    """One step: how long it took, and its exit code."""
    begun = time.monotonic()
    code = run()
    say(f"  {name}: {time.monotonic() - begun:.1f} s")
    if code:
        say(f"{name} failed")
    return code


def shown(command: list[str]) -> int:
    """Run it; what it says is seen while it says it."""
    return subprocess.run(command, cwd=ROOT, env=ENV, check=False).returncode


def quiet(command: list[str]) -> int:
    """Run it; what it says is of interest only when it fails."""
    ended = subprocess.run(command, cwd=ROOT, env=ENV, check=False, capture_output=True, text=True)
    if ended.returncode:
        say(f"{ended.stdout}{ended.stderr}")
    return ended.returncode


def beside(command: list[str]) -> int:
    """Run it beside something else; what it says is shown whole when it ends."""
    ended = subprocess.run(command, cwd=ROOT, env=ENV, check=False, capture_output=True, text=True)
    say(f"\n{ended.stdout}{ended.stderr}".rstrip())
    return ended.returncode


def main() -> int:
    """Run every step; the exit code of the first that fails. Types are looked at while the tests run."""
    chromium()
    for name, command in FIRST:
        say(f"— {name}")
        if code := check(name, lambda command=command: shown(command)):
            return code
    say("— types and tests")
    with ThreadPoolExecutor(1) as pool:
        types = pool.submit(check, "types", lambda: beside(TYPES))
        # Once alone, so that on a fresh clone not every worker compiles the same.
        tests = check("collection", lambda: quiet(COLLECTION)) or check("tests", lambda: shown(TESTS))
    return types.result() or tests


if __name__ == "__main__":
    sys.exit(main())
