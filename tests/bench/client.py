"""A small JSON client for preparing and checking; it is never part of what is measured."""

import http.client
import json
from dataclasses import dataclass, field
from email.message import Message
from urllib.parse import urlsplit

from stop import Stop


@dataclass
class Answer:
    """A status, and the body and the headers as they came over the wire."""

    status: int
    body: bytes
    headers: Message = field(default_factory=Message)

    def json(self):
        """The body as JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            raise Stop(f"expected JSON, got {self.body[:200]!r}") from None


class Client:
    """One kept-alive connection to one server."""

    def __init__(self, url: str, headers: dict[str, str] | None = None):
        self._address = urlsplit(url).netloc
        self._headers = headers or {}
        self._connection = http.client.HTTPConnection(self._address, timeout=60)

    def ask(self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None) -> Answer:
        """Sends one request; on a connection that the server has closed, once more on a new one."""
        headers = {**self._headers, **({"Content-Type": "application/json"} if body else {}), **(headers or {})}
        for last in (False, True):
            try:
                self._connection.request(method, path, body.encode() or None, headers)
                response = self._connection.getresponse()
                return Answer(response.status, response.read(), response.headers)
            except (http.client.HTTPException, OSError) as error:
                self._connection.close()
                if last:
                    raise Stop(f"{method} {path} on {self._address}: {error!r}") from None
        raise AssertionError("the loop returns or raises")

    def get(self, path: str, status: int = 200):
        """The JSON of a GET that must answer with `status`."""
        answer = self.ask("GET", path)
        if answer.status != status:
            raise Stop(f"GET {path}: expected {status}, got {answer.status}: {answer.body[:300]!r}")
        return answer.json()

    def pages(self, path: str, most: int = 2_000):
        """Every item of a collection, page by page."""
        joint = "&" if "?" in path else "?"
        cursor = ""
        for _ in range(most):
            page = self.get(f"{path}{joint}limit=100{cursor}")
            yield from page["items"]
            if not page.get("next"):
                return
            cursor = f"&cursor={page['next']}"
        raise Stop(f"{path} has more than {most} pages")
