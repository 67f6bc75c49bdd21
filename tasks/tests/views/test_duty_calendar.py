"""Duties stand in the calendar of all work, beside the tasks, and in no project's own."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from tasks.calendar import DRAWN, View, drawn
from tasks.models import Duty, Project, Turn
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
