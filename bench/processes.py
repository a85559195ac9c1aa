"""The service, the stand-in for Telegram and the echo bot, each as a process of its own, over real HTTP."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.standin import TOKEN, Remote

ROOT = Path(__file__).resolve().parent.parent
COMMAND = str(Path(sys.executable).with_name("red-steward"))
SECRET = "bench-secret"  # noqa: S105 - between two processes of this machine.
PATIENCE = 60.0


@dataclass(slots=True)
class Process:
    """A process that we started, and only such a one is ever ended here."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def pid(self) -> int:
        """Its number."""
        return self.popen.pid

    def kill(self) -> None:
        """End it at a stroke, as a power cut would."""
        self.popen.kill()
        self.popen.wait(PATIENCE)

    def end(self) -> None:
        """Ask it to end; at last, end it."""
        if self.popen.poll() is None:
            self.popen.send_signal(signal.SIGTERM)
            try:
                self.popen.wait(15)
            except subprocess.TimeoutExpired:
                self.kill()


def spawn(command: list[str], log: Path, env: Mapping[str, str] | None = None, **more: Any) -> Process:
    """Start a process in the repository's folder; what it says goes into the log file."""
    around = {**os.environ, **(env or {})}
    around.pop("PYTHONDONTWRITEBYTECODE", None)  # Whoever runs the service has it compiled after its first start.
    with log.open("ab") as file:
        popen = subprocess.Popen(command, cwd=ROOT, env=around, stderr=file, **{"stdout": file, **more})
    return Process(popen, log)


_DICE = random.SystemRandom()


def free_port() -> int:
    """A port of this machine that nobody uses just now, nor is given to whoever asks the system for any."""
    while True:
        port = _DICE.randrange(20_000, 32_000)  # Below those that Linux gives out.
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def standing_in(folder: Path, keep: int | None = 20) -> Iterator[Remote]:
    """A stand-in for Telegram."""
    command = [sys.executable, "-m", "tests.standin", "--port", "0", *(["--keep", str(keep)] if keep else [])]
    process = spawn(command, folder / "standin.log", stdout=subprocess.PIPE)
    assert process.popen.stdout is not None
    try:
        remote = Remote(int(process.popen.stdout.readline()))
        yield remote
        remote.close()
    finally:
        process.end()
        process.popen.stdout.close()


def configure(
    folder: Path, database: str, api_url: str, *, mode: str = "polling", dispatch: Mapping[str, Any] | None = None
) -> Path:
    """Write a config.yaml whose limits do not slow a burst down."""
    port = free_port()
    telegram: dict[str, Any] = {"api_url": api_url, "mode": mode}
    if mode == "webhook":
        telegram["webhook"] = {"url": f"http://127.0.0.1:{port}"}
    path = folder / "config.yaml"
    settings = {
        "database": {"url": database},
        "telegram": telegram,
        "web": {"port": port},
        "limits": {"bot_per_second": 10_000, "chat_per_second": 100, "group_per_minute": 6000},
        "log": {"level": "warning"},
        "dispatch": {"incidents": {"near": 0, "reports": 100_000}, **(dispatch or {})},  # All say the same here.
    }
    path.write_text(yaml.safe_dump(settings, allow_unicode=True))
    return path


def serving(config: Path) -> Process:
    """Start the service with this config."""
    env = {"RED_STEWARD__TELEGRAM__TOKEN": TOKEN, "RED_STEWARD__TELEGRAM__WEBHOOK__SECRET": SECRET}
    return spawn([COMMAND, "run", "--config", str(config)], config.with_name("service.log"), env)


@contextmanager
def served(config: Path) -> Iterator[Process]:
    """The service, until the block ends."""
    process = serving(config)
    try:
        yield process
    finally:
        process.end()


def wait_until(what: Any, timeout: float = PATIENCE, pause: float = 0.01) -> Any:
    """The first truthy answer; TimeoutError when there is none in time."""
    until = time.monotonic() + timeout
    while not (found := what()):
        if time.monotonic() > until:
            raise TimeoutError(f"nothing came of {what} within {timeout} s")
        time.sleep(pause)
    return found


def listening(config: Path) -> bool:
    """Whether the service with this config answers at its web port: it is up."""
    port = yaml.safe_load(config.read_text())["web"]["port"]
    with socket.socket() as probe:
        probe.settimeout(0.2)
        return probe.connect_ex(("127.0.0.1", port)) == 0
