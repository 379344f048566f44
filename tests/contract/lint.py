"""Redocly and Spectral read the contract."""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = HERE / "node_modules" / ".bin"
# The linters report to nobody and look for no newer version of themselves.
QUIET = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_UPDATE_NOTIFIER": "1"}
METHODS = {"get", "put", "post", "patch", "delete"}
PLACES_SHOWN = 5


def lint(contract, folder, tally):
    """No errors in the contract; and, as the control, the expected error in a contract spoilt on purpose."""
    spoilt = spoil(contract, folder)
    linters = (
        ("Redocly", redocly, "operation-operationId-unique"),
        ("Spectral", spectral, "owasp:api2:2023-no-credentials-in-url"),
    )
    for name, linter, fault in linters:
        errors, warnings = linter(contract)
        tally.check(f"{name}: {len(errors)} errors, {len(warnings)} warnings", not errors, listing(errors))
        if warnings:
            print("      warnings\n      " + listing(warnings, places=0).replace("\n", "\n      "))
        found = {rule for rule, _ in set(linter(spoilt)[0]) - set(errors)}
        tally.check(f"{name} finds {fault} in a spoilt contract", fault in found)


def redocly(contract):
    """Errors and warnings as (rule, place) pairs."""
    report = run_tool("redocly", "lint", f"--config={HERE / 'redocly.yaml'}", "--format=json", "--max-problems=10000", contract)
    problems = [(p["severity"], p["ruleId"], p["location"][0].get("pointer", "")) for p in report["problems"]]
    return split(problems, "error", "warn")


def spectral(contract):
    """Errors and warnings as (rule, place) pairs."""
    report = run_tool("spectral", "lint", f"--ruleset={HERE / '.spectral.yaml'}", "--fail-severity=error", "--format=json", "--quiet", contract)
    names = {0: "error", 1: "warn"}
    problems = [(names.get(p["severity"], "note"), p["code"], pointer(p["path"])) for p in report]
    return split(problems, "error", "warn")


def run_tool(tool, *arguments):
    """Runs a linter and reads its JSON report; both leave a non-zero status for errors in the contract."""
    command = [str(TOOLS / tool), *map(str, arguments)]
    done = subprocess.run(command, cwd=HERE, env={**os.environ, **QUIET}, capture_output=True, text=True, timeout=300)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        raise RuntimeError(f"{tool} printed no report (status {done.returncode}):\n{done.stderr[-2000:]}") from None


def split(problems, *severities):
    return [[(rule, place) for severity, rule, place in problems if severity == wanted] for wanted in severities]


def pointer(path):
    """A JSON pointer (RFC 6901) from the steps of a path."""
    return "#/" + "/".join(str(step).replace("~", "~0").replace("/", "~1") for step in path)


def listing(problems, places=PLACES_SHOWN):
    """Problems by rule, the commonest first, each with its first places."""
    lines = []
    for rule, count in Counter(rule for rule, _ in problems).most_common():
        lines.append(f"{count:4} × {rule}")
        lines += [f"       {place}" for found, place in problems if found == rule][:places]
    return "\n".join(lines)


def spoil(contract, folder):
    """A copy with two faults: an operation id used twice, and a token asked for in a URL."""
    document = json.loads(Path(contract).read_text())
    operations = [operation for path in document["paths"].values() for method, operation in path.items() if method in METHODS]
    operations[0]["operationId"] = operations[1]["operationId"]
    operations[0].setdefault("parameters", []).append({"name": "access_token", "in": "query", "schema": {"type": "string"}})
    spoilt = Path(folder) / "spoilt.json"
    spoilt.write_text(json.dumps(document))
    return spoilt
