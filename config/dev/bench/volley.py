"""Requests to one HTTP server, as cheap as can be, a fixed number of them under way at any time."""

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from config.dev.bench.crowd import percentile

CARDS, LANES, LABELS, MEMBERS = 500, 4, 10, 30  # the board that is measured
Ask = Callable[[int], bytes]
Hear = Callable[[int, bytes], None]


@dataclass(frozen=True)
class Figures:
    """Requests a second, their times and the processor time of the server for each, in milliseconds."""

    rate: float
    p50: float
    p95: float
    cpu: float


class _Shot(asyncio.Protocol):
    """One request on a connection of its own, until the server closes it."""

    def __init__(self, request: bytes) -> None:
        self._request, self._parts = request, list[bytes]()
        self.answer: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask."""
        transport.write(self._request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        """Gather."""
        self._parts.append(data)

    def connection_lost(self, error: Exception | None) -> None:
        """All is there."""
        self.answer.set_result(b"".join(self._parts))


def request(method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
    """A request as it goes over the wire; the server is to close the connection after it."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    if method != "GET":
        lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def fire(port: int, server: int, ask: Ask, hear: Hear, *, seconds: float, width: int) -> Figures:
    """Ask for some seconds with `width` askers; `ask` and `hear` get the asker's number. Raises RuntimeError for a refusal.

    `server` is the process whose children answer: their processor time counts.
    """
    loop, spans = asyncio.get_running_loop(), list[float]()
    before, began = processor_time(server), time.perf_counter()

    async def asker(number: int) -> None:
        while time.perf_counter() - began < seconds:
            start = time.perf_counter()
            _, shot = await loop.create_connection(lambda: _Shot(ask(number)), "127.0.0.1", port)
            answer = await shot.answer
            spans.append((time.perf_counter() - start) * 1000)
            if not answer.startswith(b"HTTP/1.1 2"):
                raise RuntimeError(f"the server answered {answer[:600]!r}")
            hear(number, answer)

    await asyncio.gather(*(asker(number) for number in range(width)))
    span = time.perf_counter() - began
    cpu = (processor_time(server) - before) * 1000 / len(spans)
    return Figures(len(spans) / span, percentile(spans, 0.5), percentile(spans, 0.95), cpu)


def processor_time(pid: int) -> float:
    """Seconds of processor time that the children of a process have used."""
    ticks = 0
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(folder)) and int(fields[1]) == pid:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _stat(folder: Path) -> list[str]:
    """What the kernel says of a process, from its state on; empty when it has gone."""
    try:
        return (folder / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
