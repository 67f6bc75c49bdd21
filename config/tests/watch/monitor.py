"""A fake Sentry on loopback: takes what the real library sends and keeps it as it came, unpacked."""

import gzip
import json
import queue
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Monitor:
    """What arrived: `raw` whole, and each report as an object."""

    def __init__(self, port: int) -> None:
        self.dsn = f"http://0123456789abcdef0123456789abcdef@127.0.0.1:{port}/1"
        self.raw = b""
        self.reports: queue.Queue[dict[str, Any]] = queue.Queue()

    def take(self, body: bytes) -> None:
        """One envelope: a head, then for each item a head and a body, a line each."""
        self.raw += body
        for line in body.splitlines():
            message = json.loads(line) if line.startswith(b"{") else {}
            if "event_id" in message and "platform" in message:
                self.reports.put(message)

    def next(self) -> dict[str, Any]:
        """The next report; waits for it."""
        return self.reports.get(timeout=15)


@contextmanager
def monitor() -> Iterator[Monitor]:
    """Listens while inside."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            keeper.take(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *arguments: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    keeper = Monitor(server.server_port)
    Thread(target=server.serve_forever, daemon=True).start()
    yield keeper
    server.shutdown()
    server.server_close()
