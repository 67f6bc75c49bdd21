"""Questions about committees: which there are, who sits on them on a day."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Prefetch, Q, QuerySet

from ..models import Committee, Membership, Seat

_ORDER = ("chair", "vice", "member")


def seats_on(day: date) -> Q:
    """The condition for terms that hold a day."""
    return Q(starts_on__lte=day) & (Q(ends_on=None) | Q(ends_on__gt=day))


def committees_of(cooperative_ids: Iterable[int]) -> "QuerySet[Committee]":
    """Committees by name, those that have ended after the others; each with its terms and their people (`.terms`)."""
    terms = Prefetch("seats", _terms(), to_attr="terms")
    rows = Committee.objects.filter(cooperative__in=list(cooperative_ids)).select_related("cooperative")
    return rows.prefetch_related(terms).order_by(F("ended_on").desc(nulls_first=True), "name", "pk")


def _terms() -> "QuerySet[Seat]":
    """Terms that are more than a beginning, the newest first."""
    people = Seat.objects.select_related("membership__person", "membership__user")
    return people.filter(Q(ends_on=None) | Q(ends_on__gt=F("starts_on"))).order_by("-starts_on", "pk")


def sitting(committee: Committee, day: date) -> list[Seat]:
    """Who sits on a committee of `committees_of` on a day: the chair first, then by name."""
    now = [seat for seat in _terms_of(committee) if seat.starts_on <= day and (seat.ends_on is None or day < seat.ends_on)]
    return sorted(now, key=lambda seat: (_ORDER.index(seat.position), seat.membership.person.sort_name, seat.pk))


def other_terms(committee: Committee, day: date) -> list[Seat]:
    """The terms that have ended or have not begun on a day, the newest first."""
    now = {seat.pk for seat in sitting(committee, day)}
    return [seat for seat in _terms_of(committee) if seat.pk not in now]


def _terms_of(committee: Committee) -> list[Seat]:
    found: list[Seat] = committee.terms  # type: ignore[attr-defined]
    return found


def terms_of(membership_id: int) -> "QuerySet[Seat]":
    """The terms of one member on any committee, the newest first."""
    return _terms().filter(membership=membership_id).select_related("committee")


def members_to_seat(cooperative_id: int, day: date) -> list[tuple[int, str]]:
    """Key and name of everybody who can be seated: members from that day or from later on, by name."""
    from_then = Q(left_on=None) | Q(left_on__gt=day)
    rows = Membership.objects.filter(from_then, cooperative=cooperative_id).order_by("person__sort_name", "number")
    return [(pk, f"{name} · {number}") for pk, name, number in rows.values_list("pk", "person__name", "number")]
