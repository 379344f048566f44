"""What the fuzzer does beyond its own devices. Schemathesis loads this module; see `hooks` in schemathesis.toml.

- It keeps a line on each answer: the fuzzer's own log holds every body, and runs to gigabytes.
- Well-formed changes name the revision they change. A random If-Match is nearly always stale, and a stale change stops
  at 412 before the code behind it is reached.
- A well-formed request may be refused for a rule that no schema can state. Those rules are listed here, one by one.
"""

import json
import os
import re
from urllib.parse import urlsplit

import jsonschema_rs
import schemathesis
import schemathesis.cli
import schemathesis.engine.events
from schemathesis.core.parameters import ParameterLocation

# Rules that no schema can state, as (pointer, code) of a 422's errors. A well-formed request refused for these
# and nothing else was refused rightly; refused for anything else, the contract promises too much.
BEYOND_THE_SCHEMA = (
    # Cursors are signed, and each is of one list.
    (r"\?cursor", "malformed"),
    # The same key came with another request before.
    (r"Idempotency-Key", "reused"),
    # Days and times are counted from today.
    (r"/(until|expires_at)", "out_of_range"),
    (r"/starts_at", "out_of_range"),
    # Who there is, and what they are to each other.
    (r"/person_id", "yourself|no_colleague"),
    (r"/(worker_id|supervisor_id)", "same|no_member|no_supervisor"),
    (r"/share_id", "not_shared"),
    # What there is.
    (r"/(prompt_set|forked_from)", "unknown"),
    # Nobody gives away a scope they do not hold.
    (r"/scopes/\d+", "unknown"),
    # Passwords: right or wrong, and hard to guess or not.
    (r"/(password|present)", "wrong"),
    (r"/(password|new)", "guessable"),
    # An agenda item says something or names a share.
    (r"/text", "required"),
    # Markdown that takes too long to render.
    (r"/.*", "too_complex"),
)

# The last ETag seen for each path of the service.
etags = {}


@schemathesis.cli.handler()
class Recorder(schemathesis.cli.EventHandler):
    """Writes one line for each answer: the operation, the status, and the checks that were made."""

    def __init__(self, *args, **params):
        self.record = open(os.environ["CONTRACT_RECORD"], "w", buffering=1)

    def handle_event(self, ctx, event):
        if isinstance(event, schemathesis.engine.events.ScenarioFinished):
            for case, interaction in event.recorder.interactions.items():
                self.write(event.recorder.cases[case].value, interaction, event.recorder.checks.get(case, []))

    def write(self, case, interaction, checks):
        status = interaction.response.status_code if interaction.response else 0
        entry = {"operation": case.operation.label, "status": status, "checks": [check.name for check in checks]}
        self.record.write(json.dumps(entry) + "\n")


@schemathesis.hook
def after_call(context, case, response):
    """Remembers the ETag of what was read, changed or made."""
    etag = response.headers.get("etag")
    if etag and 200 <= response.status_code < 300:
        place = response.headers.get("location", [response.request.url])[0]
        etags[urlsplit(place).path] = etag[0]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives a well-formed change the current ETag; malformed ones and unknown resources are sent as they were drawn."""
    if well_formed(case) and "If-Match" in case.headers:
        known = next((etag for path, etag in etags.items() if path.endswith(case.formatted_path)), None)
        if known:
            case.headers["If-Match"] = known


@schemathesis.hook
def filter_failure(context, failure, case, response):
    """Drops the complaint that a well-formed request was refused, when it broke only rules beyond the schema."""
    if failure.__class__.__name__ != "RejectedPositiveData":
        return True
    if not well_formed(case):
        return False
    if response.status_code != 422:
        return True
    errors = response.json().get("errors", [])
    return not errors or not all(beyond_the_schema(error["pointer"], error["code"]) for error in errors)


def beyond_the_schema(pointer, code):
    return any(re.fullmatch(where, pointer) and re.fullmatch(rule, code) for where, rule in BEYOND_THE_SCHEMA)


def well_formed(case):
    """Whether every part is meant well and the headers fit the contract: the fuzzer at times calls a spoilt header good."""
    meta = case.meta
    meant_well = meta is not None and meta.generation.mode.is_positive and all(part.mode.is_positive for part in meta.components.values())
    return meant_well and headers_fit(case)


def headers_fit(case):
    schema = case.operation.get_parameter_set(ParameterLocation.HEADER).schema
    declared = {name: case.headers[name] for name in schema.get("properties", {}) if name in case.headers}
    return jsonschema_rs.is_valid(schema, declared)
