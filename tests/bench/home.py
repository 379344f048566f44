"""Puts before an author what their home page shows: a session to come, shares received, marks, and writing begun."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cases import BODY_BYTES, SENTENCE
from client import Answer, Client
from servers import run
from stop import Stop
from survey import API

SUPERVISOR = "supervisor@measured.example"
PASSWORD = "measured many times over"
AGENDA = ("The visit I keep thinking about.", "What the court asked for.", "Leave in December.", "How are you sleeping?")
# One more share than the page shows, so that it also leads to the rest.
SHARES, MARKS, BEGUN, MOST_MARKS = 6, 12, 2, 50
TEXT = (SENTENCE * (BODY_BYTES // len(SENTENCE) + 1))[:BODY_BYTES]
OPEN_LIMIT_SECONDS = 600


@dataclass(frozen=True)
class Reader:
    """Somebody signed in with a browser, what they have written, and what waits for them."""

    cookie: str
    ids: list[str]
    session: str
    shares: list[str]
    marks: list[str]
    begun: list[str]


def invited(binary: Path, data: Path, folder: Path) -> str:
    """Invites a supervisor into a store that nobody serves, and returns the secret of the link."""
    log = folder / "invite.log"
    command = [
        str(binary), "people", "invite", "--data", str(data), "--email", SUPERVISOR, "--name", "Measured Supervisor",
        "--role", "supervisor",
    ]
    run(command, log, OPEN_LIMIT_SECONDS)
    found = re.search(r"/invitations/(\S+)", log.read_text(errors="replace"))
    if not found:
        raise Stop(f"the invitation has no link:\n{log.read_text(errors='replace')[-2000:]}")
    return found[1]


def furnished(url: str, author: dict, link: str) -> Reader:
    """Does what puts something under every heading of the author's home page, through the interface."""
    accepted = _made(Client(url), "PUT", f"/invitations/{link}/acceptance", {"password": PASSWORD}, 200)
    cookie = _cookie(url, author["email"], author["password"])
    worker = _browser(url, cookie)
    supervisor = _browser(url, _cookie(url, SUPERVISOR, PASSWORD))
    supervisor_id, worker_id = accepted["person_id"], worker.get(f"{API}/me")["id"]
    ids = [item["id"] for item in worker.pages(f"{API}/reflections")]
    session = _session(worker, supervisor, {
        "organisation_id": author["organisation_id"], "supervisor_id": supervisor_id, "worker_id": worker_id,
    })
    _agenda(worker, session, ids[0], supervisor_id)
    written = [_made(supervisor, "POST", "/reflections", {"body": TEXT})["id"] for _ in range(SHARES)]
    shares = [_share(supervisor, id, worker_id) for id in written]
    marks = _marked(worker, ids, MARKS)
    begun = [_made(worker, "POST", "/working-copies", {"based_on": 0, "body": TEXT})["id"] for _ in range(BEGUN)]
    return Reader(cookie, ids, session, shares, marks, begun)


def marked_to_the_full(url: str, reader: Reader) -> list[str]:
    """Marks as many reflections as can be marked at once."""
    return _marked(_browser(url, reader.cookie), reader.ids, MOST_MARKS)


def _marked(worker: Client, ids: list[str], count: int) -> list[str]:
    already = {item["id"] for item in worker.get(f"{API}/me/returning")["items"]}
    others, more = [id for id in ids if id not in already], count - len(already)
    for id in others[:: max(1, len(others) // more)][:more]:
        _made(worker, "PUT", f"/me/returning/{id}", None, 204)
    return [item["id"] for item in worker.get(f"{API}/me/returning")["items"]]


def _session(worker: Client, supervisor: Client, between: dict) -> str:
    agreement = _made(worker, "POST", "/supervision/agreements", {**between, "frequency": "Every four weeks."})
    for side in (worker, supervisor):
        tag = {"If-Match": f'"{agreement["revision"]}"'}
        agreement = _made(side, "PUT", f"/supervision/agreements/{agreement['id']}/acceptance", None, 200, tag)
    starts_at = (datetime.now(UTC) + timedelta(days=6)).isoformat(timespec="seconds")
    slot = {"agreement_id": agreement["id"], "starts_at": starts_at, "minutes": 90, "place": "Room 3"}
    return _made(supervisor, "POST", "/supervision/sessions", slot)["id"]


def _agenda(worker: Client, session: str, reflection: str, supervisor_id: str) -> None:
    brings = {"text": AGENDA[0], "share_id": _share(worker, reflection, supervisor_id)}
    for item in (brings, *({"text": text} for text in AGENDA[1:])):
        _made(worker, "POST", f"/supervision/sessions/{session}/agenda", item)


def _share(author: Client, reflection: str, reader_id: str) -> str:
    return _made(author, "POST", f"/reflections/{reflection}/shares", {"person_id": reader_id})["id"]


def _cookie(url: str, email: str, password: str) -> str:
    answer = _asked(Client(url), "POST", "/sessions", {"email": email, "password": password}, 201)
    return answer.headers["Set-Cookie"].partition(";")[0]


def _browser(url: str, cookie: str) -> Client:
    return Client(url, {"Cookie": cookie, "Sec-Fetch-Site": "same-origin"})


def _made(client: Client, method: str, path: str, thing: dict | None, status: int = 201, headers: dict | None = None):
    answer = _asked(client, method, path, thing, status, headers)
    return answer.json() if answer.body else None


def _asked(
    client: Client, method: str, path: str, thing: dict | None, status: int, headers: dict | None = None,
) -> Answer:
    answer = client.ask(method, API + path, json.dumps(thing) if thing else "", headers)
    if answer.status != status:
        raise Stop(f"{method} {path}: expected {status}, got {answer.status}: {answer.body[:300]!r}")
    return answer
