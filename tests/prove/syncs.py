"""C2: a system call trace shows that no write is acknowledged before the log that carries it is on the disk.

The service runs under strace while one client makes one write after another. For each acknowledged write the trace must
hold, in this order: the request arrives; bytes are written to the store's write-ahead log (*.log); that file is synced,
from a call that begins after those bytes to one that ends well; the answer leaves.
"""

from __future__ import annotations

import random
import re
import shutil
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

from service import Client, Service, Verdict, arguments, marker, prose, quoted, seeded, spaced, workspace

CALLS = "fsync,fdatasync,sync_file_range,write,writev,sendto,sendmsg,pwrite64,pwritev,read,readv,recvfrom,recvmsg"
AUTHOR, SUPERVISOR = "worker1@northmoor.example", "supervisor@northmoor.example"


# ── The load ─────────────────────────────────────────────────────────────────────────────────────────────


def make_writes(service: Service, client: Client, how_many: int, chance: random.Random) -> int:
    """Writes of five kinds, one after another on one connection. Returns how many were acknowledged."""
    me = service.client(SUPERVISOR).send("GET", "/me").expect(200).json()["id"]
    publisher, organisation = service.publisher()
    person, made = client.token, 0
    while made < how_many:
        value = {"body": prose(chance, chance.choice([60, 2_000, 40_000]))}
        id_ = client.send("POST", "/reflections", value).expect(201).json()["id"]
        client.send("PATCH", f"/reflections/{id_}", {"title": marker(chance)}, If_Match=quoted(1)).expect(200)
        client.send("POST", f"/reflections/{id_}/shares", {"person_id": me}).expect(201)
        client.send("DELETE", f"/reflections/{id_}", If_Match=quoted(2)).expect(204)
        client.token = publisher.token
        example = {"title": marker(chance), "summary": "Written by a proof.", "state": "published"}
        client.send("PUT", f"/organisations/{organisation}/practice-examples/{marker(chance)}", example).expect(201)
        client.token = person
        made += 5
    return made


def make_reads(client: Client, how_many: int) -> int:
    """Reads on another connection: nothing to sync."""
    for number in range(how_many):
        client.send("GET", ["/me", "/reflections", "/practice-examples", "/health/ready"][number % 4]).expect(200)
    return how_many


# ── The trace ────────────────────────────────────────────────────────────────────────────────────────────


LINE = re.compile(r"^(?P<pid>\d+)\s+(?P<time>[\d.]+) (?P<rest>.*)$")
CALL = re.compile(r"^(?P<name>\w+)\((?P<fd>\d+)<(?P<what>(?:[^>]|(?<=-)>)*)>(?P<rest>.*)$")
RESULT = re.compile(r"= (?P<result>-?\d+)[^=]*$")
PEER = re.compile(r"TCP(?:v6)?:\[.*->.*:(?P<port>\d+)\]")


@dataclass
class Call:
    """One system call on a descriptor: the lines of the trace between which it ran."""

    name: str
    what: str
    text: str
    began: int
    ended: int = -1
    result: int = -1


@dataclass
class Exchange:
    """A request and its answer on one connection: where in the trace the one was read and the other sent."""

    arrived: int
    answered: int
    status: int


def calls(trace: Path) -> list[Call]:
    """Every call in the trace; those that strace shows in two halves are joined."""
    found: list[Call] = []
    halves: dict[str, Call] = {}
    for number, line in enumerate(trace.open(errors="replace")):
        parts = LINE.match(line.rstrip("\n"))
        if not parts:
            continue
        pid, rest = parts["pid"], parts["rest"]
        if rest.startswith("<..."):
            call = halves.pop(pid, None)
            if call is not None:
                call.text += rest
        else:
            call = begun(rest, number)
            if call is None:
                continue
            found.append(call)
            if rest.endswith("<unfinished ...>"):
                halves[pid] = call
                continue
        if call is not None:
            result = RESULT.search(rest)
            call.ended, call.result = number, int(result["result"]) if result else -1
    return found


def begun(rest: str, number: int) -> Call | None:
    parts = CALL.match(rest)
    return Call(parts["name"], parts["what"], parts["rest"], number) if parts else None


@dataclass
class Story:
    """What the trace tells: exchanges by the client's port, and the writes and syncs of the write-ahead log."""

    exchanges: dict[int, list[Exchange]] = field(default_factory=dict)
    written: list[Call] = field(default_factory=list)
    synced: list[Call] = field(default_factory=list)


def story(found: list[Call], store: Path) -> Story:
    told, arrivals = Story(), {}
    for call in found:
        peer = PEER.search(call.what)
        if peer and call.name in ("read", "readv", "recvfrom", "recvmsg") and call.result > 0:
            # The last bytes of a request count: nothing of it can be in the log before they are read.
            arrivals[int(peer["port"])] = call.ended
        elif peer and '"HTTP/1.1 ' in call.text:
            port, status = int(peer["port"]), int(call.text.split('"HTTP/1.1 ', 1)[1][:3])
            exchange = Exchange(arrivals.get(port, -1), call.began, status)
            told.exchanges.setdefault(port, []).append(exchange)
        elif call.what.startswith(str(store)) and call.what.endswith(".log"):
            if call.name in ("fsync", "fdatasync") and call.result == 0:
                told.synced.append(call)
            elif call.name in ("write", "writev", "pwrite64", "pwritev") and call.result > 0:
                told.written.append(call)
    return told


def preceded(told: Story, exchange: Exchange) -> bool:
    """Whether the log was written after the request arrived, and synced after that and before the answer left."""
    writes = [call for call in told.written if exchange.arrived < call.began and call.ended < exchange.answered]
    syncs = [call for call in told.synced if call.ended < exchange.answered]
    return any(write.ended < sync.began and write.what == sync.what for write in writes for sync in syncs)


# ── The whole run ────────────────────────────────────────────────────────────────────────────────────────


def traced(service: Service, trace: Path) -> Service:
    """The same service under strace. -D leaves it our child, so that it gets our signals."""
    strace = ("strace", "-D", "-f", "-qq", "-e", f"trace={CALLS}", "-e", "signal=none", "-s", "64", "-yy", "-ttt", "-o", str(trace))
    return Service(service.data, before=strace)


def whole(trace: Path) -> Path:
    """Waits until the tracer has written its last line."""
    size = -1
    while size != trace.stat().st_size:
        size = trace.stat().st_size
        time.sleep(0.5)
    return trace


def local_port(client: Client) -> int:
    return client.connection.sock.getsockname()[1]


def main() -> None:
    options = arguments(__doc__)
    how_many = 40 if options.short else 200
    verdict, chance = Verdict(), random.Random(options.seed)
    if shutil.which("strace") is None:
        sys.exit("C2 syncs: install strace (Debian package strace)")
    with workspace() as folder:
        trace = folder / "trace"
        service = traced(seeded(folder), trace).start()
        writer, reader = service.client(AUTHOR), service.client(AUTHOR)
        made = make_writes(service, writer, how_many, chance)
        read = make_reads(reader, how_many)
        ports = local_port(writer), local_port(reader)
        service.stop()
        told = story(calls(whole(trace)), service.data.resolve())
        judge(verdict, told, ports, made, read)


def judge(verdict: Verdict, told: Story, ports: tuple[int, int], made: int, read: int) -> None:
    writes, reads = told.exchanges.get(ports[0], []), told.exchanges.get(ports[1], [])
    verdict.hold(len(writes) == made, "trace", f"{made} writes were acknowledged, the trace has {len(writes)}")
    verdict.hold(len(reads) == read, "trace", f"{read} reads were answered, the trace has {len(reads)}")
    synced = sum(preceded(told, exchange) for exchange in writes)
    verdict.hold(synced == made, "unsynced", f"{made - synced} writes were acknowledged before a sync")
    # The control: a read waits for no sync. Work in the background may sync now and then.
    idle = sum(preceded(told, exchange) for exchange in reads)
    verdict.hold(idle <= read // 20, "control", f"{idle} of {read} reads look synced: the check proves nothing")
    verdict.close(
        f"C2 strace: {spaced(made)} writes, {spaced(synced)} preceded by a sync; control: {spaced(read)} reads, {idle} preceded; "
        f"{spaced(len(told.synced))} syncs of the log in all"
    )


if __name__ == "__main__":
    main()
