"""The registry of checkups: what must be true of an installation and of each cooperative, as each room knows it.

`manage.py doctor` asks all of them; a restore asks those of each cooperative before it keeps what it has loaded.
A checkup only reads, keeps its memory bounded, and yields what it finds wrong; nothing means that all is well.
"""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal

from django.db import transaction

MOST_NAMED = 20  # findings of one checkup in one cooperative; the rest is counted

Scope = Literal["host", "rows", "cooperative"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at: a sentence, and the cure where something is wrong."""

    state: Literal["ok", "warn", "fail"]
    sentence: str
    cure: str = ""
    name: str = ""
    cooperative: str = ""


def wrong(sentence: str, cure: str = "") -> Finding:
    """Something that must not be."""
    return Finding("fail", sentence, cure)


def doubtful(sentence: str, cure: str = "") -> Finding:
    """Something to look at."""
    return Finding("warn", sentence, cure)


@dataclass(frozen=True)
class Checkup:
    """One registered question. `well` is what is said when nothing is wrong."""

    name: str
    well: str
    scope: Scope
    ask: Callable[..., Iterator[Finding]]

    def findings(self, **question: Any) -> list[Finding]:
        """What is wrong, the first MOST_NAMED of it. A checkup that cannot finish is itself wrong."""
        slug = getattr(question.get("cooperative"), "slug", "")
        try:
            # A savepoint, so that a question that the database refuses does not spoil the next one.
            with nullcontext() if self.scope == "host" else transaction.atomic():
                found = self.ask(**question)
                named = list(islice(found, MOST_NAMED))
                further = sum(1 for _ in found)
        except Exception as error:  # noqa: BLE001 - the doctor goes on to the next question, whatever broke this one
            named, further = [wrong(f"could not be checked: {type(error).__name__}: {error}".splitlines()[0])], 0
        if further:
            named.append(replace(named[-1], sentence=f"and {further} more"))
        return [replace(finding, name=self.name, cooperative=slug) for finding in named]


_checkups: dict[str, Checkup] = {}
Ask = Callable[..., Iterator[Finding]]


def checkup(name: str, well: str, scope: Scope = "cooperative") -> Callable[[Ask], Ask]:
    """Register a question; a decorator. Scopes:

    `cooperative` is asked inside each cooperative with cooperative=; `rows` once, with connection=, seeing the rows
    of all cooperatives; `host` once, outside any transaction. Raises ValueError for a name given twice.
    """

    def register(ask: Ask) -> Ask:
        if name in _checkups:
            raise ValueError(f"the checkup {name} is registered twice")
        _checkups[name] = Checkup(name, well, scope, ask)
        return ask

    return register


def checkups(scope: Scope) -> list[Checkup]:
    """Those of one scope, in order of registration."""
    return [each for each in _checkups.values() if each.scope == scope]
