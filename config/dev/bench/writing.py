"""From a write through the API to the sockets of those who look on; and what an idle socket costs."""

import asyncio
import json
import os
import time
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from config.dev.bench.crowd import Crowd, percentile
from config.dev.processes import Served

CROWDS = (1, 100, 500)
WRITES, IDLE = 40, 500
WHO = {"email": "marta.lindqvist@linden-court.example", "password": "linden-and-kilele"}


class Writer:
    """A member with a token."""

    def __init__(self, url: str) -> None:
        self._url, self.token = url, ""
        self.token = self.post("auth/login/", WHO)["access"]
        self.project = self._call(Request(f"{url}/api/v1/projects/", headers=self._headers))["results"][0]["id"]

    @property
    def _headers(self) -> dict[str, str]:
        bearer = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        return {"Content-Type": "application/json", "Accept": "application/json", **bearer}

    def post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """One POST."""
        return self._call(Request(f"{self._url}/api/v1/{path}", json.dumps(body).encode(), self._headers))

    def task(self, number: int) -> None:
        """Write one task."""
        self.post("tasks/", {"title": f"Measured task {number}", "project": self.project})

    @staticmethod
    def _call(request: Request) -> dict[str, Any]:
        with urlopen(request, timeout=30) as answer:
            return dict(json.load(answer))


def measure(served: Served) -> dict[str, Any]:
    """Delays in milliseconds from before the write to each socket, by number of sockets."""
    return asyncio.run(_delays(served))


async def _delays(served: Served) -> dict[str, Any]:
    writer = await asyncio.to_thread(Writer, served.url)
    figures: dict[str, Any] = {}
    for number in CROWDS:
        crowd = Crowd(served.port, f"/ws/projects/{writer.project}/", token=writer.token, mark=b'"issue.created"')
        await crowd.open(number)
        figures[str(number)] = await _writes(crowd, writer)
        crowd.close()
    return figures


async def _writes(crowd: Crowd, writer: Writer) -> dict[str, float]:
    # Of each delivery, of the answer to the write itself, and of the last to hear.
    delays: list[float] = []
    replies: list[float] = []
    last: list[float] = []
    for turn in range(1, WRITES + 1):
        began = time.perf_counter()
        await asyncio.to_thread(writer.task, turn)
        replies.append((time.perf_counter() - began) * 1000)
        await crowd.until(lambda turn=turn: all(len(ear.seen) >= turn for ear in crowd.ears))  # type: ignore[misc]
        heard = [(ear.seen[turn - 1] - began) * 1000 for ear in crowd.ears]
        delays += heard
        last.append(max(heard))
    figures = {"p50": (delays, 0.5), "p95": (delays, 0.95), "reply_p95": (replies, 0.95), "last_p95": (last, 0.95)}
    return {name: round(percentile(numbers, at), 1) for name, (numbers, at) in figures.items()}


def idle_kilobytes(served: Served, pid: int) -> float:
    """Resident memory that each of many idle sockets adds to the process that hosts them, in KB."""
    return asyncio.run(_idle(served, pid))


async def _idle(served: Served, pid: int) -> float:
    writer = await asyncio.to_thread(Writer, served.url)
    path = f"/ws/projects/{writer.project}/"
    warm = Crowd(served.port, path, token=writer.token)
    await warm.open(20)  # what is loaded once is not a socket's cost
    before = memory(pid)
    crowd = Crowd(served.port, path, token=writer.token)
    await crowd.open(IDLE)
    cost = (memory(pid) - before) / IDLE
    crowd.close()
    warm.close()
    return round(cost, 1)


def memory(pid: int) -> float:
    """Resident memory of a process in KB."""
    fields = Path(f"/proc/{pid}/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1024
