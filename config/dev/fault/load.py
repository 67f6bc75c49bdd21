"""Clients that work while things break: each knows what was acknowledged to it, and finds out about the rest."""

import random
import threading
from dataclasses import dataclass, field
from typing import Any

from .browser import PATIENCE, Browser, Reply
from .journal import Journal, Outcome, Write

COOPERATIVE = "linden-court"
CARDS = 40  # tasks in one project; then the client starts another, so that boards stay as large as people's
NO_SPACE = 507  # which says that nothing was saved
# Create, create by page, change, move, read a page, read a row, sign in: the first client reads most of the time.
WRITES, READS = (6, 2, 5, 5, 5, 3, 0.2), (1, 1, 1, 1, 20, 3, 0.2)
BUSY = (409, 429)  # it may be done at another time, or is being done right now


def outcome(reply: Reply) -> Outcome:
    """What a client may take from an answer: done, not done, or nobody knows."""
    if 200 <= reply.status < 400:
        return "acknowledged"
    if 400 <= reply.status < 500:
        return "unknown" if reply.status in BUSY else "refused"
    return "refused" if reply.status == NO_SPACE else "unknown"


@dataclass
class Card:
    """A task as its client last saw it."""

    pk: int
    version: int
    lane: int


@dataclass
class Desk:
    """Where a client works: its project, the lanes, its cards."""

    project: int
    lanes: list[int]
    cards: list[Card] = field(default_factory=list)
    made: int = 0


class Client(threading.Thread):
    """One person at work until `stop` is set. Everything it does follows from its own seed and from the answers."""

    def __init__(self, number: int, port: int, journal: Journal, seed: str, stop: threading.Event, keys: bool) -> None:
        super().__init__(name=f"client {number}", daemon=True)
        self.number, self._seed, self._count = number, seed, 0
        self._random = random.Random(f"{seed}-{number}")
        self._journal, self._stopping, self._keys = journal, stop, keys
        self._browser = Browser(port, journal)
        self._desk: Desk | None = None

    def run(self) -> None:
        """Sign in, then one thing after the other."""
        while not self._stopping.is_set() and not self._browser.sign_in(self.number):
            self._stopping.wait(0.2)
        while not self._stopping.is_set():
            if self._desk is None or self._desk.made >= CARDS:
                self._desk = self._new_desk() or self._desk
            if self._desk is not None:
                self._something(self._desk)
            self._stopping.wait(self._random.uniform(0.01, 0.05))

    def _something(self, desk: Desk) -> None:
        todo = [self._create, self._create_by_page, self._change, self._move, self._read_page, self._read_row, self._sign_in]
        if not desk.cards:
            return self._create(desk)
        act = self._random.choices(todo, weights=READS if self.number == 0 else WRITES)[0]
        return act(desk)

    def _mark(self) -> str:
        self._count += 1
        return f"fault {self._seed} {self.number} {self._count}"

    def _new_desk(self) -> Desk | None:
        mine = [row for row in _rows(self._browser.get("/api/v1/cooperatives/")) if row.get("slug") == COOPERATIVE]
        if not mine:
            return None
        body = {"name": self._mark(), "cooperative": mine[0]["id"]}
        made = self._browser.send("POST", "/api/v1/projects/", body)
        if made.status != 201:
            return None
        lanes = _rows(self._browser.get(f"/api/v1/lanes/?project={made.json['id']}"))
        return Desk(made.json["id"], [lane["id"] for lane in lanes]) if lanes else None

    def _write(self, op: Any, mark: str, reply: Reply, card: Card | None = None) -> Outcome:
        done = outcome(reply)
        seen = reply.json if done == "acknowledged" else {}
        task = seen.get("id") or (card.pk if card else None)
        self._journal.writes.append(Write(op, mark, done, task, seen.get("version")))
        return done

    def _create(self, desk: Desk) -> None:
        mark = self._mark()
        body = {"project": desk.project, "title": mark, "description": mark}
        reply = self._browser.send("POST", "/api/v1/tasks/", body, key=mark.replace(" ", "-") if self._keys else "")
        while self._keys and outcome(reply) == "unknown" and not self._stopping.wait(0.2):
            self._journal.repeats += 1
            reply = self._browser.send("POST", "/api/v1/tasks/", body, key=mark.replace(" ", "-"))
        if self._write("create", mark, reply) == "acknowledged":
            desk.made += 1
            desk.cards = [*desk.cards[-7:], Card(reply.json["id"], reply.json["version"], reply.json["lane"])]

    def _create_by_page(self, desk: Desk) -> None:
        path, mark = f"/c/{COOPERATIVE}/work/{desk.project}/new/", self._mark()
        page = self._browser.get(path)
        if page.status != 200:
            return
        self._write("create", mark, self._browser.form(path, **page.hidden(), title=mark, lane=str(desk.lanes[0])))
        desk.made += 1

    def _change(self, desk: Desk) -> None:
        card, mark = self._random.choice(desk.cards), self._mark()
        body = {"title": mark, "description": mark, "version": card.version}
        self._settle(desk, card, "change", mark, self._browser.send("PATCH", f"/api/v1/tasks/{card.pk}/", body))

    def _move(self, desk: Desk) -> None:
        card, mark = self._random.choice(desk.cards), self._mark()
        lane = self._random.choice([lane for lane in desk.lanes if lane != card.lane])
        body = {"lane": lane, "version": card.version}
        self._settle(desk, card, "move", mark, self._browser.send("POST", f"/api/v1/tasks/{card.pk}/move/", body))

    def _settle(self, desk: Desk, card: Card, op: str, mark: str, reply: Reply) -> None:
        """Note the outcome; after an unknown one ask how the card stands, as a person would look."""
        if self._write(op, mark, reply, card) != "acknowledged":
            reply = self._ask(card)
        if reply.status == 200:
            card.version, card.lane = reply.json["version"], reply.json["lane"]
        else:
            desk.cards.remove(card)

    def _ask(self, card: Card) -> Reply:
        reply = self._browser.get(f"/api/v1/tasks/{card.pk}/")
        while outcome(reply) == "unknown" and not self._stopping.wait(0.2):
            reply = self._browser.get(f"/api/v1/tasks/{card.pk}/")
        return reply

    def _read_page(self, desk: Desk) -> None:
        home = f"/c/{COOPERATIVE}/"
        board, row = f"{home}work/{desk.project}/", f"{home}work/tasks/{self._random.choice(desk.cards).pk}/"
        self._browser.get(self._random.choice(["/", home, board, row, f"{home}work/", f"{home}activity/"]))

    def _read_row(self, desk: Desk) -> None:
        self._browser.get(f"/api/v1/tasks/{self._random.choice(desk.cards).pk}/")

    def _sign_in(self, desk: Desk) -> None:
        while not self._browser.sign_in(self.number) and not self._stopping.wait(0.2):
            pass


def _rows(reply: Reply) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = reply.json.get("results", []) if reply.status == 200 else []
    return found


def takes_keys(browser: Browser) -> bool:
    """Whether a POST that is sent twice with one Idempotency-Key is done once."""
    mine = [row for row in _rows(browser.get("/api/v1/cooperatives/")) if row.get("slug") == COOPERATIVE]
    body = {"name": "Sent twice", "cooperative": mine[0]["id"]}
    first, second = (browser.send("POST", "/api/v1/projects/", body, key="sent-twice") for _ in range(2))
    return first.status == 201 and first.json.get("id") == second.json.get("id")


class Crowd:
    """All clients of a run."""

    def __init__(self, count: int, port: int, journal: Journal, seed: str, keys: bool) -> None:
        self._stop = threading.Event()
        self._clients = [Client(number, port, journal, seed, self._stop, keys) for number in range(count)]

    def start(self) -> None:
        """Begin."""
        for client in self._clients:
            client.start()

    def stop(self) -> None:
        """Finish what is in hand. Raises RuntimeError when somebody hangs."""
        self._stop.set()
        for client in self._clients:
            client.join(PATIENCE * 3)
            if client.is_alive():
                raise RuntimeError(f"{client.name} hangs")
