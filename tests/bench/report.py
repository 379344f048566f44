"""Turns results into BENCHMARKS.md: pure functions from numbers to words."""

from aims import Aim, judged
from words import kilobytes, megabytes, number, percent, ratio

# Examples, the first author's reflections, the second author's: the store the aims are for.
FULL_SIZE = (100_000, 10_000, 2_000)
FULL_SECONDS = 8
OPERATIONS = 10

# More than this, used by anything else, makes a turn doubtful.
FOREIGN_CORES = 0.15


def report(results: dict) -> str:
    """The whole document."""
    parts = (_head, _trial, _aims, _machine, _sizes, _operations, _pages, _floors, _asked, _reading)
    return "\n".join(filter(None, (part(results) for part in parts)))


def _head(results: dict) -> str:
    return f"""# Benchmarks

Written by `tests/bench/run.py` on {results['date']} with `{results['version']}`. Nothing here is edited by hand: misses stay in.

## How to run

    cargo build --release
    python3 tests/bench/run.py --binary target/release/soundings --write BENCHMARKS.md

Needs Python 3.11 and the Debian package `wrk`. The first run seeds a store under `target/bench` and keeps it; every run serves a fresh copy of it.
Leave the machine alone meanwhile. `--seconds 2` gives a rough idea quickly, `--only write` measures one operation, `--fresh` seeds again.

## What is measured

A store of {results['store']['examples']:,} published practice examples, an author with {results['store']['reflections']:,} reflections of about 2 kB and another with {results['store']['own']:,}.
`soundings serve` runs on it with its defaults, except for the rate limits, which are off. Beside it runs a **floor**, on the same HTTP stack and accept loop and an embedded store of its own:

- *same bytes* answers as many bytes as the real answer's body and does nothing else;
- *bare query* does one plain query through the store handle and answers what it found: the author's 20 newest rows of {results['store']['reflections']:,}, one row by its id, or one durable create of a 2 kB row. No authentication, no permission, no
  encryption, no audit.

Each operation runs for {results['seconds']} s at 1, 8 and 32 connections against Soundings and as long against each of its floors, in turns of a few seconds whose order changes, after a second of warming up, so that whatever else the machine does weighs on both.
"""


def _trial(results: dict) -> str:
    size = tuple(results["store"][part] for part in ("examples", "reflections", "own"))
    faults = [
        "the store has another size" if size != FULL_SIZE else "",
        "turns were short" if results["seconds"] < FULL_SECONDS else "",
        "not every operation was measured" if len(results["cases"]) < OPERATIONS else "",
    ]
    said = ", ".join(filter(None, faults))
    return f"**This was a trial, and its verdicts say little about the aims: {said}.**\n" if said else ""


def _aims(results: dict) -> str:
    aims = judged(results)
    rows = [
        (aim.aim, aim.operation, *(_cell(aim, level) for level in ("1", "8", "32")), aim.verdict + _once(aim))
        for aim in aims
    ]
    measured = [aim for aim in aims if aim.cells]
    met = sum(aim.verdict == "met" for aim in measured)
    return _section(
        f"Aims: {met} of {len(measured)} met",
        _table(("aim", "operation", "1 connection", "8", "32", "verdict"), rows, left=2),
        "Latency aims are judged at every number of connections, although at 8 and 32 most of an answer's time is the wait for a core.",
    )


def _machine(results: dict) -> str:
    box = results["machine"]
    return _section(
        "Machine",
        f"{box['cpu']}, {box['cores']} cores, {box['memory_bytes'] / 2**30:.0f} GiB of memory, {box['kernel']}, "
        f"{box['filesystem']}.\n"
        f"**The load client and the servers share these {box['cores']} cores**, so rates are lower than a separate client would see, on both sides of each ratio.\n"
        f"A bare 2 kB append with `fdatasync` takes {number(results['sync_ms'])} ms here (median). "
        f"Waking idle cores adds {number(results['waking_ms'])} ms to an answer at 1 connection (the floor's p50 less the same with the cores kept awake).\n"
        f"Busy before the run: {percent(results['busy_before'])} of the processors; taken by the host during it: {percent(results['stolen'])}. {_foreign(results)}",
    )


def _foreign(results: dict) -> str:
    figures = [f for case in results["cases"].values() for level in case["levels"].values() for f in level.values()]
    most = max((figure["foreign_cores"] for figure in figures), default=0.0)
    disturbed = sum(figure["foreign_cores"] > FOREIGN_CORES for figure in figures)
    text = f"Other programs used at most {most:.2f} cores during a turn"
    if disturbed:
        return f"**{text}, and more than {FOREIGN_CORES} in {disturbed} of {len(figures)} figures: run it again on a quiet machine.**"
    return text + "."


def _sizes(results: dict) -> str:
    demo, served, store = results.get("demo_memory", {}), results.get("served_memory", {}), results["store"]
    rows = [
        ("idle demo, resident 10 s after it listens", f"{megabytes(demo.get('now'))}, of it not file pages {megabytes(demo.get('anonymous'))}"),
        ("serving process after the load, resident", f"{megabytes(served.get('now'))}, of it not file pages {megabytes(served.get('anonymous'))}, highest {megabytes(served.get('highest'))}"),
        ("binary", megabytes(results["binary_bytes"])),
        ("seeded store on disk", megabytes(store["bytes"])),
        ("seeding", f"{store['seed_seconds']:.0f} s (`{store['seeded_by']}`)"),
        ("first start of the demo until it listens", f"{number(results.get('demo_start_seconds'))} s"),
        ("start on the seeded store until it listens", f"{number(results['start_seconds'])} s"),
    ]
    return _section("Memory, sizes, starting", _table(("what", "figure"), rows, left=2))


def _operations(results: dict) -> str:
    rows = []
    for case in results["cases"].values():
        for level, figures in case["levels"].items():
            real = figures["real"]
            rows.append((
                case["title"], level, f"{real['rate']:,.0f}", number(real["p50"]), number(real["p99"]),
                number(real["p99_raw"]), _share(figures, "bytes"), _share(figures, "bare"),
                number(real["server_micros"]), _cores(real), _errors(real),
            ))
    names = (
        "operation", "connections", "answers/s", "p50 ms", "p99 ms", "p99 as seen, ms", "of same bytes", "of bare query",
        "server CPU µs/answer", "cores server + client", "errors",
    )
    return _section("Operations", _table(names, rows), "In brackets: the lowest and highest ratio among the turns.", _writes(results))


def _pages(results: dict) -> str:
    return pages_section(results["pages"]) if "pages" in results else ""


def pages_section(pages: dict) -> str:
    """The pages beside the interface, and what they weigh."""
    rows = [row for view in pages["views"].values() for level in view["levels"] for row in _page_rows(view, level)]
    waits, seconds = pages["waits"], f"{pages['seconds']:g}"
    return _section(
        "Pages",
        f"Somebody with {pages['reflections']:,} reflections, signed in with a browser's cookie, asks for the main pages. Before them are a session to come "
        f"with its agenda, {waits['shares']} shares received, {waits['marks']} reflections marked to return to and {waits['begun']} begun and never saved. "
        f"With the same cookie they ask for what the page is made of in JSON, {seconds} s each, in turns whose order changes. "
        "The client is Python's here: it can time requests that belong together, which wrk cannot; its own work is in every time, and no time is corrected.\n"
        "`python3 tests/bench/pages.py --binary target/release/soundings` measures the pages alone, in a few minutes, beside a smaller library.",
        _table(("page", "asked for", "connections", "answers", "p50 ms", "p95 ms", "p99 ms", "server CPU ms/answer", "page ÷ this, p50", "errors"), rows, left=2),
        "What a page says beyond its verb (who can read a reflection, how an example is cited) and the frame around it are in its time and not in its verb's.",
        _weight(pages),
    )


def _page_rows(view: dict, level: str) -> list[tuple]:
    figures = view["levels"][level]
    page = figures["page"]
    return [
        (
            view["title"], "**the page**" if name == "page" else f"`{name}`" if name.startswith("GET") else name, level,
            f"{one['answers']:,}", number(one["p50"]), number(one["p95"]), number(one["p99"]), number(one["server_ms"]),
            f"{page['p50'] / one['p50']:.2f} ×" if name == view["beside"] and page["p50"] and one["p50"] else "–",
            f"{one['errors']:,}",
        )
        for name, one in figures.items()
    ]


def _weight(pages: dict) -> str:
    weight = pages["weight"]
    rows = [("style sheet", kilobytes(weight["css"]), "–"), ("script", kilobytes(weight["js"]), "–")]
    rows += [("fonts", kilobytes(weight["woff2"]), "–"), ("icon", kilobytes(weight["svg"]), "–")]
    for key, page in weight["pages"].items():
        rows.append((f"{pages['views'][key]['title']}: HTML, {page['coding']}", kilobytes(page["sent"]), kilobytes(page["plain"])))
    text = f"Style sheet and script together: {kilobytes(weight['css'] + weight['js'])}, once for all pages; the fonts are apart."
    return _table(("what a browser that takes Brotli loads", "sent", "uncompressed"), rows) + f"\n\n{text}"


def _writes(results: dict) -> str:
    kept = results.get("writes")
    if not kept:
        return ""
    verdict = "none is missing" if kept["missing"] == 0 else f"**{kept['missing']:,} are missing**"
    return f"Of {kept['acknowledged']:,} writes acknowledged during the run, {verdict} when the author's reflections are listed afterwards."


def _floors(results: dict) -> str:
    rows = []
    for case in results["cases"].values():
        for level, figures in case["levels"].items():
            for floor in ("bytes", "bare"):
                if floor in figures:
                    rows.append(_floor_row(case, level, floor, figures))
    names = (
        "floor of", "floor", "connections", "answers/s", "p50 ms", "p99 ms", "bytes", "real answer's bytes",
        "server CPU µs/answer", "cores server + client", "errors",
    )
    return _section("Floors", _table(names, rows, left=2))


def _floor_row(case: dict, level: str, floor: str, figures: dict) -> tuple:
    figure = figures[floor]
    return (
        case["title"], f"`{case['floors'][floor]}`", level, f"{figure['rate']:,.0f}", number(figure["p50"]),
        number(figure["p99"]), f"{figure['answer_bytes']:,}", f"{figures['real']['answer_bytes']:,}",
        number(figure["server_micros"]), _cores(figure), _errors(figure),
    )


def _asked(results: dict) -> str:
    asked = results["asked"]
    return _section(
        "What was asked for",
        f"- Own search: {asked['own']}. The number is of reflections found; fewer than a page, so that the search has to read every one.\n"
        f"- Library, a rare word: {asked['rare']}.\n- Library, a common word: {asked['common']}.\n- Library, two words: {asked['two']}.\n"
        f"- Reading one: {asked['reflections']} reflections and {asked['examples']} examples from all over the store, in turn.\n"
        f"- Signing in: {asked['accounts']} account(s) in turn, the right password each time.\n"
        "- Writing: one field, 2 kB, a different text each time, no idempotency key.",
    )


def _reading(_: dict) -> str:
    return _section(
        "How to read the figures",
        """- wrk keeps each connection busy with one request at a time. p50 and p99 are as wrk gives them, corrected for coordinated omission (a slow answer also counts for those that would have waited behind it); *p99 as seen* leaves that correction out.
- Every latency of every turn goes into one histogram; percentiles are taken from it, not averaged.
- An answer of 400 or above is an error and not an answer; an operation with errors meets no aim.
- At 1 connection both sides of a ratio contain the waking of idle cores, which pulls it towards 100 %. At 32 it compares the work per answer, as does *server CPU µs/answer*.
- Signing in is slow on purpose (Argon2id, 19 MiB, two passes); its ratio to a bare create only says how much of it is that.
- Copying the store has just read and written all of it, so that reads from a cold disk are not measured unless it is larger than the memory; nor are TLS or a proxy.""",
    )


def _section(title: str, *parts: str) -> str:
    return f"## {title}\n\n" + "\n\n".join(part for part in parts if part) + "\n"


def _table(names: tuple, rows: list[tuple], left: int = 1) -> str:
    rule = ["---"] * left + ["---:"] * (len(names) - left)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (names, rule, *rows))


def _cell(aim: Aim, level: str) -> str:
    return aim.cells[level].text if level in aim.cells else "–"


def _once(aim: Aim) -> str:
    return "".join(f": {cell.text}" for level, cell in aim.cells.items() if level in ("idle", "once"))


def _share(figures: dict, floor: str) -> str:
    share = ratio(figures, floor)
    if share is None:
        return "–"
    turns = [real / bare for real, bare in zip(figures["real"]["rates"], figures[floor]["rates"]) if bare]
    return f"{percent(share)} ({percent(min(turns))}–{percent(max(turns))})" if turns else percent(share)


def _errors(figure: dict) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in figure["errors"].items()) or "0"


def _cores(figure: dict) -> str:
    return f"{figure['server_cores']:.2f} + {figure['client_cores']:.2f}"
