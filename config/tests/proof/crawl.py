"""The crawl: everybody at every door, with every foreign id, under six oracles; and a control for each refusal."""

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from zlib import crc32

from cooperatives.policy import may

from ..kept import undone
from . import manners
from .knocking import Answer, Knock, Knocker
from .oracles import Finding, Oracles
from .surface import SAFE, Door, offered
from .trials import Trial, controls, doors_for, trials
from .world import ACTORS, HERE, OWNERS, THERE, World, fill, is_personal

CONTROL, MANNERS = "control", "manners"


# What ids of nothing are answered, at each place of each door.
Nothing = dict[tuple[Door, str], set[tuple[int, str]]]


@dataclass
class Report:
    """What was tried and what was found."""

    findings: list[Finding] = field(default_factory=list)
    cells: Counter[tuple[str, str]] = field(default_factory=Counter)
    opened: set[tuple[Door, str]] = field(default_factory=set)
    requests: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        total = sum(self.cells.values())
        head = f"{total} cells, {self.requests} requests, {self.seconds:.1f} s of work, {len(self.findings)} findings"
        kinds = sorted({kind for _actor, kind in self.cells})
        rows = [f"{'':16}" + "".join(f"{kind:>10}" for kind in kinds)]
        rows += [
            f"{actor:16}" + "".join(f"{self.cells[actor, kind]:>10}" for kind in kinds)
            for actor in ACTORS
            if any(self.cells[actor, kind] for kind in kinds)
        ]
        return "\n".join([head, *rows, *map(str, self.findings[:60])])


class Crawl:
    """One walk through all doors. `whole` tries by everybody what the suite has some of them try.

    `every`: what there is to try is dealt out among the actors, and each tries one in so many.
    """

    def __init__(
        self,
        world: World,
        *,
        whole: bool = False,
        among: Iterable[Door] | None = None,
        nothing: Nothing | None = None,
        every: int = 1,
    ) -> None:
        self.world, self.whole, self.every = world, whole, every
        self.among = None if among is None else set(among)
        self.knocker, self.oracles, self.report = Knocker(world), Oracles(world), Report()
        self._nothing: Nothing = {} if nothing is None else nothing
        self._looked: list[tuple[Knock, str]] = []

    def run(self, *actors: str) -> Report:
        """Controls and growth, then trials."""
        start = time.process_time()
        for actor in actors or ACTORS:
            self.of(actor, grows=self.world.home(actor) == HERE)
        self.report.requests, self.report.seconds = self.knocker.count, time.process_time() - start
        return self.report

    def of(self, actor: str, *, grows: bool = False) -> None:
        """Everything one actor tries."""
        self.control(actor, grows=grows)
        with undone():
            for trial in trials(self.world, actor, self._doors(actor), whole=self.whole):
                if self._takes(trial.knock):
                    self._try(trial)

    def control(self, actor: str, *, grows: bool = False) -> None:
        """What this actor may do, at every door; and once more what they see, when the other cooperative has grown."""
        with undone():
            self._looked.clear()
            for door in self._doors(actor):
                # Door by door: a body may bring the row that it needs, or put it into the state in which the act makes sense.
                with undone():
                    for knock in controls(self.world, actor, [door], whole=self.whole):
                        if self._takes(knock):
                            self._control(knock)
            if grows:
                self._grow()

    def _takes(self, knock: Knock) -> bool:
        return (crc32(f"{knock.door} {knock.note}".encode()) + ACTORS.index(knock.actor)) % self.every == 0

    def _doors(self, actor: str) -> list[Door]:
        return [door for door in doors_for(actor, whole=self.whole) if self.among is None or door in self.among]

    def _send(self, knock: Knock, sides: tuple[str, ...]) -> Answer:
        with undone():
            answer = self.knocker(knock)
            self.report.findings += self.oracles.of_any(knock, answer, sides)
        self.report.findings += [Finding(MANNERS, knock, fault) for fault in manners.faults(answer, signed_in=knock.is_signed_in)]
        return answer

    def _count(self, knock: Knock) -> None:
        self.report.cells[knock.actor, knock.door.kind] += 1

    def _control(self, knock: Knock) -> None:
        answer = self._send(knock, self.world.foreign(knock.actor))
        self._count(knock)
        if answer.is_open:
            self.report.opened.add((knock.door, knock.actor))
        elif self._should_open(knock):
            self.report.findings.append(Finding(CONTROL, knock, f"{answer.status} to what its own people may do"))
        if knock.door.method in SAFE and answer.status < 400:
            self._looked.append((knock, self.oracles.said(knock, answer)))

    def _should_open(self, knock: Knock) -> bool:
        """Whether the policy, asked past the door, lets this actor do this to what is their own."""
        name, home = _needed(knock.door), self.world.home(knock.actor)
        if not name or not home or (is_personal(knock.door) and knock.actor not in OWNERS):
            return False
        return may(self.world.actor(knock.actor), name, self.world.cooperatives[home])

    def _try(self, trial: Trial) -> None:
        answer = self._send(trial.knock, (trial.side,))
        self._count(trial.knock)
        # What an id of nothing is answered at one place needs asking once, where the answer names nobody.
        nothing = self._nothing.setdefault((trial.knock.door, trial.knock.note), set())
        said = answer.status, self.oracles.said(trial.knock, answer, trial.swapped)
        if trial.twin is None or (said in nothing and answer.status >= 400):
            return
        twin = self._send(trial.twin, (trial.side,))
        self.report.findings += self.oracles.of_pair(trial, answer, twin)
        nothing.add((twin.status, self.oracles.said(trial.knock, twin, trial.swapped)))

    def _grow(self) -> None:
        """More of everything in the other cooperative: what the people of here saw, they see again."""
        fill(self.world, THERE)
        for knock, before in self._looked:
            after = self._once_more(knock)
            if after != before and not knock.door.is_ours and after != self._once_more(knock):
                continue  # a library that says something else each time, such as a new secret
            self.report.findings += self.oracles.of_growth(knock, before, after)

    def _once_more(self, knock: Knock) -> str:
        with undone():
            return self.oracles.said(knock, self.knocker(knock))


def _needed(door: Door) -> str:
    """The policy's name for what a door does; empty where the view itself decides by method."""
    if door.viewset is not None:
        return getattr(door.viewset, "needed", {}).get(door.action, "")
    reads = "GET" in offered(door)
    return "" if reads and door.method != "GET" else getattr(door.view, "needs", "")


def planned(world: World, *, whole: bool = False) -> Counter[str]:
    """How many cells each actor has, without trying any."""
    return Counter(
        {
            actor: sum(1 for _ in controls(world, actor, doors_for(actor, whole=whole), whole=whole))
            + sum(1 for _ in trials(world, actor, doors_for(actor, whole=whole), whole=whole))
            for actor in ACTORS
        }
    )
