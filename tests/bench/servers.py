"""Starts and stops the programs under measurement, each with its own folder and log."""

import os
import re
import signal
import subprocess
import time
from pathlib import Path

from stop import Stop


class Server:
    """A running server that prints `listening on http://…` when it is ready."""

    def __init__(self, name: str, command: list[str], folder: Path, ready_seconds: float = 300):
        self.name = name
        self._log = folder / f"{name}.log"
        began = time.monotonic()
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, env=environment(),
            )
        self.pid = self._process.pid
        try:
            self.url = self._wait_until_ready(began + ready_seconds)
        except BaseException:
            self.stop()
            raise
        self.start_seconds = time.monotonic() - began

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self) -> None:
        """Asks the server to end, and after 30 seconds makes it."""
        if self._process.poll() is not None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def memory(self) -> dict[str, int]:
        """Resident memory in bytes: now, its part that is not file pages, and the highest so far."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except FileNotFoundError:
            raise Stop(f"{self.name} has ended:\n{self.tail()}") from None
        names = {"now": "VmRSS", "anonymous": "RssAnon", "highest": "VmHWM"}
        found = {key: re.search(rf"^{name}:\s+(\d+) kB", status, re.M) for key, name in names.items()}
        return {key: int(match[1]) * 1024 for key, match in found.items() if match}

    def tail(self) -> str:
        """The end of the server's log."""
        return self._log.read_text(errors="replace")[-2000:]

    def _wait_until_ready(self, end: float) -> str:
        while time.monotonic() < end:
            found = re.search(r"listening on (http://\S+?)/?\s", self._log.read_text(errors="replace"))
            if found:
                return found[1]
            if self._process.poll() is not None:
                raise Stop(f"{self.name} ended with {self._process.returncode} before it listened:\n{self.tail()}")
            time.sleep(0.02)
        raise Stop(f"{self.name} did not listen in time:\n{self.tail()}")


def environment() -> dict[str, str]:
    """The environment without settings of the service: what is measured is the defaults."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SOUNDINGS")}


def version(binary: Path) -> str:
    """What the binary calls itself."""
    done = subprocess.run([str(binary), "--version"], capture_output=True, text=True, env=environment(), check=True)
    return done.stdout.strip()


def run(command: list[str], log: Path, limit_seconds: float) -> float:
    """Runs a command to its end and returns the seconds it took."""
    began = time.monotonic()
    with log.open("wb") as output:
        try:
            done = subprocess.run(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                env=environment(), timeout=limit_seconds, check=False,
            )
        except subprocess.TimeoutExpired:
            raise Stop(f"{command[1]} took more than {limit_seconds:.0f} s") from None
    if done.returncode != 0:
        raise Stop(f"{command[1]} ended with {done.returncode}:\n{log.read_text(errors='replace')[-2000:]}")
    return time.monotonic() - began
