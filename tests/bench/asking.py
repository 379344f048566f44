"""Asks for what a page shows, over connections that stay open, and keeps the time of every answer.

wrk cannot time requests that belong together. Each connection is a process of its own here: none waits for another.
"""

import multiprocessing
import re
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from load import cpu_seconds, percentile
from stop import Stop

TIMEOUT_SECONDS = 20


@dataclass(frozen=True)
class Way:
    """A way to get what a page shows: in each round one request, or several one after another."""

    name: str
    rounds: list[tuple[str, ...]]
    headers: dict[str, str]


@dataclass
class Times:
    """What was seen of one way at one number of connections: microseconds, and how often each."""

    micros: Counter = field(default_factory=Counter)
    errors: int = 0
    server_seconds: float = 0.0

    def __add__(self, other: "Times") -> "Times":
        return Times(self.micros + other.micros, self.errors + other.errors, self.server_seconds + other.server_seconds)

    def as_dict(self) -> dict:
        """The figure in numbers that go into the table. Times are in milliseconds."""
        answers = sum(self.micros.values())
        found = {f"p{share}": percentile(self.micros, share) for share in (50, 95, 99)}
        return {
            "answers": answers, "errors": self.errors,
            **{name: None if micros is None else micros / 1000 for name, micros in found.items()},
            "server_ms": self.server_seconds * 1000 / answers if answers else None,
        }


def asked(server: tuple[str, int], way: Way, connections: int, seconds: float) -> Times:
    """Keeps each connection busy with one request at a time."""
    url, pid = server
    address = urlsplit(url)
    rounds = [tuple(_request(address.netloc, path, way.headers) for path in paths) for paths in way.rounds]
    before = cpu_seconds(pid)
    with multiprocessing.get_context("fork").Pool(connections) as pool:
        parts = [((address.hostname, address.port), rounds, number * 37, seconds) for number in range(connections)]
        seen = pool.starmap(_one_connection, parts, 1)
    return sum((Times(micros, errors) for micros, errors in seen), Times(server_seconds=cpu_seconds(pid) - before))


def _one_connection(
    address: tuple[str, int], rounds: list[tuple[bytes, ...]], sent: int, seconds: float,
) -> tuple[Counter, int]:
    micros, errors = Counter(), 0
    with socket.create_connection(address, TIMEOUT_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # What a new connection costs is not the page's.
        _in_order(connection, rounds[sent % len(rounds)])
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            sent += 1
            began = time.perf_counter()
            good = _in_order(connection, rounds[sent % len(rounds)])
            took = time.perf_counter() - began
            if good:
                micros[round(took * 1e6)] += 1
            else:
                errors += 1
    return micros, errors


def _in_order(connection: socket.socket, requests: tuple[bytes, ...]) -> bool:
    return all([_status(connection, request) == 200 for request in requests])


def _status(connection: socket.socket, request: bytes) -> int:
    """Sends one request and reads its answer to the end."""
    connection.sendall(request)
    received, whole = bytearray(), None
    while whole is None or len(received) < whole:
        part = connection.recv(262_144)
        if not part:
            raise Stop("the server closed a connection that was being measured")
        received += part
        if whole is None and (head := received.find(b"\r\n\r\n")) >= 0:
            whole = head + 4 + _length(bytes(received[: head + 2]))
    return int(received[9:12])


def _length(head: bytes) -> int:
    found = re.search(rb"\r\ncontent-length: *(\d+)\r", head, re.IGNORECASE)
    if not found:
        raise Stop(f"an answer does not say how long it is: {head[:300]!r}")
    return int(found[1])


def _request(host: str, path: str, headers: dict[str, str]) -> bytes:
    lines = [f"GET {path} HTTP/1.1", f"Host: {host}", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()
