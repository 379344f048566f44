#!/usr/bin/env python3
"""Measures the main pages beside the answers of the interface that they are made of, and weighs what a browser loads.

    python3 tests/bench/pages.py --binary target/release/soundings
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from aims import page_aims
from asking import Times, Way, asked
from client import Answer, Client
from home import Reader, furnished, invited, marked_to_the_full
from load import settle
from machine import busy_share
from report import pages_section
from servers import Server, version
from stop import Stop
from store import Seed, copied, seeded
from survey import API

LEVELS = (1, 8)
TURNS = 4
SPREAD = 200
EVERYTHING = "all of them, one after another"


@dataclass(frozen=True)
class View:
    """A page, and the ways in which the interface gives what is on it. The page is compared with the last of them."""

    key: str
    title: str
    page: Way
    verbs: list[Way]
    shows: list[str]


def main() -> int:
    """Returns 0 when everything was measured, 1 when a request failed meanwhile, 2 when measuring was impossible."""
    args = arguments()
    try:
        found = alone(args)
    except (Stop, OSError, subprocess.CalledProcessError) as reason:
        print(f"pages: {reason}", file=sys.stderr)
        return 2
    print(pages_section(found))
    for aim in page_aims(found):
        print(f"- {aim.verdict}: {aim.aim} · {aim.operation} · {', '.join(cell.text for cell in aim.cells.values())}")
    return 1 if any_failed(found) else 0


def arguments() -> argparse.Namespace:
    """The command line."""
    root = Path(__file__).resolve().parents[2]
    work = Path(os.environ.get("CARGO_TARGET_DIR", root / "target"), "bench")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True, help="the release build to measure")
    parser.add_argument("--reflections", type=int, default=10_000, help="reflections of the pages' reader")
    parser.add_argument("--examples", type=int, default=500, help="published examples in the store")
    parser.add_argument("--seconds", type=float, default=4, help="per page or verb, and number of connections")
    parser.add_argument("--work", type=Path, default=work, help="where stores are kept")
    return parser.parse_args()


def alone(args: argparse.Namespace) -> dict:
    """The pages of a store of their own, kept for the next time."""
    binary = args.binary.resolve(strict=True)
    folder = args.work.resolve() / "pages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        seed = seeded(binary, version(binary), args.work.resolve(), args.examples, args.reflections, fresh=False)
        busy = busy_share()
        if busy > 0.05:
            print(f"pages: warning: {busy:.0%} of the processors are busy before the run", file=sys.stderr)
        return of_copy(binary, seed, folder, args.seconds)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def of_copy(binary: Path, seed: Seed, folder: Path, seconds: float) -> dict:
    """The pages of a seeded store, served from a copy of its own: what is furnished weighs on no other measurement."""
    data = copied(seed, folder / "pages-data")
    link = invited(binary, data, folder)
    command = [str(binary), "serve", "--data", str(data), "--listen", "127.0.0.1:0", "--rate-limits", "off"]
    try:
        with Server("pages", command, folder) as service:
            try:
                return measured((service.url, service.pid), furnished(service.url, seed.credentials[0], link), seconds)
            except Stop as reason:
                raise Stop(f"{reason}\n--- end of the service's log\n{service.tail()}") from None
    finally:
        shutil.rmtree(data, ignore_errors=True)


def measured(server: tuple[str, int], reader: Reader, seconds: float) -> dict:
    """Every page beside its verbs at each number of connections, and what each page weighs."""
    found = {"seconds": seconds, "reflections": len(reader.ids), "views": {}}
    found["waits"] = {name: len(getattr(reader, name)) for name in ("shares", "marks", "begun")}
    views = [*_own_pages(reader), *_library_pages(server[0], reader)]
    for view in views:
        found["views"][view.key] = _viewed(server, view, seconds)
    found["weight"] = _weights(server[0], views)
    home, marks = views[0], marked_to_the_full(server[0], reader)
    title = f"home page, {len(marks)} marked: the most there can be"
    fullest = View("fullest", title, home.page, home.verbs[-1:], marks)
    found["views"]["fullest"] = _viewed(server, fullest, seconds)
    return found


def any_failed(found: dict) -> bool:
    """Whether any request failed."""
    levels = (level for view in found["views"].values() for level in view["levels"].values())
    return any(figure["errors"] for level in levels for figure in level.values())


def _viewed(server: tuple[str, int], view: View, seconds: float) -> dict:
    _probe(server[0], view)
    levels = {str(connections): _side_by_side(server, view, connections, seconds) for connections in LEVELS}
    return {"title": view.title, "beside": view.verbs[-1].name, "levels": levels}


def _own_pages(reader: Reader) -> list[View]:
    # As many of each as the page asks for (src/home.rs).
    parts = (
        "/supervision/sessions", f"/supervision/sessions/{reader.session}/agenda", "/shared-with-me?limit=5",
        "/me/returning", "/working-copies?limit=5",
    )
    waiting = [reader.session, *reader.shares[1:], *reader.marks, *reader.begun]
    each = [_verb(reader, _plain(part, reader.session), [part]) for part in parts]
    whole = Way(EVERYTHING, [tuple(API + part for part in parts)], _takes(reader, "application/json"))
    ones = [f"/reflections/{id}" for id in _spread(reader.ids)]
    return [
        View("home", "home page", _page(reader, ["/"]), [*each, whole], waiting),
        View("list", "one's reflections", _page(reader, ["/reflections"]),
             [_verb(reader, "/reflections", ["/reflections"])], reader.ids[:20]),
        View("one", "one reflection", _page(reader, ones), [_verb(reader, "/reflections/{id}", ones)], ["/deletion"]),
    ]


def _library_pages(url: str, reader: Reader) -> list[View]:
    ids = [item["id"] for item in Client(url).get(f"{API}/practice-examples?limit=100")["items"]]
    ones = [f"/practice-examples/{id}" for id in ids]
    return [
        View("library", "the library", _page(reader, ["/practice-examples"]),
             [_verb(reader, "/practice-examples", ["/practice-examples"])], ids[:20]),
        View("example", "one example", _page(reader, ones), [_verb(reader, "/practice-examples/{id}", ones)], []),
    ]


def _page(reader: Reader, paths: list[str]) -> Way:
    return Way("page", [(path,) for path in paths], _takes(reader, "text/html"))


def _verb(reader: Reader, name: str, paths: list[str]) -> Way:
    return Way(f"GET {name}", [(API + path,) for path in paths], _takes(reader, "application/json"))


def _takes(reader: Reader, kind: str) -> dict[str, str]:
    # One credential for both sides: its recognition must not tell them apart.
    return {"Cookie": reader.cookie, "Accept": kind, "Accept-Encoding": "br, gzip"}


def _plain(path: str, session: str) -> str:
    return path.replace(session, "{id}").partition("?")[0]


def _spread(ids: list[str]) -> list[str]:
    return ids[:: max(1, len(ids) // SPREAD)][:SPREAD]


def _probe(url: str, view: View) -> None:
    """Asks for everything once before it is asked for quickly: a fast wrong page must not enter a table."""
    for way in (view.page, *view.verbs):
        for path in way.rounds[0]:
            answer = _loaded(Client(url, {**way.headers, "Accept-Encoding": "identity"}), path)
            kind = answer.headers.get_content_type()
            if kind != way.headers["Accept"]:
                raise Stop(f"{view.title}: {path} answered {kind}")
            missing = [part for part in view.shows if way is view.page and part not in answer.body.decode()]
            if missing:
                raise Stop(f"{view.title}: {path} does not show {', '.join(missing)}")


def _side_by_side(server: tuple[str, int], view: View, connections: int, seconds: float) -> dict:
    """The page and its verbs in turn; every other time in the opposite order."""
    ways = [view.page, *view.verbs]
    times = {way.name: Times() for way in ways}
    print(f"pages: {view.title}, {connections} connection(s) …", file=sys.stderr, flush=True)
    for way in ways:
        asked(server, way, connections, seconds / TURNS)
    for turn in range(TURNS):
        for way in ways[:: 1 if turn % 2 == 0 else -1]:
            settle([server[1]])
            times[way.name] += asked(server, way, connections, seconds / TURNS)
    return {name: seen.as_dict() for name, seen in times.items()}


def _weights(url: str, views: list[View]) -> dict:
    """Bytes as they are sent to a browser that takes Brotli; of each page also uncompressed."""
    pages, assets = {}, set()
    for view in views:
        path = view.page.rounds[0][0]
        sent = _loaded(Client(url, view.page.headers), path)
        plain = _loaded(Client(url, {**view.page.headers, "Accept-Encoding": "identity"}), path).body
        coding = sent.headers.get("Content-Encoding", "not compressed")
        pages[view.key] = {"sent": len(sent.body), "coding": coding, "plain": len(plain)}
        assets |= set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', plain.decode()))
    style = {asset for asset in assets if asset.endswith(".css")}
    assets |= {font for sheet in style for font in _fonts(url, sheet)}
    browser = Client(url, {"Accept-Encoding": "br, gzip"})
    loaded = {asset: len(_loaded(browser, asset).body) for asset in sorted(assets)}
    kinds = ("css", "js", "woff2", "svg")
    of = {kind: sum(size for asset, size in loaded.items() if asset.endswith(f".{kind}")) for kind in kinds}
    if not (of["css"] and of["js"] and of["woff2"]):
        raise Stop(f"the pages name no style sheet, script or font: {', '.join(loaded) or 'nothing'}")
    return {"pages": pages, **of}


def _fonts(url: str, sheet: str) -> list[str]:
    text = _loaded(Client(url), sheet).body.decode()
    return [urljoin(sheet, name) for name in re.findall(r'url\("?([^")]+\.woff2)"?\)', text)]


def _loaded(client: Client, path: str) -> Answer:
    answer = client.ask("GET", path)
    if answer.status != 200:
        raise Stop(f"{path} answered {answer.status}: {answer.body[:300]!r}")
    return answer


if __name__ == "__main__":
    sys.exit(main())
