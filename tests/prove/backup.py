"""E1: back up while clients write, restore somewhere else, and hold both to each other, row by row and through the API. A
restore that is killed midway is never served."""

from __future__ import annotations

import random
import shutil
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from service import Answer, Client, Service, Verdict, arguments, binary, digest, marker, prose, quoted, run, seeded, spaced
from service import tables, workspace

AUTHORS = ["worker1@northmoor.example", "worker2@northmoor.example", "worker@eastvale.example"]
ADMIN = "admin@northmoor.example"


class Writing:
    """One client that goes on writing, and what it was told, with the time it was told."""

    def __init__(self, service: Service, email: str, seed: int):
        self.service, self.email = service, email
        self.chance = random.Random(seed)
        self.stopping = threading.Event()
        self.reflections: list[tuple[float, str, str]] = []
        self.examples: list[tuple[float, str, str]] = []
        self.titles: list[str] = []

    def run(self) -> None:
        author, (publisher, organisation) = self.service.client(self.email), self.service.publisher()
        while not self.stopping.is_set():
            self.write_one(author)
            if self.chance.random() < 0.3:
                self.publish_one(publisher, organisation)

    def write_one(self, author: Client) -> None:
        text = prose(self.chance, self.chance.choice([100, 2_000, 20_000]))
        made = author.send("POST", "/reflections", {"body": "first " + text}).expect(201).json()
        author.send("PATCH", f"/reflections/{made['id']}", {"body": text}, If_Match=quoted(1)).expect(200)
        self.reflections.append((time.monotonic(), made["id"], digest(text)))

    def publish_one(self, publisher: Client, organisation: str) -> None:
        context = prose(self.chance, 1_000)
        title = marker(self.chance)
        value = {"title": title, "summary": "Written by a proof.", "context": context, "state": "published"}
        path = f"/organisations/{organisation}/practice-examples/{marker(self.chance)}"
        made = publisher.send("PUT", path, value).expect(201).json()
        self.titles.append(title)
        self.examples.append((time.monotonic(), made["id"], digest(context)))

    def missing(self, service: Service, before: float) -> tuple[int, list[str]]:
        """How much was acknowledged before then, and which of it the service does not read as written."""
        author = service.client(self.email)
        asked = [(f"/reflections/{id_}", "body", hash_) for when, id_, hash_ in self.reflections if when < before]
        asked += [(f"/practice-examples/{id_}", "context", hash_) for when, id_, hash_ in self.examples if when < before]
        wrong = [path for path, name, hash_ in asked if not reads(author.send("GET", path), name, hash_)]
        return len(asked), wrong


def reads(answer: Answer, name: str, hash_: str) -> bool:
    return answer.status == 200 and digest(answer.json()[name]) == hash_


def back_up_under_load(service: Service, seconds: float, seed: int) -> tuple[list[Writing], Path, float, float]:
    """Four clients write; in the middle of it an administrator asks for a backup."""
    people = [AUTHORS[number % len(AUTHORS)] for number in range(4)]
    writing = [Writing(service, email, seed + number) for number, email in enumerate(people)]
    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(one.run) for one in writing]
        time.sleep(seconds)
        began = time.monotonic()
        answer = service.client(ADMIN, timeout=300).send("POST", "/backups", {}).expect(201).json()
        took = time.monotonic() - began
        time.sleep(min(seconds, 2))
        for one in writing:
            one.stopping.set()
        for one in running:
            one.result()
    file = Path(answer["file"])
    return writing, file if file.is_absolute() else service.data / file, began, took


def restored(verdict: Verdict, folder: Path, file: Path, key: Path, name: str) -> tuple[Path, dict]:
    """Restores into an empty folder; the key travels by itself, as the manual says."""
    to = folder / name
    to.mkdir()
    ended = run("restore", "--data", to, "--from", file, within=900)
    verdict.hold(ended.returncode == 0, "restore", f"exit {ended.returncode}: {ended.stderr.strip()[:300]}")
    if not (to / "master.key").exists():
        shutil.copy2(key, to / "master.key")
    return to, tables(ended.stdout)


def backed_up(verdict: Verdict, data: Path, file: Path) -> dict:
    ended = run("backup", "--data", data, "--to", file, within=900)
    verdict.hold(ended.returncode == 0, "backup", f"exit {ended.returncode}: {ended.stderr.strip()[:300]}")
    return tables(ended.stdout)


def compare(verdict: Verdict, what: str, one: dict, other: dict) -> None:
    verdict.hold(bool(one), what, "no tables were printed")
    different = sorted(table for table in one.keys() | other.keys() if one.get(table) != other.get(table))
    verdict.hold(not different, what, f"tables differ: {different}")


def same_text(verdict: Verdict, what: str, one: Path, other: Path) -> None:
    """Two stores that hold the same are written down by the engine in the same words: this rests on no digest of ours."""
    verdict.hold(one.read_bytes() == other.read_bytes(), what, f"{one.name} and {other.name} differ")


def interrupted(verdict: Verdict, folder: Path, file: Path, key: Path, moments: list[float]) -> int:
    """Kills restores at moments after they began to write. Gives how many were cut off: each of these is refused."""
    cut_off = 0
    for number, moment in enumerate(moments):
        to = folder / f"interrupted-{number}"
        restoring = subprocess.Popen(
            [binary(), "restore", "--data", str(to), "--from", str(file)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while restoring.poll() is None and not (to / "restoring").exists():
            time.sleep(0.001)
        time.sleep(moment)
        restoring.kill()
        if restoring.wait() == 0:
            continue
        cut_off += 1
        shutil.copy2(key, to / "master.key")
        for words in (["serve", "--listen", "127.0.0.1:0"], ["restore", "--from", file]):
            ended = run(*words, "--data", to, within=60)
            lines = ended.stderr.strip().splitlines()
            refused = ended.returncode > 0 and len(lines) == 1 and "was not finished" in lines[0]
            verdict.hold(refused, "interrupted", f"{words[0]} after {moment} s: exit {ended.returncode}: {lines}")
    verdict.hold(cut_off > 0, "interrupted", "every restore ended before it was killed: this shows nothing")
    return cut_off


def control(verdict: Verdict, folder: Path, file: Path, full: Path, written: str) -> None:
    """A file with one letter changed, a file cut off between two lines and a folder that is not empty are each refused."""
    changed, cut_off = folder / "changed", folder / "cut-off"
    whole = file.read_bytes()
    # A letter inside a published title: the file still reads well, and says something else.
    verdict.hold(written.encode() in whole, "control", "the published title is not in the backup: nothing was changed in it")
    changed.write_bytes(whole.replace(written.encode(), written[::-1].encode()))
    cut_off.write_bytes(whole[: whole.rindex(b";\n", 0, len(whole) * 3 // 4) + 2])
    cases = {"changed": (changed, folder / "to-changed"), "cut off": (cut_off, folder / "to-cut-off"), "in use": (file, full)}
    for name, (from_, to) in cases.items():
        to.mkdir(exist_ok=True)
        ended = run("restore", "--data", to, "--from", from_, within=900)
        print(f"  restore, {name}: exit {ended.returncode}: {ended.stderr.strip()[:160]}")
        verdict.hold(ended.returncode > 0, "control", f"{name}: the restore was not refused")
        lines = ended.stderr.strip().splitlines()
        verdict.hold(len(lines) == 1, "control", f"{name}: {len(lines)} lines on stderr")


def main() -> None:
    options = arguments(__doc__)
    seconds = 3 if options.short else 20
    verdict = Verdict()
    with workspace() as folder:
        service = seeded(folder).start()
        writing, file, began, took = back_up_under_load(service, seconds, options.seed)
        service.stop()
        key = service.data / "master.key"

        # The backup that was taken under load: what is restored backs up to the same tables.
        hot, printed = restored(verdict, folder, file, key, "hot")
        compare(verdict, "under load", printed, backed_up(verdict, hot, folder / "hot-again"))
        same_text(verdict, "under load", file, folder / "hot-again")
        # The store at rest: the original that was stopped, against what was restored from it.
        at_rest = backed_up(verdict, service.data, folder / "cold-file")
        cold, _ = restored(verdict, folder, folder / "cold-file", key, "cold")
        compare(verdict, "at rest", at_rest, backed_up(verdict, cold, folder / "cold-again"))
        same_text(verdict, "at rest", folder / "cold-file", folder / "cold-again")
        # And the two backups differ, since writing went on: so equal hashes mean something.
        verdict.hold(printed != at_rest, "control", "nothing was written after the backup: equal means little")

        seen, later = read_back(verdict, service, hot, writing, began)
        read_back(verdict, service, cold, writing, float("inf"))
        cut_off = interrupted(verdict, folder, file, key, [0, 0.05, 0.2, 0.5])
        control(verdict, folder, file, hot, next(one.titles[0] for one in writing if one.titles))
        rows = sum(count for count, _ in printed.values())
        verdict.close(
            f"E1 backup: under load in {took:.1f} s, {file.stat().st_size / 1e6:.1f} MB, {len(printed)} tables with {spaced(rows)} rows "
            f"equal after restore; {spaced(seen)} writes acknowledged before it all read back ({spaced(later)} later ones); "
            f"at rest {len(at_rest)} tables of the original equal; {cut_off} restores cut off, none of them served; "
            f"a changed, a cut-off and a second restore refused"
        )


def read_back(verdict: Verdict, original: Service, data: Path, writing: list[Writing], before: float) -> tuple[int, int]:
    """Serves the restored store and reads what was acknowledged before the backup began."""
    service = Service(data, command="serve")
    service.credentials_file = original.credentials_file
    service.start()
    seen = 0
    for one in writing:
        asked, wrong = one.missing(service, before)
        seen += asked
        verdict.hold(not wrong, "missing", f"{len(wrong)} of {asked} in {data.name}: {wrong[:3]}")
    service.stop()
    total = sum(len(one.reflections) + len(one.examples) for one in writing)
    verdict.hold(seen > 0, "control", "nothing was acknowledged before the backup")
    return seen, total - seen


if __name__ == "__main__":
    main()
