"""The operations that are measured, and for each the floors it is compared with."""

import json
import time
from dataclasses import dataclass, field
from statistics import mean, median
from urllib.parse import quote

from client import Client
from load import MARK, Request, Target
from stop import Stop
from survey import API, Author, Query, Survey

BODY_BYTES = 2048
SENTENCE = (
    "I came away from the visit unsure whether I had listened or only waited to speak, and I want to think about why. "
)


@dataclass
class Case:
    """One operation: what is asked of Soundings, and the floors for the same."""

    key: str
    title: str
    target: Target
    bare: str | None = None
    same_bytes: bool = True
    status: int = 200
    least_items: int = 0
    floors: dict[str, Target] = field(default_factory=dict)
    seconds_alone: float = 0.0


def cases(seen: Survey, service: tuple[str, int], floor: tuple[str, int]) -> list[Case]:
    """Every case, probed and with its floors. Those that change the store come last."""
    made = [*_reads(seen, service), *_library(seen, service), _sign_in(seen, service), _write(seen, service)]
    for case in made:
        _probe(case)
        _add_floors(case, floor)
    return made


def fill_floor(url: str, rows: int) -> None:
    """Gives the floor's author as many rows as the real one has, through its own create."""
    client = Client(url)
    for number in range(rows):
        answer = client.ask("POST", "/create", _body(f"{number:016}"))
        if answer.status >= 300:
            raise Stop(f"the floor's POST /create answered {answer.status}: {answer.body[:200]!r}")


def _reads(seen: Survey, service: tuple[str, int]) -> list[Case]:
    def ask(paths: list[str], author: Author) -> Target:
        return _target(service, [Request("GET", API + path) for path in paths], author.headers)

    ids = seen.writer.ids
    spread = ids[:: max(1, len(ids) // 200)][:200]
    return [
        Case("list_newest", "list one's 20 newest reflections", ask(["/reflections"], seen.writer),
             bare="/select", least_items=min(20, len(ids))),
        Case("read_one", "read one reflection",
             ask([f"/reflections/{id}" for id in spread], seen.writer), bare="/row"),
        Case("search_own", f"search one's own {len(seen.searcher.ids):,} reflections",
             ask(_searches("/reflections", seen.own), seen.searcher)),
    ]


def _library(seen: Survey, service: tuple[str, int]) -> list[Case]:
    def ask(paths: list[str]) -> Target:
        return _target(service, [Request("GET", API + path) for path in paths], {})

    def search(key: str, title: str, queries: list[Query]) -> Case:
        return Case(key, f"search the library: {title}", ask(_searches("/practice-examples", queries)), least_items=1)

    return [
        Case("list_library", "list the library", ask(["/practice-examples"]),
             bare="/select", least_items=min(20, seen.example_count)),
        search("search_rare", "a rare word", seen.rare),
        search("search_common", "a common word", seen.common),
        search("search_two", "two words", seen.two),
        Case("read_example", "read one example",
             ask([f"/practice-examples/{id}" for id in seen.example_ids]), bare="/row"),
    ]


def _sign_in(seen: Survey, service: tuple[str, int]) -> Case:
    bodies = [json.dumps({"email": who["email"], "password": who["password"]}) for who in seen.accounts]
    if not bodies:
        raise Stop("nobody in the credentials has a password to sign in with")
    requests = [Request("POST", f"{API}/sessions", body) for body in bodies]
    return Case("sign_in", "sign in", _target(service, requests, _json({})),
                bare="/create", same_bytes=False, status=201)


def _write(seen: Survey, service: tuple[str, int]) -> Case:
    request = Request("POST", f"{API}/reflections", _body(MARK))
    return Case("write", "write a reflection of 2 kB", _target(service, [request], _json(seen.writer.headers)),
                bare="/create", same_bytes=False, status=201)


def _target(server: tuple[str, int], requests: list[Request], headers: dict[str, str]) -> Target:
    return Target("Soundings", *server, requests, headers)


def _searches(path: str, queries: list[Query]) -> list[str]:
    return [f"{path}?q={quote(query.words)}" for query in queries]


def _json(headers: dict[str, str]) -> dict[str, str]:
    return {**headers, "Content-Type": "application/json"}


def _body(mark: str) -> str:
    text = (SENTENCE * (BODY_BYTES // len(SENTENCE) + 1))[: BODY_BYTES - len(mark) - 1]
    return json.dumps({"body": f"{mark} {text}"})


def _probe(case: Case) -> None:
    """Asks everything once before it is asked quickly: a fast wrong answer must not enter a table."""
    client = Client(case.target.url, case.target.headers)
    sizes, seconds = [], []
    for number, request in enumerate(_at_least_five(case.target.requests)):
        began = time.perf_counter()
        answer = client.ask(request.method, request.path, request.body.replace(MARK, f"probe{number:011}"))
        seconds.append(time.perf_counter() - began)
        sizes.append(len(answer.body))
        if answer.status != case.status:
            raise Stop(f"{case.title}: {request.path} answered {answer.status}: {answer.body[:300]!r}")
        if case.least_items and len(answer.json()["items"]) < case.least_items:
            raise Stop(f"{case.title}: {request.path} answered fewer than {case.least_items} items")
    case.target.answer_bytes = round(mean(sizes))
    case.seconds_alone = median(seconds)


def _at_least_five(requests: list[Request]) -> list[Request]:
    return requests * -(-5 // len(requests))


def _add_floors(case: Case, floor: tuple[str, int]) -> None:
    if case.same_bytes:
        size = case.target.answer_bytes
        case.floors["bytes"] = _floor(floor, "GET /bytes/n", Request("GET", f"/bytes/{size}"), size)
    if case.bare == "/create":
        case.floors["bare"] = _floor(floor, "POST /create", Request("POST", "/create", _body(MARK)))
    elif case.bare:
        case.floors["bare"] = _floor(floor, f"GET {case.bare}", Request("GET", case.bare))


def _floor(floor: tuple[str, int], name: str, request: Request, size: int | None = None) -> Target:
    headers = _json({}) if request.body else {}
    answer = Client(floor[0]).ask(request.method, request.path, request.body.replace(MARK, "0" * len(MARK)))
    if not 200 <= answer.status < 300:
        raise Stop(f"the floor's {request.path} answered {answer.status}: {answer.body[:200]!r}")
    if size is not None and len(answer.body) != size:
        raise Stop(f"the floor's {request.path} answered {len(answer.body)} bytes")
    return Target(name, *floor, [request], headers, len(answer.body))
