"""Whose turn it is: who did a duty least recently comes first, ties by member number."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from members.models import Household, HouseholdMember, Membership, RoleGrant, Status
from members.queries import grants_on, memberships_on, status_on

from .duty_policy import TAKING_PART
from .models import Part, Rotation, Turn

BELIEVED = timedelta(days=14)
Time = tuple[datetime, int]
NEVER: Time = (datetime.min.replace(tzinfo=UTC), 0)


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be next. `last` is the turn and the place when they last did it; who never did comes first.

    The place counts, because several are chosen at once: by the turn alone, low numbers would come again sooner.
    """

    member: Membership
    last: Time = NEVER
    household: Household | None = None

    @property
    def order(self) -> tuple[Time, int]:
        """What the rotation goes by."""
        return self.last, self.member.number


def next_in_turn(candidates: Iterable[Candidate], count: int) -> list[Candidate]:
    """The next `count` of them, least recent first, ties by number: the same on every machine."""
    return sorted(candidates, key=lambda one: one.order)[: max(count, 0)]


def candidates_for(turn: Turn, taken: Iterable[int]) -> list[Candidate]:
    """Who may be given a place in a turn: active members on its day who are not in it, or one for each household.

    In turn are those who may take part at all; who pauses or has left is passed over. Four statements, or five.
    """
    last = _last_times(turn)
    there = set(taken)
    members = _able_on(turn)
    everybody = [Candidate(member, last.get(member.pk, NEVER)) for member in members]
    if turn.duty.rotation == Rotation.HOUSEHOLDS:
        return _one_of_each(everybody, _households(members, turn.day), there)
    return [one for one in everybody if one.member.pk not in there]


def _able_on(turn: Turn) -> list[Membership]:
    grants = RoleGrant.objects.filter(grants_on(turn.day), role__in=TAKING_PART).values("membership_id")
    rows = Membership.objects.filter(memberships_on(turn.day), cooperative=turn.cooperative_id, pk__in=grants)
    members = rows.select_related("person", "user").prefetch_related("pauses").order_by("number")
    return [member for member in members if status_on(member, turn.day) == Status.ACTIVE]


def _last_times(turn: Turn) -> dict[int, Time]:
    """When and in which place each member last did the duty, or has it ahead.

    What nobody has called done counts as well for a while, since people say so late; then it counts for nothing.
    """
    counted = Q(done_at__isnull=False) | Q(turn__due_at__gt=timezone.now() - BELIEVED)
    parts = Part.objects.filter(counted, turn__duty=turn.duty_id, turn__cancelled_at=None).exclude(turn=turn.pk)
    times = parts.order_by("turn__due_at", "place").values_list("member_id", "turn__due_at", "place")
    return {member_id: (due_at, place) for member_id, due_at, place in times}


def _households(members: list[Membership], day: date) -> dict[int, Household]:
    """The household of each member's person on a day; of several the first."""
    rows = HouseholdMember.objects.filter(
        Q(starts_on=None) | Q(starts_on__lte=day),
        Q(ends_on=None) | Q(ends_on__gt=day),
        Q(household__ended_on=None) | Q(household__ended_on__gt=day),
        person__in=[member.person_id for member in members],
    )
    found: dict[int, Household] = {}
    for row in rows.select_related("household").order_by("household_id", "pk"):
        found.setdefault(row.person_id, row.household)
    return found


def _one_of_each(everybody: list[Candidate], homes: dict[int, Household], taken: set[int]) -> list[Candidate]:
    """One candidate for each household of which nobody takes part, with the time when any of its members last did."""
    groups: dict[int, list[Candidate]] = {}
    for one in everybody:
        home = homes.get(one.member.person_id)
        if home is not None:
            groups.setdefault(home.pk, []).append(one)
    chosen = []
    for group in groups.values():
        if taken & {one.member.pk for one in group}:
            continue
        next_one = min(group, key=lambda one: one.order)
        chosen.append(Candidate(next_one.member, max(one.last for one in group), homes[next_one.member.person_id]))
    return chosen
