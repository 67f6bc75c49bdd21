"""Listeners on real sockets, as a page listens: they keep the highest number, come back after a break, and catch up."""

import json
import threading
import time
from typing import Any

from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from .browser import Browser
from .journal import Heard, Journal, Listener

NEAR = 400  # records behind which catching up is asked for again; beyond, what is shown is fetched anew
QUIET = 60.0  # seconds without a word, longer than two heartbeats: the line is dead


class Ear(threading.Thread):
    """One listener of one cooperative."""

    def __init__(self, number: int, port: int, journal: Journal, cooperative: int) -> None:
        super().__init__(name=f"listener {number}", daemon=True)
        self.memory = Listener(cooperative)
        journal.listeners.append(self.memory)
        self._number, self._port, self._cooperative = number, port, cooperative
        self._browser = Browser(port, journal)
        self._stopping = threading.Event()
        self._asked = False
        self.last = 0
        self.caught_up = 0

    def run(self) -> None:
        """Listen, and come again after each break."""
        while not self._stopping.is_set() and not self._browser.sign_in(self._number):
            self._stopping.wait(0.2)
        while not self._stopping.is_set():
            try:
                self._listen()
            except (OSError, WebSocketException, TimeoutError, ValueError):
                self._stopping.wait(0.3)

    def _listen(self) -> None:
        address = f"ws://localhost:{self._port}/ws/cooperatives/{self._cooperative}/"
        origin: Any = f"http://localhost:{self._port}"
        with connect(address, origin=origin, additional_headers={"Cookie": self._browser.cookie}, open_timeout=30) as line:
            self.memory.connections += 1
            self._asked = False
            quiet = time.monotonic()
            while not self._stopping.is_set():
                try:
                    self._take(line, json.loads(line.recv(timeout=0.5)))
                    quiet = time.monotonic()
                except TimeoutError:
                    if time.monotonic() - quiet > QUIET:
                        raise
                    self._ask_at_the_end(line)

    def _take(self, line: ClientConnection, message: dict[str, Any]) -> None:
        kind = message["type"]
        if kind == "ping":
            line.send('{"type": "pong"}')
        elif kind == "hello" and self.memory.start is None:
            self.memory.start = self.last = message["seq"]
        elif kind == "hello":
            self._ask(line)
        elif kind == "resync":
            self._resync(line, message["seq"])
        elif kind == "caught_up":
            self._asked, self.caught_up, self.last = False, message["seq"], max(self.last, message["seq"])
        elif "id" in message:
            self._hear(message)

    def _hear(self, message: dict[str, Any]) -> None:
        subject = message["subject"]["id"]
        self.memory.heard.append(Heard(message["cooperative"], message["seq"], message["id"], message["type"], subject))
        if not self._asked:  # what was missed is on its way: until it is here, a newer record must not hide the gap
            self.last = max(self.last, message["seq"])

    def _ask(self, line: ClientConnection) -> None:
        self._asked = True
        line.send(json.dumps({"type": "catch_up", "since": self.last}))

    def _resync(self, line: ClientConnection, seq: int) -> None:
        """Told to look for itself: ask for what was missed, or fetch anew when that is too much."""
        self.memory.resyncs += 1
        if self._asked and seq - self.last > NEAR:
            self.memory.skipped.append((self.last, seq))
            self._asked, self.last = False, max(self.last, seq)
        else:
            self._ask(line)

    def finish(self, head: int) -> None:
        """Catch up to this record once more, whatever has been heard, then stop."""
        self._head = head
        deadline = time.monotonic() + QUIET
        while self.caught_up < head and time.monotonic() < deadline and self.is_alive():
            self._stopping.wait(0.05)
        self._stopping.set()
        self.join(QUIET)

    _head = 0

    def _ask_at_the_end(self, line: ClientConnection) -> None:
        if self._head and self.caught_up < self._head:
            self._ask(line)
