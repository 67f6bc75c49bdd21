"""Turns of duties on "My work": beside the tasks, by when they are due; and what the page listens to."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activity.queries import head_of, heads_of
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import a_cooperative
from tasks.mine import FIRST_ROWS, Whole, sections
from tasks.models import Duty, Lane, Part, Project, Task, Turn
from tasks.tests.boards import add, fill
from tasks.tests.rota import a_duty
from tasks.views.mine import MOST_ROOMS

MINE = "/my-work/"
FAR = date(2031, 6, 4)


@pytest.fixture
def duty(actor: Actor, linden: Cooperative, project: Project) -> Duty:
    """A duty without a turn of its own yet."""
    return a_duty(actor, linden, starts_on=FAR, place="Yard")


def mine_in(duty: Duty, member: Membership, day: date, hour: int = 16, turn: Any = None, **facts: Any) -> Part:
    """A place of this member in a turn."""
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    needs = {"places": 1, "minutes": 60, "points": 0, "closes_at": at, "made_at": timezone.now(), **(turn or {})}
    row = Turn.objects.create(cooperative=duty.cooperative, duty=duty, due_at=at, day=day, **needs)
    part: Part = Part.objects.create(
        cooperative=duty.cooperative, turn=row, place=1, member=member, created_at=timezone.now(), **facts
    )
    return part


def told(actor: Actor) -> dict[str, list[str]]:
    return {section.key: [named(row) for row in section.rows] for section in sections(actor)}


def named(row: Any) -> str:
    return f"turn {row.turn.due_at.hour}" if isinstance(row, Part) else str(row.title)


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_turns_stand_among_the_tasks_of_their_day(
    actor: Actor, todo: Lane, duty: Duty, today: date, marta_member: Membership, yusuf_member: Membership
) -> None:
    for days, hour in ((-3, 8), (0, 9), (6, 10), (7, 11)):
        mine_in(duty, marta_member, today + timedelta(days=days), hour)
    mine_in(duty, yusuf_member, today, 12)
    mine_in(duty, marta_member, today, 13, done_at=timezone.now())
    mine_in(duty, marta_member, today, 14, {"cancelled_at": timezone.now()})
    for title, days, priority in (("Late", -4, 3), ("Now", 0, 1), ("Soon", 5, 3), ("Sixth", 6, 1)):
        add(actor, todo, title, assignees=[marta_member], due_date=today + timedelta(days=days), priority=priority)
    assert told(actor) == {
        "late": ["Late", "turn 8"],
        "today": ["turn 9", "Now"],
        "week": ["Soon", "turn 10", "Sixth"],
        "later": ["turn 11"],
    }
    assert [named(row) for row in Whole(actor, "week")[0:50]] == ["Soon", "turn 10", "Sixth"]


def test_a_turn_says_where_when_and_whether_somebody_stands_in(page: Client, duty: Duty, marta_member: Membership) -> None:
    part = mine_in(duty, marta_member, FAR, asked_at=timezone.now())
    shown = text(page.get(MINE))
    assert f'<a class="cover" dir="auto" href="/c/linden-court/work/turns/{part.turn_id}/">Bins out</a>' in shown
    assert "Linden Court · <time" in shown and "18:00</time> · <span" in shown and ">Yard<" in shown
    assert "looks for a stand-in" in shown and "1 task or turn waits for you" in shown


def test_pages_hold_tasks_and_turns_once_each(
    page: Client, actor: Actor, todo: Lane, duty: Duty, marta_member: Membership
) -> None:
    for hour in range(8, 16):
        mine_in(duty, marta_member, FAR, hour)
    fill(todo, 7, assignees=[marta_member], due_date=FAR)
    fill(todo, 50, start=8, assignees=[marta_member], due_date=FAR + timedelta(days=1))
    (section,) = sections(actor)
    assert (section.key, section.total, len(section.rows)) == ("later", 65, FIRST_ROWS)
    assert [isinstance(row, Part) for row in section.rows] == [True] * 8 + [False] * 2
    whole = Whole(actor, "later")
    found = [(type(row), row.pk) for start in range(0, 65, 5) for row in whole[start : start + 5]]
    assert len(found) == len(set(found)) == whole.count() == 65
    assert found[:10] == [(type(row), row.pk) for row in section.rows]
    first, second = (text(page.get(f"{MINE}?part=later&page={number}")) for number in (1, 2))
    assert (first.count('id="my-turn-'), first.count('id="work-'), second.count('id="work-')) == (8, 42, 15)
    assert 'href="?part=later">Show all 65' in text(page.get(MINE))


def test_a_turn_is_late_by_the_calendar_of_its_cooperative(
    actor: Actor, linden: Cooperative, duty: Duty, marta_member: Membership
) -> None:
    part = mine_in(duty, marta_member, FAR)
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        Cooperative.objects.filter(pk=linden.pk).update(time_zone=zone)
        there = timezone.localdate(timezone=Cooperative.objects.get(pk=linden.pk).zone)
        for day, key in ((there, "today"), (there - timedelta(days=1), "late"), (there + timedelta(days=1), "week")):
            Turn.objects.filter(pk=part.turn_id).update(day=day)
            assert list(told(actor)) == [key], (zone, day)


def test_it_costs_the_same_for_one_and_three_turns(page: Client, duty: Duty, marta_member: Membership, statements: Any) -> None:
    counts = []
    for hours in ((8,), (9, 10)):
        for hour in hours:
            mine_in(duty, marta_member, FAR, hour)
        counts.append((statements(MINE), statements(f"{MINE}?part=later")))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 15


@pytest.fixture
def both(marta: User, linden: Cooperative, project: Project) -> Iterator[Actor]:
    """Marta, who belongs to a second cooperative as well."""
    second = a_cooperative(marta, "Alder House")
    actor = Actor.of(marta)
    with enter([linden.pk, second.pk], actor.user_id):
        yield actor


def test_the_page_listens_to_each_cooperative_from_where_it_stands(page: Client, both: Actor) -> None:
    shown = text(page.get(MINE))
    said = re.findall(r'data-live-also="/ws/cooperatives/(\d+)/" data-seq="(\d+)"', shown)
    assert said == [(str(pk), str(head_of(Cooperative.objects.get(pk=pk)))) for pk in sorted(both.cooperative_ids)]
    assert len(said) == 2 and all(int(seq) > 0 for _pk, seq in said)
    assert heads_of([*both.cooperative_ids, 999_999])[999_999] == 0
    assert MOST_ROOMS == 8
    assert "data-live-also" not in text(page.get(MINE, headers={"HX-Request": "true"}))


def test_it_looks_again_for_what_is_mine_or_shown(
    page: Client, actor: Actor, todo: Lane, duty: Duty, marta: User, marta_member: Membership, yusuf_member: Membership
) -> None:
    (task,) = add(actor, todo, "A", assignees=[marta_member])
    (other,) = add(actor, todo, "B", assignees=[yusuf_member])
    part = mine_in(duty, marta_member, FAR)
    found = re.search(r'id="my-work" [^>]*data-refresh-of="([^"]*)"', text(page.get(MINE)))
    me = [f"{name}:{marta.public_id}" for name in ("assignees", "member", "before")]
    assert found and found[1].split() == [*me, "given", f"turn_id:{part.turn_id}", f"issue_id:{task.pk}"]
    assert Task.objects.filter(pk=other.pk).exists()


def test_who_has_nothing_to_do_is_told_what_will_stand_there(page: Client, project: Project) -> None:
    shown = text(page.get(MINE))
    assert "Nothing waits for you" in shown and "sign up for or watch stands here" in shown
    assert "Nothing waits for you" in text(page.get(f"{MINE}?part=late"))
