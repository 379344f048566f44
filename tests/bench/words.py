"""Figures as words: shared by the verdicts and the tables."""


def ratio(figures: dict, floor: str) -> float | None:
    """Our rate as a share of the floor's."""
    if floor not in figures or not figures[floor]["rate"]:
        return None
    return figures["real"]["rate"] / figures[floor]["rate"]


def wrong(figure: dict) -> str:
    """How many requests failed, when any did."""
    count = sum(figure["errors"].values())
    return f" ({count:,} errors)" if count else ""


def percent(share: float | None) -> str:
    """A share in whole percent, below ten with one decimal."""
    if share is None:
        return "–"
    # Rounded down, so that 49.9 % never reads as an aim of 50 % that was met.
    percent = share * 100 + 1e-9
    return f"{int(percent)} %" if percent >= 10 else f"{int(percent * 10) / 10} %"


def number(value: float | None) -> str:
    """Three figures or so, enough to compare."""
    if value is None:
        return "–"
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def kilobytes(count: int) -> str:
    """Bytes in thousands."""
    return f"{number(count / 1e3)} kB"


def megabytes(count: int | None) -> str:
    """Bytes in millions."""
    return "–" if count is None else f"{number(count / 1e6)} MB"
