"""One run of Schemathesis, and what came of it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
# The bound in time of one run.
LIMIT_SECONDS = 1800


@dataclass
class Run:
    """The outcome of a run."""

    cases: int
    complete: bool
    failures: list
    errors: list
    output: str
    beyond_the_schema: int
    statuses: dict = field(default_factory=dict)
    checks: set = field(default_factory=set)

    @property
    def server_errors(self):
        return sum(status >= 500 for statuses in self.statuses.values() for status in statuses)

    @property
    def answered(self):
        """The operations that said yes at least once."""
        return {operation for operation, statuses in self.statuses.items() if any(200 <= status < 300 for status in statuses)}

    @property
    def kinds_of_failure(self):
        return {failure["type"] for failure in self.failures}


def run_fuzzer(contract, base_url, tokens, known, folder, *options):
    """Fuzzes the service at `base_url` with the tokens of the tested identity, its peer and a stranger.

    `known` holds values that exist, which no generator would guess.
    """
    summary, record, output = folder / "summary.json", folder / "record.jsonl", folder / "schemathesis.txt"
    # The settings name the dictionaries beside them.
    settings = shutil.copy(HERE / "schemathesis.toml", folder)
    for name, values in known.items():
        (folder / f"{name}.dict").write_text("".join(f'"{value}"\n' for value in values))
    command = [sys.executable, "-m", "schemathesis.cli", f"--config-file={settings}", "run", str(contract)]
    command += [f"--origin={base_url}", "--report=json", f"--report-json-path={summary}"]
    environment = {
        **os.environ,
        "PYTHONPATH": str(HERE),
        "CONTRACT_IDENTITIES": str(identities_file(tokens, folder)),
        "CONTRACT_RECORD": str(record),
    }
    with open(output, "w") as out:
        # The run's folder is its working directory: whatever the fuzzer leaves behind stays there.
        subprocess.run([*command, *options], cwd=folder, env=environment, stdout=out, stderr=out, timeout=LIMIT_SECONDS, check=False)
    if not summary.exists():
        raise RuntimeError(f"the fuzzer left no summary:\n{output.read_text()[-2000:]}")
    return read_run(json.loads(summary.read_text()), record, output.read_text())


def identities_file(tokens, folder):
    """The identities in the Web Fuzzing Commons format."""
    entries = [{"name": name, "fixedHeaders": [{"name": "Authorization", "value": f"Bearer {token}"}]} for name, token in tokens.items()]
    path = folder / "identities.json"
    path.write_text(json.dumps({"auth": entries}))
    return path


def read_run(summary, record, output):
    """Joins the summary's verdict with the record of the answers (see fuzz_hooks.py)."""
    run = Run(
        cases=summary["test_cases"]["generated"],
        complete=summary["complete"] and summary["stop_reason"] == "completed",
        failures=summary["failures"],
        errors=summary["errors"],
        output=output,
        beyond_the_schema=summary["filtered"],
    )
    with open(record) as lines:
        for entry in map(json.loads, lines):
            run.statuses.setdefault(entry["operation"], []).append(entry["status"])
            run.checks.update(entry["checks"])
    return run
