"""The work room on two gunicorn workers and PostgreSQL beside its bare floors: one project, 500 tasks, 30 members.

Ours are whole requests with session, membership, rules and record; the floors have none of it. Both are asked in turn,
so that what else the machine does falls on both; the best window of each counts.
"""

import asyncio
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg

from config.dev.bench.reading import plain
from config.dev.bench.volley import CARDS, LANES, Ask, Figures, Hear, fire, request
from config.dev.processes import free_port
from config.env import BASE_DIR

PASSES, SECONDS, WIDTHS = 3, 1.5, (1, 16)
LEAST = {"board": 0.4, "html": 0.1, "one": 0.5, "create": 0.3, "move": 0.4}  # of the floor's requests a second
FLOOR_OF = {"html": "board"}


@dataclass(frozen=True)
class Server:
    """A gunicorn: where it listens, and the process whose children answer."""

    port: int
    pid: int


@contextmanager
def gunicorn(environment: dict[str, str]) -> Iterator[Server]:
    """Two workers, as in production, until they are not needed."""
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "--config=python:config.gunicorn", f"--bind=127.0.0.1:{port}", "config.wsgi"]
    process = subprocess.Popen(command, cwd=BASE_DIR, env=environment)
    try:
        _await(f"http://127.0.0.1:{port}/healthz")
        yield Server(port, process.pid)
    finally:
        process.terminate()
        process.wait(20)


def _await(url: str) -> None:
    until, pause = time.monotonic() + 60, threading.Event()
    while time.monotonic() < until:
        try:
            urlopen(url, timeout=5).close()
            return
        except HTTPError:
            return  # any answer will do
        except OSError:
            pause.wait(0.1)
    raise RuntimeError(f"nothing answers at {url}")


class Ours:
    """What is asked of the product, by a member with a session."""

    def __init__(self, seed: dict[str, Any]) -> None:
        self.seed, self.dice = seed, random.Random(1)
        self.versions = dict.fromkeys(seed["tasks"], 1)
        self.moving: dict[int, int] = {}
        token = "k" * 32
        self.headers = {"Cookie": f"{seed['cookie']}; csrftoken={token}", "X-CSRFToken": token, "Accept": "application/json"}

    def board(self, asker: int) -> bytes:
        """The board as JSON."""
        return request("GET", f"/api/v1/projects/{self.seed['project']}/board/", self.headers)

    def html(self, asker: int) -> bytes:
        """The board as a page, 50 cards of each lane."""
        return request("GET", f"/c/{self.seed['slug']}/work/{self.seed['project']}/", self.headers | {"Accept": "text/html"})

    def one(self, asker: int) -> bytes:
        """One task."""
        return request("GET", f"/api/v1/tasks/{self.dice.choice(self.seed['tasks'])}/", self.headers)

    def create(self, asker: int) -> bytes:
        """A new task."""
        body = {"title": "Measured", "project": self.seed["other"]}
        return request("POST", "/api/v1/tasks/", self.headers, json.dumps(body).encode())

    def move(self, asker: int) -> bytes:
        """A card to another lane; each asker has cards of its own, so that nobody is too late."""
        mine = self.seed["tasks"][asker :: max(WIDTHS)]
        task = self.moving[asker] = self.dice.choice(mine)
        body = {"lane": self.dice.choice(self.seed["lanes"]), "version": self.versions[task]}
        return request("POST", f"/api/v1/tasks/{task}/move/", self.headers, json.dumps(body).encode())

    def moved(self, asker: int, answer: bytes) -> None:
        """Remember its version."""
        self.versions[self.moving[asker]] = json.loads(answer.partition(b"\r\n\r\n")[2])["version"]


class Bare:
    """The same of the floors."""

    def __init__(self) -> None:
        self.dice = random.Random(1)

    def board(self, asker: int) -> bytes:
        """All cards."""
        return request("GET", "/board/", {})

    def one(self, asker: int) -> bytes:
        """One card."""
        return request("GET", f"/tasks/{self.dice.randint(1, CARDS)}/", {"Accept": "application/json"})

    def create(self, asker: int) -> bytes:
        """A new card."""
        return request("POST", "/tasks/", {}, b'{"title": "Measured"}')

    def move(self, asker: int) -> bytes:
        """A card to another lane."""
        body = json.dumps({"lane": self.dice.randint(1, LANES)}).encode()
        return request("POST", f"/tasks/{self.dice.randint(1, CARDS)}/move/", {}, body)


def _nothing(asker: int, answer: bytes) -> None:
    """What is said does not matter."""


def environment_of(folder: Path, addresses: dict[str, str]) -> dict[str, str]:
    """That of production on these stores. Requests are counted against a limit that is never reached."""
    found = plain({**os.environ, **addresses, "STATIC_ROOT": f"{folder}/static", "METRICS_FOLDER": f"{folder}/metrics"})
    return found | {"ENV_FILE": "", "DEMO": "off", "LOG_LEVEL": "ERROR", "LOG_FORMAT": "", "API_LIMIT": "100000000"}


def measure(folder: Path, addresses: dict[str, str]) -> dict[str, Any]:
    """For each kind of request and width: ours, the floor, and the ratios."""
    environment = environment_of(folder, addresses)
    below = environment | {"DJANGO_SETTINGS_MODULE": "config.dev.bench.floors.settings"}
    _run(environment, "manage.py", "prepare")
    _run(below, "-m", "config.dev.bench.floors.prepare")
    seed = json.loads(_run(environment, "-m", "config.dev.bench.seed").splitlines()[-1])
    with psycopg.connect(addresses["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("ANALYZE")  # what PostgreSQL does by itself within a minute of so many new rows
    with gunicorn(environment) as ours, gunicorn(below) as bare:
        return asyncio.run(_rounds(Ours(seed), ours, bare)) | {"statements": seed["statements"]}


def _run(environment: dict[str, str], *command: str) -> str:
    done = subprocess.run(
        [sys.executable, *command], cwd=BASE_DIR, env=environment, check=True, stdout=subprocess.PIPE, text=True
    )
    return done.stdout


async def _rounds(asked: Ours, ours: Server, bare: Server) -> dict[str, Any]:
    figures: dict[str, Any] = {}
    floor = Bare()
    for name in LEAST:
        hear: Hear = asked.moved if name == "move" else _nothing
        below: Ask = getattr(floor, FLOOR_OF.get(name, name))
        for width in WIDTHS:
            best: dict[str, Figures] = {}
            for _ in range(PASSES):
                for side, server, ask, heard in (("ours", ours, getattr(asked, name), hear), ("floor", bare, below, _nothing)):
                    one = await fire(server.port, server.pid, ask, heard, seconds=SECONDS, width=width)
                    if side not in best or one.rate > best[side].rate:
                        best[side] = one
            figures[f"{name}_{width}"] = _pair(best["ours"], best["floor"])
    return figures


def _rounded(one: Figures) -> dict[str, float]:
    return {key: round(value, 2) for key, value in vars(one).items()}


def _pair(ours: Figures, floor: Figures) -> dict[str, Any]:
    shares = {"ratio": round(ours.rate / floor.rate, 2), "cpu_ratio": round(floor.cpu / ours.cpu, 2) if ours.cpu else None}
    return {"ours": _rounded(ours), "floor": _rounded(floor), **shares}
