"""Questions about erasures: what one would do, which wait, where a person once belonged."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from activity.events import ERASED
from cooperatives.queries import enter

from ..erasing import Fate, Needles, details_naming, parts_of
from ..models import Erasure, Membership, Person, User
from .register import ended_of

KEPT_KIND = ERASED.name


@dataclass(frozen=True)
class Past:
    """A membership that has ended, as its user may know it wherever it was; `public_id` is their entry's."""

    public_id: UUID
    cooperative_id: int
    number: int
    joined_on: date
    left_on: date | None


def dry_run(person: Person) -> list[dict[str, Any]]:
    """What an erasure would do today, part by part, without doing it: `goes` or `stays`, how many rows, why."""
    needles = Needles.of(person)
    lines = [{"label": part.label, "fate": part.fate, "rows": part.count, "why": part.why} for part in parts_of(person, needles)]
    details = len(details_naming(person, needles, KEPT_KIND))
    lines.append({"label": _("Details of records that name the person"), "fate": Fate.GOES, "rows": details, "why": ""})
    return [line for line in lines if line["rows"]]


def erasures() -> "QuerySet[Erasure]":
    """All of the active cooperative, those that wait first."""
    return Erasure.objects.select_related("person", "asked_by__person").order_by("done_at", "cancelled_at", "due_on", "pk")


def open_erasure(person: Person) -> Erasure | None:
    """The one that waits for a person."""
    found: Erasure | None = Erasure.objects.filter(person=person, done_at=None, cancelled_at=None).first()
    return found


def past_of(user: User) -> Iterator[Past]:
    """The memberships of the entered user, of whatever cooperative, that have an end, without its name."""
    rows = ended_of(user).order_by("-left_on", "pk")
    for pk, cooperative_id, number, joined_on, left_on in rows.values_list(
        "pk", "cooperative_id", "number", "joined_on", "left_on"
    ):
        with enter([cooperative_id], user.pk):
            public_id = Membership.objects.values_list("person__public_id", flat=True).get(pk=pk)
        yield Past(public_id, cooperative_id, number, joined_on, left_on)
