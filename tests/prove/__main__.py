"""Runs every proof, or one: `python3 tests/prove [--short] [--seed N] [--only NAME]`. Ends with the table of their rows."""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from pathlib import Path

PROOFS = ["kills", "syncs", "refusals", "slowloris", "bombs", "leaks", "backup"]


def prove(name: str, options: list[str]) -> tuple[bool, str]:
    """Runs one proof, shows what it prints, and gives its row."""
    command = [sys.executable, str(Path(__file__).with_name(f"{name}.py")), *options]
    last = f"{name}: printed nothing"
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        for line in running.stdout:
            print(line, end="", flush=True)
            last = line.strip() or last
    return running.returncode == 0, last


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--short", action="store_true", help="fewer rounds, for a quick look")
    parser.add_argument("--seed", type=int, default=20, help="the random numbers start here (default: 20)")
    parser.add_argument("--only", action="append", choices=PROOFS, help="this proof alone; may be given again")
    parser.add_argument("--limit-ms", type=float, default=250, help="most ms for a Markdown bomb (default: 250)")
    options = parser.parse_args()
    common = ["--seed", str(options.seed)] + ["--short"] * options.short
    rows = []
    for name in options.only or PROOFS:
        own = ["--limit-ms", str(options.limit_ms)] if name == "bombs" else []
        began = time.monotonic()
        held, row = prove(name, common + own)
        rows.append((held, row, time.monotonic() - began))
    print("\nProofs")
    for held, row, seconds in rows:
        print(f"{'holds ' if held else 'BROKEN'}  {row}  [{seconds:.0f} s]")
    sys.exit(0 if all(held for held, _, _ in rows) else 1)


if __name__ == "__main__":
    main()
