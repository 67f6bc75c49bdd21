"""Duties stand in the calendar of all work, beside the tasks, and in no project's own."""

import re
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from tasks.calendar import DRAWN, OnDay, View, drawn
from tasks.models import Duty, Lane, Project, Turn
from tasks.tests.boards import fill
from tasks.tests.rota import a_duty

WEDNESDAY = date(2031, 6, 4)
ALL = "/c/linden-court/work/calendar/"


@pytest.fixture
def duty(actor: Actor, linden: Cooperative) -> Duty:
    """A duty far ahead: it has no turn by itself yet."""
    return a_duty(actor, linden, starts_on=WEDNESDAY, place="Yard")


def a_turn(duty: Duty, day: date, hour: int = 16, **facts: Any) -> Turn:
    """A turn at six in the evening of Linden Court, unless asked otherwise."""
    at = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    needs = {"places": 1, "minutes": 60, "points": 0, "closes_at": at, "made_at": timezone.now()}
    turn: Turn = Turn.objects.create(cooperative=duty.cooperative, duty=duty, due_at=at, day=day, **needs, **facts)
    return turn


def on(view: View, day: date) -> tuple[list[str], int]:
    """What is drawn of a day, and how many fall on it."""
    (found,) = drawn(view, [day], DRAWN)
    return [f"{entry.title}, {entry.detail}, {entry.state}" for entry in found.entries], found.count


def test_turns_stand_on_their_days(actor: Actor, linden: Cooperative, project: Project, duty: Duty) -> None:
    a_turn(duty, WEDNESDAY)
    a_turn(duty, WEDNESDAY + timedelta(days=1), is_all_day=True)
    view = View(actor, linden, None, WEDNESDAY + timedelta(days=1))
    assert on(view, WEDNESDAY) == (["Bins out, 6 p.m. · Yard, done"], 1)
    assert on(view, WEDNESDAY + timedelta(days=1)) == (["Bins out, Yard, "], 1)
    assert on(View(actor, linden, project, WEDNESDAY), WEDNESDAY) == ([], 0)


def test_what_is_called_off_does_not(actor: Actor, linden: Cooperative, duty: Duty) -> None:
    a_turn(duty, WEDNESDAY, cancelled_at=timezone.now())
    assert on(View(actor, linden, None, WEDNESDAY), WEDNESDAY) == ([], 0)


def test_a_day_draws_the_first_and_counts_all(actor: Actor, linden: Cooperative, duty: Duty) -> None:
    for hour in range(8, 16):
        a_turn(duty, WEDNESDAY, hour)
    entries, count = on(View(actor, linden, None, WEDNESDAY), WEDNESDAY)
    assert (len(entries), count, entries[0]) == (DRAWN, 8, "Bins out, 10 a.m. · Yard, ")


def test_the_page_leads_to_the_turn_and_costs_the_same(page: Client, project: Project, duty: Duty, statements: Any) -> None:
    turn = a_turn(duty, WEDNESDAY)
    url = f"{ALL}?day={WEDNESDAY}"
    assert f'href="/c/linden-court/work/turns/{turn.pk}/"' in page.get(url).content.decode()
    one = statements(url)
    for hour in (9, 10):
        a_turn(duty, WEDNESDAY, hour)
    assert statements(url) == one


def test_more_of_a_day_leads_to_all_of_it(page: Client, project: Project, todo: Lane, duty: Duty) -> None:
    turns = [a_turn(duty, WEDNESDAY, hour) for hour in range(8, 13)]
    fill(todo, 2, due_date=WEDNESDAY)
    month = page.get(f"{ALL}?day={WEDNESDAY}").content.decode()
    link = re.search(r'class="rest" href="([^"]+)">\+4 more', month)
    assert link, month
    whole = page.get(link[1]).content.decode()
    assert [f"turns/{turn.pk}/" in whole for turn in turns] == [True] * 5
    assert whole.count('id="work-') == 2 and "7 entries" in whole
    assert whole.index(f"turns/{turns[4].pk}/") < whole.index('id="work-')  # what has a time of day stands first
    empty = page.get(f"{ALL}day/?on={WEDNESDAY + timedelta(days=1)}").content.decode()
    assert "Nothing falls on this day" in empty and "Duties stand here on their day" in empty
    own = page.get(f"/c/linden-court/work/{project.pk}/calendar/day/?on={WEDNESDAY}").content.decode()
    assert "turns/" not in own and own.count('id="work-') == 2


def test_pages_of_a_day_hold_each_thing_once(actor: Actor, linden: Cooperative, todo: Lane, duty: Duty) -> None:
    for hour in range(8, 13):
        a_turn(duty, WEDNESDAY, hour)
    fill(todo, 4, due_date=WEDNESDAY)
    day = OnDay(View(actor, linden, None, WEDNESDAY), WEDNESDAY)
    assert day.count() == 9
    pages = [day[start : start + 2] for start in range(0, 10, 2)]
    assert [len(one) for one in pages] == [2, 2, 2, 2, 1]
    whole = [getattr(one, "detail", None) or one.title for one in chain.from_iterable(pages)]
    assert whole[:5] == [f"{hour} {half} · Yard" for hour, half in ((10, "a.m."), (11, "a.m."))] + [
        "noon · Yard", "1 p.m. · Yard", "2 p.m. · Yard",
    ]  # fmt: skip
    assert whole[5:] == [one.title for one in day[5:9]] and len(set(whole)) == 9


def test_a_day_costs_the_same_for_one_and_three_turns(page: Client, project: Project, duty: Duty, statements: Any) -> None:
    a_turn(duty, WEDNESDAY)
    url = f"{ALL}day/?on={WEDNESDAY}"
    one = statements(url)
    for hour in (9, 10):
        a_turn(duty, WEDNESDAY, hour)
    assert statements(url) == one
