"""The demo as a fixture: a fresh store, a free port of the loopback, stopped when the block ends."""

import json
import subprocess
import threading
import urllib.error
import urllib.parse
import urllib.request
from contextlib import contextmanager
from pathlib import Path

READY = "listening on "
START_SECONDS = 120
STOP_SECONDS = 30
NOBODY = "00000000-0000-0000-0000-000000000000"


class Demo:
    """A running demo: where it answers, and who may speak to it."""

    def __init__(self, credentials):
        self.base_url = credentials["base_url"]
        self.people = {person["email"]: person for person in credentials["people"]}
        self.service_clients = credentials["service_clients"]

    def token(self, email):
        """The personal access token of one of the demo's people."""
        return self.people[email]["token"]

    def service_token(self, service_client):
        """A fresh token for a service client, by the client credentials grant (RFC 6749, 4.4)."""
        form = {
            "grant_type": "client_credentials",
            "client_id": service_client["client_id"],
            "client_secret": service_client["client_secret"],
            "scope": " ".join(service_client["scopes"]),
        }
        request = urllib.request.Request(
            f"{self.base_url}/oauth/token", data=urllib.parse.urlencode(form).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)["access_token"]

    def person_id(self, email):
        """The id of one of the demo's people."""
        return self.my_id(self.token(email))

    def my_id(self, token):
        """The id of the person this token is of; the nil id for a service client, which is nobody."""
        return self._get("/me", token).get("id", NOBODY)

    def ids(self, path, token):
        """The ids on the first page of a list; the nil id when there are none to see."""
        items = self._get(path, token).get("items", [])
        return [item["id"] for item in items] or [NOBODY]

    def knows(self, token):
        """Whether the service takes this bearer token for somebody."""
        return self._get("/me", token) is not None

    def _get(self, path, token):
        """The answer to a GET: empty for what this token may not see, none for a token that does not work."""
        request = urllib.request.Request(f"{self.base_url}/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refusal:
            return None if refusal.code == 401 else {}


@contextmanager
def demo(binary, folder, *options):
    """Runs `soundings demo` on an empty store below `folder`; its log stays there."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    credentials = folder / "credentials.json"
    command = [str(binary), "demo", "--data", str(folder / "data"), "--listen", "127.0.0.1:0"]
    command += ["--credentials", str(credentials), *options]
    with open(folder / "service.log", "wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        wait_until_ready(process)
        yield Demo(json.loads(credentials.read_text()))
    finally:
        stop(process)


def wait_until_ready(process):
    """Reads the service's output up to its ready line, then keeps the pipe empty."""
    watchdog = threading.Timer(START_SECONDS, process.kill)
    watchdog.start()
    ready = any(line.startswith(READY) for line in process.stdout)
    watchdog.cancel()
    if not ready:
        raise RuntimeError(f"the demo did not start (exit status {process.wait()})")
    threading.Thread(target=process.stdout.read, daemon=True).start()


def stop(process):
    """Asks the service to stop, and insists when it does not."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
