"""The six oracles: each looks at what came of one trial and says what is wrong with it."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import unified_diff

from members.models import User

from . import ledger
from .knocking import Answer, Knock
from .marks import Marks, normal, own_words, plain, public_words, without
from .surface import SAFE, Door
from .trials import STAFF, Trial
from .world import SIDES, World, named_by

STATUS, CANARY, DIGEST, CROSSING, SAMENESS, GROWTH = "status", "canary", "digest", "crossing", "sameness", "growth"
_SAID = {("readyz", 503)}  # what a probe answers where no worker runs
ORACLES = (STATUS, CANARY, DIGEST, CROSSING, SAMENESS, GROWTH)


@dataclass(frozen=True)
class Finding:
    """What one oracle found, and at which request."""

    oracle: str
    knock: Knock
    detail: str

    def __str__(self) -> str:
        return f"{self.oracle:<9} {self.knock}: {self.detail}"


class Oracles:
    """They know the world as it was before anybody knocked."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.marks = Marks(world)
        self.people = {side: sorted(world.users[name].pk for name in world.people(side)) for side in SIDES}
        self.before = {side: self._now(side) for side in SIDES}

    def _now(self, side: str) -> dict[str, str]:
        return ledger.digest(self.world.cooperatives[side].pk, self.people[side])

    # --- of one answer -----------------------------------------------------------------------------------------------

    def of_any(self, knock: Knock, answer: Answer, sides: tuple[str, ...]) -> Iterator[Finding]:
        """What must hold for every answer, whoever asked for whatever."""
        if answer.status >= 500 and (knock.door.name, answer.status) not in _SAID:
            yield Finding(STATUS, knock, f"{answer.status} {answer.error}")
        text = without(plain(answer), (*knock.sent, *self._theirs(knock)))
        for side in sides:
            if seen := self.marks.found(side, text):
                yield Finding(CANARY, knock, f"shows {sorted(seen)[:4]} of {side}")
        if answer.wrote:
            yield from self._written(knock, sides)

    def _theirs(self, knock: Knock) -> tuple[str, ...]:
        """What this actor may know although it stands in rows of another cooperative."""
        return public_words(self.world) if keeps_logins(knock.actor, knock.door) else own_words(self.world, knock.actor)

    def said(self, knock: Knock, answer: Answer, swapped: tuple[object, ...] = ()) -> str:
        """An answer as it is laid beside another."""
        return normal(plain(answer), (*swapped, *own_words(self.world, knock.actor)))

    def _written(self, knock: Knock, foreign: tuple[str, ...]) -> Iterator[Finding]:
        safe = knock.door.method in SAFE
        for side in SIDES if safe else foreign:
            now = self._now(side)
            changed = [table for table, digest in now.items() if digest != self.before[side][table]]
            if keeps_logins(knock.actor, knock.door):
                changed = [table for table in changed if table not in ledger.personal_tables()]
            if changed:
                yield Finding(DIGEST, knock, f"{'a safe method ' if safe else ''}changes {changed} of {side}")
        if crossed := ledger.crossings():
            yield Finding(CROSSING, knock, f"{crossed[:3]} points to another cooperative")

    # --- of a foreign id -----------------------------------------------------------------------------------------------

    def of_pair(self, trial: Trial, answer: Answer, twin: Answer) -> Iterator[Finding]:
        """A foreign id is answered as one of nothing is, byte for byte; one in the address is never let through."""
        knock = trial.knock
        if keeps_logins(knock.actor, knock.door):
            return
        if answer.status != twin.status:
            yield Finding(STATUS, knock, f"{answer.status}, but {twin.status} for an id of nothing")
            return
        if answer.status < 300 and knock.ids != twin_ids(trial):
            yield Finding(STATUS, knock, f"{answer.status} for a foreign id in the address")
        left, right = (self.said(knock, each, trial.swapped) for each in (answer, twin))
        if left != right:
            yield Finding(SAMENESS, knock, difference(left, right))

    # --- of growth -------------------------------------------------------------------------------------------------------

    def of_growth(self, knock: Knock, before: str, after: str) -> Iterator[Finding]:
        """What an actor sees stays as it was when another cooperative grows."""
        if before != after:
            yield Finding(GROWTH, knock, difference(before, after))


def keeps_logins(actor: str, door: Door) -> bool:
    """Whether this is about logins, and asked by who looks after them: a login belongs to no cooperative."""
    about = door.model is User or any(named_by(door, param)[0] == User._meta.label_lower for param in door.params if door.is_ours)
    return actor in STAFF and about


def twin_ids(trial: Trial) -> object:
    """The ids in the address of the trial's twin."""
    return trial.twin.ids if trial.twin else None


def difference(left: str, right: str) -> str:
    """The first lines that differ."""
    lines = [
        line
        for line in unified_diff(left.splitlines(), right.splitlines(), lineterm="", n=0)
        if line[:2] not in ("--", "++", "@@")
    ]
    return " | ".join(line.strip()[:160] for line in lines[:4])
