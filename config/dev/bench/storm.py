"""500 sockets that come back at once, and what the readers of pages notice of it."""

import asyncio
import random
import time
from typing import Any

from config.dev.bench.crowd import Crowd, Ear, percentile
from config.dev.bench.writing import WHO, Writer
from config.dev.processes import Served, Visitor

COMING, PAGES, ROUNDS = 500, 30, 3
AWAY, LONGEST = 0.5, 30.0  # seconds: half to whole of it a page waits before it tries, then twice as long: static/js/live.js


class Storm(Crowd):
    """A crowd that comes back as pages do: each after a moment of its own, all within a quarter of a second."""

    refused = 0

    async def open(self, number: int) -> None:
        """All at once."""

        await asyncio.gather(*(self._come() for _ in range(number)))

    async def _come(self) -> None:
        loop, longest = asyncio.get_running_loop(), AWAY
        while True:
            await asyncio.sleep(longest * random.uniform(0.5, 1.0))
            longest = min(LONGEST, longest * 2)
            try:
                _, ear = await loop.create_connection(lambda: Ear(self._request, self._mark), "127.0.0.1", self._port)
                await asyncio.wait_for(ear.is_open, 60)
            except OSError:
                self.refused += 1
                continue
            self.ears.append(ear)
            return


def measure(served: Served) -> dict[str, float]:
    """Milliseconds of the board's page at the 95th of a hundred, quiet and while all come back, and their number."""
    return asyncio.run(_measure(served))


async def _measure(served: Served) -> dict[str, float]:
    writer = await asyncio.to_thread(Writer, served.url)
    reader, path = await asyncio.to_thread(_reader, served, writer.project)
    crowd = Storm(served.port, f"/ws/projects/{writer.project}/", token=writer.token)
    quiet = await _pages(reader, path)
    stormy: list[float] = []
    seconds = 0.0
    for _ in range(ROUNDS):
        began = time.perf_counter()
        coming = asyncio.create_task(crowd.open(COMING))
        while not coming.done():
            stormy += await _pages(reader, path, 1)
        await coming
        seconds = max(seconds, time.perf_counter() - began)
        crowd.close()
    return {
        "quiet_p95": round(percentile(quiet, 0.95), 1),
        "storm_p95": round(percentile(stormy, 0.95), 1),
        "pages": len(stormy),
        "all_back_s": round(seconds, 2),
        "tried_again": crowd.refused,
    }


def _reader(served: Served, project: int) -> tuple[Visitor, str]:
    visitor = Visitor(served.url)
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", login=WHO["email"], password=WHO["password"])
    return visitor, f"/c/linden-court/work/{project}/"


async def _pages(reader: Visitor, path: str, number: int = PAGES) -> list[float]:
    spans: list[float] = []
    for _ in range(number):
        began = time.perf_counter()
        status, _body = await asyncio.to_thread(reader.get, path)
        if status != 200:
            raise RuntimeError(f"{path} answered {status}")
        spans.append((time.perf_counter() - began) * 1000)
    return spans


def share(found: dict[str, Any]) -> float:
    """How much slower pages are in the storm."""
    return round(found["storm_p95"] / found["quiet_p95"], 2)
