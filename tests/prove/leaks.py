"""F6: private words in every private field, through requests that succeed and requests that fail; then a search for each
of them, in every coding they might hide in, through the data folder, the log, the backups and a logical export.

The engine compresses its files, so a search of bytes alone could not fail: the export is what makes it fail, and a word
of a published title, which must be found there, shows that it does.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from service import Client, Service, Verdict, arguments, forms, marker, quoted, run, seeded, spaced, workspace

WORKER, SUPERVISOR, ADMIN = "worker1@northmoor.example", "supervisor@northmoor.example", "admin@northmoor.example"


@dataclass
class Words:
    """Makes words that are found nowhere else, and remembers where each was written."""

    chance: random.Random
    private: dict[str, str] = field(default_factory=dict)
    public: dict[str, str] = field(default_factory=dict)

    def secret(self, where: str) -> str:
        word = marker(self.chance)
        self.private[word] = where
        return word

    def open(self, where: str) -> str:
        word = marker(self.chance)
        self.public[word] = where
        return word


# ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────


def reflection(words: Words, when: str) -> dict:
    """A reflection with a word in each of its fields."""
    one = {name: f"{words.secret(f'{when}: {name}')} in a sentence" for name in ("title", "body", "unease")}
    lists = {name: [words.secret(f"{when}: {name} {n}") for n in (1, 2)] for name in ("tags", "unknowns", "hypotheses")}
    return one | lists


def write_reflections(worker: Client, supervisor: Client, words: Words, rounds: int) -> int:
    """Written, amended, shared, answered, some of it deleted. Returns the requests that were acknowledged."""
    person = supervisor.send("GET", "/me").expect(200).json()["id"]
    done = 0
    for number in range(rounds):
        path = write_one(worker, words, number)
        share = {"person_id": person, "note": words.secret("share: note")}
        share = worker.send("POST", f"{path}/shares", share).expect(201).json()["id"]
        answer = {"body": words.secret("response: body")}
        supervisor.send("POST", f"/shared-with-me/{share}/responses", answer).expect(201)
        done += 5
        if number % 3 == 0:
            worker.send("DELETE", path, If_Match=worker.send("GET", path).headers["ETag"]).expect(204)
            done += 1
    return done


def write_one(worker: Client, words: Words, number: int) -> str:
    value = reflection(words, "reflection")
    # The answer is kept for the key's sake: it must be kept sealed too.
    key = {"Idempotency_Key": f"key-{number}"} if number % 2 else {}
    id_ = worker.send("POST", "/reflections", value, **key).expect(201).json()["id"]
    path = f"/reflections/{id_}"
    worker.send("PATCH", path, reflection(words, "amended"), If_Match=quoted(1)).expect(200)
    draft = {"body": words.secret("working copy: body"), "title": words.secret("working copy: title"), "based_on": 2}
    worker.send("PUT", f"{path}/working-copy", draft).expect(200)
    return path


def write_supervision(worker: Client, supervisor: Client, words: Words) -> int:
    """An agreement, a session and its agenda: between two people, so as private as a reflection."""
    agree(worker, supervisor, words)
    agreement = worker.all("/supervision/agreements")[0]["id"]
    slot = {"starts_at": "2031-03-03T10:00:00Z", "minutes": 60}
    session = slot | {"agreement_id": agreement, "place": words.secret("session: place")}
    made = supervisor.send("POST", "/supervision/sessions", session).expect(201)
    path, seen = f"/supervision/sessions/{made.json()['id']}", made.headers["ETag"]
    for side in (worker, supervisor):
        side.send("POST", f"{path}/agenda", {"text": words.secret("agenda: item")}).expect(201)
    moved = slot | {"minutes": 45, "place": words.secret("move: place"), "reason": words.secret("move: reason")}
    seen = supervisor.send("PATCH", path, moved, If_Match=seen).expect(200).headers["ETag"]
    why = {"reason": words.secret("cancellation: reason")}
    supervisor.send("PUT", f"{path}/cancellation", why, If_Match=seen).expect(200)
    return 8


def agree(worker: Client, supervisor: Client, words: Words) -> None:
    """New terms for the agreement that the two have, accepted by both."""
    path = f"/supervision/agreements/{worker.all('/supervision/agreements')[0]['id']}"
    fields = ("purpose", "frequency", "recording", "limits_of_confidentiality", "how_we_disagree")
    terms = {name: words.secret(f"agreement: {name}") for name in fields}
    seen = worker.send("GET", path).expect(200).headers["ETag"]
    seen = worker.send("PATCH", path, terms, If_Match=seen).expect(200).headers["ETag"]
    for side in (worker, supervisor):
        seen = side.send("PUT", f"{path}/acceptance", If_Match=seen).expect(200).headers["ETag"]


def publish(service: Service, words: Words) -> None:
    """The words that must be found."""
    publisher, organisation = service.publisher()
    value = {"title": f"{words.open('published title')} in Northmoor", "summary": words.open("published summary"), "state": "published"}
    publisher.send("PUT", f"/organisations/{organisation}/practice-examples/open-words", value).expect(201)


def fail(service: Service, words: Words) -> int:
    """Requests that are refused, each with a private word in it. Returns how many were."""
    worker, stranger = service.client(WORKER), service.client("worker2@northmoor.example")
    own = worker.send("POST", "/reflections", reflection(words, "of the failing ones")).expect(201)
    path = f"/reflections/{own.json()['id']}"

    def secret(where: str) -> str:
        return words.secret("failing: " + where)

    asked = [
        worker.send("POST", "/reflections", {"body": secret("unknown field"), secret("field name"): 1}),
        worker.send("POST", "/reflections", {"body": [secret("wrong type")]}),
        worker.send("POST", "/reflections", {"body": secret("bad date"), "occurred_on": secret("date")}),
        worker.send("POST", "/reflections", {"body": secret("bad prompt set"), "prompt_set": secret("prompt set")}),
        worker.send("POST", "/reflections", {"body": "a", "title": secret("long title") * 200}),
        worker.send("POST", "/reflections", {"body": "a", "tags": [secret("long tag") * 100]}),
        worker.send("POST", "/reflections", {"body": secret("long body") * 12_000}),
        worker.send("POST", "/reflections", raw=f'{{"body": "{secret("broken JSON")}'.encode()),
        worker.send("POST", "/reflections", raw=f'{{"body": "{secret("broken UTF-8")}'.encode() + b'\xff\xfe"}'),
        worker.send("PATCH", path, {"body": secret("stale")}, If_Match='"77"'),
        worker.send("PATCH", path, {"body": secret("no If-Match")}),
        stranger.send("PATCH", path, {"body": secret("somebody else's")}, If_Match='"1"'),
        stranger.send("POST", f"{path}/shares", {"person_id": secret("person"), "note": secret("note")}),
        worker.send("GET", f"/reflections/{secret('path')}"),
        worker.send("GET", f"/reflections?cursor={secret('cursor')}"),
        worker.send("GET", f"/{secret('route')}"),
        service.client().send("GET", "/me", Authorization=f"Bearer snd_pat_{secret('token')}"),
        service.client().send("POST", "/sessions", {"email": "nobody@northmoor.example", "password": secret("password")}),
        service.client().send("POST", "/sessions", {"email": WORKER, "password": secret("password of a real person")}),
        service.client().send("POST", "/oauth/token", form=grant(secret("client id"), secret("client secret"))),
    ]
    return sum(400 <= answer.status < 500 for answer in asked)


def grant(client_id: str, client_secret: str) -> dict:
    return {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}


def look(service: Service, words: Words) -> int:
    """Searches and headers: private words in requests that succeed. Returns how often a private word was found by others."""
    worker = service.client(WORKER)
    worker.send("GET", f"/reflections?q={words.secret('own search')}").expect(200)
    worker.send("GET", f"/reflections?tag={words.secret('own tag')}").expect(200)
    worker.send("GET", "/me", User_Agent=words.secret("user agent"), Referer=f"http://a.example/{words.secret('referrer')}").expect(200)
    worker.send("GET", "/practice-examples?q=" + words.secret("library search")).expect(200)
    found = 0
    for word in list(words.private)[:40]:
        found += bool(service.client().send("GET", f"/practice-examples?q={word}").expect(200).json()["items"])
    return found


# ── Searching ────────────────────────────────────────────────────────────────────────────────────────────


def places(folders: list[Path]) -> list[Path]:
    return [path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*")) if path.is_file()]


def hits(words: dict[str, str], files: list[Path]) -> list[str]:
    """Every word found in a file, with where it was written, its coding and the file."""
    coded = [(form, bytes_, where) for word, where in words.items() for form, bytes_ in forms(word).items()]
    found = []
    for path in files:
        content = path.read_bytes()
        found += [f"{where} ({form}) in {path.name}" for form, bytes_, where in coded if bytes_ in content]
    return found


def self_test(folder: Path, words: Words) -> int:
    """Each coding of a word, written to a file, is found there. Returns how many were not."""
    word = marker(words.chance)
    missed = 0
    for form, bytes_ in forms(word).items():
        hay = folder / "hay"
        hay.write_bytes(b"\0before " + bytes_ + b" after\xff")
        missed += not hits({word: form}, [hay])
        hay.unlink()
    return missed


def main() -> None:
    options = arguments(__doc__)
    verdict, words = Verdict(), Words(random.Random(options.seed))
    with workspace() as folder:
        service = seeded(folder).start()
        worker, supervisor = service.client(WORKER), service.client(SUPERVISOR)
        done = write_reflections(worker, supervisor, words, 4 if options.short else 24)
        done += write_supervision(worker, supervisor, words)
        publish(service, words)
        refused = fail(service, words)
        found = look(service, words)
        verdict.hold(found == 0, "search", f"{found} private words find something in the library")
        ids = known_in_log(service)
        service.client(ADMIN, timeout=300).send("POST", "/backups", {}).expect(201)
        service.stop()

        export = folder / "export"
        ended = run("backup", "--data", service.data, "--to", export, within=600)
        verdict.hold(ended.returncode == 0, "export", ended.stderr.strip()[:200])
        judge(verdict, folder, service, export, words)
        log = service.log.read_text(errors="replace")
        verdict.hold(any(id_ in log for id_ in ids), "control", "the log has no request's id: it was not captured")
        verdict.hold(self_test(folder, words) == 0, "control", "a coding of a word was not found")
        verdict.close(row(words, done, refused, verdict, service, export))


def known_in_log(service: Service) -> list[str]:
    """Ids of requests that the log must hold, if it is the log."""
    client = service.client(WORKER)
    return [client.send("GET", "/me").headers["X-Request-Id"] for _ in range(5)]


def judge(verdict: Verdict, folder: Path, service: Service, export: Path, words: Words) -> None:
    for hit in hits(words.private, places([service.data, service.log, export])):
        verdict.note("leak", hit)
    shown = hits(words.public, places([export]))
    verdict.hold(any("published title" in hit for hit in shown), "control", "the published title is not in the export")


def row(words: Words, done: int, refused: int, verdict: Verdict, service: Service, export: Path) -> str:
    files = places([service.data, service.log, export])
    size = sum(path.stat().st_size for path in files) / 1e6
    return (
        f"F6 leaks: {spaced(len(words.private))} private words in {done} acknowledged and {refused} refused requests, "
        f"8 codings each, {len(files)} files of {size:.1f} MB with log, backup and export: {verdict.breaks['leak']} hits; "
        f"control: the published title is found"
    )


if __name__ == "__main__":
    main()
