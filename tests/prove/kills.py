"""C1 and part of D4: kill -9 in the middle of mixed writes, start again, and hold the service to what it acknowledged.

Eight writers each keep a ledger: what was acknowledged, and the one request that was on its way when the service died.
Acknowledged writes must be there, byte for byte. A write on its way must be wholly there or wholly absent, and asking
again with the same Idempotency-Key (or the same PUT) must give one resource.
"""

from __future__ import annotations

import random
import statistics
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

from service import (
    Answer, Client, Lost, Service, Unexpected, Verdict, arguments, digest, marker, prose, quoted, seeded, spaced, workspace,
)

# Who writes, and who they share with.
AUTHORS = {
    "worker1@northmoor.example": "supervisor@northmoor.example",
    "worker2@northmoor.example": "supervisor@northmoor.example",
    "worker@eastvale.example": "supervisor@eastvale.example",
}
WRITERS = 8
SAMPLE = 4  # of each kind, for each writer, after each restart
WEIGHTS = {"create": 40, "amend": 25, "publish": 15, "share": 12, "remove": 8}


@dataclass
class Reflection:
    """What its author was told: the digest of each acknowledged revision, and whether it is gone."""

    id: str
    bodies: list[str]
    text: str
    key: str | None = None
    asked: dict = field(default_factory=dict)
    shares: dict[str, str] = field(default_factory=dict)
    gone: bool = False


@dataclass
class Example:
    """What its publisher was told: its id and the digest of each version's context."""

    key: str
    id: str | None
    title: str
    contexts: list[str]


@dataclass
class Pending:
    """The request that had no answer."""

    kind: str
    value: dict = field(default_factory=dict)
    key: str | None = None
    reflection: Reflection | None = None
    example: Example | None = None


class Writer:
    """One client with its ledger. Only it touches its resources, so it knows what each must look like."""

    def __init__(self, number: int, service: Service, verdict: Verdict, seed: int):
        self.number, self.service, self.verdict = number, service, verdict
        self.chance = random.Random(seed * 1000 + number)
        self.email = list(AUTHORS)[number % len(AUTHORS)]
        self.supervisor = AUTHORS[self.email]
        self.supervisor_id = service.client(self.supervisor).send("GET", "/me").expect(200).json()["id"]
        self.publisher, self.organisation = service.publisher()
        self.reflections: list[Reflection] = []
        self.examples: list[Example] = []
        self.pending: Pending | None = None
        self.acknowledged = self.on_their_way = self.replays = 0
        self.connect()

    def connect(self) -> None:
        """Takes up its connections again after a restart."""
        self.author = self.service.client(self.email)
        self.reader = self.service.client(self.supervisor)
        kept = self.publisher.token
        self.publisher = Client(self.service.base_url, kept)

    # Writing

    def write_until_killed(self) -> None:
        try:
            while True:
                self.step()
        except Lost:
            self.on_their_way += 1

    def step(self) -> None:
        kind = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        live = [reflection for reflection in self.reflections[-60:] if not reflection.gone]
        if kind == "publish":
            return self.publish()
        if kind == "create" or not live:
            return self.create()
        getattr(self, kind)(self.chance.choice(live))

    def ask(self, pending: Pending, client: Client, *request, **headers) -> Answer | None:
        """Sends one write. What it was stays in `pending` until the answer is there."""
        self.pending = pending
        answer = client.send(*request, **headers)
        if answer.status == 401 and client is self.publisher:
            fresh, _ = self.service.publisher()
            client.token = fresh.token
            answer = client.send(*request, **headers)
        if answer.status >= 500:
            self.verdict.hold(answer.status == 503, "refused", f"{answer.asked}: {answer.status} {answer.body[:200]!r}")
            raise Lost(f"{answer.asked}: {answer.status}")
        self.pending = None
        if not answer.done:
            self.verdict.note("refused", f"{answer.asked}: {answer.status} {answer.body[:200]!r}")
            return None
        self.acknowledged += 1
        return answer

    def body(self) -> str:
        size = self.chance.choices([80, 900, 9_000, 120_000], [60, 30, 9, 1])[0]
        return prose(self.chance, self.chance.randint(size // 2, size))

    def create(self) -> None:
        value = {"body": self.body()} | self.chance.choice([{}, {"title": marker(self.chance), "tags": ["night"], "unease": "why?"}])
        key = str(uuid.UUID(int=self.chance.getrandbits(128))) if self.chance.random() < 0.7 else None
        pending = Pending("create", value, key=key)
        if answer := self.ask(pending, self.author, "POST", "/reflections", value, Idempotency_Key=key):
            self.adopt(answer.json()["id"], pending)

    def adopt(self, id_: str, created: Pending) -> Reflection:
        text = created.value["body"]
        kept = Reflection(id_, [digest(text)], text, created.key, created.value)
        self.reflections.append(kept)
        return kept

    def amend(self, reflection: Reflection) -> None:
        value = {"body": self.body()}
        pending = Pending("amend", value, reflection=reflection)
        path, seen = f"/reflections/{reflection.id}", quoted(len(reflection.bodies))
        if answer := self.ask(pending, self.author, "PATCH", path, value, If_Match=seen):
            self.amended(reflection, value["body"])
            told = answer.json()["revision"]
            self.verdict.hold(told == len(reflection.bodies), "lost", f"{path}: told revision {told}")

    @staticmethod
    def amended(reflection: Reflection, text: str) -> None:
        reflection.bodies.append(digest(text))
        reflection.text = text

    def remove(self, reflection: Reflection) -> None:
        pending = Pending("remove", reflection=reflection)
        seen = quoted(len(reflection.bodies))
        if self.ask(pending, self.author, "DELETE", f"/reflections/{reflection.id}", If_Match=seen):
            reflection.gone = True

    def share(self, reflection: Reflection) -> None:
        if reflection.shares:
            return
        value = {"person_id": self.supervisor_id, "note": marker(self.chance)}
        pending = Pending("share", value, reflection=reflection)
        if answer := self.ask(pending, self.author, "POST", f"/reflections/{reflection.id}/shares", value):
            reflection.shares[answer.json()["id"]] = reflection.bodies[-1]

    def publish(self) -> None:
        example = self.chance.choice(self.examples) if self.examples and self.chance.random() < 0.4 else None
        if example is None:
            example = Example(f"prove-{self.number}-{len(self.examples)}", None, marker(self.chance), [])
        value = {"title": example.title, "summary": "Written by a proof.", "context": prose(self.chance, 400), "state": "published"}
        pending = Pending("publish", value, example=example)
        if answer := self.ask(pending, self.publisher, "PUT", self.example_path(example), value):
            self.published(example, answer, value["context"])

    def example_path(self, example: Example) -> str:
        return f"/organisations/{self.organisation}/practice-examples/{example.key}"

    def published(self, example: Example, answer: Answer, context: str) -> None:
        if example.id is None:
            self.examples.append(example)
        example.id = answer.json()["id"]
        example.contexts.append(digest(context))
        told = answer.json()["version"]
        self.verdict.hold(told == len(example.contexts), "half", f"{answer.asked}: version {told}, not {len(example.contexts)}")

    # After a restart: was the request without an answer carried out?

    def settle(self, found: dict[str, list[str]]) -> None:
        """`found`: ids of reflections that nobody was told about, by the digest of their body."""
        pending, self.pending = self.pending, None
        if pending is not None:
            getattr(self, "settle_" + pending.kind)(pending, found)

    def settle_create(self, pending: Pending, found: dict[str, list[str]]) -> None:
        ids = found.pop(digest(pending.value["body"]), [])
        self.verdict.hold(len(ids) <= 1, "double", f"one create made {ids}")
        if pending.key is not None:
            id_ = self.replay(pending.value, pending.key)
            self.verdict.hold(not ids or ids == [id_], "double", f"{ids} before the replay, {id_} after it")
            ids = [id_]
        for id_ in ids[:1]:
            self.check_reflection(self.adopt(id_, pending))

    def replay(self, value: dict, key: str) -> str | None:
        """Asks again with the same key; a record of the first try that is `still running` would be stuck for ever."""
        answer = self.author.send("POST", "/reflections", value, Idempotency_Key=key)
        self.replays += 1
        if not self.verdict.hold(answer.status == 201, "refused", f"replay: {answer.status} {answer.body[:200]!r}"):
            return None
        return answer.json()["id"]

    def settle_amend(self, pending: Pending, _found: dict) -> None:
        reflection = pending.reflection
        now = self.author.send("GET", f"/reflections/{reflection.id}").expect(200).json()
        if now["revision"] == len(reflection.bodies) + 1:
            self.amended(reflection, pending.value["body"])
        self.check_reflection(reflection)

    def settle_remove(self, pending: Pending, _found: dict) -> None:
        answer = self.author.send("GET", f"/reflections/{pending.reflection.id}")
        pending.reflection.gone = answer.status == 404
        self.check_reflection(pending.reflection)

    def settle_share(self, pending: Pending, _found: dict) -> None:
        reflection = pending.reflection
        shares = [share["id"] for share in self.author.all(f"/reflections/{reflection.id}/shares")]
        self.verdict.hold(len(shares) <= 1, "double", f"one share made {shares}")
        for share in shares:
            reflection.shares[share] = reflection.bodies[-1]
        theirs = [share["id"] for share in next(self.reader.pages("/shared-with-me")) if share["reflection_id"] == reflection.id]
        self.verdict.hold(theirs == shares, "half", f"the author has shares {shares}, the other side {theirs}")
        self.check_reflection(reflection)

    def settle_publish(self, pending: Pending, _found: dict) -> None:
        example = pending.example
        before = self.find_example(example)
        if before is not None:
            new = before["version"] == len(example.contexts) + 1
            kept = replace(example, id=before["id"], contexts=example.contexts + [digest(pending.value["context"])] * new)
            self.check_example(kept)
        answer = self.publisher.send("PUT", self.example_path(example), pending.value).expect(200, 201)
        self.replays += 1
        self.published(example, answer, pending.value["context"])
        self.check_example(example)

    def find_example(self, example: Example) -> dict | None:
        """The example as the public sees it; one without a known id is looked for among the newest."""
        if example.id is not None:
            return self.publisher.send("GET", f"/practice-examples/{example.id}").expect(200).json()
        newest = next(self.publisher.pages(f"/practice-examples?organisation={self.organisation}"))
        listed = next((item for item in newest if item["title"] == example.title), None)
        return listed and self.publisher.send("GET", f"/practice-examples/{listed['id']}").expect(200).json()

    # Holding it to the ledger

    def check(self, whole: bool) -> int:
        """Looks at everything, or at a sample."""
        reflections = self.reflections if whole else self.some(self.reflections)
        examples = self.examples if whole else self.some(self.examples)
        for reflection in reflections:
            self.check_reflection(reflection)
        for example in examples:
            self.check_example(example)
        return len(reflections) + len(examples)

    def some(self, things: list) -> list:
        return self.chance.sample(things, min(SAMPLE, len(things)))

    def check_again(self) -> None:
        """A create that was acknowledged, asked for again with its key, gives the same resource."""
        keyed = [reflection for reflection in self.reflections[-20:] if reflection.key and not reflection.gone]
        for reflection in keyed[-1:]:
            id_ = self.replay(reflection.asked, reflection.key)
            self.verdict.hold(id_ == reflection.id, "double", f"replay gave {id_}, not {reflection.id}")

    def check_reflection(self, reflection: Reflection) -> None:
        path = f"/reflections/{reflection.id}"
        answer = self.author.send("GET", path)
        history = self.author.send("GET", path + "/revisions")
        if reflection.gone:
            self.verdict.hold(answer.status == 404, "lost", f"{path}: deleted, yet {answer.status}")
            self.verdict.hold(history.status == 404, "half", f"{path}/revisions: deleted, yet {history.status}")
            self.check_deleted_shares(path, reflection)
            return
        if not self.verdict.hold(answer.status == 200, "lost", f"{path}: {answer.status}"):
            return
        now, count = answer.json(), len(reflection.bodies)
        self.verdict.hold(digest(now["body"]) == reflection.bodies[-1], "lost", f"{path}: altered")
        self.verdict.hold(now["revision"] == count, "lost", f"{path}: revision {now['revision']}, not {count}")
        self.verdict.hold(answer.headers["ETag"] == quoted(count), "half", f"{path}: ETag {answer.headers['ETag']}")
        self.check_history(path, reflection)
        self.check_shares(path, reflection)

    def check_history(self, path: str, reflection: Reflection) -> None:
        count = len(reflection.bodies)
        numbers = sorted(item["revision"] for item in self.author.all(path + "/revisions"))
        if not self.verdict.hold(numbers == list(range(1, count + 1)), "half", f"{path}: {count} revisions, listed {numbers}"):
            return
        number = self.chance.randint(1, count)
        old = self.author.send("GET", f"{path}/revisions/{number}").expect(200).json()
        self.verdict.hold(digest(old["body"]) == reflection.bodies[number - 1], "lost", f"{path}: revision {number} altered")

    def check_shares(self, path: str, reflection: Reflection) -> None:
        mine = {share["id"] for share in self.author.all(f"{path}/shares")}
        self.verdict.hold(mine == set(reflection.shares), "lost", f"{path}: shares {mine}, not {set(reflection.shares)}")
        for share, body in reflection.shares.items():
            answer = self.reader.send("GET", f"/shared-with-me/{share}")
            seen = answer.status == 200 and digest(answer.json()["body"]) == body
            self.verdict.hold(seen, "half", f"{path}: share {share} reads {answer.status} for the other side")

    def check_deleted_shares(self, path: str, reflection: Reflection) -> None:
        for share in reflection.shares:
            answer = self.reader.send("GET", f"/shared-with-me/{share}")
            self.verdict.hold(answer.status == 404, "half", f"{path}: deleted, yet its share {share} reads {answer.status}")

    def check_example(self, example: Example) -> None:
        path = f"/practice-examples/{example.id}"
        answer = self.publisher.send("GET", path)
        if not self.verdict.hold(answer.status == 200, "lost", f"{path}: {answer.status}"):
            return
        now, count = answer.json(), len(example.contexts)
        self.verdict.hold(now["version"] == count, "lost", f"{path}: version {now['version']}, not {count}")
        self.verdict.hold(digest(now["context"]) == example.contexts[-1], "lost", f"{path}: altered")
        versions = sorted(item["version"] for item in self.publisher.all(f"{path}/versions"))
        self.verdict.hold(versions == list(range(1, count + 1)), "half", f"{path}: version {count}, listed {versions}")

    def check_search(self, how_many: int) -> int:
        """The index is derived from the store: what is published must also be found."""
        some = self.chance.sample(self.examples, min(how_many, len(self.examples)))
        for example in some:
            items = self.publisher.send("GET", f"/practice-examples?q={example.title}").expect(200).json()["items"]
            found = [item["id"] for item in items]
            self.verdict.hold(found == [example.id], "half", f"searching for {example.id} finds {found}")
        return len(some)


# ── The whole run ────────────────────────────────────────────────────────────────────────────────────────


def load(pool: ThreadPoolExecutor, service: Service, writers: list[Writer], chance: random.Random) -> None:
    """Writes from every writer at once, and kills the service 50 to 600 ms into it."""
    writing = [pool.submit(writer.write_until_killed) for writer in writers]
    time.sleep(chance.uniform(0.05, 0.6))
    service.kill()
    for writer in writing:
        writer.result()


def strangers(client: Client, known: set[str], whole: bool) -> dict[str, list[str]]:
    """Reflections of one author that no ledger has, by the digest of their body; the newest only, unless `whole`."""
    found: dict[str, list[str]] = {}
    for page in client.pages("/reflections"):
        new = [item["id"] for item in page if item["id"] not in known]
        for id_ in new:
            body = client.send("GET", f"/reflections/{id_}").expect(200).json()["body"]
            found.setdefault(digest(body), []).append(id_)
        if not new and not whole:
            break
    return found


def settle(writers: list[Writer], seeds: dict[str, set[str]], verdict: Verdict, whole: bool = False) -> None:
    """Decides for every request without an answer whether it was carried out. Nothing else may have appeared."""
    for email in AUTHORS:
        theirs = [writer for writer in writers if writer.email == email]
        known = seeds[email] | {reflection.id for writer in theirs for reflection in writer.reflections}
        found = strangers(theirs[0].author, known, whole)
        for writer in theirs:
            writer.settle(found)
        for ids in found.values():
            verdict.note("double", f"reflections that nobody was told about: {ids}")


def check_lists(writers: list[Writer], seeds: dict[str, set[str]], verdict: Verdict) -> None:
    """Each author's list holds what the ledgers hold: no more, no less."""
    for email in AUTHORS:
        theirs = [writer for writer in writers if writer.email == email]
        live = {r.id for writer in theirs for r in writer.reflections if not r.gone}
        listed = [item["id"] for item in theirs[0].author.all("/reflections")]
        verdict.hold(set(listed) - seeds[email] == live, "half", f"the list of {email} is not the ledger")
        verdict.hold(len(listed) == len(set(listed)), "double", f"the list of {email} repeats itself")


def control(writer: Writer) -> int:
    """The checks can fail: each of four lies in the ledger must be noticed. Returns how many were."""
    true = next(r for r in reversed(writer.reflections) if not r.gone)
    example = writer.examples[-1]
    lies = [
        replace(true, id=str(uuid.UUID(int=1))),
        replace(true, bodies=[*true.bodies[:-1], digest("another text")]),
        replace(true, bodies=[*true.bodies, true.bodies[-1]]),
        replace(true, gone=True),
    ]
    kept, writer.verdict, noticed = writer.verdict, Verdict(), 0
    for lie in lies:
        writer.verdict = Verdict()
        writer.check_reflection(lie)
        noticed += bool(writer.verdict.said)
    writer.verdict = Verdict()
    writer.check_example(replace(example, contexts=[*example.contexts, example.contexts[-1]]))
    noticed += bool(writer.verdict.said)
    writer.verdict = kept
    return noticed


def prepare(service: Service) -> dict[str, set[str]]:
    """What each author's list held before anything was written here."""
    return {email: {item["id"] for item in service.client(email).all("/reflections")} for email in AUTHORS}


def main() -> None:
    options = arguments(__doc__, cycles={"type": int, "default": 60, "help": "how often to kill it (default: 60)"})
    cycles = 8 if options.short else options.cycles
    verdict, chance = Verdict(), random.Random(options.seed)
    with workspace() as folder:
        service = seeded(folder).start()
        seeds = prepare(service)
        writers = [Writer(number, service, verdict, options.seed) for number in range(WRITERS)]
        waits = []
        with ThreadPoolExecutor(WRITERS) as pool:
            for cycle in range(cycles):
                load(pool, service, writers, chance)
                began = time.monotonic()
                service.start()
                waits.append(time.monotonic() - began)
                for writer in writers:
                    writer.connect()
                settle(writers, seeds, verdict)
                list(pool.map(Writer.check_again, writers))
                list(pool.map(lambda writer: writer.check(whole=False), writers))
                if verdict.said:
                    print(f"  broke in cycle {cycle + 1}", flush=True)
                    break
            looked = sum(pool.map(lambda writer: writer.check(whole=True), writers))
            found = sum(pool.map(lambda writer: writer.check_search(12), writers))
        check_lists(writers, seeds, verdict)
        noticed = control(writers[0])
        verdict.hold(noticed == 5, "control", f"only {noticed} of 5 lies in the ledger were noticed")
        service.stop()
        verdict.close(row(writers, verdict, len(waits), statistics.median(waits), looked, found))


def row(writers: list[Writer], verdict: Verdict, cycles: int, wait: float, looked: int, found: int) -> str:
    acknowledged = sum(writer.acknowledged for writer in writers)
    on_their_way = sum(writer.on_their_way for writer in writers)
    replays = sum(writer.replays for writer in writers)
    return (
        f"C1 kill -9: {cycles} cycles, {spaced(acknowledged)} acknowledged, {verdict.breaks['lost']} lost, "
        f"{verdict.breaks['half']} half-applied; {spaced(on_their_way)} on their way, {spaced(replays)} replays, "
        f"{verdict.breaks['double']} doubled (D4); {spaced(looked)} verified at the end, {found} found by search, "
        f"5 of 5 lies noticed; up again in {wait:.1f} s (median)"
    )


if __name__ == "__main__":
    try:
        main()
    except Unexpected as cause:
        raise SystemExit(f"C1 kill -9: could not go on: {cause}") from cause
