"""The aims, and which of them the figures meet."""

from dataclasses import dataclass

from words import kilobytes, megabytes, number, percent, ratio, wrong

READS = ("list_newest", "read_one", "list_library", "read_example")
SEARCHES = ("search_rare", "search_common", "search_two")


@dataclass(frozen=True)
class Cell:
    """One figure of an aim and whether it is good enough."""

    text: str
    met: bool


@dataclass(frozen=True)
class Aim:
    """An aim for one operation, judged at each number of connections it is for."""

    aim: str
    operation: str
    cells: dict[str, Cell]

    @property
    def verdict(self) -> str:
        """Met, missed, or where it is missed."""
        missed = [level for level, cell in self.cells.items() if not cell.met]
        if not self.cells:
            return "not measured"
        if not missed:
            return "met"
        return "**missed**" if len(missed) == len(self.cells) else f"**missed at {_and(missed)}**"


def judged(results: dict) -> list[Aim]:
    """Every aim for every operation it is for."""
    cases = results["cases"]
    present = [key for key in READS if key in cases]
    searches = [key for key in SEARCHES if key in cases]
    aims = [_rate_aim("reads ≥ 50 % of the bare query's rate", cases[key], "bare", 0.5) for key in present]
    aims += [_rate_aim("reads ≥ 50 % of the rate for the same bytes", cases[key], "bytes", 0.5) for key in present]
    if "write" in cases:
        aims.append(_rate_aim("durable writes ≥ 60 % of the bare create's rate", cases["write"], "bare", 0.6))
    aims += [_time_aim("library search p50 ≤ 5 ms", cases[key], "p50", 5) for key in searches]
    aims += [_time_aim("library search p99 ≤ 20 ms", cases[key], "p99", 20) for key in searches]
    if "search_own" in cases:
        aims.append(_time_aim("search of one's own 2,000 p50 ≤ 60 ms", cases["search_own"], "p50", 60))
    aims += [_tail_aim(case) for case in cases.values() if "8" in case["levels"]]
    aims += page_aims(results["pages"]) if "pages" in results else []
    return aims + [_memory_aim(results)]


def page_aims(pages: dict) -> list[Aim]:
    """The aims for pages: how long the home page takes the server, and what a browser loads with the first page."""
    home = pages["views"]["home"]
    figure = home["levels"]["1"]["page"]
    errors = f" ({figure['errors']:,} errors)" if figure["errors"] else ""
    quick = figure["p95"] is not None and figure["p95"] <= 50 and not errors
    both = pages["weight"]["css"] + pages["weight"]["js"]
    return [
        Aim("home page p95 ≤ 50 ms", home["title"], {"1": Cell(f"{number(figure['p95'])} ms{errors}", quick)}),
        Aim("style sheet and script together ≤ 60 kB compressed", "every page", {"once": Cell(kilobytes(both), both <= 60_000)}),
    ]


def _rate_aim(aim: str, case: dict, floor: str, least: float) -> Aim:
    cells = {}
    for level, figures in case["levels"].items():
        share = ratio(figures, floor)
        errors = wrong(figures["real"]) or wrong(figures[floor])
        cells[level] = Cell(percent(share) + errors, share is not None and share >= least and not errors)
    return Aim(aim, case["title"], cells)


def _time_aim(aim: str, case: dict, name: str, most: float) -> Aim:
    cells = {}
    for level, figures in case["levels"].items():
        took, errors = figures["real"][name], wrong(figures["real"])
        cells[level] = Cell(f"{number(took)} ms{errors}", took is not None and took <= most and not errors)
    return Aim(aim, case["title"], cells)


def _tail_aim(case: dict) -> Aim:
    real = case["levels"]["8"]["real"]
    times = real["p99"] / real["p50"] if real["p50"] else None
    errors = wrong(real)
    cell = Cell(f"{number(times)} ×{errors}", times is not None and times <= 5 and not errors)
    return Aim("p99 ≤ 5 × p50 at 8 connections", case["title"], {"8": cell})


def _memory_aim(results: dict) -> Aim:
    idle = results.get("demo_memory", {}).get("now")
    cells = {"idle": Cell(megabytes(idle), idle < 200e6)} if idle else {}
    return Aim("idle demo < 200 MB resident", "`soundings demo`, 10 s after it listens", cells)


def _and(words: list[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))
