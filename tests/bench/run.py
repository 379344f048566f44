#!/usr/bin/env python3
"""Measures Soundings on a large store beside its floor, and writes BENCHMARKS.md.

    python3 tests/bench/run.py --binary target/release/soundings --write BENCHMARKS.md
"""

import argparse
import fcntl
import json
import math
import os
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from aims import judged
from cases import Case, cases, fill_floor
from client import Client
from load import Figure, Request, Target, one_round, percentile, settle
from machine import busy_share, cpu_ticks, machine, stolen_share
from pages import any_failed, of_copy
from report import report
from servers import Server, version
from stop import Stop
from store import Seed, copied, seeded, sync_milliseconds
from survey import API, Query, Survey, hits_of, survey

IDLE_SECONDS = 10
KINDS = ("own", "rare", "common", "two")


def main() -> int:
    """Returns 0 when everything was measured, 1 when a request failed meanwhile, 2 when measuring was impossible."""
    args = arguments()
    try:
        results = json.loads(args.results.read_text()) if args.results else measured(args)
    except (Stop, OSError, subprocess.CalledProcessError) as reason:
        print(f"bench: {reason}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("bench: interrupted", file=sys.stderr)
        return 2
    if args.write:
        args.write.write_text(report(results), encoding="utf-8")
    for aim in judged(results):
        figures = ", ".join(f"{level}: {cell.text}" for level, cell in aim.cells.items())
        print(f"{aim.verdict.replace('**', ''):<20} {aim.aim} · {aim.operation} · {figures}")
    return 1 if anything_failed(results) else 0


def arguments() -> argparse.Namespace:
    """The command line."""
    root = Path(__file__).resolve().parents[2]
    work = Path(os.environ.get("CARGO_TARGET_DIR", root / "target"), "bench")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--binary", type=Path, help="the release build to measure")
    what.add_argument("--results", type=Path, help="measure nothing: write the report of these results again")
    parser.add_argument("--examples", type=int, default=100_000, help="published examples in the store")
    parser.add_argument("--reflections", type=int, default=10_000, help="reflections of its first author")
    parser.add_argument("--seconds", type=int, default=8, help="per operation, number of connections, and floor")
    parser.add_argument("--connections", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--only", nargs="+", metavar="OPERATION", help="such as list_newest, write or pages")
    parser.add_argument("--write", type=Path, help="the Markdown file to write")
    parser.add_argument("--work", type=Path, default=work, help="where stores and results are kept")
    parser.add_argument("--fresh", action="store_true", help="seed the store again")
    parser.add_argument("--keep", action="store_true", help="keep the served copy and the logs")
    for kind in KINDS:
        parser.add_argument(f"--{kind}", nargs="+", metavar="WORDS", help="search for these instead of words found")
    return parser.parse_args()


def measured(args: argparse.Namespace) -> dict:
    """The whole run, alone in its working folder."""
    if not shutil.which("wrk"):
        raise Stop("wrk is missing; on Debian: apt-get install wrk")
    binary = args.binary.resolve(strict=True)
    args.work.mkdir(parents=True, exist_ok=True)
    with (args.work / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(f"another run is using {args.work}") from None
        folder = args.work / "run"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        try:
            return run(args, binary, folder)
        finally:
            if not args.keep:
                shutil.rmtree(folder, ignore_errors=True)


def run(args: argparse.Namespace, binary: Path, folder: Path) -> dict:
    """Seeds, looks at the demo, then measures the operations beside their floors."""
    results = {
        "date": datetime.now(UTC).date().isoformat(),
        "version": version(binary),
        "seconds": args.seconds,
        "binary_bytes": binary.stat().st_size,
        "machine": machine(folder),
        "busy_before": busy_share(),
    }
    if results["busy_before"] > 0.05:
        say(f"warning: {results['busy_before']:.0%} of the processors are busy before the run")
    results |= demo(binary, folder)
    say("store …")
    seed = seeded(binary, results["version"], args.work.resolve(), args.examples, args.reflections, args.fresh)
    if not args.only or "pages" in args.only:
        say("pages …")
        results["pages"] = of_copy(binary, seed, folder, args.seconds)
    data = copied(seed, folder / "data")
    results["sync_ms"] = sync_milliseconds(folder)
    command = [str(binary), "serve", "--data", str(data), "--listen", "127.0.0.1:0", "--rate-limits", "off"]
    bare = [str(binary), "bench-floor", "--data", str(folder / "floor"), "--listen", "127.0.0.1:0"]
    with Server("serve", command, folder) as service, Server("bench-floor", bare, folder) as floor:
        try:
            compare(args, seed, service, floor, results)
        except Stop as reason:
            raise Stop(f"{reason}\n--- end of the service's log\n{service.tail()}") from None
        results["served_memory"] = service.memory()
    save(args, results)
    return results


def demo(binary: Path, folder: Path) -> dict:
    """Resident memory of a demo that nobody uses."""
    say("idle demo …")
    command = [
        str(binary), "demo", "--data", str(folder / "demo"), "--listen", "127.0.0.1:0",
        "--credentials", str(folder / "demo.json"),
    ]
    with Server("demo", command, folder) as server:
        time.sleep(IDLE_SECONDS)
        return {"demo_memory": server.memory(), "demo_start_seconds": server.start_seconds}


def compare(args: argparse.Namespace, seed: Seed, service: Server, floor: Server, results: dict) -> None:
    """Measures every operation; results are saved after each, so that a late failure loses little."""
    say("looking at the store …")
    seen = with_given_words(survey(service.url, seed.credentials, args.examples, args.reflections), args, service.url)
    fill_floor(floor.url, args.reflections)
    results["start_seconds"] = service.start_seconds
    results["store"] = {
        "examples": seen.example_count, "reflections": len(seen.writer.ids), "own": len(seen.searcher.ids),
        "bytes": seed.bytes, "seed_seconds": seed.seconds, "seeded_by": seed.seeded_by,
    }
    results["asked"] = asked(seen)
    results["cases"] = {}
    results["waking_ms"] = waking(floor)
    ticks = cpu_ticks()
    for case in chosen(cases(seen, (service.url, service.pid), (floor.url, floor.pid)), args.only):
        before = count(seen, service.url) if case.key == "write" else 0
        levels, acknowledged = measure(case, args.connections, args.seconds)
        results["cases"][case.key] = {
            "title": case.title, "levels": levels,
            "floors": {name: target.name for name, target in case.floors.items()},
        }
        save(args, results)
        if case.key == "write":
            found = count(seen, service.url) - before
            results["writes"] = {"acknowledged": acknowledged, "missing": max(0, acknowledged - found)}
        results["stolen"] = stolen_share(ticks)
        save(args, results)


def waking(floor: Server) -> float:
    """Milliseconds an idle machine adds to one answer: the floor at 1 connection, without and with cores kept awake."""
    target = Target("GET /bytes/n", floor.url, floor.pid, [Request("GET", "/bytes/1000")])
    settle([floor.pid])
    asleep = one_round(target, 1, 2)
    spinners = [
        subprocess.Popen(["nice", "-n", "19", sys.executable, "-c", "while True: pass"]) for _ in os.sched_getaffinity(0)
    ]
    try:
        awake = one_round(target, 1, 2)
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()
    slower = (percentile(asleep.corrected, 50) or 0) - (percentile(awake.corrected, 50) or 0)
    return max(0, slower) / 1000


def measure(case: Case, levels: list[int], seconds: int) -> tuple[dict, int]:
    """The figures at each number of connections, and how many answers Soundings gave, warming up included."""
    figures, acknowledged = {}, 0
    for connections in levels:
        say(f"{case.title}, {connections} connection(s) …")
        made, answers = turns(case, connections, *rhythm(case.seconds_alone, connections, seconds))
        figures[str(connections)] = {name: figure.as_dict() for name, figure in made.items()}
        acknowledged += answers
        say("  " + ", ".join(f"{name} {figure['rate']:,.0f}/s" for name, figure in figures[str(connections)].items()))
    return figures, acknowledged


def turns(case: Case, connections: int, count: int, seconds: int) -> tuple[dict[str, Figure], int]:
    """Soundings and its floors in turn; every other time in the opposite order."""
    targets = {"real": case.target, **case.floors}
    pids = sorted({target.pid for target in targets.values()})
    figures = {name: Figure(connections, target.answer_bytes) for name, target in targets.items()}
    warm = {name: one_round(target, connections, 1) for name, target in targets.items()}
    for turn in range(count):
        for name in list(targets)[:: 1 if turn % 2 == 0 else -1]:
            settle(pids)
            figures[name].rounds.append(one_round(targets[name], connections, seconds))
    return figures, warm["real"].answers + sum(r.answers for r in figures["real"].rounds)


def rhythm(seconds_alone: float, connections: int, seconds: int) -> tuple[int, int]:
    """How many turns of how many seconds: a turn holds at least eight answers of each connection."""
    cores = len(os.sched_getaffinity(0))
    answer = seconds_alone * max(1, connections / cores)
    length = min(30, max(1, seconds // 4, math.ceil(8 * answer)))
    return max(2, seconds // length), length


def with_given_words(seen: Survey, args: argparse.Namespace, url: str) -> Survey:
    """The survey with the words from the command line in place of those it found."""
    given: dict[str, list[Query]] = {}
    for kind in KINDS:
        own = kind == "own"
        client = Client(url, seen.searcher.headers if own else {})
        path = "/reflections" if own else "/practice-examples"
        given[kind] = [hits_of(client, path, words) for words in getattr(args, kind) or []] or getattr(seen, kind)
    return Survey(**{**vars(seen), **given})


def asked(seen: Survey) -> dict:
    """What the report says about ids and words."""
    words = {kind: ", ".join(str(query) for query in getattr(seen, kind)) for kind in KINDS}
    return words | {
        "reflections": min(200, len(seen.writer.ids)), "examples": len(seen.example_ids), "accounts": len(seen.accounts),
    }


def chosen(found: list[Case], only: list[str] | None) -> list[Case]:
    """The operations asked for, or all."""
    unknown = set(only or []) - {"pages", *(case.key for case in found)}
    if unknown:
        raise Stop(f"no such operation: {', '.join(sorted(unknown))}; there are {', '.join(c.key for c in found)}, pages")
    return [case for case in found if not only or case.key in only]


def count(seen: Survey, url: str) -> int:
    """How many reflections the writer has."""
    return sum(1 for _ in Client(url, seen.writer.headers).pages(f"{API}/reflections", most=20_000))


def anything_failed(results: dict) -> bool:
    """Whether a request failed or an acknowledged write is missing."""
    figures = (f for case in results["cases"].values() for level in case["levels"].values() for f in level.values())
    failed = any(figure["errors"] for figure in figures) or ("pages" in results and any_failed(results["pages"]))
    return failed or results.get("writes", {}).get("missing", 0) > 0


def save(args: argparse.Namespace, results: dict) -> None:
    """Keeps the numbers behind the report."""
    (args.work / "results.json").write_text(json.dumps(results, indent=1), encoding="utf-8")


def say(text: str) -> None:
    """One line of progress."""
    print(f"{datetime.now(UTC):%H:%M:%S} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
