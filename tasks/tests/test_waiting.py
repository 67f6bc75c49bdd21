"""A recurring task whose card cannot be made: it says why, it is tried again, and one card comes of it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.translation import get_language
from rest_framework.test import APIClient

from activity.actions import erase
from activity.models import Event
from activity.web import plain_sentence
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, RoleGrant, User
from tasks.actions import (
    change_lane,
    change_project,
    change_recurring,
    change_task,
    create_project,
    create_recurring,
    make_cards,
    move_task,
)
from tasks.models import Lane, Project, RecurringTask, Run, Task
from tasks.waiting import waiting_of, with_waiting

from .boards import add, kinds, lane_named, told
from .rota import MONDAY
from .test_duty_races import House, clock, house  # noqa: F401

WORK = "/c/linden-court/work/"
WAITS = "tasks.recurring_waits"
FULL = "To do is full: it holds at most 1. Finish or move a card there first."


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as found:
        yield found


def a_rule(actor: Actor, project: Project, **facts: Any) -> RecurringTask:
    """Oil the hinges every day, from tomorrow on."""
    return create_recurring(actor, project, **{"title": "Oil", "starts_on": date(2026, 6, 2), "unit": "day", **facts})


def make(linden: Cooperative) -> int:
    """What the scheduler does."""
    return make_cards(linden, now=timezone.now())


def why(rule: RecurringTask) -> tuple[str, str] | None:
    """Code and reason of why its card waits; None when it does not."""
    found = waiting_of([RecurringTask.objects.select_related("project").get(pk=rule.pk)])
    return (found[rule.pk].code, found[rule.pk].reason) if found else None


def reasons() -> list[str]:
    """What the record tells, oldest first."""
    return [one["code"] for one in told(WAITS)]


def fill_up(actor: Actor, lane: Lane, title: str = "Other") -> Task:
    """One card, and no room for another."""
    lane.refresh_from_db()
    change_lane(actor, lane, version=lane.version, wip_limit=1)
    return add(actor, lane, title)[0]


def put_away(actor: Actor, task: Task) -> Task:
    """Archive a card."""
    task.refresh_from_db()
    return change_task(actor, task, version=task.version, archived=True)


@pytest.fixture
def stuck(actor: Actor, linden: Cooperative, project: Project, todo: Lane, monday: Any) -> RecurringTask:
    """Due every day since yesterday, and the first lane is full."""
    rule = a_rule(actor, project)
    fill_up(actor, todo)
    monday.shift(timedelta(days=1))
    assert make(linden) == 0
    return rule


# What is told


def test_a_full_lane_is_told_once_however_often_it_is_tried(
    linden: Cooperative, project: Project, stuck: RecurringTask, monday: Any
) -> None:
    assert why(stuck) == ("lane_full", FULL)
    for _try in range(5):
        monday.shift(timedelta(minutes=5))
        assert make(linden) == 0
    monday.shift(timedelta(days=3))  # more comes due meanwhile, and the reason is the same
    assert (make(linden), make(linden)) == (0, 0)
    (said,) = told(WAITS)
    assert said == {
        "project_id": project.pk,
        "rule_id": stuck.pk,
        "code": "lane_full",
        "reason": FULL,
        "since": RecurringTask.objects.get().made_until.isoformat(),
    }
    event = Event.objects.get(kind=WAITS)
    assert (event.actor, event.subject_type, event.subject_id) == (None, "tasks.recurringtask", stuck.pk)
    assert plain_sentence(event) == f"A card of Oil could not be made: {FULL}"


def test_once_there_is_room_one_card_is_made_and_nothing_waits(
    actor: Actor, linden: Cooperative, stuck: RecurringTask, monday: Any
) -> None:
    monday.shift(timedelta(days=3))
    make(linden)
    put_away(actor, Task.objects.get(title="Other"))
    assert (make(linden), make(linden)) == (1, 0)
    (run,) = Run.objects.select_related("task")
    assert (run.late, run.missed, str(run.task.due_date)) == (True, 4, "2026-06-05")
    assert (why(stuck), reasons()) == (None, ["lane_full"])


def test_another_reason_is_told_and_the_same_one_later_again(
    actor: Actor, linden: Cooperative, project: Project, todo: Lane, yusuf_member: Membership, monday: Any
) -> None:
    rule = a_rule(actor, project, assignees=[yusuf_member])
    other = fill_up(actor, todo)
    (burden,) = add(actor, lane_named(project, "review"), "Burden", assignees=[yusuf_member])
    Project.objects.filter(pk=project.pk).update(assignment_limit=1)
    monday.shift(timedelta(days=1))
    assert (make(linden), why(rule)) == (0, ("lane_full", FULL))
    put_away(actor, other)
    assert (make(linden), make(linden)) == (0, 0)
    assert why(rule) == (
        "assignment_limit",
        "Yusuf Demir has 1 unfinished tasks in this project already, which is the most. Finish one or give it away.",
    )
    third = add(actor, lane_named(project, "todo"), "Third")[0]
    assert (make(linden), why(rule)) == (0, ("lane_full", FULL))
    assert reasons() == ["lane_full", "assignment_limit", "lane_full"]
    put_away(actor, third)
    move_task(actor, burden, version=1, lane=lane_named(project, "done"))
    assert (make(linden), why(rule)) == (1, None)
    monday.shift(timedelta(days=1))  # the next time is another time
    assert make(linden) == 0
    assert (why(rule), reasons()[3:]) == (("lane_full", FULL), ["lane_full"])


def test_who_lost_the_right_to_work_is_named(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, monday: Any
) -> None:
    rule = a_rule(actor, project, assignees=[yusuf_member])
    RoleGrant.objects.filter(membership=yusuf_member).update(role="observer")
    monday.shift(timedelta(days=1))
    assert make(linden) == 0
    found = why(rule)
    assert (
        found is not None and found[0] == "cannot_work_here" and found[1].startswith("Yusuf Demir may not work in this project.")
    )
    change_recurring(actor, rule, version=1, assignees=[])
    assert (why(rule), Task.objects.count()) == (None, 1)


def test_a_board_without_a_lane_says_so(actor: Actor, linden: Cooperative, monday: Any) -> None:
    bare = create_project(actor, linden, name="Bare", bare=True)
    rule = a_rule(actor, bare)
    monday.shift(timedelta(days=1))
    assert make(linden) == 0
    assert why(rule) == ("no_lane", "This board has no lane yet. Add one first.")


def test_it_is_told_in_the_language_of_the_cooperative(
    actor: Actor, linden: Cooperative, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_facts: Any) -> Task:
        raise RuleBroken("no", lazystr(get_language()))

    monkeypatch.setattr("tasks.actions.duties.making.create_task", refuse)
    Cooperative.objects.filter(pk=linden.pk).update(locale="de")
    project = Project.objects.get(pk=project.pk)
    rule = a_rule(actor, project, starts_on=date(2026, 6, 1))
    assert (why(rule), get_language()) == (("no", "de"), "en")


def test_of_two_that_come_due_the_one_that_fits_is_made(
    actor: Actor, linden: Cooperative, project: Project, todo: Lane, monday: Any
) -> None:
    rule = a_rule(actor, project, at=time(10))
    change_lane(actor, todo, version=1, wip_limit=1)
    monday.move_to(datetime(2026, 6, 3, 8, tzinfo=MONDAY.tzinfo))  # ten o'clock there: yesterday's is late, today's is due now
    assert make(linden) == 1
    assert [run.due_at.day for run in Run.objects.all()] == [2]
    assert why(rule) == ("lane_full", FULL)
    put_away(actor, Task.objects.get())
    assert (make(linden), why(rule)) == (1, None)
    assert [(run.due_at.day, run.missed) for run in Run.objects.order_by("due_at")] == [(2, 1), (3, 0)]


def test_of_two_that_come_due_and_do_not_fit_one_reason_is_told(
    actor: Actor, linden: Cooperative, project: Project, todo: Lane, monday: Any
) -> None:
    a_rule(actor, project, at=time(10))
    other = fill_up(actor, todo)
    monday.move_to(datetime(2026, 6, 3, 8, tzinfo=MONDAY.tzinfo))
    assert (make(linden), reasons()) == (0, ["lane_full"])
    put_away(actor, other)
    change_lane(actor, todo, version=2, wip_limit=None)
    assert make(linden) == 2
    assert [(run.due_at.day, run.missed) for run in Run.objects.order_by("due_at")] == [(2, 1), (3, 0)]


# Setting one up, and changing it


def test_setting_one_up_does_not_fail_because_its_first_card_waits(
    actor: Actor, linden: Cooperative, project: Project, todo: Lane
) -> None:
    other = fill_up(actor, todo)
    rule = a_rule(actor, project, starts_on=date(2026, 6, 1))
    assert (why(rule), Task.objects.count(), Run.objects.count()) == (("lane_full", FULL), 1, 0)
    assert kinds()[-2:] == ["tasks.recurring_created", WAITS]
    assert make(linden) == 0
    put_away(actor, other)
    assert (make(linden), why(rule), reasons()) == (1, None, ["lane_full"])
    assert Run.objects.get().late is False  # within the hour


def test_a_change_that_does_not_help_is_kept_and_one_that_helps_makes_the_card(
    actor: Actor, project: Project, stuck: RecurringTask
) -> None:
    row = change_recurring(actor, stuck, version=1, title="Grease")
    assert (row.title, row.version, why(stuck), reasons()) == ("Grease", 2, ("lane_full", FULL), ["lane_full"])
    change_recurring(actor, row, version=2, lane=lane_named(project, "review"))
    assert (why(stuck), Task.objects.get(title="Grease").lane.status) == (None, "review")


def test_what_rests_waits_for_nothing(actor: Actor, linden: Cooperative, project: Project, stuck: RecurringTask) -> None:
    row = change_recurring(actor, stuck, version=1, paused=True)
    assert why(stuck) is None
    row = change_recurring(actor, row, version=2, paused=False)
    assert why(stuck) == ("lane_full", FULL)  # of today's whole day nothing is past
    row = change_recurring(actor, row, version=3, ended=True)
    assert why(stuck) is None
    change_recurring(actor, row, version=4, ended=False)
    change_project(actor, project, version=1, archived=True)
    assert (why(stuck), make(linden)) == (None, 0)
    change_project(actor, project, version=2, archived=False)
    assert why(stuck) == ("lane_full", FULL)


def test_another_schedule_leaves_what_waited_behind(actor: Actor, linden: Cooperative, stuck: RecurringTask, monday: Any) -> None:
    row = change_recurring(actor, stuck, version=1, starts_on=date(2026, 6, 20))
    assert why(stuck) is None
    put_away(actor, Task.objects.get(title="Other"))
    assert (make(linden), row.runs) == (0, True)
    monday.move_to(datetime(2026, 6, 20, 8, tzinfo=MONDAY.tzinfo))
    assert make(linden) == 1


def test_one_rule_of_two_waits_and_is_told_apart(
    actor: Actor, linden: Cooperative, project: Project, stuck: RecurringTask, monday: Any
) -> None:
    free = a_rule(actor, project, title="Wax", lane=lane_named(project, "review"), starts_on=date(2026, 6, 2))
    rows = with_waiting(RecurringTask.objects.select_related("project").order_by("pk"))
    assert [(row.title, row.waiting and row.waiting.code) for row in rows] == [("Oil", "lane_full"), ("Wax", None)]
    assert rows[0].waiting.since == Event.objects.get(kind=WAITS).at
    assert (waiting_of([]), waiting_of([free])) == ({}, {})


def test_when_that_detail_was_erased_it_still_says_that_it_waits(
    actor: Actor, linden: Cooperative, project: Project, stuck: RecurringTask, page: Client
) -> None:
    erase(actor, linden, seqs=[Event.objects.get(kind=WAITS).seq], reason="A name stood in it")
    assert why(stuck) == ("", "")
    assert "the reason was erased from the record" in page.get(f"{WORK}{project.pk}/recurring/").content.decode()
    assert (make(linden), why(stuck)) == (0, ("lane_full", FULL))
    put_away(actor, Task.objects.get(title="Other"))
    make(linden)
    assert why(stuck) is None


# Where it is seen


def test_the_list_and_its_own_page_say_why_and_what_to_do(
    stuck: RecurringTask, page: Client, actor: Actor, project: Project
) -> None:
    listed = page.get(f"{WORK}{project.pk}/recurring/").content.decode()
    row = listed[listed.index(f'id="rule-{stuck.pk}"') :].split("</li>")[0]
    assert FULL in row and ">waits<" in row and "It is tried again every five minutes." in row
    own = page.get(f"{WORK}recurring/{stuck.pk}/").content.decode()
    assert 'data-state="warn"' in own and "A card that is due could not be made." in own and FULL in own
    put_away(actor, Task.objects.get(title="Other"))
    make(project.cooperative)
    for at in (f"{WORK}{project.pk}/recurring/", f"{WORK}recurring/{stuck.pk}/"):
        assert FULL not in page.get(at).content.decode()
    assert ">waits<" not in page.get(f"{WORK}{project.pk}/recurring/").content.decode()


def test_who_sets_one_up_finds_the_reason_in_the_list(page: Client, actor: Actor, project: Project, todo: Lane) -> None:
    fill_up(actor, todo)
    form = {"title": "Oil", "unit": "day", "every": "1", "month_by": "day", "nth": "1", "weekday": "0", "priority": "3"}
    answer = page.post(f"{WORK}{project.pk}/recurring/new/", {**form, "starts_on": "2026-06-01", "due_after": "0"}, follow=True)
    assert answer.status_code == 200 and FULL in answer.content.decode()
    assert RecurringTask.objects.get().title == "Oil"


def test_names_in_a_reason_are_escaped(page: Client, actor: Actor, linden: Cooperative, project: Project, todo: Lane) -> None:
    change_lane(actor, todo, version=1, name="<i>Now</i>")
    fill_up(actor, todo)
    a_rule(actor, project, starts_on=date(2026, 6, 1))
    shown = page.get(f"{WORK}{project.pk}/recurring/").content.decode()
    assert "&lt;i&gt;Now&lt;/i&gt; is full" in shown and "<i>Now" not in shown


def test_observers_read_why(hassan: User, project: Project, stuck: RecurringTask, signed_in: Any) -> None:
    assert FULL in signed_in(hassan).get(f"{WORK}{project.pk}/recurring/").content.decode()


def test_a_program_is_told_why(marta: User, project: Project, stuck: RecurringTask, client_of: Any) -> None:
    api = client_of(marta)
    wanted = {"since": "2026-06-02T08:00:00Z", "code": "lane_full", "reason": FULL}
    assert api.get(f"/api/v1/recurring-tasks/{stuck.pk}/").json()["waiting"] == wanted
    assert [row["waiting"] for row in api.get("/api/v1/recurring-tasks/").json()["results"]] == [wanted]
    body = {"project": project.pk, "title": "Wax", "starts_on": "2026-06-02", "unit": "day"}
    made = api.post("/api/v1/recurring-tasks/", body, format="json")
    assert (made.status_code, made.json()["waiting"]["code"]) == (201, "lane_full")
    moved = {"lane": lane_named(project, "review").pk, "version": 1}
    assert api.patch(f"/api/v1/recurring-tasks/{made.json()['id']}/", moved, format="json").json()["waiting"] is None


@pytest.mark.parametrize("where", ["page", "api"])
def test_three_that_wait_are_asked_for_as_one(
    where: str, marta: User, actor: Actor, project: Project, stuck: RecurringTask, signed_in: Any, client_of: Any
) -> None:
    reader: Client | APIClient = signed_in(marta) if where == "page" else client_of(marta)
    at = f"{WORK}{project.pk}/recurring/" if where == "page" else "/api/v1/recurring-tasks/"

    def asked(count: int) -> int:
        with CaptureQueriesContext(connection) as found:
            assert reader.get(at).content.decode().count("is full") == count
        return len(found)

    asked(1)
    one = asked(1)
    a_rule(actor, project, title="Wax")
    a_rule(actor, project, title="Sand")
    assert asked(3) == one


def test_a_list_without_any_that_runs_asks_nothing(actor: Actor, stuck: RecurringTask) -> None:
    row = change_recurring(actor, stuck, version=1, ended=True)
    with CaptureQueriesContext(connection) as found:
        assert waiting_of([row]) == {}
    assert len(found) == 0


# At once


def board(house: House) -> tuple[Project, Lane]:  # noqa: F811
    """A board with a full first lane."""
    project = create_project(house.actor, house.cooperative, name="House")
    todo = lane_named(project, "todo")
    fill_up(house.actor, todo)
    return project, todo


def schedule(cooperative: Cooperative) -> int:
    """What each scheduler does."""
    return make_cards(cooperative, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_schedulers_at_once_tell_one_reason_and_then_make_one_card(house: House, clock: Callable[..., Any]) -> None:  # noqa: F811
    project, _todo = board(house)
    rule = a_rule(house.actor, project)
    clock.shift(timedelta(days=1))  # type: ignore[attr-defined]
    assert house.schedulers(schedule) == [0, 0, 0, 0]
    assert reasons() == ["lane_full"]
    put_away(house.actor, Task.objects.get(title="Other"))
    assert sorted(house.schedulers(schedule)) == [0, 0, 0, 1]
    assert (why(rule), reasons(), Run.objects.count(), Task.objects.filter(title="Oil").count()) == (None, ["lane_full"], 1, 1)
