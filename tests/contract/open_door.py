"""A door left open: a proxy that breaks the service's promises, so that the fuzzer is seen to notice.

- Whoever asks for /me without a valid token is let in all the same.
- Whoever asks for a reflection with another person's token gets the owner's.
- The list of prompt sets is answered 500.
- The list of reflections comes without its items.
"""

import http.client
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# The operations whose promises are broken, and the failures that have to come of it.
OPERATIONS = ("get_me", "list_prompt_sets", "list_reflections", "write_reflection", "get_reflection")
EXPECTED = {
    "IgnoredAuth": "authentication that is ignored",
    "ObjectLevelAuthorizationViolation": "somebody else's object",
    "ServerError": "a server error",
    "JsonSchemaError": "an answer that breaks its schema",
}
HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


@contextmanager
def open_door(base_url, tokens):
    """Serves the faulty proxy in front of `base_url`; yields its own base URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(urlsplit(base_url).netloc, tokens))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def handler(upstream, tokens):
    owner = f"Bearer {tokens['tested']}"
    others = {f"Bearer {tokens[name]}" for name in ("peer", "stranger")}

    class Proxy(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def forward(self):
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            path = urlsplit(self.path).path
            if path.endswith("/me") or ("/reflections/" in path and headers.get("Authorization") in others):
                headers["Authorization"] = owner
            connection = http.client.HTTPConnection(upstream, timeout=30)
            connection.request(self.command, self.path, body, headers)
            answer = connection.getresponse()
            self.answer(*spoil(self.command, path, answer.status, answer.read()), answer.getheaders())
            connection.close()

        def answer(self, status, body, headers):
            self.send_response_only(status)
            for name, value in headers:
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *_):
            """Says nothing: the fuzzer reports."""

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = do_TRACE = do_QUERY = forward

    return Proxy


def spoil(method, path, status, body):
    """Breaks the answers that are to be broken."""
    if method == "GET" and path.endswith("/prompt-sets"):
        return 500, b""
    if method == "GET" and path.endswith("/reflections") and status == 200:
        return 200, json.dumps({key: value for key, value in json.loads(body).items() if key != "items"}).encode()
    return status, body
