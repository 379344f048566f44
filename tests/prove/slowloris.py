"""B4: a thousand connections that dawdle, and one normal client that must not feel them.

A fifth each: headers a byte at a time, a body a byte at a time, much asked for and hardly read, not a byte sent, and the
first bytes of HTTP/2 without the rest. A connection counts as closed when the service has given up its side, as the
kernel's table of sockets shows: a client that does not read cannot tell.
"""

from __future__ import annotations

import asyncio
import itertools
import multiprocessing
import random
import socket
import statistics
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from service import Service, Verdict, allow_many_files, arguments, percentile, prose, seeded, spaced, workspace

AUTHOR = "worker1@northmoor.example"
# Seconds until the service must have closed it.
LIMITS = {"headers": 30.0, "body": 60.0, "read": 60.0, "silent": 30.0, "preface": 30.0}
P95_MS = 500
# Patient enough to see a connection that is never closed.
PATIENCE = 75
ESTABLISHED, CLOSE_WAIT = "01", "08"


# ── The attackers: a process of their own, so that they do not slow the measuring ────────────────────────


class Attacker:
    """One slow connection. It goes on until it fails, a byte a second or waiting."""

    def __init__(self, kind: str, port: int, token: str):
        self.kind, self.port, self.token = kind, port, token

    async def attack(self, opened) -> None:
        loop = asyncio.get_running_loop()
        with socket.socket() as connection:
            connection.setblocking(False)
            if self.kind == "read":
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            await loop.sock_connect(connection, ("127.0.0.1", self.port))
            # The monotonic clock is the machine's: the watching process reads the same one.
            opened.put((self.kind, connection.getsockname()[1], time.monotonic()))
            try:
                await getattr(self, self.kind)(loop, connection)
            except OSError:
                # Closed by the service, which is what the other side watches for.
                pass

    async def headers(self, loop, connection: socket.socket) -> None:
        await loop.sock_sendall(connection, b"GET /api/v1/me HTTP/1.1\r\nHost: 127.0.0.1\r\n")
        for byte in itertools.cycle(b"X-Slow: a\r\n"):
            await loop.sock_sendall(connection, bytes([byte]))
            await asyncio.sleep(1)

    async def body(self, loop, connection: socket.socket) -> None:
        head = f"POST /api/v1/reflections HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.token}\r\n"
        head += 'Content-Type: application/json\r\nContent-Length: 20000\r\n\r\n{"body": "'
        await loop.sock_sendall(connection, head.encode())
        while True:
            await loop.sock_sendall(connection, b"a")
            await asyncio.sleep(1)

    async def read(self, loop, connection: socket.socket) -> None:
        # Answers of many megabytes, so that no buffer on the way can take them all in.
        request = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
        asking = asyncio.create_task(self.keep_asking(loop, connection, request))
        while await loop.sock_recv(connection, 1):
            await asyncio.sleep(1)
        asking.cancel()

    async def silent(self, loop, connection: socket.socket) -> None:
        await loop.sock_recv(connection, 1)

    async def preface(self, loop, connection: socket.socket) -> None:
        """What a server sees that waits to learn whether it is HTTP/2."""
        for byte in b"PRI * HTTP/2.0\r":
            await loop.sock_sendall(connection, bytes([byte]))
            await asyncio.sleep(1)
        await loop.sock_recv(connection, 1)

    @staticmethod
    async def keep_asking(loop, connection: socket.socket, request: bytes) -> None:
        try:
            await loop.sock_sendall(connection, request * 400)
        except OSError:
            pass


def attack(port: int, token: str, count: int, opened: "multiprocessing.Queue", stop: "multiprocessing.Event") -> None:
    """Opens the connections and reports each: its kind, its port on this side, and when."""
    asyncio.run(attack_all(port, token, count, opened, stop))


async def attack_all(port: int, token: str, count: int, opened, stop) -> None:
    kinds = list(LIMITS)
    tasks = []
    for number in range(count):
        attacker = Attacker(kinds[number % len(kinds)], port, token)
        tasks.append(asyncio.create_task(attacker.attack(opened)))
        await asyncio.sleep(0.001)
    while not stop.is_set():
        await asyncio.sleep(0.2)
    for task in tasks:
        task.cancel()


# ── The watcher ──────────────────────────────────────────────────────────────────────────────────────────


def held(port: int) -> tuple[set[int], set[int]]:
    """The client ports of the connections that the service has not given up, and those of them that it has accepted."""
    open_, accepted = set(), set()
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        local, peer, state, inode = words[1], words[2], words[3], words[9]
        if int(local.split(":")[1], 16) == port and state in (ESTABLISHED, CLOSE_WAIT):
            client = int(peer.split(":")[1], 16)
            open_.add(client)
            # Those still in the queue belong to no process.
            accepted |= {client} if inode != "0" else set()
    return open_, accepted


@dataclass
class Watched:
    """One attacker as the watcher sees it."""

    kind: str
    opened: float
    accepted: bool = False
    closed: float | None = None


def watch(port: int, count: int, opened: "multiprocessing.Queue") -> list[Watched]:
    """Follows every attacker from its connection to its closing, or until patience ends."""
    began, watched = time.monotonic(), {}
    while time.monotonic() - began < PATIENCE:
        while not opened.empty():
            kind, local, when = opened.get()
            watched[local] = Watched(kind, when)
        open_, accepted = held(port)
        for local, one in watched.items():
            one.accepted |= local in accepted
            if local not in open_ and one.closed is None:
                one.closed = time.monotonic() - one.opened
        if len(watched) == count and all(one.closed is not None for one in watched.values()):
            break
        time.sleep(0.25)
    return list(watched.values())


# ── The normal client ────────────────────────────────────────────────────────────────────────────────────


class Normal:
    """Three ordinary requests, over and over, with the time of each."""

    def __init__(self, service: Service, seed: int):
        self.service, self.chance = service, random.Random(seed)
        self.times: dict[str, list[float]] = {"GET /health/ready": [], "GET /me": [], "POST /reflections": []}
        self.failed: list[str] = []
        self.stopping = threading.Event()

    def run(self) -> None:
        client = self.service.client(AUTHOR)
        while not self.stopping.is_set():
            for name in self.times:
                method, path = name.split()
                value = {"body": prose(self.chance, 300)} if method == "POST" else None
                began = time.monotonic()
                try:
                    answer = client.send(method, path, value)
                    if not answer.done:
                        self.failed.append(f"{name}: {answer.status}")
                except Exception as cause:
                    self.failed.append(f"{name}: {cause}")
                self.times[name].append((time.monotonic() - began) * 1000)
            time.sleep(0.02)

    def during(self, work):
        """Measures while `work` runs, and gives what it gives."""
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            return work()
        finally:
            self.stopping.set()
            thread.join()

    def shown(self) -> str:
        parts = [f"{name} {percentile(ms, 0.5):.1f}/{percentile(ms, 0.95):.1f}" for name, ms in self.times.items()]
        return ", ".join(parts)

    def p95(self) -> float:
        return max(percentile(ms, 0.95) for ms in self.times.values())


# ── The whole run ────────────────────────────────────────────────────────────────────────────────────────


def attacked(service: Service, count: int, verdict: Verdict) -> list[Watched]:
    """Lets the attackers loose and watches until they are closed."""
    context = multiprocessing.get_context("spawn")
    opened, stop = context.Queue(), context.Event()
    process = context.Process(target=attack, args=(service.port, service.token_of(AUTHOR), count, opened, stop), daemon=True)
    process.start()
    watched = watch(service.port, count, opened)
    stop.set()
    process.join(10)
    # Without this the closing times could be those of connections that never got in.
    got_in = sum(one.accepted for one in watched)
    verdict.hold(got_in >= count * 0.95, "control", f"only {got_in} of {count} attackers were seen to get in")
    return watched


def main() -> None:
    options = arguments(__doc__)
    count, quiet = (150, 4) if options.short else (1000, 10)
    allow_many_files()
    verdict = Verdict()
    with workspace() as folder:
        service = seeded(folder).start()
        before, during = Normal(service, options.seed), Normal(service, options.seed + 1)
        before.during(lambda: time.sleep(quiet))
        watched = during.during(lambda: attacked(service, count, verdict))
        verdict.hold(service.client().send("GET", "/health/ready").status == 200, "alive", "it is not ready afterwards")
        service.stop()
        print(f"  p50/p95 in ms before: {before.shown()}\n  p50/p95 in ms during: {during.shown()}")
        verdict.hold(during.p95() < P95_MS, "slow", f"p95 {during.p95():.0f} ms")
        asked = sum(map(len, during.times.values()))
        verdict.hold(not during.failed, "failed", f"{len(during.failed)} of {asked} normal requests: {during.failed[:3]}")
        parts = [judged(kind, watched, verdict) for kind in LIMITS]
        verdict.close(
            f"B4 slowloris: {spaced(len(watched))} connections, normal p95 {before.p95():.0f} ms before and {during.p95():.0f} ms during; "
            f"closed after min/median/max s: {', '.join(parts)}"
        )


def judged(kind: str, watched: list[Watched], verdict: Verdict) -> str:
    ours = [one for one in watched if one.kind == kind]
    times = [one.closed for one in ours if one.closed is not None]
    verdict.hold(len(times) == len(ours), kind, f"{len(ours) - len(times)} of {len(ours)} were never closed")
    if not times:
        return f"{kind} never"
    verdict.hold(max(times) <= LIMITS[kind], kind, f"closed after {max(times):.0f} s, not {LIMITS[kind]:.0f} s")
    return f"{kind} {min(times):.0f}/{statistics.median(times):.0f}/{max(times):.0f}"


if __name__ == "__main__":
    main()
