"""5: what a membership is follows from its dates. 6: an admin on every day. 7: who left stays counted.

4 and 9 for memberships: one at a time, and numbers without a gap. Whatever is done to the register, in whatever order and
while days pass, these hold after every act. 8: what is open stands in the way of leaving, at every door.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given, strategies as st

from activity.models import Event
from activity.verifying import verify
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import (
    add_building,
    add_unit,
    admit,
    change_user,
    end_membership,
    end_occupancy,
    end_role,
    grant_role,
    house,
    keep_role,
    make_household,
    pause,
    resume,
    withdraw_leaving,
)
from members.models import Leaving, Membership, Pause, Person, RoleGrant, Status, User
from members.queries import first_lost, obstacles_of, register_of, standings_of, status_on

from ..factories import a_member, acting, days, refused
from ..regpages.conftest import as_, at
from .raw import trials

Pick = Callable[[Any], Any]
HORIZON = 70  # days that are looked at one by one
ROLES = ["admin", "admin", "secretary", "member"]


@pytest.fixture(autouse=True)
def inside(alder: Cooperative, ada: User) -> Iterator[None]:
    """The test itself stands inside Alder Yard."""
    with enter([alder.pk], ada.pk):
        yield


def a_day(pick: Pick) -> date | None:
    """None, today, or a day near or further ahead."""
    count = pick([None, 0, 1, 3, 7, 30, 60])
    return None if count is None else days(count)


def _member(pick: Pick) -> Membership:
    rows = Membership.objects.select_related("person", "user", "cooperative").order_by("number")
    return pick(list(rows))


def _admitted(alder: Cooperative, users: list[User], pick: Pick) -> Any:
    known = pick([None, None, None, *Person.objects.order_by("pk")])
    user = pick([None, None, None, *users])
    return admit(SYSTEM, alder, name="Somebody", person=known, user=user, roles=[pick(ROLES)], on=a_day(pick))


def _back_dated(alder: Cooperative, users: list[User], pick: Pick) -> Any:
    return admit(SYSTEM, alder, name="Known of old", user=pick([None, None, *users]), on=days(-pick([1, 20, 400])))


def _ended(alder: Cooperative, users: list[User], pick: Pick) -> Any:
    return end_membership(SYSTEM, _member(pick), on=pick([a_day(pick), days(-2)]), reason=pick(["", *Leaving.values]))


ACTS: dict[str, Callable[[Cooperative, list[User], Pick], Any]] = {
    "admit": _admitted,
    "admit late": _back_dated,
    "leave": _ended,
    "leave again": _ended,
    "stay": lambda _alder, _users, pick: withdraw_leaving(SYSTEM, _member(pick)),
    "pause": lambda _alder, _users, pick: pause(SYSTEM, _member(pick), starts_on=a_day(pick), ends_on=a_day(pick)),
    "resume": lambda _alder, _users, pick: resume(SYSTEM, _member(pick), on=a_day(pick)),
    "grant": lambda _alder, _users, pick: grant_role(
        SYSTEM, _member(pick), role=pick(ROLES), starts_on=a_day(pick), ends_on=a_day(pick)
    ),
    "end role": lambda _alder, _users, pick: end_role(SYSTEM, _member(pick), role=pick(ROLES), on=a_day(pick)),
    "keep role": lambda _alder, _users, pick: keep_role(SYSTEM, _member(pick), role=pick(ROLES)),
    "switch": lambda _alder, users, pick: _switched(pick(users), is_active=pick([True, False])),
}


def _switched(user: User, *, is_active: bool) -> Any:
    now = User.objects.get(pk=user.pk)
    return change_user(SYSTEM, now, version=now.version, is_active=is_active)


# --- What is looked at --------------------------------------------------------------------------------------------------


def holds(first: date, last: date | None, day: date) -> bool:
    return first <= day and (last is None or day < last)


def lasts(row: Any, first: str, last: str) -> tuple[date, date]:
    return getattr(row, first), getattr(row, last) or date.max


def is_admin(member: Membership, day: date) -> bool:
    """Counted by hand: stands, is not paused, holds the role, can sign in."""
    if member.user is None or not member.user.is_active or not holds(member.joined_on, member.left_on, day):
        return False
    if any(holds(row.starts_on, row.ends_on, day) for row in member.pauses.all()):
        return False
    return any(row.role == "admin" and holds(row.starts_on, row.ends_on, day) for row in member.grants.all())


def told(member: Membership, day: date) -> Status:
    """The status, said once more in other words."""
    if member.left_on == member.joined_on or (member.left_on is not None and member.left_on <= day):
        return Status.FORMER
    if day < member.joined_on:
        return Status.AHEAD
    return Status.PAUSED if any(holds(row.starts_on, row.ends_on, day) for row in member.pauses.all()) else Status.ACTIVE


def overlapping(rows: list[Any], same: Callable[[Any, Any], bool], first: str, last: str) -> list[Any]:
    def meet(one: Any, other: Any) -> bool:
        (begin, end), (start, stop) = lasts(one, first, last), lasts(other, first, last)
        return max(begin, start) < min(end, stop)

    return [pair for pair in combinations(rows, 2) if same(*pair) and meet(*pair)]


def faults(alder: Cooperative) -> Iterator[Any]:
    """What is wrong with the register as it is stored."""
    members = list(Membership.objects.select_related("user").prefetch_related("pauses", "grants").order_by("number"))
    if [row.number for row in members] != list(range(1, len(members) + 1)):
        yield "9: a number is missing or comes twice"
    yield from (f"5: {row.number} left before joining" for row in members if row.left_on and row.left_on < row.joined_on)
    twice = overlapping(
        members, lambda a, b: a.person_id == b.person_id or (a.user_id and a.user_id == b.user_id), "joined_on", "left_on"
    )
    yield from (f"4: {a.number} and {b.number} are one person on one day" for a, b in twice)
    today = days(0)
    for day in (today + timedelta(days=count) for count in range(HORIZON)):
        if not any(is_admin(row, day) for row in members):
            yield f"6: nobody is admin on {day}"
            break
    by_status = dict(register_of([alder.pk]).values_list("pk", "status"))
    for row in members:
        if not told(row, today) == status_on(row, today) == by_status[row.pk]:
            yield f"5: {row.number} is {told(row, today)} and said to be {by_status[row.pk]}"
    grants, pauses = list(RoleGrant.objects.all()), list(Pause.objects.all())
    yield from overlapping(grants, lambda a, b: (a.membership_id, a.role) == (b.membership_id, b.role), "starts_on", "ends_on")
    yield from overlapping(pauses, lambda a, b: a.membership_id == b.membership_id, "starts_on", "ends_on")


@pytest.mark.parametrize("seed", range(6))
def test_4_to_7_hold_after_whatever_is_done_to_the_register(seed: int, ada: User, ben: User, alder: Cooperative) -> None:
    dice, done = Random(seed), Counter[str]()
    grant_role(SYSTEM, Membership.objects.select_related("cooperative").get(user=ben), role="admin")
    for number in range(5):
        admit(SYSTEM, alder, name=f"Member {number}", roles=["secretary", "member"])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for _ in range(40):
            clock.shift(timedelta(days=dice.choice([0, 0, 0, 1, 5, 31])))
            act = dice.choice(list(ACTS))
            before, events = list(Membership.objects.order_by("pk").values_list("pk", "number")), Event.objects.count()
            try:
                ACTS[act](alder, [ada, ben], dice.choice)
                done[act] += 1
            except RuleBroken as broken:
                assert broken.sentence, broken.code
                assert Event.objects.count() == events, "what is refused is not recorded"
            after = list(Membership.objects.order_by("pk").values_list("pk", "number"))
            assert after[: len(before)] == before, "7: who left stays, under the same number"
            assert list(faults(alder)) == [], (act, done)
        assert verify(alder).faults == []
    assert sum(done.values()) >= 8, "most programs would be refused: they prove nothing"


@trials(200)
@given(
    before=st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), max_size=4),
    after=st.lists(st.tuples(st.integers(1, 20), st.integers(1, 20)), max_size=4),
)
def test_6_the_first_day_that_is_lost_is_found_by_counting(before: list[Any], after: list[Any]) -> None:
    def spans(pairs: list[Any]) -> list[Any]:
        return [(date(2026, 1, min(pair)), date(2026, 1, max(pair))) for pair in pairs]

    def covered(pairs: list[Any]) -> set[date]:
        return {date(2026, 1, day) for pair in pairs for day in range(min(pair), max(pair))}

    assert first_lost(spans(before), spans(after)) == min(covered(before) - covered(after), default=None)


def test_4_who_leaves_later_comes_back_no_sooner_and_then_does_not_stay(ben: User, alder: Cooperative) -> None:
    member = end_membership(SYSTEM, Membership.objects.get(user=ben), on=days(30))
    for same in ({"user": ben}, {"person": member.person}):
        with refused("already_member"):
            admit(SYSTEM, alder, name="Ben Oduya", on=days(29), **same)
    again = admit(SYSTEM, alder, user=ben, on=days(30))
    assert (again.person, again.number) == (member.person, member.number + 1)
    with refused("already_member"):
        withdraw_leaving(SYSTEM, member)
    with refused("already_member"):
        end_membership(SYSTEM, member, on=days(31))
    assert list(faults(alder)) == []


# --- 5 and 7 ------------------------------------------------------------------------------------------------------------


def test_5_a_standing_follows_the_dates_whoever_wrote_them(ben: User, alder: Cooperative) -> None:
    for left, stands in ((days(0), False), (days(1), True), (None, True)):
        Membership.objects.filter(user=ben).update(left_on=left)
        assert bool(standings_of(ben)) is stands


def test_7_who_left_is_counted_by_number_when_the_name_is_gone(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = end_membership(actor, Membership.objects.get(user=ben))
        written = Event.objects.filter(actor_id=ben.pk).count(), Event.objects.count()
        Person.objects.filter(pk=member.person_id).update(name="")
        assert str(Membership.objects.get(pk=member.pk)) == "Ben Oduya"
        Membership.objects.filter(pk=member.pk).update(left_name="")
        assert str(Membership.objects.get(pk=member.pk)) == f"Former member {member.number}"
        assert register_of([alder.pk]).count() == 2
        assert (Event.objects.filter(actor_id=ben.pk).count(), Event.objects.count()) == written
        assert admit(actor, alder, name="Next One").number == member.number + 1


# --- 8 ------------------------------------------------------------------------------------------------------------------


DOORS: dict[str, Callable[..., tuple[int, str]]] = {}


def door(function: Callable[..., tuple[int, str]]) -> Callable[..., tuple[int, str]]:
    """One way in which an admin ends a membership: gives the status and what is said."""
    DOORS[function.__name__] = function
    return function


@door
def action(_desk: Any, ada: User, member: Membership) -> tuple[int, str]:
    with acting(ada) as actor, pytest.raises(RuleBroken) as broken:
        end_membership(actor, member)
    return broken.value.status, broken.value.sentence


@door
def api(_desk: Any, ada: User, member: Membership) -> tuple[int, str]:
    client = as_(Client(), ada)
    answer = client.delete(f"/api/v1/cooperatives/{member.cooperative_id}/members/{member.user.public_id}/")
    return answer.status_code, answer.json()["detail"]


@door
def page(_desk: Any, ada: User, member: Membership) -> tuple[int, str]:
    answer = as_(Client(), ada).post(at(member.cooperative, "member_end", member.public_id), {"on": days(0).isoformat()})
    return answer.status_code, answer.content.decode()


@door
def desk_(desk: Any, _ada: User, member: Membership) -> tuple[int, str]:
    answer = desk(Membership, "end", member.pk, on=days(0).isoformat())
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("way", DOORS)
def test_8_a_home_that_is_held_stands_in_the_way_at_every_door(
    desk: Any, ada: User, house_: Any, bens: Membership, way: str
) -> None:
    status, said = DOORS[way](desk, ada, bens)
    assert (status, "N-101" in said) == (422, True), said
    bens.refresh_from_db()
    assert (bens.left_on, standings_of(bens.user) != {}) == (None, True)
    assert [one.kind for one in obstacles_of(bens, on=days(0))] == ["agreement"]
    assert not Event.objects.filter(kind="members.left").exists()
    end_occupancy(SYSTEM, house_.agreement, version=house_.agreement.version, on=days(0))
    assert obstacles_of(bens, on=days(0)) == []


@pytest.mark.django_db(transaction=True)
def test_8_of_who_leaves_and_who_moves_in_at_once_no_member_is_gone_who_holds_a_home(
    ada: User, alder: Cooperative, at_once: Any
) -> None:
    with acting(ada) as actor:
        member = a_member(alder, name="Petra Paper")
        unit = add_unit(actor, add_building(actor, alder, name="North"), code="N-1")
        family = make_household(actor, alder, name="Paper", adults=[member.person])

    def go(index: int) -> Any:
        with acting(ada) as actor:
            if index:
                return house(actor, unit, family, starts_on=days(0)).pk
            return end_membership(actor, member, on=days(1)).pk

    answers = at_once(go, 2)
    with enter([alder.pk]):
        held = bool(obstacles_of(member, on=days(1)))
        left = Membership.objects.get(pk=member.pk).left_on is not None
    codes = [answer.code for answer in answers if isinstance(answer, RuleBroken)]
    assert (codes, left) in [(["open_matters"], False), ([], True)], answers
    assert held, "moving in needs no membership; it is leaving that asks"
