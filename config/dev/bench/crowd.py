"""Many sockets in one process, as cheap as can be, so that the server is what is measured and not its audience."""

import asyncio
import time
from collections.abc import Callable

OPENING_AT_ONCE = 40


class Ear(asyncio.Protocol):
    """One socket: counts bytes after the handshake and notes when a mark is seen."""

    def __init__(self, request: bytes, mark: bytes) -> None:
        self._request, self._mark = request, mark
        self.is_open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.bytes = 0
        self.seen: list[float] = []
        self._head = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Shake hands."""
        self.transport = transport
        transport.write(self._request)  # type: ignore[attr-defined]

    def connection_lost(self, error: Exception | None) -> None:
        """Nobody waits for a greeting that does not come."""
        if not self.is_open.done():
            self.is_open.set_exception(ConnectionError("closed before the handshake was through"))

    def data_received(self, data: bytes) -> None:
        """Count."""
        if not self.is_open.done():
            self._head += data
            head, end, data = self._head.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                self.is_open.set_exception(ConnectionError(head.decode(errors="replace").splitlines()[0]))
                return
            self.is_open.set_result(None)
        self.bytes += len(data)
        if self._mark and self._mark in data:
            self.seen.append(time.perf_counter())


class Crowd:
    """A number of open sockets on one address."""

    def __init__(self, port: int, path: str, *, token: str = "", mark: bytes = b"") -> None:
        bearer = f"Authorization: Bearer {token}\r\n" if token else ""
        self._port, self._mark = port, mark
        self._request = (
            f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{bearer}\r\n"
        ).encode()
        self.ears: list[Ear] = []

    async def open(self, number: int) -> None:
        """Open this many, some at a time."""
        gate = asyncio.Semaphore(OPENING_AT_ONCE)

        async def one() -> None:
            async with gate:
                loop = asyncio.get_running_loop()
                _, ear = await loop.create_connection(lambda: Ear(self._request, self._mark), "127.0.0.1", self._port)
                await asyncio.wait_for(ear.is_open, 30)
                self.ears.append(ear)

        await asyncio.gather(*(one() for _ in range(number)))

    async def until(self, is_reached: Callable[[], bool], patience: float = 60.0) -> None:
        """Wait for something to be true of this crowd. Raises TimeoutError."""
        async with asyncio.timeout(patience):
            while not is_reached():  # noqa: ASYNC110  (polled, so that counting stays as cheap as it is)
                await asyncio.sleep(0.001)

    @property
    def bytes(self) -> int:
        """Bytes received by all."""
        return sum(ear.bytes for ear in self.ears)

    def close(self) -> None:
        """Close all."""
        for ear in self.ears:
            ear.transport.close()
        self.ears.clear()


def percentile(numbers: list[float], share: float) -> float:
    """The value below which this share of the numbers lies (nearest rank)."""
    ordered = sorted(numbers)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
