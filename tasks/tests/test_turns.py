"""Turns are made when their sign-up opens: each once, the missed ones flagged, and never under a rule that is over."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import acting, refused
from tasks.actions import cancel_turn, change_duty, create_duty, make_turns, mark_done, sign_up
from tasks.models import Duty, Turn

from .boards import kinds, told
from .rota import MONDAY, a_duty, days_of, turn_of


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def make(cooperative: Cooperative) -> int:
    """What the scheduler does."""
    return make_turns(cooperative, now=timezone.now())


def test_a_duty_opens_its_turns_as_many_days_before(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = a_duty(actor, linden, opens_before=14)
    assert days_of(duty) == ["2026-06-03", "2026-06-10"]
    assert make(linden) == 0
    monday.shift(timedelta(days=2, hours=8))  # Wednesday, six in the evening there
    assert make(linden) == 1
    assert days_of(duty) == ["2026-06-03", "2026-06-10", "2026-06-17"]
    assert kinds() == ["tasks.duty_created", *["tasks.turn_made"] * 3]
    assert [row["late"] for row in told("tasks.turn_made")] == [False, False, False]


def test_a_turn_keeps_what_the_duty_said_when_it_was_made(actor: Actor, linden: Cooperative) -> None:
    duty = a_duty(actor, linden, places=3, minutes=45, points=4, closes_before=1)
    turn = turn_of(duty)
    assert (turn.places, turn.minutes, turn.points, turn.late, turn.missed) == (3, 45, 4, False, 0)
    assert turn.due_at == datetime(2026, 6, 3, 16, tzinfo=UTC)
    assert turn.closes_at == datetime(2026, 6, 2, 16, tzinfo=UTC)
    change_duty(actor, duty, version=1, places=5, minutes=10, points=0)
    turn.refresh_from_db()
    assert (turn.places, turn.minutes, turn.points) == (3, 45, 4)


def test_a_whole_day_is_open_for_sign_up_until_it_is_over(actor: Actor, linden: Cooperative) -> None:
    turn = turn_of(a_duty(actor, linden, at=None, starts_on=date(2026, 6, 1)))
    assert (turn.is_all_day, turn.day) == (True, date(2026, 6, 1))
    assert turn.closes_at == datetime(2026, 6, 1, 22, tzinfo=UTC)  # midnight in Berlin
    assert turn.late is False


def test_what_was_missed_is_made_once_and_flagged(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = a_duty(actor, linden, opens_before=0)
    assert days_of(duty) == []
    monday.shift(timedelta(days=30))  # nobody made anything for a month with four Wednesdays
    assert make(linden) == 1
    turn = turn_of(duty)
    assert (str(turn.day), turn.late, turn.missed) == ("2026-06-24", True, 4)
    assert make(linden) == 0


def test_the_last_of_what_was_missed_stands_for_all(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = a_duty(actor, linden, opens_before=7)
    assert days_of(duty) == ["2026-06-03"]
    monday.shift(timedelta(days=24))  # Thursday, 25 June: the 10th, 17th and 24th were missed, the 1st of July comes
    assert make(linden) == 2
    turns = list(Turn.objects.filter(duty=duty).order_by("due_at"))[1:]
    assert [(str(turn.day), turn.late, turn.missed) for turn in turns] == [("2026-06-24", True, 3), ("2026-07-01", True, 1)]
    assert turns[0].closes_at == timezone.now() + timedelta(days=1)
    assert make(linden) == 0


def test_an_hour_is_no_delay(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = a_duty(actor, linden, starts_on=date(2026, 6, 10))
    monday.move_to(datetime(2026, 6, 3, 16, 59, tzinfo=UTC))
    assert make(linden) == 1
    assert turn_of(duty).late is False


def test_a_change_touches_only_what_is_not_made(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = a_duty(actor, linden)
    change_duty(actor, duty, version=1, weekdays=0b0010000)  # Fridays
    assert days_of(duty) == ["2026-06-03", "2026-06-05"]
    monday.shift(timedelta(days=7))
    make(linden)
    assert days_of(duty) == ["2026-06-03", "2026-06-05", "2026-06-12"]


def test_a_new_rule_does_not_look_back(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = a_duty(actor, linden, opens_before=0)
    monday.shift(timedelta(days=3))
    make(linden)
    assert days_of(duty) == ["2026-06-03"]
    # Tuesday lies between the Wednesday that was made and today; under the new rule it never was.
    change_duty(actor, duty, version=1, weekdays=0b0000010)
    assert (make(linden), days_of(duty)) == (0, ["2026-06-03"])


def test_a_pause_leaves_out_what_lies_in_it(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = change_duty(actor, a_duty(actor, linden, opens_before=0), version=1, paused=True)
    monday.shift(timedelta(days=10))
    assert make(linden) == 0
    duty = change_duty(actor, duty, version=2, paused=False)
    assert days_of(duty) == []
    monday.shift(timedelta(days=7))
    assert make(linden) == 1
    assert [(str(turn.day), turn.late) for turn in Turn.objects.filter(duty=duty)] == [("2026-06-17", True)]
    assert told("tasks.duty_changed")[-1]["changed"] == ["paused"]


def test_what_is_ended_makes_nothing_and_its_turns_stay(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = change_duty(actor, a_duty(actor, linden), version=1, ended=True)
    monday.shift(timedelta(days=20))
    assert (make(linden), days_of(duty)) == (0, ["2026-06-03"])


def test_a_duty_comes_so_many_times_and_no_more(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = a_duty(actor, linden, unit="once", opens_before=30)
    monday.shift(timedelta(days=60))
    assert (make(linden), days_of(duty)) == (0, ["2026-06-03"])


def test_done_makes_no_second_turn(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = a_duty(actor, linden)
    part = sign_up(actor, turn_of(duty))
    monday.move_to(datetime(2026, 6, 3, 18, tzinfo=UTC))
    make(linden)
    before = days_of(duty)
    mark_done(actor, part)
    assert (make(linden), days_of(duty)) == (0, before)


def test_summer_time_ends_and_the_duty_stays_at_six(actor: Actor, linden: Cooperative, monday: Any) -> None:
    duty = a_duty(actor, linden, opens_before=150)
    hours = {str(turn.day): turn.due_at.hour for turn in Turn.objects.filter(duty=duty)}
    assert (hours["2026-10-21"], hours["2026-10-28"]) == (16, 17)
    assert len(hours) == len(set(hours)) == 22


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": "  "}, "title"),
        ({"title": "\u200b"}, "invisible"),
        ({"title": "x" * 201}, "too_long"),
        ({"notes": "a\x00b"}, "not_text"),
        ({"places": 0}, "places"),
        ({"places": 101}, "places"),
        ({"minutes": -1}, "minutes"),
        ({"points": 1001}, "points"),
        ({"opens_before": 367}, "opens_before"),
        ({"closes_before": 8}, "closes_before"),
        ({"remind_days": 31}, "remind_days"),
        ({"rotation": "dice"}, "rotation"),
        ({"unit": "year"}, "unit"),
        ({"every": 0}, "every"),
        ({"every": 367}, "every"),
        ({"weekdays": 128}, "weekdays"),
        ({"month_by": "moon"}, "month_by"),
        ({"nth": 0}, "nth"),
        ({"weekday": 7}, "weekday"),
        ({"times": 0}, "times"),
        ({"starts_on": date(1999, 12, 31)}, "starts_on"),
        ({"starts_on": date(2040, 1, 1)}, "starts_on"),
        ({"starts_on": None}, "starts_on"),
        ({"ends_on": date(2026, 6, 2)}, "ends_on"),
        ({"ends_on": date(2026, 7, 1), "times": 3}, "times"),
    ],
)
def test_a_mistake_is_named_with_its_field(actor: Actor, linden: Cooperative, facts: dict[str, Any], code: str) -> None:
    with refused(code) as caught:
        a_duty(actor, linden, **facts)
    assert caught.value.field == next(reversed(facts)) and caught.value.status == 400
    assert not Duty.objects.exists()


def test_only_officers_set_duties_up(linden: Cooperative, yusuf: User, hassan: User, outsider: User) -> None:
    for user in (yusuf, hassan):
        with acting(user) as actor, refused("forbidden"):
            a_duty(actor, linden)
    with acting(outsider) as actor, refused("not_found"):
        a_duty(actor, linden)


def test_a_stale_change_is_refused(actor: Actor, linden: Cooperative) -> None:
    duty = a_duty(actor, linden)
    change_duty(actor, duty, version=1, place="Yard")
    with refused("stale") as caught:
        change_duty(actor, duty, version=1, place="Cellar")
    assert caught.value.current.place == "Yard"
    assert change_duty(actor, duty, version=2, place="Yard").version == 2  # nothing changed


def test_a_coordinator_belongs_here_and_may_stay_named(
    actor: Actor, linden: Cooperative, yusuf_member: Membership, monday: Any
) -> None:
    duty = a_duty(actor, linden, coordinator=yusuf_member)
    Membership.objects.filter(pk=yusuf_member.pk).update(left_on=date(2026, 6, 1))
    gone = Membership.objects.get(pk=yusuf_member.pk)
    assert change_duty(actor, duty, version=1, coordinator=gone, place="Yard").coordinator_id == gone.pk
    with refused("coordinator"):
        a_duty(actor, linden, title="Snow", coordinator=gone)


# Calling off


def test_a_turn_is_called_off_with_a_reason_and_once(actor: Actor, linden: Cooperative, yusuf: User) -> None:
    turn = turn_of(a_duty(actor, linden))
    with acting(yusuf) as other, refused("forbidden"):
        cancel_turn(other, turn, version=1, reason="Rain")
    with refused("reason"):
        cancel_turn(actor, turn, version=1, reason=" ")
    row = cancel_turn(actor, turn, version=1, reason="Rain")
    assert (row.cancelled_at, row.cancelled_why, row.version) == (timezone.now(), "Rain", 2)
    with refused("stale"):
        cancel_turn(actor, turn, version=1, reason="Rain")
    with refused("cancelled"):
        cancel_turn(actor, turn, version=2, reason="Rain")
    with refused("cancelled"):
        sign_up(actor, turn)


def test_what_is_partly_done_is_not_called_off(actor: Actor, linden: Cooperative, monday: Any) -> None:
    turn = turn_of(a_duty(actor, linden))
    part = sign_up(actor, turn)
    monday.shift(timedelta(days=2))
    mark_done(actor, part)
    with refused("done"):
        cancel_turn(actor, turn, version=1, reason="Rain")


def test_the_coordinator_of_a_duty_calls_its_turns_off(
    actor: Actor, linden: Cooperative, yusuf: User, yusuf_member: Membership
) -> None:
    turn = turn_of(a_duty(actor, linden, coordinator=yusuf_member))
    with acting(yusuf) as coordinator:
        assert cancel_turn(coordinator, turn, version=1, reason="Storm").cancelled_why == "Storm"
        with refused("forbidden"):
            create_duty(coordinator, linden, title="Another", starts_on=date(2026, 6, 3), at=time(9))
