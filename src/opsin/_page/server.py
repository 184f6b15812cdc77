"""The page in a browser, from a server that only this computer reaches.

It listens on 127.0.0.1. Its address holds a secret, and requests for another
host are refused, so that no other page and no other user can use it.
"""

from __future__ import annotations

import json
import secrets
import struct
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from .view import MODULE, Reply, View, answer

MAX_BYTES = 2**30
"""The longest content that is received."""

_WAITING = 20.0
"""Seconds for which a page waits for changes before it asks again."""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>opsin</title>
<link rel="icon" href="data:,">
<body>
<script type="module">
import {open} from "./page.js";
open(document.body);
</script>
"""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'unsafe-inline'; "
    "connect-src 'self'; img-src data: blob:; media-src blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class LocalPage:
    """A view in a browser, until it is closed.

    Parameters
    ----------
    view : View
        What is shown.
    port : int
        The port; 0 for any that is free.

    Attributes
    ----------
    url : str
        The address, which holds a secret.
    """

    def __init__(self, view: View, port: int = 0) -> None:
        self._token = secrets.token_urlsafe(18)
        self._server = _Server(("127.0.0.1", port), _handler(view, self._token))
        self.url = f"http://127.0.0.1:{self._server.server_port}/{self._token}/"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop the server."""
        self._server.shutdown()
        self._server.server_close()

    def wait(self) -> None:
        """Wait until the server is closed, or until Ctrl-C."""
        while self._thread.is_alive():
            self._thread.join(0.2)

    def __enter__(self) -> LocalPage:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def show_in_browser(view: View, port: int = 0, *, opens: bool = True, waits: bool = True) -> None:
    """Serve a view, and open it in the browser unless told not to, until Ctrl-C, or else until Python ends."""
    import webbrowser

    if not waits:
        page = LocalPage(view, port)
        print(f"opsin: {page.url}", flush=True)
        if opens:
            webbrowser.open(page.url)
        return
    with LocalPage(view, port) as page:
        print(f"opsin: {page.url} (Ctrl-C ends it)", flush=True)
        if opens:
            webbrowser.open(page.url)
        try:
            page.wait()
        except KeyboardInterrupt:
            print()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing of pages that are closed before they have their answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def _handler(view: View, token: str) -> type[BaseHTTPRequestHandler]:
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def do_GET(self) -> None:
            path = self._path()
            if path == "":
                self._send(_PAGE.encode(), "text/html; charset=utf-8")
            elif path == "page.js":
                self._send(MODULE.read_bytes(), "text/javascript; charset=utf-8")
            elif path is not None:
                self._refuse(404)

        def do_POST(self) -> None:
            path = self._path()
            if path is None:
                return
            origin = self.headers.get("Origin")
            if path != "ask" or (origin is not None and origin != f"http://{self.headers.get('Host')}"):
                self._refuse(403)
                return
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > MAX_BYTES:
                self._refuse(413)
                return
            body = self.rfile.read(int(length))
            try:
                (size,) = struct.unpack_from("<I", body)
                message = json.loads(body[4 : 4 + size])
            except (struct.error, ValueError):
                message = None
            if not isinstance(message, dict):
                self._refuse(400)
                return
            if "later" in message:
                self._wait(message["later"])
                return
            with lock:
                if "start" in message:
                    told: Reply = {"kind": view.kind, "start": view.start}, []
                else:
                    told = answer(view, message, body[4 + size :])
            self._answer(*told)

        def _wait(self, count: Any) -> None:
            """Answer when Python has changed something, or after some time."""
            later = getattr(view, "later", None)
            if later is None or not isinstance(count, int):
                self._refuse(400)
            else:
                self._answer(later(count, _WAITING), [])

        def _answer(self, reply: dict[str, Any], parts: list[bytes]) -> None:
            head = json.dumps({"reply": reply, "lengths": [len(part) for part in parts]}).encode()
            self._send(struct.pack("<I", len(head)) + head + b"".join(parts), "application/octet-stream")

        def _path(self) -> str | None:
            """Return the path after the secret; None if the request is refused."""
            server: Any = self.server
            hosts = {f"{name}:{server.server_port}" for name in ("127.0.0.1", "localhost")}
            given, _, path = self.path.removeprefix("/").partition("/")
            if self.headers.get("Host") not in hosts or not secrets.compare_digest(given.encode(), token.encode()):
                self._refuse(403)
                return None
            return path

        def _send(self, body: bytes, kind: str, status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            for name, value in _HEADERS.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def _refuse(self, status: int) -> None:
            self.close_connection = True
            self._send(b"", "text/plain", status)

        def log_message(self, format: str, *args: Any) -> None:
            """Print nothing."""

    return Handler
