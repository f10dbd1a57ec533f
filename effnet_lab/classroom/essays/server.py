"""The page for written answers, served on this machine only.

Its address holds a random token; whoever asks without it, or for another host, gets nothing. The
page needs no network, and no text of a learner ever becomes markup.
"""

import json
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from .answers import Essays

_HERE = Path(__file__).parent

#: Path below the token -> file and type.
_FILES = {
    "": ("page.html", "text/html"),
    "page.js": ("page.js", "text/javascript"),
    "page.css": ("page.css", "text/css"),
}

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}

_MAX_REQUEST = 2**20


class _Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    def __init__(self, essays: Essays, token: str, *args: Any) -> None:
        self.essays, self.token = essays, token
        super().__init__(*args)

    def do_GET(self) -> None:
        """Send the page, or what it shows."""
        name = self._asked()
        if name == "data":
            self._send(json.dumps(self.essays.to_dict()).encode(), "application/json")
        elif name in _FILES:
            file, kind = _FILES[name]
            self._send((_HERE / file).read_bytes(), f"{kind}; charset=utf-8")
        else:
            self.send_error(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """Keep a mark, or comments."""
        name = self._asked()
        length = self.headers.get("Content-Length", "")
        size = int(length) if length.isdecimal() and len(length) < 9 else 0
        # Another site's page cannot send this type without asking first, which is not answered.
        if self.headers.get("Content-Type") != "application/json" or not 0 < size <= _MAX_REQUEST:
            name = None
        actions: dict[str | None, Callable[..., None]] = {
            "mark": self.essays.mark,
            "comments": self.essays.keep_comments,
        }
        if name not in actions:
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        try:
            actions[name](**json.loads(self.rfile.read(size)))
        except (ValueError, TypeError) as error:
            self._send(str(error).encode(), "text/plain; charset=utf-8", HTTPStatus.BAD_REQUEST)
            return
        self._send(b"{}", "application/json")

    def _asked(self) -> str | None:
        """Return what is asked for below the token; None for whoever does not know it."""
        host = f"127.0.0.1:{self.connection.getsockname()[1]}"
        token, _, name = self.path.removeprefix("/").partition("/")
        known = secrets.compare_digest(token.encode(), self.token.encode())
        return name if known and self.headers.get("Host") == host else None

    def _send(self, content: bytes, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        self.send_response(status)
        for header, value in {**_HEADERS, "Content-Type": kind}.items():
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: Any) -> None:
        """Say nothing: the address is a secret."""


@contextmanager
def served(essays: Essays, port: int = 0) -> Iterator[str]:
    """Serve the page; yield its address.

    Parameters
    ----------
    essays
        What it shows.
    port
        By default any that is free.
    """
    token = secrets.token_urlsafe(24)
    server = ThreadingHTTPServer(("127.0.0.1", port), partial(_Handler, essays, token))
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/{token}/"
    finally:
        server.shutdown()
        server.server_close()
