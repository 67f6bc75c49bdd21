"""The effort ledger: only added to, corrected by the opposite, summed for contributions."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client

from activity.models import Event
from activity.web import plain_sentence
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import User
from members.tests.factories import acting, refused
from tasks.actions import change_project, confirm_part, correct_effort, create_task, mark_done, note_effort, sign_up
from tasks.duty_queries import effort_by_member
from tasks.models import Effort, Project, Task

from .boards import kinds, problem, told
from .rota import MONDAY, a_duty, ledger, turn_of

TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def roof(actor: Actor, project: Project) -> Task:
    """A task."""
    return create_task(actor, project, title="Roof")


@pytest.fixture
def confirmed(actor: Actor, linden: Cooperative, yusuf: User, monday: Any) -> Effort:
    """Forty minutes and two points of Marta's, confirmed by Yusuf on Wednesday."""
    part = sign_up(actor, turn_of(a_duty(actor, linden, minutes=40, points=2)))
    monday.shift(timedelta(days=2))
    mark_done(actor, part)
    with acting(yusuf) as peer:
        return confirm_part(peer, part)


def test_time_on_a_task_is_noted_by_who_gave_it(actor: Actor, roof: Task) -> None:
    row = note_effort(actor, roof, minutes=90, day=TODAY, note="  Took the \n old tiles off ")
    assert (row.minutes, row.points, row.note, str(row.member), row.confirmed_by) == (
        90,
        0,
        "Took the old tiles off",
        "Marta Lindqvist",
        None,
    )
    assert kinds()[-1] == "tasks.effort_noted"
    assert told("tasks.effort_noted")[0]["task_id"] == roof.pk


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"minutes": 0}, "minutes"),
        ({"minutes": 1441}, "minutes"),
        ({"minutes": True}, "minutes"),
        ({"day": TODAY + timedelta(days=1)}, "day"),
        ({"day": TODAY - timedelta(days=367)}, "day"),
        ({"note": "x" * 501}, "too_long"),
        ({"note": "\u200b"}, "invisible"),
    ],
)
def test_a_mistake_is_named_with_its_field(actor: Actor, roof: Task, facts: dict[str, Any], code: str) -> None:
    with refused(code) as caught:
        note_effort(actor, roof, **{"minutes": 5, "day": TODAY, **facts})
    assert caught.value.field == next(iter(facts))
    assert ledger() == []


def test_today_is_what_the_cooperatives_clock_says(actor: Actor, roof: Task, monday: Any) -> None:
    monday.move_to(datetime(2026, 6, 1, 22, 30, tzinfo=UTC))  # half past midnight there
    assert note_effort(actor, roof, minutes=5, day=date(2026, 6, 2)).day == date(2026, 6, 2)


def test_who_observes_or_is_a_stranger_notes_nothing(roof: Task, hassan: User, outsider: User) -> None:
    for user, code in ((hassan, "forbidden"), (outsider, "not_found")):
        with acting(user) as actor, refused(code):
            note_effort(actor, roof, minutes=5, day=TODAY)


def test_an_archived_project_takes_no_more_time(actor: Actor, roof: Task, project: Project) -> None:
    change_project(actor, project, version=project.version, archived=True)
    with refused("project_archived"):
        note_effort(actor, Task.objects.get(pk=roof.pk), minutes=5, day=TODAY)


def test_the_ledger_is_only_added_to(confirmed: Effort) -> None:
    for act in (lambda: Effort.objects.update(minutes=1), lambda: Effort.objects.all().delete(), confirmed.delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()
    assert ledger() == [("Marta Lindqvist", "duty", 40, 2)]


def test_a_correction_takes_back_all_or_a_part_once(actor: Actor, roof: Task, confirmed: Effort) -> None:
    row = correct_effort(actor, confirmed, reason="Left early", minutes=15, points=1)
    assert (row.minutes, row.points, row.note, row.day, row.turn_id) == (
        -15,
        -1,
        "Left early",
        date(2026, 6, 3),
        confirmed.turn_id,
    )
    with refused("corrected"):
        correct_effort(actor, confirmed, reason="Again")
    with refused("correction"):
        correct_effort(actor, row, reason="No")
    mine = note_effort(actor, roof, minutes=60, day=TODAY)
    assert correct_effort(actor, mine, reason="Typed in twice").minutes == -60
    assert ledger() == [
        ("Marta Lindqvist", "duty", 40, 2),
        ("Marta Lindqvist", "correction", -15, -1),
        ("Marta Lindqvist", "task", 60, 0),
        ("Marta Lindqvist", "correction", -60, 0),
    ]
    assert told("tasks.effort_corrected")[0]["reason"] == "Left early"


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"reason": " "}, "reason", "reason"),
        ({"minutes": 41}, "minutes", "minutes"),
        ({"minutes": -1}, "minutes", "minutes"),
        ({"points": 3}, "points", "points"),
        ({"minutes": 0, "points": 0}, "minutes", "minutes"),
    ],
)
def test_nobody_takes_back_more_than_there_is(
    actor: Actor, confirmed: Effort, facts: dict[str, Any], code: str, field: str
) -> None:
    with refused(code) as caught:
        correct_effort(actor, confirmed, **{"reason": "Wrong", **facts})
    assert caught.value.field == field


def test_one_corrects_ones_own_and_officers_everybodys(actor: Actor, roof: Task, yusuf: User, confirmed: Effort) -> None:
    with acting(yusuf) as plain:
        own = note_effort(plain, roof, minutes=30, day=TODAY)
        with refused("forbidden"):
            correct_effort(plain, confirmed, reason="Not so")
        assert correct_effort(plain, own, reason="Forgot the break", minutes=10).minutes == -10
    with acting(yusuf) as plain:
        second = note_effort(plain, roof, minutes=5, day=TODAY)
    assert correct_effort(actor, second, reason="Twice").minutes == -5


def test_contributions_read_sums_of_a_span(actor: Actor, roof: Task, yusuf: User, confirmed: Effort, linden: Cooperative) -> None:
    with acting(yusuf) as plain:
        note_effort(plain, roof, minutes=30, day=TODAY)
    correct_effort(actor, confirmed, reason="Left early", minutes=15, points=0)
    rows = effort_by_member(linden.pk, first=date(2026, 6, 1), last=date(2026, 6, 30))
    assert [(row["number"], row["minutes"], row["points"]) for row in rows] == [(1, 25, 2), (2, 30, 0)]
    assert [row["number"] for row in effort_by_member(linden.pk, first=date(2026, 6, 2), last=date(2026, 6, 3))] == [1]
    assert effort_by_member(linden.pk, first=date(2026, 7, 1), last=date(2026, 7, 31)) == []


@pytest.mark.parametrize(
    ("asked", "minutes", "points"),
    [
        ({"points": 2}, 0, -2),  # the time stays
        ({"minutes": 15}, -15, 0),  # the points stay
        ({"minutes": 0, "points": 1}, 0, -1),
        ({"minutes": None, "points": 1}, 0, -1),
        ({"minutes": 40, "points": 2}, -40, -2),
        ({}, -40, -2),
    ],
)
def test_a_correction_takes_back_what_it_names_and_nothing_else(
    actor: Actor, confirmed: Effort, asked: dict[str, Any], minutes: int, points: int
) -> None:
    row = correct_effort(actor, confirmed, reason="Wrong", **asked)
    assert (row.minutes, row.points) == (minutes, points)
    assert ledger()[1:] == [("Marta Lindqvist", "correction", minutes, points)]
    (said,) = told("tasks.effort_corrected")
    assert (said["minutes"], said["points"]) == (minutes, points)
    sentence = plain_sentence(Event.objects.get(kind="tasks.effort_corrected"))
    assert sentence.endswith(f"corrected an effort by {minutes} minutes and {points} points: Wrong")


@pytest.mark.parametrize(
    ("minutes", "points", "field"),
    [(41, 0, "minutes"), (0, 3, "points"), (40, 3, "points"), (None, 3, "points"), (-1, 1, "minutes"), (True, 1, "minutes")],
)
def test_a_correction_never_takes_more_than_there_is(
    actor: Actor, confirmed: Effort, minutes: int | None, points: int, field: str
) -> None:
    with refused(field) as caught:
        correct_effort(actor, confirmed, reason="Wrong", minutes=minutes, points=points)
    assert caught.value.field == field
    assert ledger() == [("Marta Lindqvist", "duty", 40, 2)]


CORRECT = "/c/linden-court/work/effort/{}/"


def test_the_page_begins_with_all_there_is_and_takes_back_what_it_shows(confirmed: Effort, marta: User, signed_in: Any) -> None:
    page, at = signed_in(marta), CORRECT.format(confirmed.pk)
    shown = page.get(at).content.decode()
    assert 'name="minutes" value="40"' in shown and 'name="points" value="2"' in shown
    nothing = page.post(at, {"reason": "Wrong", "minutes": "0", "points": ""})
    assert (nothing.status_code, ledger()[1:]) == (400, [])
    assert "Say how many minutes or points are to be taken back." in nothing.content.decode()
    assert page.post(at, {"reason": "Wrong", "minutes": "", "points": "2"}).status_code == 302
    assert ledger()[1:] == [("Marta Lindqvist", "correction", 0, -2)]


def test_the_page_asks_for_no_points_where_there_are_none(page: Client, actor: Actor, roof: Task) -> None:
    mine = note_effort(actor, roof, minutes=60, day=TODAY)
    at = CORRECT.format(mine.pk)
    shown = page.get(at).content.decode()
    assert 'name="minutes" value="60"' in shown and 'name="points"' not in shown
    assert page.post(at, {"reason": "Wrong", "minutes": "61"}).status_code == 400
    assert page.post(at, {"reason": "Wrong", "minutes": "20"}).status_code == 302
    assert ledger()[1:] == [("Marta Lindqvist", "correction", -20, 0)]


def test_a_program_that_names_points_leaves_the_time(confirmed: Effort, marta: User, client_of: Any) -> None:
    api, at = client_of(marta), f"/api/v1/efforts/{confirmed.pk}/correct/"
    problem(api.post(at, {"reason": "Wrong", "points": 3}, format="json"), 400, "points", "points")
    made = api.post(at, {"reason": "Wrong", "points": 1}, format="json").json()
    assert (made["minutes"], made["points"], made["corrects"]) == (0, -1, confirmed.pk)
