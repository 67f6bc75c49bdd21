"""Questions about duties: turns of a span, what is mine, the ledger."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Sum

from .models import Duty, Effort, Part, RecurringTask, Turn


def with_parts(turns: "QuerySet[Turn]") -> "QuerySet[Turn]":
    """Turns with their duty, and with `.taken`: their parts by place, each with its member. Two statements."""
    people = ("member__person", "member__user", "stands_in_for__person", "confirmed_by__person", "household")
    parts = Part.objects.select_related(*people).order_by("place")
    return turns.select_related("duty__coordinator__person", "cooperative").prefetch_related(
        Prefetch("parts", parts, to_attr="taken")
    )


def turns_ahead(cooperative_id: int, now: datetime) -> "QuerySet[Turn]":
    """Turns that are not over, by date: those of today included, however early it was."""
    return with_parts(Turn.objects.filter(cooperative=cooperative_id, due_at__gte=now)).order_by("due_at", "pk")


def turns_behind(cooperative_id: int, now: datetime) -> "QuerySet[Turn]":
    """Turns whose time has come, the latest first."""
    return with_parts(Turn.objects.filter(cooperative=cooperative_id, due_at__lt=now)).order_by("-due_at", "-pk")


def with_places(turns: "QuerySet[Turn]") -> "QuerySet[Turn]":
    """With `.filled`: how many places are taken."""
    return turns.annotate(filled=Count("parts"))


def open_to(turns: "QuerySet[Turn]", membership_id: int | None, now: datetime) -> "QuerySet[Turn]":
    """Those in which this member can get a place: one is free and sign-up is open, or somebody looks for a stand-in."""
    mine = Part.objects.filter(turn=OuterRef("pk"), member=membership_id)
    wanted = Part.objects.filter(turn=OuterRef("pk"), asked_at__isnull=False, done_at=None)
    free = Q(closes_at__gt=now, filled__lt=F("places"))
    return with_places(turns).filter(Q(cancelled_at=None), ~Exists(mine), free | Exists(wanted))


def turns_of(membership_ids: Iterable[int]) -> "QuerySet[Turn]":
    """Turns in which these members have a part."""
    mine = Part.objects.filter(turn=OuterRef("pk"), member__in=list(membership_ids))
    return Turn.objects.filter(Exists(mine))


def my_parts(membership_ids: Iterable[int]) -> "QuerySet[Part]":
    """Parts of these members that are neither done nor called off, the most urgent first; late ones included."""
    rows = Part.objects.filter(member__in=list(membership_ids), done_at=None, turn__cancelled_at=None)
    return rows.select_related("turn__duty", "turn__cooperative").order_by("turn__due_at", "pk")


def to_confirm(cooperative_id: int, membership_id: int | None) -> "QuerySet[Part]":
    """Parts of others that are done and wait for somebody who confirms them, the oldest first."""
    rows = Part.objects.filter(cooperative=cooperative_id, done_at__isnull=False, confirmed_at=None)
    people = ("turn__duty", "member__person", "member__user")
    return rows.exclude(member=membership_id).select_related(*people).order_by("done_at", "pk")


def duties_of(cooperative_id: int) -> "QuerySet[Duty]":
    """The duties of a cooperative by name, those that are over last."""
    return (
        Duty.objects.filter(cooperative=cooperative_id)
        .select_related("coordinator__person", "cooperative")
        .order_by(F("ended_at").asc(nulls_first=True), "title", "pk")
    )


def recurring_of(project_id: int) -> "QuerySet[RecurringTask]":
    """The recurring tasks of a project by title, those that are over last."""
    rows = RecurringTask.objects.filter(project=project_id).select_related("project", "lane", "cooperative")
    return rows.order_by(F("ended_at").asc(nulls_first=True), "title", "pk")


def efforts_of(cooperative_id: int) -> "QuerySet[Effort]":
    """The ledger, the newest row first, with all that a row names."""
    people = ("member__person", "member__user", "confirmed_by__person", "turn__duty", "task__project")
    return Effort.objects.filter(cooperative=cooperative_id).select_related(*people).order_by("-noted_at", "-pk")


def effort_by_member(cooperative_id: int, *, first: date, last: date) -> list[dict[str, Any]]:
    """For contributions: minutes and points of each member for work of these days, both included, by member number.

    Corrections count on the day of what they correct. Keys: member_id, number, minutes, points, entries.
    """
    rows = Effort.objects.filter(cooperative=cooperative_id, day__range=(first, last)).order_by()
    sums = rows.values("member_id", "member__number").annotate(total=Sum("minutes"), given=Sum("points"), entries=Count("pk"))
    return [
        {
            "member_id": row["member_id"],
            "number": row["member__number"],
            "minutes": row["total"],
            "points": row["given"],
            "entries": row["entries"],
        }
        for row in sums.order_by("member__number")
    ]
