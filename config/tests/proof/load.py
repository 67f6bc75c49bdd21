"""Many requests at once through the ASGI application: with errors and with clients that leave in between."""

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import connection, connections

from config import stores
from config.asgi import application

from .marks import Marks
from .surface import Door
from .world import HERE, MARK, SIDES, World

AT_ONCE = 50
FAULT = "fault"  # a request with this in its query makes the view raise
POOL = 8
_WRITES_ONE_IN, _FAULTS_ONE_IN, _LEAVES_ONE_IN = 10, 12, 15


@dataclass(frozen=True)
class Visit:
    """One request of one side's admin, or of a visitor."""

    side: str | None
    path: str
    method: str = "GET"
    body: bytes = b""
    headers: tuple[tuple[bytes, bytes], ...] = ()
    leaves: bool = False  # the client goes away
    cancelled: bool = False  # and the server loses patience
    faulty: bool = False


@dataclass
class Tally:
    """What came of all visits."""

    statuses: Counter[str] = field(default_factory=Counter)
    foreign: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


@contextmanager
def as_in_production() -> Iterator[None]:
    """Log in as the application's own role, through a real pool; on SQLite every thread has its own connection anyway."""
    kept = connections.settings["default"]
    if connection.vendor == "sqlite":
        yield
        return
    pooled = {**stores.database(settings.DATABASE_URL, pool_size=POOL), "NAME": kept["NAME"]}
    connection.close()
    connections.settings["default"] = {**kept, **pooled}
    try:
        yield
    finally:
        connections.settings["default"] = kept
        for pool in _pools().values():
            pool.close()
        _pools().clear()


def _pools() -> dict[str, Any]:
    found: dict[str, Any] = type(connections["default"])._connection_pools
    return found


def left_over() -> list[str]:
    """What connections in the pool still know of a tenant, and how many never came back to it."""
    found = []
    for pool in _pools().values() if connection.vendor == "postgresql" else ():
        stats = pool.get_stats()
        if missing := stats.get("pool_size", 0) - stats.get("pool_available", 0):
            found.append(f"{missing} of {stats['pool_size']} connections did not come back")
        taken = [pool.getconn() for _ in range(stats.get("pool_available", 0))]
        for raw in taken:
            row = raw.execute("SELECT current_setting('app.cooperatives', true), current_setting('app.user', true)").fetchone()
            found += [f"a connection still knows {row}"] if any(row) else []
            raw.rollback()
            pool.putconn(raw)
    return found


class Crowd:
    """Visitors of both sides, fifty at once."""

    def __init__(self, world: World, doors: list[Door], seed: int = 7) -> None:
        self.world, self.doors, self.random = world, doors, random.Random(seed)
        self.marks, self.tally = Marks(world), Tally()
        self.application: Any = application
        self.addresses = {side: [door.address(world.ids(door, side)) for door in doors] for side in SIDES}

    def visits(self, count: int) -> Iterator[Visit]:
        """So many, mixed by chance: the seed makes them the same each time."""
        for number in range(count):
            side = self.random.choice(SIDES)
            if number % _WRITES_ONE_IN == 0:
                yield self._write(side, number)
                continue
            faulty, leaves = number % _FAULTS_ONE_IN == 1, number % _LEAVES_ONE_IN == 2
            path = f"/c/{self.world.cooperatives[side].slug}/?{FAULT}=1" if faulty else self.random.choice(self.addresses[side])
            visitor = not faulty and number % 9 == 3
            headers = () if visitor else self._signed(side)
            cancelled = leaves and number % 2 == 0
            yield Visit(None if visitor else side, path, headers=headers, leaves=leaves, cancelled=cancelled, faulty=faulty)

    def _signed(self, side: str) -> tuple[tuple[bytes, bytes], ...]:
        key = self.world.sessions["admin" if side == HERE else "stranger_admin"]
        return ((b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode()),)

    def _write(self, side: str, number: int) -> Visit:
        token = self.world.tokens["admin" if side == HERE else "stranger_admin"]
        project = self.world.row(side, "tasks.project").pk
        body = f'{{"project": {project}, "title": "Task {number} {MARK[side]}"}}'.encode()
        proof = ((b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json"))
        return Visit(side, "/api/v1/tasks/", "POST", body, proof)

    async def come(self, count: int) -> Tally:
        """All of them, at most fifty at once."""
        places = asyncio.Semaphore(AT_ONCE)

        async def one(visit: Visit) -> None:
            async with places:
                await self._visit(visit)

        ends = await asyncio.gather(*(one(visit) for visit in self.visits(count)), return_exceptions=True)
        for error in ends:
            if error is not None:
                self.tally.statuses[repr(error)] += 1
        return self.tally

    async def _visit(self, visit: Visit) -> None:
        said: list[dict[str, Any]] = []
        gone = asyncio.Event()
        task = asyncio.ensure_future(self.application(_scope(visit), _receiver(visit, gone), _sender(said)))
        if visit.leaves:
            await asyncio.sleep(self.random.random() * 0.02)
            task.cancel() if visit.cancelled else gone.set()
        try:
            await task
        except asyncio.CancelledError:
            self.tally.statuses["cancelled"] += 1
            return
        self._judge(visit, said)

    def _judge(self, visit: Visit, said: list[dict[str, Any]]) -> None:
        status = next((message["status"] for message in said if message["type"] == "http.response.start"), 0)
        self.tally.statuses[f"{visit.method} {status}" if status else "gone"] += 1
        text = b"".join(message.get("body", b"") for message in said).decode(errors="replace")
        for side in SIDES:
            if side != visit.side and (seen := self.marks.found(side, text.replace(visit.path, ""))):
                self.tally.foreign.append(f"{visit.method} {visit.path} of {visit.side}: {sorted(seen)[:3]}")
        # Who has left a file that is streamed may have its head alone.
        if visit.side and status == 200 and not visit.leaves and not self.marks.found(visit.side, text):
            self.tally.lost.append(f"{visit.method} {visit.path} of {visit.side}: nothing of its own")


def _scope(visit: Visit) -> dict[str, Any]:
    path, _, query = visit.path.partition("?")
    headers = [(b"host", b"testserver"), *visit.headers, (b"content-length", str(len(visit.body)).encode())]
    return {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "scheme": "http", "method": visit.method,
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "headers": headers,
        "client": ("192.0.2.1", 4000), "server": ("testserver", 80), "root_path": "",
    }  # fmt: skip


def _receiver(visit: Visit, gone: asyncio.Event) -> Any:
    sent = False

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if not sent:
            sent = True
            return {"type": "http.request", "body": visit.body, "more_body": False}
        await gone.wait()
        return {"type": "http.disconnect"}

    return receive


def _sender(said: list[dict[str, Any]]) -> Any:
    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    return send
