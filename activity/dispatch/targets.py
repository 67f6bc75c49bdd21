"""Who is told what happened: targets, registered by name."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from ..models import Event

# Seconds before each further attempt; after the last one the record becomes a dead letter.
PATIENT = (5.0, 30.0, 120.0, 600.0, 3600.0, 4 * 3600.0, 12 * 3600.0, 24 * 3600.0, 24 * 3600.0, 24 * 3600.0)


class Away(Exception):
    """The other side of a target cannot be reached at all: no record is at fault, so none is given up for it."""


def _always() -> bool:
    return True


@dataclass(frozen=True)
class Target:
    """One receiver of records. `deliver` is called inside the record's cooperative and may raise anything.

    `where`: "web" runs in the process that committed, "worker" in a job for each commit, "sweep" with the next sweep: for
    what happens seldom and may wait some seconds. `is_ready` says whether this process can deliver at all. `lease` must be
    longer than one delivery may take.
    """

    name: str
    deliver: Callable[[Event], None]
    where: Literal["web", "worker", "sweep"] = "worker"
    is_ready: Callable[[], bool] = _always
    lease: timedelta = timedelta(seconds=60)
    delays: tuple[float, ...] = PATIENT
    away: float = 2.0  # seconds until the next try after Away


_targets: dict[str, Target] = {}


def register(target: Target) -> None:
    """Add a target. It is told everything from the first record on. Raises ValueError for a name given twice."""
    if _targets.setdefault(target.name, target) is not target:
        raise ValueError(f"the target {target.name} is registered twice")


def unregister(target: Target) -> None:
    """Take a target away again; how far it had been told stays known."""
    _targets.pop(target.name, None)


def registered(where: str | None = None) -> Iterator[Target]:
    """The targets that this process can serve, of one kind or of both."""
    for target in list(_targets.values()):
        if where in (None, target.where) and target.is_ready():
            yield target


def names() -> set[str]:
    """Of all targets, also of those that another process serves."""
    return set(_targets)


def any_registered(where: str) -> bool:
    """Whether anyone wants to be told there, by whichever process."""
    return any(target.where == where for target in _targets.values())
