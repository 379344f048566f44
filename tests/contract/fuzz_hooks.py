"""What the fuzzer does beyond its own devices. Schemathesis loads this module; see `hooks` in schemathesis.toml.

It keeps a record of each answer: the fuzzer's own log holds every body, and runs to gigabytes.

It also lets well-formed changes name the revision they change. A random If-Match is nearly always stale, and a stale
change stops at 412 before the code behind it is reached.
"""

import json
import os
from urllib.parse import urlsplit

import schemathesis
import schemathesis.cli
import schemathesis.engine.events

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
    well_formed = case.meta is not None and case.meta.generation.mode.is_positive
    if well_formed and "If-Match" in case.headers:
        known = next((etag for path, etag in etags.items() if path.endswith(case.formatted_path)), None)
        if known:
            case.headers["If-Match"] = known
