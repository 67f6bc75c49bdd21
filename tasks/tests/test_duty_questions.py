"""What can be asked about duties: each question with the rows it leaves out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import acting
from tasks.actions import (
    ask_stand_in,
    cancel_turn,
    change_duty,
    change_recurring,
    confirm_part,
    create_recurring,
    create_task,
    give_place,
    mark_done,
    note_effort,
    sign_up,
)
from tasks.duty_queries import (
    duties_of,
    effort_by_member,
    efforts_of,
    my_parts,
    open_to,
    recurring_of,
    to_confirm,
    turns_ahead,
    turns_behind,
    turns_of,
    with_parts,
)
from tasks.models import Duty, Effort, Project, Turn

from .rota import MONDAY, a_duty, people, turn_of


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def mine(actor: Actor) -> Membership:
    """Marta's membership."""
    found: Membership = Membership.objects.get(user=actor.user)
    return found


def titles(turns: Any) -> list[str]:
    """What the turns are called, in their order."""
    return [turn.duty.title for turn in turns]


def one(actor: Actor, linden: Cooperative, title: str, day: date, **facts: Any) -> Turn:
    """The only turn of a duty of this name."""
    return turn_of(a_duty(actor, linden, title=title, starts_on=day, unit="once", opens_before=30, **facts))


def test_ahead_and_behind_part_at_the_moment_and_lose_nothing(actor: Actor, linden: Cooperative) -> None:
    for title, day in (("A", date(2026, 6, 5)), ("B", date(2026, 6, 3)), ("C", date(2026, 6, 4))):
        one(actor, linden, title, day)
    at = datetime(2026, 6, 4, 16, tzinfo=UTC)  # C is due in this very moment
    assert titles(turns_ahead(linden.pk, at)) == ["C", "A"]
    assert titles(turns_behind(linden.pk, at)) == ["B"]
    assert titles(turns_ahead(linden.pk, at + timedelta(seconds=1))) == ["A"]
    assert titles(turns_behind(linden.pk, at + timedelta(seconds=1))) == ["C", "B"]
    assert titles(turns_ahead(linden.pk + 1, at)) == []


def test_open_to_me_is_what_has_a_place_for_me(actor: Actor, linden: Cooperative, mine: Membership) -> None:
    members = people(linden, "Nora Varga", "Piotr Zielinski")
    nora = Actor.of(members["Nora Varga"][0])
    day = date(2026, 6, 5)
    one(actor, linden, "Free", day)
    sign_up(actor, one(actor, linden, "Mine already", day, places=2))
    sign_up(nora, one(actor, linden, "Full", day))
    ask_stand_in(nora, sign_up(nora, one(actor, linden, "Wanted", day)))
    off = one(actor, linden, "Off", day)
    cancel_turn(actor, off, version=1, reason="Rain")
    closed = one(actor, linden, "Closed", date(2026, 6, 2), closes_before=2)
    wanted_late = one(actor, linden, "Closed and wanted", date(2026, 6, 2), closes_before=2)
    ask_stand_in(nora, give_place(actor, wanted_late, member=members["Nora Varga"][1]))
    rows = Turn.objects.select_related("duty").order_by("pk")
    assert titles(open_to(rows, mine.pk, timezone.now())) == ["Free", "Wanted", "Closed and wanted"]
    assert closed.closes_at < timezone.now()
    for_nora = titles(open_to(rows, members["Nora Varga"][1].pk, timezone.now()))
    assert for_nora == ["Free", "Mine already"]
    assert titles(open_to(rows, None, timezone.now())) == ["Free", "Mine already", "Wanted", "Closed and wanted"]


def test_my_parts_are_those_i_still_have_to_do(actor: Actor, linden: Cooperative, mine: Membership, monday: Any) -> None:
    late, near, far = (one(actor, linden, name, day) for name, day in _DAYS)
    parts = {turn.duty.title: sign_up(actor, turn) for turn in (far, late, near)}
    off = one(actor, linden, "Off", date(2026, 6, 3))
    sign_up(actor, off)
    cancel_turn(actor, off, version=1, reason="Rain")
    monday.shift(timedelta(days=5))
    assert [part.turn.duty.title for part in my_parts([mine.pk])] == ["Late", "Near", "Far"]
    mark_done(Actor.of(actor.user), parts["Late"])
    assert [part.turn.duty.title for part in my_parts([mine.pk])] == ["Near", "Far"]
    assert list(my_parts([])) == [] and list(my_parts([mine.pk + 1])) == []


_DAYS = (("Late", date(2026, 6, 2)), ("Near", date(2026, 6, 7)), ("Far", date(2026, 6, 20)))


def test_what_waits_for_me_is_done_by_others_and_seen_by_nobody(
    actor: Actor, linden: Cooperative, mine: Membership, yusuf: User, yusuf_member: Membership, monday: Any
) -> None:
    turn = one(actor, linden, "Bins", date(2026, 6, 2), places=3)
    own, his = sign_up(actor, turn), give_place(actor, turn, member=yusuf_member)
    monday.shift(timedelta(days=1))
    me, him = Actor.of(actor.user), Actor.of(yusuf)
    mark_done(me, own)
    assert list(to_confirm(linden.pk, mine.pk)) == []
    mark_done(him, his)
    assert list(to_confirm(linden.pk, mine.pk)) == [his]
    assert list(to_confirm(linden.pk, yusuf_member.pk)) == [own]
    assert list(to_confirm(linden.pk, None)) == [own, his]
    confirm_part(me, his)
    assert list(to_confirm(linden.pk, mine.pk)) == []


def test_turns_of_a_member_whatever_became_of_them(actor: Actor, linden: Cooperative, mine: Membership) -> None:
    first, second = one(actor, linden, "A", date(2026, 6, 3)), one(actor, linden, "B", date(2026, 6, 4))
    one(actor, linden, "C", date(2026, 6, 5))
    sign_up(actor, first)
    sign_up(actor, second)
    cancel_turn(actor, second, version=1, reason="Rain")
    assert titles(turns_of([mine.pk]).order_by("due_at")) == ["A", "B"]
    (row,) = with_parts(Turn.objects.filter(pk=first.pk))
    assert [str(part.member) for part in row.taken] == ["Marta Lindqvist"]


def test_what_is_over_comes_last(actor: Actor, linden: Cooperative, project: Project) -> None:
    for title in ("C", "A", "B"):
        a_duty(actor, linden, title=title)
        create_recurring(actor, project, title=title, starts_on=date(2026, 7, 1))
    change_duty(actor, Duty.objects.get(title="A"), version=1, ended=True)
    change_duty(actor, Duty.objects.get(title="B"), version=1, paused=True)
    assert [duty.title for duty in duties_of(linden.pk)] == ["B", "C", "A"]
    change_recurring(actor, recurring_of(project.pk).get(title="B"), version=1, ended=True)
    assert [rule.title for rule in recurring_of(project.pk)] == ["A", "C", "B"]


def test_the_ledger_has_the_newest_on_top_and_sums_by_day_of_work(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, monday: Any
) -> None:
    task = create_task(actor, project, title="Roof")
    note_effort(actor, task, minutes=10, day=date(2026, 5, 31))
    monday.shift(timedelta(hours=1))
    with acting(yusuf) as him:
        note_effort(him, task, minutes=20, day=date(2026, 6, 1))
    note_effort(actor, task, minutes=5, day=date(2026, 6, 1))
    assert [row.minutes for row in efforts_of(linden.pk)] == [5, 20, 10]

    def sums(first: date, last: date) -> list[tuple[int, int, int]]:
        return [(row["number"], row["minutes"], row["entries"]) for row in effort_by_member(linden.pk, first=first, last=last)]

    assert sums(date(2026, 5, 31), date(2026, 6, 1)) == [(1, 15, 2), (2, 20, 1)]
    assert sums(date(2026, 6, 1), date(2026, 6, 1)) == [(1, 5, 1), (2, 20, 1)]
    assert sums(date(2026, 6, 2), date(2026, 6, 1)) == []
    assert effort_by_member(linden.pk + 1, first=date(2026, 1, 1), last=date(2026, 12, 31)) == []
    assert Effort.objects.count() == 3
