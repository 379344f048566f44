"""Drives one target with wrk and keeps what it saw: rounds of a figure are merged, never averaged."""

import os
import re
import subprocess
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from machine import busy_seconds
from stop import Stop

SCRIPT = Path(__file__).with_name("load.lua")
MARK = "#" * 16
TIMEOUT_SECONDS = 20
TICKS = os.sysconf("SC_CLK_TCK")

# Every round of every run writes bodies of its own, also against a store that an earlier run wrote to.
_salt = int(time.time()) % 1_000_000


@dataclass(frozen=True)
class Request:
    """One request; a body that contains MARK is different each time it is sent."""

    method: str
    path: str
    body: str = ""


@dataclass
class Target:
    """A server and what to ask of it."""

    name: str
    url: str
    pid: int
    requests: list[Request]
    headers: dict[str, str] = field(default_factory=dict)
    answer_bytes: int = 0


@dataclass
class Round:
    """What one run of wrk saw. Latencies are in microseconds."""

    answers: int
    micros: int
    errors: Counter
    corrected: Counter
    raw: Counter | None
    server_seconds: float
    client_cores: float
    foreign_cores: float


@dataclass
class Figure:
    """All rounds of one target at one number of connections."""

    connections: int
    answer_bytes: int
    rounds: list[Round] = field(default_factory=list)

    def as_dict(self) -> dict:
        """The figure in numbers that go into the table. Times are in milliseconds."""
        seconds = sum(r.micros for r in self.rounds) / 1e6
        answers = sum(r.answers for r in self.rounds)
        corrected = sum((r.corrected for r in self.rounds), Counter())
        known = all(r.raw is not None for r in self.rounds)
        raw = sum((r.raw for r in self.rounds), Counter()) if known else None
        return {
            "connections": self.connections,
            "answer_bytes": self.answer_bytes,
            "answers": answers,
            "errors": dict(sum((r.errors for r in self.rounds), Counter())),
            "rate": answers / seconds if seconds else 0.0,
            "rates": [r.answers / (r.micros / 1e6) for r in self.rounds],
            "p50": _milliseconds(percentile(corrected, 50)),
            "p99": _milliseconds(percentile(corrected, 99)),
            "p99_raw": _milliseconds(percentile(raw, 99)) if raw is not None else None,
            "max": _milliseconds(max(corrected, default=None)),
            "server_micros": sum(r.server_seconds for r in self.rounds) * 1e6 / answers if answers else None,
            "server_cores": sum(r.server_seconds for r in self.rounds) / seconds if seconds else 0.0,
            "client_cores": sum(r.client_cores for r in self.rounds) / len(self.rounds),
            "foreign_cores": max(r.foreign_cores for r in self.rounds),
        }


def percentile(histogram: Counter, percent: float) -> int | None:
    """The smallest value that at least `percent` of the observations do not exceed."""
    wanted = sum(histogram.values()) * percent / 100
    seen = 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= wanted:
            return value
    return None


def uncorrected(corrected: Counter, answers: int, micros: int, connections: int) -> Counter | None:
    """Takes out what wrk added for coordinated omission; None when the counts do not add up again.

    wrk goes up through the values and adds, for each one above twice the mean, the values that waiting requests
    would have seen. Going down through them undoes that exactly.
    """
    mean = micros // max(1, answers // connections)
    raw = Counter(corrected)
    if answers // connections > 0:
        for value in sorted(corrected, reverse=True):
            lower = value - mean
            while value >= 2 * mean and raw[value] and lower > mean:
                raw[lower] -= raw[value]
                lower -= mean
    if any(count < 0 for count in raw.values()) or sum(raw.values()) != answers:
        return None
    return +raw


def one_round(target: Target, connections: int, seconds: int) -> Round:
    """Runs wrk once. A round with errors is returned, not refused: the report shows them."""
    with tempfile.TemporaryDirectory() as folder:
        plan = Path(folder, "plan")
        plan.write_text(_plan(target), encoding="utf-8")
        before = cpu_seconds(target.pid)
        wrk = subprocess.Popen(
            _command(target, connections, seconds), env=_environment(plan), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        shares = _shares(wrk, target.pid, seconds)
        output = _output(wrk, seconds)
        after = cpu_seconds(target.pid)
    return _parse(output, connections, after - before, *shares)


def settle(pids: list[int], limit_seconds: float = 10) -> None:
    """Waits until the servers are idle, so that one round's leftovers do not weigh on the next."""
    end = time.monotonic() + limit_seconds
    while time.monotonic() < end:
        before = sum(cpu_seconds(pid) for pid in pids)
        time.sleep(0.1)
        if sum(cpu_seconds(pid) for pid in pids) - before <= 1.5 / TICKS:
            return


def cpu_seconds(pid: int) -> float:
    """Processor time the process has used since it started."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        raise Stop(f"process {pid} has ended while it was measured") from None
    return (int(fields[11]) + int(fields[12])) / TICKS


def _command(target: Target, connections: int, seconds: int) -> list[str]:
    threads = min(2, connections)
    return [
        "wrk", f"-t{threads}", f"-c{connections}", f"-d{seconds}s", f"--timeout={TIMEOUT_SECONDS}s",
        "-s", str(SCRIPT), target.url,
    ]


def _environment(plan: Path) -> dict[str, str]:
    global _salt
    _salt = (_salt + 1) % 1_000_000
    return {**os.environ, "BENCH_PLAN": str(plan), "BENCH_SALT": f"{_salt:06}"}


def _plan(target: Target) -> str:
    lines = [f"header\t{name}\t{value}" for name, value in target.headers.items()]
    lines += ["\t".join(filter(None, ["request", r.method, r.path, r.body])) for r in target.requests]
    return "\n".join(lines) + "\n"


def _shares(wrk: subprocess.Popen, server: int, seconds: int) -> tuple[float, float]:
    """The cores that wrk uses, and those that neither wrk nor the server uses but something else does."""
    # Measured within the round: before it wrk starts, after it wrk spends time on its own statistics.
    time.sleep(seconds * 0.1)
    busy, ours, client, began = busy_seconds(), cpu_seconds(server), cpu_seconds(wrk.pid), time.monotonic()
    time.sleep(seconds * 0.7)
    client, ours = cpu_seconds(wrk.pid) - client, cpu_seconds(server) - ours
    elapsed = time.monotonic() - began
    return client / elapsed, max(0.0, busy_seconds() - busy - ours - client) / elapsed


def _output(wrk: subprocess.Popen, seconds: int) -> str:
    try:
        output, _ = wrk.communicate(timeout=seconds + TIMEOUT_SECONDS + 60)
    except subprocess.TimeoutExpired:
        wrk.kill()
        wrk.communicate()
        raise Stop("wrk did not end in time") from None
    if wrk.returncode != 0 or "totals " not in output:
        raise Stop(f"wrk failed:\n{output[-2000:]}")
    return output


def _parse(output: str, connections: int, server_seconds: float, client_cores: float, foreign_cores: float) -> Round:
    totals = {name: int(value) for name, value in re.findall(r"(\w+)=(\d+)", _line(output, "totals "))}
    pairs = (pair.split(":") for pair in _line(output, "histogram ").split())
    corrected = Counter({int(micros): int(count) for micros, count in pairs})
    failed = {name: totals[name] for name in ("connect", "read", "write", "status", "timeout") if totals[name]}
    return Round(
        # wrk counts an answer of 400 and above as an answer; we do not.
        answers=totals["requests"] - totals["status"],
        micros=totals["micros"],
        errors=Counter(failed),
        corrected=corrected,
        raw=uncorrected(corrected, totals["requests"], totals["micros"], connections),
        server_seconds=server_seconds,
        client_cores=client_cores,
        foreign_cores=foreign_cores,
    )


def _line(output: str, start: str) -> str:
    return next(line.removeprefix(start) for line in output.splitlines() if line.startswith(start))


def _milliseconds(micros: int | None) -> float | None:
    return None if micros is None else micros / 1000
