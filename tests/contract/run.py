#!/usr/bin/env python3
"""The contract suite: the contract reads well, a generated client works, and the service keeps its word under fuzzing."""

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tally import Tally

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("lint", "client", "fuzz")


def main():
    options = parse_arguments()
    tally = Tally()
    folder = Path(tempfile.mkdtemp(prefix="soundings-contract-"))
    for part in options.only or PARTS:
        print(f"\n== {part}", flush=True)
        started = time.monotonic()
        run_part(part, options, folder / part, tally)
        print(f"      {time.monotonic() - started:.0f} s")
    tidy(folder, tally)
    print(f"\n{tally.closing_line()}")
    return 1 if tally.failed else 0


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, help="the soundings binary (client and fuzz need it)")
    parser.add_argument("--contract", type=Path, default=ROOT / "openapi" / "v1.json", help="the contract (default: %(default)s)")
    parser.add_argument("--cases", type=int, default=3000, help="fuzzing cases in all, at least (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="seed of the fuzzing (default: %(default)s)")
    parser.add_argument("--only", choices=PARTS, action="append", help="run one part; may be repeated")
    options = parser.parse_args()
    if options.binary is None and options.only != ["lint"]:
        parser.error("--binary is needed, except with --only lint")
    options.binary = options.binary and options.binary.resolve()
    options.contract = options.contract.resolve()
    return options


def run_part(part, options, folder, tally):
    """Runs one part; its modules are imported here because each part needs other packages."""
    folder.mkdir()
    try:
        if part == "lint":
            from lint import lint
            lint(options.contract, folder, tally)
        elif part == "client":
            from client import client
            client(options.contract, options.binary, folder, tally)
        else:
            from fuzz import fuzz
            fuzz(options.contract, options.binary, folder, tally, cases=options.cases, seed=options.seed)
    except Exception:  # A part that breaks is a failure of the suite, and the other parts still run.
        tally.check(f"{part} ran to its end", False, traceback.format_exc(limit=-3))


def tidy(folder, tally):
    """Keeps the evidence of a failure, and only that."""
    if tally.failed:
        print(f"\nreports and logs: {folder}")
    else:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(main())
