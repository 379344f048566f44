"""Starts the service, speaks HTTP to it, stops or kills it, and keeps the score. Shared by every proof program.

Only the standard library, only 127.0.0.1. Nothing here knows what a proof wants to show.
"""

from __future__ import annotations

import argparse
import atexit
import base64
import contextlib
import hashlib
import http.client
import json
import os
import random
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BASE = "/api/v1"
ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"


def binary() -> str:
    """The program under test: $SOUNDINGS, or the debug build of this checkout."""
    built = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "debug" / "soundings"
    path = os.environ.get("SOUNDINGS", str(built))
    if not os.access(path, os.X_OK):
        sys.exit(f"no program at {path}: build it, or set SOUNDINGS")
    return str(Path(path).resolve())


def arguments(summary: str, **extra: dict) -> argparse.Namespace:
    """The options that every proof takes, and its own."""
    parser = argparse.ArgumentParser(description=summary.splitlines()[0])
    parser.add_argument("--seed", type=int, default=20, help="the random numbers start here (default: 20)")
    parser.add_argument("--short", action="store_true", help="fewer rounds, for a quick look")
    for name, options in extra.items():
        parser.add_argument("--" + name.replace("_", "-"), **options)
    return parser.parse_args()


# ── Running it ───────────────────────────────────────────────────────────────────────────────────────────


_started: list[subprocess.Popen] = []


@atexit.register
def _leave_nothing_running() -> None:
    for process in _started:
        if process.poll() is None:
            process.kill()


# Asked to stop, a proof ends as after a break: what it started is stopped, what it mounted is unmounted.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


@contextlib.contextmanager
def workspace():
    """A folder for one run. It goes when the proof holds and stays, with a line that says where, when it breaks."""
    folder = Path(tempfile.mkdtemp(prefix="soundings-prove-"))
    try:
        yield folder
    except BaseException as end:
        if isinstance(end, SystemExit) and not end.code:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            print(f"kept for a look: {folder}", file=sys.stderr)
        raise
    shutil.rmtree(folder, ignore_errors=True)


def run(*words: str | os.PathLike, within: float = 120, **options) -> subprocess.CompletedProcess:
    """Runs one command of the program to its end and captures what it prints."""
    return subprocess.run([binary(), *map(str, words)], capture_output=True, text=True, timeout=within, **options)


def allow_many_files() -> None:
    """Lifts the soft limit on open files to the hard one, for this process and what it starts."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Service:
    """One running `soundings`. The log of all its runs is one file beside the data folder."""

    def __init__(self, data: Path, *options: str, command: str = "demo", before: tuple[str, ...] = ()):
        self.data = data
        self.log = data.with_name(data.name + ".log")
        self.credentials_file = data.with_name(data.name + "-credentials.json")
        self.before = before
        self.words = [command, "--data", str(data), "--listen", "127.0.0.1:0", "--rate-limits", "off", *options]
        if command == "demo":
            self.words += ["--credentials", str(self.credentials_file)]
        self.base_url = ""
        self.process: subprocess.Popen | None = None

    def start(self, within: float = 180) -> "Service":
        """Starts it and waits for its `listening on` line."""
        ready = threading.Event()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*self.before, binary(), *self.words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
            )
        _started.append(self.process)
        reader = threading.Thread(target=self._read_stdout, args=(self.process, ready), daemon=True)
        reader.start()
        if not ready.wait(within) or not self.base_url:
            self.kill()
            raise RuntimeError(f"it did not start; its log ends:\n{self.log_tail()}")
        return self

    def _read_stdout(self, process: subprocess.Popen, ready: threading.Event) -> None:
        self.base_url = ""
        with self.log.open("ab") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                text = line.decode(errors="replace").strip()
                if "listening on http" in text and not ready.is_set():
                    self.base_url = text.split("listening on ", 1)[1].split()[0].rstrip("/")
                    ready.set()
        # At the end of the output there is nothing left to wait for.
        ready.set()

    def log_tail(self, lines: int = 12) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    @property
    def port(self) -> int:
        return int(self.base_url.rsplit(":", 1)[1])

    def running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def stop(self, within: float = 60) -> int:
        """Asks it to stop (SIGTERM) and gives its exit code."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(within)

    def kill(self) -> None:
        """Ends it as a power cut would (SIGKILL)."""
        if self.running():
            self.process.kill()
        self.process.wait(60)

    # Who speaks

    @property
    def credentials(self) -> dict:
        return json.loads(self.credentials_file.read_text())

    def token_of(self, email: str) -> str:
        return next(person["token"] for person in self.credentials["people"] if person["email"] == email)

    def organisation_of(self, email: str) -> str:
        return next(person["organisation_id"] for person in self.credentials["people"] if person["email"] == email)

    def client(self, email: str | None = None, timeout: float = 60) -> "Client":
        """A connection as one of the demo's people, or as nobody in particular."""
        return Client(self.base_url, self.token_of(email) if email else None, timeout)

    def publisher(self) -> tuple["Client", str]:
        """A connection as the first service client (it may publish), and its organisation."""
        system = self.credentials["service_clients"][0]
        client = Client(self.base_url)
        form = {"grant_type": "client_credentials", "scope": "library:publish library:read"}
        form |= {"client_id": system["client_id"], "client_secret": system["client_secret"]}
        client.token = client.send("POST", "/oauth/token", form=form).expect(200).json()["access_token"]
        return client, system["organisation_id"]


def seeded(folder: Path, name: str = "data") -> Service:
    """A stopped service whose data folder holds the demo's content."""
    service = Service(folder / name).start()
    service.stop()
    return service


# ── Speaking to it ───────────────────────────────────────────────────────────────────────────────────────


class Lost(Exception):
    """The connection ended before the answer did: nobody knows whether the request was carried out."""


class Unexpected(Exception):
    """An answer that the proof can't go on from."""


@dataclass
class Answer:
    """One HTTP answer, read to its end."""

    asked: str
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self):
        return json.loads(self.body)

    def expect(self, *statuses: int) -> "Answer":
        if self.status not in statuses:
            raise Unexpected(f"{self.asked}: {self.status}, not {statuses}: {self.body[:300]!r}")
        return self

    @property
    def done(self) -> bool:
        return 200 <= self.status < 300

    @property
    def problem(self) -> bool:
        """Whether it is an error told as RFC 9457 asks."""
        return "application/problem+json" in self.headers.get("Content-Type", "")


class Client:
    """One keep-alive connection, used by one thread."""

    def __init__(self, base_url: str, token: str | None = None, timeout: float = 60):
        self.address = base_url.removeprefix("http://")
        self.token = token
        self.timeout = timeout
        self.connection: http.client.HTTPConnection | None = None

    def send(self, method: str, path: str, value=None, *, form=None, raw: bytes | None = None, **headers: str) -> Answer:
        """Sends one request. `value` goes as JSON, `form` as a form, `raw` as it is; `if_match="…"` is a header."""
        body, sent = self._message(value, form, raw)
        sent |= {name.replace("_", "-"): text for name, text in headers.items() if text is not None}
        try:
            connection = self._open()
            connection.request(method, BASE + path, body=body, headers=sent)
            answer = connection.getresponse()
            return Answer(f"{method} {path}", answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException) as cause:
            self.close()
            raise Lost(f"{method} {path}: {cause!r}") from cause

    def _message(self, value, form, raw: bytes | None) -> tuple[bytes | None, dict[str, str]]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if form is not None:
            return urllib.parse.urlencode(form).encode(), headers | {"Content-Type": "application/x-www-form-urlencoded"}
        if raw is not None:
            return raw, headers | {"Content-Type": "application/json"}
        if value is not None:
            return json.dumps(value).encode(), headers | {"Content-Type": "application/json"}
        return None, headers

    def _open(self) -> http.client.HTTPConnection:
        # A kept connection that has something to read before we ask was closed by the other side.
        if self.connection is not None and self.connection.sock is not None:
            if select.select([self.connection.sock], [], [], 0)[0]:
                self.close()
        if self.connection is None:
            self.connection = http.client.HTTPConnection(self.address, timeout=self.timeout)
        if self.connection.sock is None:
            self.connection.connect()
        return self.connection

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def pages(self, path: str, limit: int = 100):
        """Every page of a collection, newest first."""
        joint = "&" if "?" in path else "?"
        cursor = ""
        while cursor is not None:
            query = f"{joint}limit={limit}" + (f"&cursor={urllib.parse.quote(cursor)}" if cursor else "")
            page = self.send("GET", path + query).expect(200).json()
            yield page["items"]
            # What hangs on one thing is listed whole: without a next page.
            cursor = page.get("next")

    def all(self, path: str) -> list[dict]:
        return [item for page in self.pages(path) for item in page]


# ── Words and figures ────────────────────────────────────────────────────────────────────────────────────


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def marker(chance: random.Random, length: int = 20) -> str:
    """A word that nobody has written before. It ends in digits, so that no stemmer shortens it."""
    return "q" + "".join(chance.choices(ALPHABET, k=length)) + "77"


def prose(chance: random.Random, size: int) -> str:
    """About `size` characters of writing that no other call gives."""
    words = ["visit", "mother", "why", "listened", "ünsure", "hope", "“next time”", "Zoë", "家", "🙂", "supervision"]
    # A paragraph has some thirty words, as people's have: no text is refused for its thousands of lines.
    between = [" "] * 28 + [", "] * 6 + [".\n\n"]
    text = marker(chance)
    while len(text) < size:
        text += chance.choice(between) + chance.choice(words)
    return text


def spaced(number: int) -> str:
    """4213 as `4 213`."""
    return f"{number:,}".replace(",", " ")


def percentile(values: list[float], share: float) -> float:
    """The value that `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def quoted(revision: int) -> str:
    """A revision as an entity tag."""
    return f'"{revision}"'


def fingerprint(data: Path) -> str:
    """One hash over every file of a data folder, but for the engine's own log and lock files."""
    total = hashlib.sha256()
    for path in sorted(data.rglob("*")):
        if path.is_file() and not path.name.startswith(("LOG", "LOCK")):
            total.update(str(path.relative_to(data)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


TABLE = re.compile(r"^\s*(?P<table>[a-z_]+)\s+(?P<count>\d+)\s+(?P<hash>[0-9a-f]{64})\s*$", re.MULTILINE)


def tables(printed: str) -> dict[str, tuple[int, str]]:
    """The lines `table count sha256` that backup and restore print."""
    return {row["table"]: (int(row["count"]), row["hash"]) for row in TABLE.finditer(printed)}


def forms(word: str) -> dict[str, bytes]:
    """How a word may lie in a file: as it is, in hex, in base64 at each of the three alignments, in UTF-16."""
    raw = word.encode()
    found = {"raw": raw, "hex": raw.hex().encode(), "HEX": raw.hex().upper().encode()}
    found |= {"UTF-16LE": word.encode("utf-16-le"), "UTF-16BE": word.encode("utf-16-be")}
    for shift in range(3):
        coded = base64.b64encode(b"\0" * shift + raw).rstrip(b"=")
        # The first and last characters also depend on the neighbours.
        inner = coded[(0, 2, 3)[shift] : -1]
        found[f"base64+{shift}"] = inner
    return found


@dataclass
class Verdict:
    """What broke, by kind. A proof that noted nothing holds."""

    breaks: Counter = field(default_factory=Counter)
    said: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, what: str) -> None:
        with self.lock:
            self.breaks[kind] += 1
            self.said.append(f"{kind}: {what}")

    def hold(self, holds: bool, kind: str, what: str) -> bool:
        """Notes a break unless it holds."""
        if not holds:
            self.note(kind, what)
        return bool(holds)

    def close(self, row: str) -> None:
        """Prints the breaks and the row of figures, and ends the program."""
        for line in self.said[:25]:
            print("  broken, " + line, file=sys.stderr)
        if len(self.said) > 25:
            print(f"  and {len(self.said) - 25} more", file=sys.stderr)
        print(row + (f" — BROKEN ({len(self.said)})" if self.said else ""), flush=True)
        sys.exit(1 if self.said else 0)
