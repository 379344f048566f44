"""Fuzzes the service as a practitioner, an administrator and a service client, each on a fresh demo."""

import json
import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Callable

from demo import demo
from fuzzer import run_fuzzer
from open_door import EXPECTED, OPERATIONS, open_door

METHODS = {"get", "put", "post", "patch", "delete"}
LINES_SHOWN = 120
WIDTH = 400
EVERY_CHECK = {
    "allow_header_conformance",
    "content_type_conformance",
    "ensure_resource_availability",
    "ignored_auth",
    "missing_required_header",
    "negative_data_rejection",
    "not_a_server_error",
    "object_level_authorization",
    "positive_data_acceptance",
    "response_headers_conformance",
    "response_schema_conformance",
    "status_code_conformance",
    "unsupported_method",
    "use_after_free",
}


def person(email):
    return lambda service: service.token(email)


def service_client(index):
    return lambda service: service.service_token(service.service_clients[index])


@dataclass(frozen=True)
class Identity:
    """Who the fuzzer is, what it must at least get done, and two others who must not see what it makes."""

    name: str
    work: str
    tested: Callable
    peer: Callable
    stranger: Callable

    def tokens(self, service):
        return {"tested": self.tested(service), "peer": self.peer(service), "stranger": self.stranger(service)}


PRACTITIONER = Identity(
    "practitioner",
    "revise_reflection",
    tested=person("worker1@northmoor.example"),
    peer=person("worker2@northmoor.example"),
    stranger=person("worker@eastvale.example"),
)
# What an administrator makes belongs to the organisation; only people of another must not see it.
ADMINISTRATOR = Identity(
    "administrator",
    "create_service_client",
    tested=person("admin@northmoor.example"),
    peer=person("worker@eastvale.example"),
    stranger=person("admin@eastvale.example"),
)
SERVICE_CLIENT = Identity(
    "service client",
    "put_example",
    tested=service_client(0),
    peer=person("worker@eastvale.example"),
    stranger=service_client(1),
)
IDENTITIES = (PRACTITIONER, ADMINISTRATOR, SERVICE_CLIENT)

# Operations by which an identity could lock itself out. They are left out of the long runs, where everything after them
# would only be 401, and fuzzed afterwards, each on a demo of its own where nothing comes after.
# Changing one's password stays in: it needs the present one, which nobody guesses.
LOCKS_OUT = {
    "revoke_token": PRACTITIONER,
    "sign_out": PRACTITIONER,
    "set_roles": ADMINISTRATOR,
    "end_membership": ADMINISTRATOR,
}


def fuzz(contract, binary, folder, tally, *, cases, seed):
    """Fuzzes as each identity and adds up the cases; then what locks out; then the control."""
    document = for_the_fuzzer(json.loads(contract.read_text()))
    contract = folder / "contract.json"
    contract.write_text(json.dumps(document))
    examples = max(10, math.ceil(cases / len(IDENTITIES) / len(operations(document))))
    options = [f"--max-examples={examples}", f"--seed={seed}"]
    # One run for each core: a fuzzer and its service wait for each other.
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        runs = list(pool.map(lambda identity: fuzz_as(identity, contract, binary, folder, options), IDENTITIES))
    for identity, (run, still_known) in zip(IDENTITIES, runs):
        report_identity(identity, run, still_known, document, tally)
    total = sum(run.cases for run, _ in runs)
    tally.check(f"{total} cases as {len(runs)} identities, {cases} asked for", total >= cases)
    fuzz_what_locks_out(document, contract, binary, folder / "locks-out", tally, options)
    notice_an_open_door(contract, binary, folder / "open-door", tally, seed)


def operations(document):
    """Every operation of the contract as (METHOD, path, operation)."""
    return [
        (method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def for_the_fuzzer(document):
    """The contract, in two respects made stricter than it reads.

    OAuth schemes become bearer tokens, which is how they are sent (RFC 6750): the fuzzer's check for ignored authentication
    reads http and apiKey schemes only, and this way sees every operation. And the catch-all 4XX goes: a refusal has to be
    one that the operation names.
    """
    schemes = document["components"]["securitySchemes"]
    oauth = {name for name, scheme in schemes.items() if scheme["type"] == "oauth2"}
    schemes.update({name: {"type": "http", "scheme": "bearer"} for name in oauth})
    for _, _, operation in operations(document):
        operation["responses"].pop("4XX", None)
        for requirement in operation.get("security", []):
            requirement.update({name: [] for name in oauth & requirement.keys()})
    return document


def fuzz_as(identity, contract, binary, folder, options):
    """One identity's run on a demo of its own, and whether its credential still works afterwards."""
    folder = folder / identity.name.replace(" ", "-")
    with demo(binary, folder, "--rate-limits", "off") as service:
        tokens = identity.tokens(service)
        left_out = [f"--exclude-operation-id={name}" for name in LOCKS_OUT]
        run = run_fuzzer(contract, service.base_url, tokens, values_that_exist(service, tokens["tested"]), folder, *options, *left_out)
        return run, service.knows(tokens["tested"]) and not service.knows("nobody")


def report_identity(identity, run, still_known, document, tally):
    """The figures of one identity; a run that was nothing but refusals does not count as one."""
    print(f"      {identity.name}: {run.cases} cases, {run.server_errors} × 5xx, {failures(run)} failures")
    print(f"      {run.beyond_the_schema} well-formed requests were refused for rules that no schema can state")
    report(identity.name, run, tally)
    said_yes = {operation["operationId"] for method, path, operation in operations(document) if f"{method} {path}" in run.answered}
    tally.check(f"{identity.name}: {len(said_yes)} operations said yes, {identity.work} among them", identity.work in said_yes)
    tally.check(f"{identity.name}: the credential still works at the end", still_known)


def values_that_exist(service, token):
    """Where, with whom and on what the identity under test can work."""
    listed = {
        "examples": "/practice-examples",
        "agreements": "/supervision/agreements",
        "meetings": "/supervision/sessions",
        "received": "/shared-with-me",
    }
    soon = datetime.now(UTC) + timedelta(days=30)
    return {
        "organisations": [service.people["worker1@northmoor.example"]["organisation_id"]],
        "colleagues": [service.person_id(name) for name in ("worker2@northmoor.example", "psw@northmoor.example")],
        "supervisors": [service.person_id("supervisor@northmoor.example")],
        "tested": [service.my_id(token)],
        "soon": [f"{soon:%Y-%m-%dT%H:%M:%SZ}"],
        **{name: service.ids(path, token) for name, path in listed.items()},
    }


def report(name, run, tally):
    tally.check(f"{name}: the run is complete", run.complete and not run.errors, run.errors)
    tally.check(f"{name}: {run.server_errors} × 5xx", run.server_errors == 0)
    tally.check(f"{name}: {failures(run)} failures of {len(run.checks)} checks", not run.failures, findings(run.output))
    tally.check(f"{name}: every check ran", run.checks >= EVERY_CHECK, sorted(EVERY_CHECK - run.checks))


def failures(run):
    return sum(failure["count"] for failure in run.failures)


def findings(output):
    """The fuzzer's own account of the failures, with a request for each that shows it; long lines are cut."""
    account = output[output.find("= FAILURES =") :]
    lines = [line[:WIDTH] + "…" if len(line) > WIDTH else line for line in account[: account.find("= SUMMARY =")].splitlines()[1:-1]]
    return "\n".join(lines[:LINES_SHOWN] + (["…"] if len(lines) > LINES_SHOWN else []))


def fuzz_what_locks_out(document, contract, binary, folder, tally, options):
    """The operations left out above, each by somebody who may be locked out by it."""
    stale = LOCKS_OUT.keys() - {operation["operationId"] for _, _, operation in operations(document)}
    tally.check("every operation left out is one of the contract", not stale, sorted(stale))
    for name in sorted(LOCKS_OUT.keys() - stale):
        own = folder / name
        with demo(binary, own, "--rate-limits", "off") as service:
            tokens = LOCKS_OUT[name].tokens(service)
            run = run_fuzzer(contract, service.base_url, tokens, values_that_exist(service, tokens["tested"]), own, *options, f"--include-operation-id={name}")
        report(f"{name} ({run.cases} cases)", run, tally)


def notice_an_open_door(contract, binary, folder, tally, seed):
    """The control: behind a proxy that breaks promises, the same fuzzer with the same settings reports each of them."""
    with demo(binary, folder, "--rate-limits", "off") as service:
        tokens = PRACTITIONER.tokens(service)
        with open_door(service.base_url, tokens) as door:
            chosen = [f"--include-operation-id={name}" for name in OPERATIONS]
            run = run_fuzzer(contract, door, tokens, values_that_exist(service, tokens["tested"]), folder, "--max-examples=10", f"--seed={seed}", *chosen)
    for kind, meaning in EXPECTED.items():
        tally.check(f"the fuzzer notices {meaning}", kind in run.kinds_of_failure, sorted(run.kinds_of_failure))
