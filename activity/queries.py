"""Questions about what happened."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, OuterRef, QuerySet, Subquery

from cooperatives.events import KINDS
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, visible

from .models import Event, Head


def records_for(actor: Actor) -> "QuerySet[Event]":
    """The records of the active cooperatives that are meant for the actor, the newest first, with their details."""
    return visible(actor, "activity.read", Event.objects.select_related("detail", "actor").order_by("-pk"))


def of_kind(records: "QuerySet[Event]", prefix: str) -> "QuerySet[Event]":
    """Those of one kind or one room: `tasks.moved`, or `tasks` for all that happened there."""
    names = [name for name in KINDS if name == prefix or name.startswith(f"{prefix}.")]
    return records.filter(kind__in=names)


def by_person(records: "QuerySet[Event]", public_id: UUID) -> "QuerySet[Event]":
    """Those that one user did."""
    return records.filter(actor__public_id=public_id)


def about(records: "QuerySet[Event]", subject: str) -> "QuerySet[Event]":
    """Those about one thing, written as its type and key: `tasks.task:12`."""
    kind, _, pk = subject.partition(":")
    return records.filter(subject_type=kind, subject_id=int(pk))


def between(records: "QuerySet[Event]", first: date | None, last: date | None, zone: str = "UTC") -> "QuerySet[Event]":
    """Those of these days, both included, as days are counted in the zone."""
    if first:
        records = records.filter(at__gte=_midnight(first, zone))
    if last and last < date.max:
        records = records.filter(at__lt=_midnight(last + timedelta(days=1), zone))
    return records


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time.min, ZoneInfo(zone))


def history_of(actor: Actor, subject: Any) -> "QuerySet[Event]":
    """What happened to one thing, the newest first."""
    return records_for(actor).filter(
        cooperative_id=subject.cooperative_id, subject_type=subject._meta.label_lower, subject_id=subject.pk
    )


def news_for(actor: Actor, *, since: datetime) -> dict[int, int]:
    """How many records others have made since then, by cooperative: one query over the active cooperatives."""
    meant = visible(actor, "activity.read", Event.objects.filter(at__gte=since)).exclude(actor=actor.user)
    counted = meant.order_by().values("cooperative_id").annotate(news=Count("pk"))
    return {row["cooperative_id"]: row["news"] for row in counted}


def head_of(cooperative: Cooperative) -> int:
    """The number of the last record, 0 before the first."""
    return Head.objects.filter(cooperative=cooperative).values_list("seq", flat=True).first() or 0


def seq_of(column: str) -> Subquery:
    """The number of the last record of the cooperative that a column of the rows names: for who reads it with them.

    What a page shows must be read after this number, or something that happened in between is told to nobody.
    """
    return Subquery(Head.objects.filter(cooperative=OuterRef(column)).order_by().values("seq")[:1])


def heads_of(cooperative_ids: Iterable[int]) -> dict[int, int]:
    """The number of the last record by cooperative, 0 before the first. One statement."""
    ids = list(cooperative_ids)
    return {**dict.fromkeys(ids, 0), **dict(Head.objects.filter(cooperative__in=ids).values_list("cooperative", "seq"))}


def actors_in(cooperative: Cooperative) -> list[tuple[str, str]]:
    """The users who have acted in a cooperative, as (public id, name)."""
    acted = Event.objects.filter(cooperative=cooperative, actor__isnull=False).order_by()
    found = acted.values_list("actor__public_id", "actor__name").distinct()
    return sorted(((str(public_id), name) for public_id, name in found), key=lambda pair: pair[1].casefold())


def rooms() -> list[str]:
    """The rooms in which things can happen, by the first word of their kinds."""
    return sorted({name.partition(".")[0] for name in KINDS})
