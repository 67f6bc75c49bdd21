"""Doing a thing once: a one-time key is claimed, the thing done and its answer kept in one transaction.

A second request with the key gets the first one's answer; a refusal leaves no key, so it may be tried again.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from django.db import OperationalError, connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..events import Gathered
from ..models import OnceKey
from ..policy import Actor
from ..tenancy import entered
from .base import Conflict, NotFound, RuleBroken, acting, agree

R = TypeVar("R")
KEPT_FOR = timedelta(hours=48)
PATIENCE = 5  # seconds that a second request waits for the first one
_TRIES = 3
_LOCK_TIMEOUT = "55P03"


@dataclass(frozen=True)
class Ticket:
    """A claim to do something once: what is done, under which key, and a digest of all that was asked."""

    route: str
    key: str
    fingerprint: str


@dataclass(frozen=True)
class Done(Generic[R]):
    """What came of it. `result` is None when it was done before; `answer` is what the first time kept."""

    answer: dict[str, Any]
    result: R | None = None
    is_replay: bool = False


class KeyReused(RuleBroken):
    """The key has done something else; `answer` is what that kept."""

    code = "key_reused"

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(sentence=_("This one-time key was used for something else. Send a new key with a new request."))
        self.answer = answer


class InFlight(Conflict):
    """The first request with this key is still being worked on."""

    code = "in_flight"
    wait = PATIENCE

    def __init__(self) -> None:
        super().__init__(sentence=_("The same request is still being worked on. Wait a moment and send it again."))


def digest(*parts: bytes | str) -> str:
    """One digest of several texts; where one ends and the next begins counts, too."""
    whole = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        whole.update(b"%d:" % len(raw) + raw)
    return whole.hexdigest()


def once(actor: Actor, ticket: Ticket, act: Callable[[], R], keep: Callable[[R], dict[str, Any]]) -> Done[R]:
    """Do `act` as the outermost action unless the ticket's key has done it; `keep` says what is kept of its result.

    Raises KeyReused when the key did something else, InFlight when the first request takes longer than PATIENCE,
    and NotFound when the actor no longer stands in a cooperative of which the kept answer speaks and where they stood.
    """
    with acting() as gathered:
        row = _claimed(actor, ticket)
        if row.answer is not None:
            return Done(_kept(actor, ticket, row), is_replay=True)
        result = act()
        agree(gathered)
        answer = keep(result)
        OnceKey.objects.filter(pk=row.pk).update(answer=answer, cooperatives=_stood_in(actor, _spoken_of(gathered)))
    return Done(answer, result)


def _spoken_of(gathered: Gathered) -> list[int]:
    """The cooperatives of what was recorded. What changed nothing may have shown any of the active ones."""
    return sorted({occurrence.cooperative_id for occurrence in gathered} or entered().cooperatives)


def _stood_in(actor: Actor, cooperatives: list[int]) -> list[int]:
    """Those in which the actor stood before or stands after.

    Who stands in one neither way, such as who asks to join, was told nothing that standing there would show.
    """
    outside = {pk for pk in cooperatives if actor.standing(pk) is None}
    now = actor.again() if outside else actor
    return [pk for pk in cooperatives if pk not in outside or now.standing(pk) is not None]


def _kept(actor: Actor, ticket: Ticket, row: OnceKey) -> dict[str, Any]:
    now = actor.again()  # it may have waited for the first request, which may have made the very standing
    if any(now.standing(pk) is None for pk in row.cooperatives):
        raise NotFound("not_found", _("There is nothing at this address."))
    answer: dict[str, Any] = row.answer or {}
    if row.fingerprint != ticket.fingerprint:
        raise KeyReused(answer)
    return answer


def _claimed(actor: Actor, ticket: Ticket) -> OnceKey:
    """The key's row: ours when it has no answer yet, because a row without one is never committed."""
    name = {"route": ticket.route, "digest": digest(ticket.key)}
    for _try in range(_TRIES):
        _insert(OnceKey(user=actor.user, fingerprint=ticket.fingerprint, **name))
        row: OnceKey | None = OnceKey.objects.filter(**name).first()
        if row is not None and row.created_at > timezone.now() - KEPT_FOR:
            return row
        if row is not None:
            OnceKey.objects.filter(pk=row.pk).delete()
    raise InFlight


def _insert(row: OnceKey) -> None:
    """Insert the row, or wait for whoever is inserting the same one. SQLite has waited when the transaction began."""
    try:
        _lock_timeout(f"{PATIENCE}s")
        OnceKey.objects.bulk_create([row], ignore_conflicts=True)
        _lock_timeout("DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != _LOCK_TIMEOUT:
            raise
        raise InFlight from error


def _lock_timeout(span: str) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout TO {span if span == 'DEFAULT' else repr(span)}")


def forget_keys(*, now: datetime) -> int:
    """Delete the entered user's keys that are too old to count; answers how many."""
    removed, _rows = OnceKey.objects.filter(created_at__lte=now - KEPT_FOR).delete()
    return removed
