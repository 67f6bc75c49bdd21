"""The register as a table: filtered, sorted, with what stands in its columns."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from cooperatives.models import Cooperative

from ..models import Household, HouseholdMember, Membership, Occupancy, Occupant, RoleGrant, Status
from .directory import found_by
from .homes import lasting_on
from .register import grants_on, memberships_on
from .status import register_of

PRESENT = "present"
"""Everybody who has not left: active, paused or about to join."""
EVERYBODY = "all"
ORDERS: Mapping[str, tuple[str, ...]] = {
    "name": ("person__sort_name", "number"),
    "number": ("number",),
    "status": ("status", "person__sort_name", "number"),
    "joined": ("joined_on", "person__sort_name", "number"),
    "left": ("left_on", "person__sort_name", "number"),
}


@dataclass(frozen=True)
class Wanted:
    """Which rows of the register, in which order. `status` is one of `Status`, `PRESENT` or `EVERYBODY`; `sort` one of
    `ORDERS`, downwards with a minus before it. Empty values ask nothing."""

    text: str = ""
    status: str = PRESENT
    role: str = ""
    building: int | None = None
    sort: str = "name"


def table_of(cooperative: Cooperative, day: date, wanted: Wanted) -> "QuerySet[Membership]":
    """The rows of the register that are wanted, as `register_of` gives them."""
    return register_of([cooperative.pk]).filter(_of(wanted, day)).order_by(*_order(wanted.sort))


def _of(wanted: Wanted, day: date) -> Q:
    condition = Q()
    if wanted.status == PRESENT:
        condition &= Q(left_on=None) | Q(left_on__gt=day)
    elif wanted.status in Status.values:
        condition &= Q(status=wanted.status)
    if wanted.role:
        held = RoleGrant.objects.filter(grants_on(day), role=wanted.role, membership=OuterRef("pk"))
        condition &= memberships_on(day) & Q(Exists(held))
    if wanted.building:
        living = Occupant.objects.filter(lasting_on(day), lives_there=True, occupancy__unit__building=wanted.building)
        condition &= Q(Exists(living.filter(person=OuterRef("person"))))
    return condition & found_by(wanted.text, day, whole=True) if wanted.text else condition


def _order(sort: str) -> Iterable[Any]:
    first, *rest = ORDERS.get(sort.lstrip("-"), ORDERS["name"])
    down = sort.startswith("-")
    return (F(first).desc(nulls_last=True) if down else F(first).asc(nulls_last=True), *rest)


def households_by_name(cooperative: Cooperative, day: date, *, text: str = "") -> "QuerySet[Household]":
    """Households that have not ended by a day, by name, each with the people (`.present`) and agreements (`.homes`) of
    that day: two more queries however many."""
    rows = Household.objects.filter(Q(ended_on=None) | Q(ended_on__gt=day), cooperative=cooperative)
    people = HouseholdMember.objects.filter(lasting_on(day)).select_related("person").order_by("relation", "person__sort_name")
    homes = Occupancy.objects.filter(lasting_on(day)).select_related("unit").order_by("unit__code", "pk")
    return (
        (rows.filter(Q(name__icontains=text)) if text else rows)
        .prefetch_related(Prefetch("people", people, to_attr="present"), Prefetch("occupancies", homes, to_attr="homes"))
        .order_by("name", "pk")
    )
