"""One run: people at work and listening, fault upon fault, then quiet, then the checks."""

import sys
import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from . import evidence as reading
from .browser import Browser
from .checks import TARGETS, Finding, examine, served
from .disk import Disk
from .ears import Ear
from .evidence import Ask, Evidence
from .house import PATIENCE, Broken, House, until
from .journal import Journal
from .load import COOPERATIVE, Crowd, takes_keys
from .plan import Fault
from .stores import Stores

LEAST_WORK = 6  # acknowledged writes between two faults, so that none meets an idle house
LEAST_READS = 3  # pages read while something is away
REFUSALS = 5  # answers without space that are waited for


@dataclass
class Storm:
    """The state of a run."""

    house: House
    ask: Ask
    disk: Disk
    seed: str
    stores: Stores | None = None
    journal: Journal = field(default_factory=Journal)
    done: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # fault -> seconds to recover
    keys: bool = False
    since: dict[int, int] = field(default_factory=dict)  # the head of each chain before the witness came

    def run(self, faults: list[Fault], clients: int, listeners: int) -> list[Finding]:
        """Everything. Raises Broken when something does not come back."""
        self.since = reading.heads(self.ask)
        browser = Browser(self.house.served.port, Journal())
        browser.sign_in(0)
        self.keys = takes_keys(browser)
        mine = self.ask(f"SELECT id FROM cooperatives_cooperative WHERE slug = '{COOPERATIVE}'")[0][0]
        ears = [Ear(number, self.house.served.port, self.journal, mine) for number in range(listeners)]
        crowd = Crowd(clients, self.house.served.port, self.journal, self.seed, self.keys)
        for ear in ears:
            ear.start()
        crowd.start()
        try:
            until(lambda: all(ear.memory.start is not None for ear in ears), "the listeners are let in")
            for number, fault in enumerate(faults):
                self._show(f"{number + 1}/{len(faults)} {fault.kind} {fault.at}")
                self._bring(fault)
        finally:
            crowd.stop()
        self._last_act(browser)
        self._settle(ears)
        return self.examine()

    def examine(self) -> list[Finding]:
        """All checks, over what is there now."""
        return examine(self.journal, self._evidence())

    def _show(self, line: str) -> None:
        if sys.stdout.isatty():
            print(f"\r\033[K{self.house.mode}: {line}", end="", flush=True)

    def _bring(self, fault: Fault) -> None:
        self._work(fault.pause)
        name = f"killed: {fault.at}" if fault.kind in ("killed", "fuse") else fault.kind
        name = f"killed {_PLACES[fault.at]}" if fault.kind == "fuse" else name
        took = _FAULTS[fault.kind](self, fault.at)
        self.done[name].append(took)

    def _work(self, seconds: float) -> None:
        goal = self.journal.acknowledged() + LEAST_WORK
        end = time.monotonic() + seconds
        until(lambda: self.journal.acknowledged() >= goal and time.monotonic() >= end, "work goes on", seconds + PATIENCE)

    def kill(self, part: str) -> float:
        """A part, at no chosen place."""
        self.house.kill(part)
        return self._recover()

    def burn(self, fuse: str) -> float:
        """Whichever process comes by."""
        self.house.light(fuse)
        until(lambda: self.house.is_burnt(fuse), f"a process dies {_PLACES[fuse]}")
        return self._recover()

    def _recover(self) -> float:
        began = time.monotonic()
        self.house.mend()
        until(self.house.serves, "pages are served again")
        return time.monotonic() - began

    def stop_database(self, seconds: str) -> float:
        """And start it again; the seconds are those from its first answer to ours."""
        stores = self._stores()
        self.journal.weather = "database away"
        stores.stop_database()
        self._pause(float(seconds))
        stores.start_database()
        took = until(self.house.serves, "pages are served again")
        self.journal.weather = "calm"
        return took

    def lose_memory(self, seconds: str) -> float:
        """Valkey is killed and stays away; the seconds are those until everybody has been told what happened meanwhile."""
        stores = self._stores()
        reads = self.reads_in("Valkey away")[0] + LEAST_READS
        self.journal.weather = "Valkey away"
        stores.kill_memory()
        self._work(float(seconds))
        until(lambda: self.reads_in("Valkey away")[0] > reads, "pages are read")
        stores.start_memory()
        self.journal.weather = "calm"
        return self._catch_up()

    def flush_memory(self, _: str) -> float:
        """Valkey forgets everything."""
        self._stores().flush_memory()
        return self._catch_up()

    def _catch_up(self) -> float:
        goal = reading.heads(self.ask)
        return until(lambda: not reading.behind(self.ask, TARGETS, goal), "the targets catch up", step=0.1)

    def fill_disk(self, _: str) -> float:
        """Nothing can grow, until somebody makes room; the seconds are those until a write is done again."""
        self.journal.weather = "disk full"
        mark, reads = len(self.journal.answers), self.reads_in("disk full")[0] + LEAST_READS
        self.disk.fill()
        try:
            until(lambda: self._refusals(mark) >= REFUSALS, "writes are refused for want of space")
            until(lambda: self.reads_in("disk full")[0] > reads, "pages are read")
        finally:
            self.disk.free()
        goal = self.journal.acknowledged() + 1
        self.journal.weather = "calm"
        return until(lambda: self.journal.acknowledged() >= goal, "writing works again")

    def _refusals(self, mark: int) -> int:
        return sum(answer.status == 507 for answer in self.journal.answers[mark:])

    def _stores(self) -> Stores:
        if self.stores is None:
            raise Broken("this house has no stores of its own")
        return self.stores

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        until(lambda: time.monotonic() >= end, "a pause", seconds + PATIENCE)

    def _last_act(self, browser: Browser) -> None:
        """One more write, whose process dies before anybody is told; afterwards only the sweep can tell of it."""
        with suppress(Broken):
            self._catch_up()
        began = reading.heads(self.ask)
        self.house.light("committed")
        until(lambda: browser.sign_in(0), "signing in")
        mine = browser.get("/api/v1/cooperatives/").json["results"]
        body = {"name": "The last act", "cooperative": next(row["id"] for row in mine if row["slug"] == COOPERATIVE)}
        browser.send("POST", "/api/v1/projects/", body)
        until(lambda: self.house.is_burnt("committed"), "the last process dies")
        took = self._recover()
        self.done[f"killed {_PLACES['committed']}"].append(took)
        if reading.heads(self.ask) == began:
            raise Broken("the last act was not committed")

    def _settle(self, ears: list[Ear]) -> None:
        with suppress(Broken):  # the checks say of whom
            took = self._catch_up()
            self.done["told by the sweep alone"].append(took)
        head = reading.heads(self.ask)
        for ear in ears:
            ear.finish(head[ear.memory.cooperative])

    def _evidence(self) -> Evidence:
        found = reading.gather(self.ask, self.house.folder / "told")
        found.since, found.chain = self.since, self.house.verify()
        if self.stores is None:
            verdict = self.ask("PRAGMA integrity_check")[0][0]
            found.store = "" if verdict == "ok" else f"integrity_check: {verdict}"
        return found

    def reads_in(self, weather: str) -> tuple[int, int, float]:
        """Reads of pages in this weather: how many, how many served, the slowest."""
        return served(self.journal, weather)


_PLACES = {
    "inside": "inside a transaction",
    "committed": "between commit and broadcast",
    "told": "between telling and noting it",
    "effect": "between effect and noting it",
}
_FAULTS: dict[str, Callable[[Storm, str], float]] = {
    "killed": Storm.kill,
    "fuse": Storm.burn,
    "database stopped": Storm.stop_database,
    "Valkey killed": Storm.lose_memory,
    "Valkey absent": Storm.lose_memory,
    "Valkey flushed": Storm.flush_memory,
    "disk full": Storm.fill_disk,
}
