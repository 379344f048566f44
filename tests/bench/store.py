"""The store that is measured: seeded once, copied for each run so that every run starts from the same state."""

import json
import os
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from servers import run
from stop import Stop

SEED_LIMIT_SECONDS = 3 * 3600


@dataclass(frozen=True)
class Seed:
    """A seeded store that no server ever opens: only copies of it are served."""

    data: Path
    credentials: list[dict]
    seconds: float
    bytes: int
    seeded_by: str


def seeded(binary: Path, version: str, folder: Path, examples: int, reflections: int, fresh: bool) -> Seed:
    """The store of this size, made now unless it is already there."""
    place = folder / f"store-{examples}-{reflections}"
    if fresh:
        shutil.rmtree(place, ignore_errors=True)
    if not (place / "seed.json").exists():
        _make(binary, version, place, examples, reflections)
    made = json.loads((place / "seed.json").read_text())
    people = json.loads((place / "credentials.json").read_text())["people"]
    return Seed(place / "data", people, made["seconds"], folder_bytes(place / "data"), made["version"])


def copied(seed: Seed, to: Path) -> Path:
    """A copy of the store to serve."""
    if shutil.disk_usage(to.parent).free < 3 * seed.bytes + 2**30:
        raise Stop(f"too little space: the store has {seed.bytes / 1e9:.1f} GB; three times that and 1 GB are needed")
    subprocess.run(["cp", "-a", "--reflink=auto", str(seed.data), str(to)], check=True)
    # What the copy left in memory is written now and not during a measurement.
    os.sync()
    return to


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below the folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def sync_milliseconds(folder: Path, times: int = 200) -> float:
    """Median of a bare 2 kB append with fdatasync: what the disk itself asks for a durable write."""
    took = []
    file = os.open(folder / "sync-probe", os.O_CREAT | os.O_WRONLY | os.O_APPEND, 0o600)
    try:
        for _ in range(times):
            began = time.perf_counter()
            os.write(file, bytes(2048))
            os.fdatasync(file)
            took.append(time.perf_counter() - began)
    finally:
        os.close(file)
        (folder / "sync-probe").unlink()
    return sorted(took)[times // 2] * 1000


def _make(binary: Path, version: str, place: Path, examples: int, reflections: int) -> None:
    # Seeded beside its final place: a store that was cut off half-way is never taken for a whole one.
    partial = place.with_name(place.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    partial.chmod(0o700)
    seconds = run(
        [
            str(binary), "bench-seed", "--data", str(partial / "data"), "--examples", str(examples),
            "--reflections", str(reflections), "--credentials", str(partial / "credentials.json"),
        ],
        partial / "seed.log",
        SEED_LIMIT_SECONDS,
    )
    (partial / "seed.json").write_text(json.dumps({"seconds": seconds, "version": version}))
    shutil.rmtree(place, ignore_errors=True)
    partial.rename(place)
