"""What can happen, declared once; and the in-process bus that carries it inside the transaction."""

import uuid
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .policy import Actor


class Audience(Enum):
    """Who may read an event of a kind."""

    MEMBERS = "members"
    OFFICERS = "officers"
    PERSON = "person"  # the one whom payload["user_id"] names, and officers


@dataclass(frozen=True)
class Kind:
    """One kind of event: its sentence, the shape of its payload, who may read it, what leaves the house."""

    name: str
    sentence: str | Promise
    payload: dict[str, type]
    audience: Audience = Audience.MEMBERS
    outside: bool = True
    live: str = ""
    rooms: tuple[str, ...] = ()
    standing: bool = False
    office: bool = False

    @property
    def type(self) -> str:
        """Its name on a socket."""
        return self.live or self.name


@dataclass(frozen=True)
class Occurrence:
    """One thing that happens, before it is written: what agreeing subscribers are given."""

    kind: Kind
    cooperative_id: int
    actor: Actor
    subject_type: str
    subject_id: int | None
    subject_label: str
    payload: dict[str, Any]
    uid: uuid.UUID = field(default_factory=uuid.uuid4)
    at: datetime = field(default_factory=timezone.now)


class Gathered(list[Occurrence]):
    """What one action has recorded so far; the first `agreed` of it its subscribers have agreed to."""

    agreed = 0


KINDS: dict[str, Kind] = {}
_subscribers: dict[str, list[Callable[[Occurrence], None]]] = {}
_gathered: ContextVar[Gathered | None] = ContextVar("gathered", default=None)
_writer: Callable[[list[Occurrence]], None] | None = None


def kind(name: str, sentence: str | Promise, *, payload: dict[str, type] | None = None, **rest: Any) -> Kind:
    """Declare a kind of event. `sentence` may use {actor}, {subject} and the payload's keys.

    `live` is its type on sockets; `rooms=("project",)` sends it to the group that payload["project_id"] names;
    `standing` marks a kind that may change who may listen (payload has user_id); `outside` lets webhooks see it.
    `office` lets the open pages of officers hear at once what is meant for one person; they may read it in any case.
    """
    declared = Kind(name, sentence, payload or {}, **rest)
    if KINDS.setdefault(name, declared) is not declared:
        raise ValueError(f"the kind {name} is declared twice")
    return declared


def subscribe(name: str) -> Callable[[Callable[[Occurrence], None]], Callable[[Occurrence], None]]:
    """Register a subscriber that must agree: it runs in the transaction, inside the event's cooperative."""

    def register(function: Callable[[Occurrence], None]) -> Callable[[Occurrence], None]:
        _subscribers.setdefault(name, []).append(function)
        return function

    return register


def register_writer(writer: Callable[[list[Occurrence]], None]) -> None:
    """Let a higher rank write what happened; `activity` does, as the last step of the transaction."""
    global _writer
    _writer = writer


def record(
    what: Kind, actor: Actor, subject: Model, /, *, cooperative_id: int | None = None, label: str = "", **payload: Any
) -> Occurrence:
    """Say that something happened, inside an action. It is written when the action ends, or not at all.

    Raises RuntimeError outside an action and TypeError when the payload has not the declared shape.
    """
    gathered = _gathered.get()
    if gathered is None:
        raise RuntimeError("record() belongs inside an @action")
    _check_shape(what, payload)
    occurrence = Occurrence(
        kind=what,
        cooperative_id=cooperative_id or getattr(subject, "cooperative_id", None) or subject.pk,
        actor=actor,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        subject_label=(label or str(subject))[:200],
        payload=payload,
    )
    gathered.append(occurrence)
    return occurrence


def _check_shape(what: Kind, payload: dict[str, Any]) -> None:
    unknown = payload.keys() ^ what.payload.keys()
    wrong = [key for key, value in payload.items() if value is not None and not isinstance(value, what.payload.get(key, object))]
    if unknown or wrong:
        raise TypeError(f"{what.name}: payload keys {sorted(unknown)} or types of {wrong} are not as declared")


def subscribers_of(name: str) -> list[Callable[[Occurrence], None]]:
    """The agreeing subscribers of a kind, in order of registration."""
    return _subscribers.get(name, [])


def write(occurrences: list[Occurrence]) -> None:
    """Hand what was gathered to the registered writer."""
    if _writer is not None and occurrences:
        _writer(occurrences)


FOUNDED = kind("cooperatives.founded", _("{actor} founded {subject}"), payload={"name": str})
CHANGED = kind("cooperatives.changed", _("{actor} changed the settings of {subject}"), payload={"changed": list})
ZONE_CHANGED = kind(
    "cooperatives.zone_changed", _("{subject} has another time zone. By its clock before it was {day}"), payload={"day": str}
)
