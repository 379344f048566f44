"""What a reader needs to know of the machine to judge the figures."""

import os
import platform
import re
import subprocess
import time
from pathlib import Path


def machine(folder: Path) -> dict:
    """Processor, cores, memory, kernel, and the file system the store is on."""
    return {
        "cpu": _field("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_bytes": int((_field("/proc/meminfo", "MemTotal") or "0 kB").split()[0]) * 1024,
        "kernel": f"{platform.system()} {platform.release()}",
        "filesystem": _filesystem(folder),
    }


def busy_share(seconds: float = 2) -> float:
    """Share of the processors that something uses already."""
    before = cpu_ticks()
    time.sleep(seconds)
    after = cpu_ticks()
    total = sum(after) - sum(before)
    idle = (after[3] + after[4]) - (before[3] + before[4])
    return 1 - idle / total if total else 0.0


def stolen_share(before: list[int]) -> float:
    """Share of processor time the host has taken away since `before`."""
    after = cpu_ticks()
    total = sum(after) - sum(before)
    return (after[7] - before[7]) / total if total else 0.0


def busy_seconds() -> float:
    """Processor time everything on the machine has used since it started."""
    ticks = cpu_ticks()
    return sum(ticks[at] for at in (0, 1, 2, 5, 6)) / os.sysconf("SC_CLK_TCK")


def cpu_ticks() -> list[int]:
    """The processors' counters: user, nice, system, idle, waiting, interrupts, soft interrupts, stolen."""
    return [int(value) for value in Path("/proc/stat").read_text().splitlines()[0].split()[1:9]]


def _field(file: str, name: str) -> str | None:
    found = re.search(rf"^{name}\s*:\s*(.+)$", Path(file).read_text(), re.M)
    return found[1].strip() if found else None


def _filesystem(folder: Path) -> str:
    found = subprocess.run(["stat", "-f", "-c", "%T", str(folder)], capture_output=True, text=True, check=False)
    return found.stdout.strip() or "unknown"
