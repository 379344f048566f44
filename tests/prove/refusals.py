"""C8 and C3: what the service refuses to start on, as printed, with the data untouched; and what it does on a disk that
is full or does not sync.

A refusal is exactly one line on stderr and an exit code that is not 0. Afterwards every file is as it was (the engine's
own LOG and LOCK files aside). Where the store has to be opened to find the reason, the engine rewrites its own files: then
every row is as it was, as a backup's hashes show. And the service, started rightly, reads back all that was acknowledged.
"""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from service import Client, Lost, Service, Verdict, arguments, digest, fingerprint, prose, run, seeded, spaced, tables, workspace

AUTHOR = "worker1@northmoor.example"
MEGABYTE = 1 << 20
# The engine takes 144 MB ahead for its log, and for a second one while it starts.
DISK = "size of the small disk in MB (default: 640; less than 400 is too small to start on)"


class Ledger:
    """Acknowledged reflections of one author: id and digest."""

    def __init__(self):
        self.kept: dict[str, str] = {}

    def write(self, client: Client, text: str) -> int | None:
        """Writes one reflection. Returns the status, or nothing when the answer never came."""
        try:
            answer = client.send("POST", "/reflections", {"body": text})
        except Lost:
            return None
        if answer.done:
            self.kept[answer.json()["id"]] = digest(text)
        return answer.status

    def missing(self, client: Client) -> list[str]:
        """What was acknowledged and does not read as written."""
        return [id_ for id_, body in self.kept.items() if not self.reads(client, id_, body)]

    @staticmethod
    def reads(client: Client, id_: str, body: str) -> bool:
        answer = client.send("GET", f"/reflections/{id_}")
        return answer.status == 200 and digest(answer.json()["body"]) == body


class Refusals:
    """A data folder with acknowledged writes, and the refusals to show on it."""

    def __init__(self, folder: Path, chance: random.Random):
        self.folder, self.chance = folder, chance
        self.verdict = Verdict()
        self.ledger = Ledger()
        self.shown = self.skipped = self.same_files = self.same_rows = 0
        self.service = seeded(folder)
        self.data = self.service.data
        with self.started() as client:
            for _ in range(20):
                self.ledger.write(client, prose(chance, 500))

    @contextlib.contextmanager
    def started(self):
        """The service started as it should be, and its author's connection."""
        self.service.start()
        try:
            yield self.service.client(AUTHOR)
        finally:
            self.service.stop()

    def refuse(self, case: str, *words: str, data: Path | None = None, opens: bool = False, command: str = "serve") -> str:
        """Starts it where it must refuse, and shows and gives what it said. `opens`: it has to open the store to know."""
        data = data or self.data
        before, rows = fingerprint(data), self.rows(data) if opens else {}
        if command == "serve":
            words = ("--listen", "127.0.0.1:0", *words)
        try:
            ended = run(command, "--data", data, *words, within=60)
        except subprocess.TimeoutExpired as still:
            self.verdict.note(case, f"it did not refuse within 60 s; it printed {still.stdout!r}")
            return ""
        lines = ended.stderr.splitlines()
        more = f" (and {len(lines) - 1} lines before it)" if len(lines) > 1 else ""
        print(f"  {case}: exit {ended.returncode}: {lines[-1] if lines else 'nothing'}{more}", flush=True)
        self.shown += 1
        self.verdict.hold(len(lines) == 1 and lines[0].strip() != "", case, f"{len(lines)} lines on stderr")
        self.verdict.hold(ended.returncode > 0, case, f"exit code {ended.returncode}")
        self.verdict.hold("listening" not in ended.stdout, case, "it said that it listens")
        self.verdict.hold("panicked" not in ended.stderr, case, "it panicked")
        self.untouched(case, fingerprint(data) == before, bool(rows) and self.rows(data) == rows)
        return ended.stderr

    def untouched(self, case: str, files: bool, rows: bool) -> None:
        self.same_files += files
        self.same_rows += rows and not files
        self.verdict.hold(files or rows, case, "the files in the data folder changed, and not only the engine's own")

    def rows(self, data: Path) -> dict[str, tuple[int, str]]:
        """Each table's count and hash, from a backup of a copy: it needs no key, and reads a store of any version."""
        with tempfile.TemporaryDirectory(dir=self.folder) as aside:
            copy = Path(aside) / "copy"
            shutil.copytree(data, copy)
            ended = run("backup", "--data", copy, "--to", Path(aside) / "file")
            self.verdict.hold(ended.returncode == 0, "rows", ended.stderr.strip()[:300])
            return tables(ended.stdout)

    def skip(self, case: str, why: str) -> None:
        self.skipped += 1
        print(f"  {case}: skipped: {why}", flush=True)

    def everything_reads(self, case: str) -> None:
        """Started rightly, it reads what was acknowledged and takes a new write."""
        with self.started() as client:
            missing = self.ledger.missing(client)
            self.verdict.hold(not missing, case, f"acknowledged and gone: {missing[:3]}")
            self.verdict.hold(self.ledger.write(client, prose(self.chance, 80)) == 201, case, "it takes no new write")


# ── The refusals ─────────────────────────────────────────────────────────────────────────────────────────


def second_process(it: Refusals) -> None:
    """The first process is paused meanwhile, so that whatever changes was changed by the second."""
    it.service.start()
    client = it.service.client(AUTHOR)
    it.ledger.write(client, prose(it.chance, 300))
    it.service.process.send_signal(signal.SIGSTOP)
    try:
        it.refuse("second process")
    finally:
        it.service.process.send_signal(signal.SIGCONT)
    it.verdict.hold(not it.ledger.missing(client), "second process", "the first process lost something")
    it.verdict.hold(it.ledger.write(client, prose(it.chance, 80)) == 201, "second process", "the first takes no new write")
    it.service.stop()


def wrong_key(it: Refusals) -> None:
    """The key of another store: right in form, wrong in fact."""
    other = seeded(it.folder, "other")
    it.refuse("wrong key", "--key-file", str(other.data / "master.key"), opens=True)


def missing_key(it: Refusals) -> None:
    key, aside = it.data / "master.key", it.folder / "master.key.aside"
    key.rename(aside)
    it.refuse("missing key", opens=True)
    it.verdict.hold(not key.exists(), "missing key", "it made a new one")
    aside.rename(key)


def readable_key(it: Refusals) -> None:
    key = it.data / "master.key"
    key.chmod(0o644)
    it.refuse("readable key", opens=True)
    it.verdict.hold(key.stat().st_mode & 0o777 == 0o644, "readable key", "it changed the mode by itself")
    key.chmod(0o600)


def short_key(it: Refusals) -> None:
    """Half a key, as a copy that was cut off leaves it."""
    cut = it.folder / "cut.key"
    whole = (it.data / "master.key").read_bytes()
    cut.write_bytes(whole[: len(whole) // 2])
    cut.chmod(0o600)
    it.refuse("half a key", "--key-file", str(cut), opens=True)


def newer_schema(it: Refusals) -> None:
    """A store that a later version has migrated."""
    newer = seeded(it.folder, "newer").data
    pretended = run("migrate", "--data", newer, "--pretend-newer")
    if pretended.returncode != 0:
        it.skip("newer schema", f"migrate --pretend-newer: {pretended.stderr.strip()[:120]}")
        return
    it.refuse("newer schema", data=newer, opens=True)


def unfinished_restore(it: Refusals) -> None:
    """A folder whose restore was cut off: the store in it looks complete and may lack tables. No command opens it."""
    marker = it.data / "restoring"
    marker.write_text("A restore into this folder has not been finished.\n")
    commands = {
        "serve": (), "migrate": (), "reindex": (), "backup": ("--to", str(it.folder / "copy")),
        "restore": ("--from", str(it.folder / "copy")),
    }
    for command, words in commands.items():
        case = f"unfinished restore, {command}"
        said = it.refuse(case, *words, command=command)
        it.verdict.hold("was not finished" in said, case, f"it does not say so: {said!r}")
    marker.unlink()


def no_store(it: Refusals) -> None:
    """A mistyped folder: what only reads a store makes none."""
    for command, words in {"backup": ("--to", str(it.folder / "copy")), "reindex": ()}.items():
        case, mistyped = f"no store, {command}", it.folder / "mistyped"
        it.refuse(case, *words, data=mistyped, command=command)
        it.verdict.hold(not mistyped.exists(), case, "it made the folder")


def read_only(it: Refusals) -> None:
    with disk(it.folder / "ro", 512) as mount:
        if mount is None:
            it.skip("read-only folder", "mounting is not permitted here")
            return
        copy = mount / "data"
        shutil.copytree(it.data, copy)
        subprocess.run(["mount", "-o", "remount,ro", str(mount)], check=True)
        it.refuse("read-only folder", data=copy)


# ── A disk that fails while it runs ────────────────────────────────────────────────────────────────────────────────────────


def failing_sync(it: Refusals) -> None:
    """Every sync fails from some moment on: what is written then is not on the disk and must not be acknowledged."""
    case = "failing sync"
    if shutil.which("strace") is None:
        it.skip(case, "strace is not installed")
        return
    it.service.start()
    client = it.service.client(AUTHOR, timeout=90)
    it.ledger.write(client, prose(it.chance, 300))
    trace = it.folder / "injected"
    with syncs_failing(it.service, trace):
        statuses = [it.ledger.write(client, prose(it.chance, 300)) for _ in range(3)]
    it.verdict.hold("INJECTED" in trace.read_text(), case, "no sync was made to fail: this shows nothing")
    claimed = [status for status in statuses if status is not None and status < 500]
    it.verdict.hold(not claimed, case, f"writes were acknowledged though no sync succeeded: {statuses}")
    print(f"  {case}: while no sync succeeds, writes answer {statuses}", flush=True)
    it.service.kill()
    it.shown += 1


@contextlib.contextmanager
def syncs_failing(service: Service, trace: Path):
    """Attaches strace, which lets every fsync and fdatasync answer that the disk is full."""
    inject = ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=ENOSPC"]
    tracer = subprocess.Popen(["strace", "-f", "-qq", "-p", str(service.process.pid), *inject, "-o", str(trace)])
    status = Path(f"/proc/{service.process.pid}/status")
    while "TracerPid:\t0\n" in status.read_text() and tracer.poll() is None:
        time.sleep(0.05)
    # The tracer takes the threads one by one.
    time.sleep(1)
    try:
        yield
    finally:
        tracer.terminate()
        tracer.wait(30)


@contextlib.contextmanager
def disk(at: Path, megabytes: int):
    """A disk of that size in memory, or nothing where mounting is not permitted."""
    at.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(at)], capture_output=True
    )
    try:
        yield at if mounted.returncode == 0 else None
    finally:
        if mounted.returncode == 0:
            subprocess.run(["umount", str(at)], check=True)


def fill(ballast: Path, leave: int) -> None:
    """Takes all the room but `leave` bytes."""
    now = os.statvfs(ballast.parent)
    left = now.f_bavail * now.f_frsize - leave
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while left > 0:
            left -= file.write(b"\0" * min(left, MEGABYTE))


def full_disk(it: Refusals, megabytes: int) -> None:
    case = "full disk"
    with disk(it.folder / "small", megabytes) as mount:
        if mount is None:
            it.skip(case, "mounting is not permitted here")
            return
        service = on_the(mount, it)
        counts, ledger = write_until_full(service, mount, it)
        after_full(service, ledger, it)
        (mount / "ballast").unlink()
        recovered(service, ledger, it)
        it.shown += 1
        acknowledged, refused, unanswered = counts
        print(
            f"  {case}: {acknowledged} acknowledged, then {refused} refused and {unanswered} unanswered; "
            f"with room again all {len(ledger.kept)} are there", flush=True,
        )
        start_on_full(service, mount, it)


def on_the(mount: Path, it: Refusals) -> Service:
    """A copy of the service on that disk; tokens and key are the same."""
    shutil.copytree(it.data, mount / "data")
    service = Service(mount / "data")
    service.log = it.folder / "small.log"
    service.credentials_file = it.service.credentials_file
    service.words[-1] = str(service.credentials_file)
    return service.start()


def write_until_full(service: Service, mount: Path, it: Refusals) -> tuple[tuple[int, int, int], Ledger]:
    """Eight clients write until the disk has been full for a while: acknowledged, refused, unanswered."""
    ledger, statuses = Ledger(), []
    ledger.kept |= it.ledger.kept
    texts = [prose(it.chance, 150_000) for _ in range(10)]

    def writer(number: int) -> None:
        client, failures = service.client(AUTHOR, timeout=90), 0
        for turn in range(2_000):
            status = ledger.write(client, f"{number} {turn} {texts[turn % len(texts)]}")
            statuses.append(status)
            failures += status != 201
            if failures == 2 or (status is None and not service.running()):
                return

    fill(mount / "ballast", leave=2 * MEGABYTE)
    with ThreadPoolExecutor(8) as pool:
        for done in [pool.submit(writer, number) for number in range(8)]:
            done.result()
    counted = statuses.count(201), sum(s not in (201, None) for s in statuses), statuses.count(None)
    it.verdict.hold(counted[1] + counted[2] > 0, "full disk", "the disk never filled: this shows nothing")
    wrong = {status for status in statuses if status not in (201, None, 500, 503, 507)}
    it.verdict.hold(not wrong, "full disk", f"answered {wrong}")
    return counted, ledger


def after_full(service: Service, ledger: Ledger, it: Refusals) -> None:
    """On a full disk it goes on reading, or it has stopped cleanly with a line that says why."""
    if not service.running():
        code, tail = service.process.returncode, service.log_tail(1)
        print(f"  full disk: it stopped with exit code {code}: {tail}", flush=True)
        it.verdict.hold(code > 0, "full disk", f"it crashed (exit code {code})")
        return
    client = service.client(AUTHOR)
    for id_ in list(ledger.kept)[-20:]:
        with contextlib.suppress(Lost):
            status = client.send("GET", f"/reflections/{id_}").status
            it.verdict.hold(status == 200, "full disk", f"reading answers {status}")


def recovered(service: Service, ledger: Ledger, it: Refusals) -> None:
    """With room again and started again, it has all that it acknowledged and takes new writes."""
    if service.running():
        status = ledger.write(service.client(AUTHOR), prose(it.chance, 80))
        print(f"  full disk: with room again, before a restart, a write answers {status}", flush=True)
        with contextlib.suppress(subprocess.TimeoutExpired):
            service.stop()
        service.kill()
    service.start()
    client = service.client(AUTHOR)
    missing = ledger.missing(client)
    it.verdict.hold(not missing, "full disk", f"{len(missing)} acknowledged writes are gone")
    it.verdict.hold(ledger.write(client, prose(it.chance, 80)) == 201, "full disk", "it takes no new write with room again")
    service.stop()


def start_on_full(service: Service, mount: Path, it: Refusals) -> None:
    """Starting on a full disk either works or is refused with one line; with room again nothing is missing."""
    fill(mount / "ballast", leave=0)
    try:
        service.start(within=60)
        print("  start on a full disk: it started", flush=True)
        service.stop()
    except RuntimeError:
        lines = service.log_tail(1)
        code = service.process.returncode
        print(f"  start on a full disk: exit {code}: {lines}", flush=True)
        it.verdict.hold(code > 0, "start on a full disk", f"exit code {code}: not a refusal")
    (mount / "ballast").unlink()
    service.start()
    service.stop()
    it.shown += 1


def main() -> None:
    options = arguments(__doc__, disk_mb={"type": int, "default": 640, "help": DISK})
    with workspace() as folder:
        began = time.monotonic()
        it = Refusals(folder, random.Random(options.seed))
        cases = (second_process, wrong_key, missing_key, readable_key, short_key, newer_schema)
        for case in (*cases, unfinished_restore, no_store, read_only, failing_sync):
            case(it)
            it.everything_reads(case.__name__.replace("_", " "))
        if options.short:
            it.skip("full disk", "not with --short: it takes minutes")
        else:
            full_disk(it, options.disk_mb)
        it.verdict.close(
            f"C8 refusals: {it.shown} shown, {it.skipped} skipped, one line each; {it.same_files} left every file as it was, "
            f"{it.same_rows} every row; "
            f"{spaced(len(it.ledger.kept))} acknowledged writes read back after each; {time.monotonic() - began:.0f} s"
        )


if __name__ == "__main__":
    main()
