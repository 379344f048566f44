"""Lets the fuzzer keep up with revisions: well-formed changes name the revision they change.

A random If-Match is nearly always stale, and a stale change stops at 412 before the code behind it is reached.
Schemathesis loads this module; see `hooks` in schemathesis.toml.
"""

from urllib.parse import urlsplit

import schemathesis

# The last ETag seen for each path of the service.
etags = {}


@schemathesis.hook
def after_call(context, case, response):
    """Remembers the ETag of what was read, written or made."""
    etag = response.headers.get("etag")
    if etag and 200 <= response.status_code < 300:
        location = response.headers.get("location", [urlsplit(response.request.url).path])
        etags[urlsplit(location[0]).path if case.method == "POST" else urlsplit(response.request.url).path] = etag[0]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Gives a well-formed change the current ETag; malformed ones and unknown resources are sent as they were drawn."""
    well_formed = case.meta is not None and case.meta.generation.mode.is_positive
    if well_formed and "If-Match" in case.headers:
        known = next((etag for path, etag in etags.items() if path.endswith(case.formatted_path)), None)
        if known:
            case.headers["If-Match"] = known
