"""Tasks that come again: one card each time, on its first lane, whoever moves the one before."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import acting, refused
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
from tasks.models import Label, Lane, Project, ProjectMember, RecurringTask, Run, Task

from .boards import add, kinds, lane_named, titles
from .rota import MONDAY

WORK = "/c/linden-court/work/"


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def a_rule(actor: Actor, project: Project, **facts: Any) -> RecurringTask:
    """Oil the hinges every Monday, from today on."""
    return create_recurring(actor, project, **{"title": "Oil", "starts_on": date(2026, 6, 1), "unit": "week", **facts})


def make(linden: Cooperative) -> int:
    """What the scheduler does."""
    return make_cards(linden, now=timezone.now())


def cards(project: Project) -> list[tuple[str, str, str | None]]:
    """Every card with its lane and the day it is due."""
    rows = Task.objects.filter(project=project).select_related("lane").order_by("number")
    return [(row.title, row.lane.status, str(row.due_date) if row.due_date else None) for row in rows]


def test_the_first_card_of_today_is_made_at_once_with_all_that_the_rule_says(
    actor: Actor, project: Project, yusuf_member: Membership
) -> None:
    label = Label.objects.create(cooperative_id=project.cooperative_id, project=project, name="House")
    facts = {"description": "All", "priority": 2, "estimate": 30, "points": 5, "due_after": 2}
    rule = a_rule(actor, project, assignees=[yusuf_member], labels=[label], lane=lane_named(project, "review"), **facts)
    task = Task.objects.with_people().get()
    assert (task.title, task.description, task.priority, task.estimate, task.points) == ("Oil", "All", 2, 30, 5)
    assert (task.due_date, task.lane.status) == (date(2026, 6, 3), "review")
    assert [str(member) for member in task.people] == ["Yusuf Demir"]
    assert list(task.labellings.values_list("label__name", flat=True)) == ["House"]
    run = Run.objects.get()
    assert (run.rule_id, run.task_id, run.late, run.missed) == (rule.pk, task.pk, False, 0)
    assert kinds()[-2:] == ["tasks.recurring_created", "tasks.created"]


def test_done_or_dragged_to_done_makes_no_second_card(actor: Actor, linden: Cooperative, project: Project, monday: Any) -> None:
    a_rule(actor, project)
    task = Task.objects.get()
    move_task(actor, task, lane=lane_named(project, "done"), version=task.version)
    assert (make(linden), len(cards(project))) == (0, 1)
    monday.shift(timedelta(days=7))
    assert (make(linden), make(linden)) == (1, 0)
    # The next one comes to the first lane, wherever the one before went.
    assert cards(project) == [("Oil", "done", "2026-06-01"), ("Oil", "todo", "2026-06-08")]


def test_of_missed_runs_one_card_is_made_and_says_so(actor: Actor, linden: Cooperative, project: Project, monday: Any) -> None:
    a_rule(actor, project, unit="day")
    monday.shift(timedelta(days=5))
    assert make(linden) == 1
    run = Run.objects.order_by("-due_at")[0]
    assert (run.late, run.missed, run.task.due_date) == (True, 5, date(2026, 6, 6))
    assert make(linden) == 0


def test_a_card_made_within_the_hour_is_not_late(actor: Actor, linden: Cooperative, project: Project, monday: Any) -> None:
    a_rule(actor, project, starts_on=date(2026, 6, 2))
    monday.move_to(datetime(2026, 6, 1, 22, 55, tzinfo=UTC))  # five to one at night there
    assert make(linden) == 1
    assert Run.objects.get().late is False


def test_an_archived_lane_gives_way_to_the_first(actor: Actor, linden: Cooperative, project: Project, monday: Any) -> None:
    lane = lane_named(project, "review")
    a_rule(actor, project, lane=lane)
    change_lane(actor, lane, version=lane.version, archived=True)
    monday.shift(timedelta(days=7))
    make(linden)
    assert [status for _title, status, _due in cards(project)] == ["review", "todo"]


def test_a_full_lane_makes_the_card_wait(actor: Actor, linden: Cooperative, project: Project, todo: Lane, monday: Any) -> None:
    a_rule(actor, project, starts_on=date(2026, 6, 2))
    change_lane(actor, todo, version=todo.version, wip_limit=1)
    (other,) = add(actor, todo, "Other")
    monday.shift(timedelta(days=1))
    assert (make(linden), titles(todo)) == (0, ["Other"])
    change_task(actor, other, version=other.version, archived=True)
    monday.shift(timedelta(hours=3))
    assert make(linden) == 1
    assert Run.objects.get().late is True


def test_an_archived_project_rests_and_another_goes_on(actor: Actor, linden: Cooperative, project: Project, monday: Any) -> None:
    a_rule(actor, project)
    change_project(actor, project, version=project.version, archived=True)
    monday.shift(timedelta(days=7))
    assert make(linden) == 0
    with refused("project_archived"):
        a_rule(actor, Project.objects.get(pk=project.pk))


def test_a_change_is_for_cards_to_come(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, monday: Any
) -> None:
    rule = a_rule(actor, project)
    rule = change_recurring(actor, rule, version=1, title="Grease", assignees=[yusuf_member])
    assert cards(project) == [("Oil", "todo", "2026-06-01")]
    monday.shift(timedelta(days=7))
    make(linden)
    assert cards(project)[-1] == ("Grease", "todo", "2026-06-08")
    assert [str(one) for one in Task.objects.with_people().get(title="Grease").people] == ["Yusuf Demir"]
    with refused("stale"):
        change_recurring(actor, rule, version=1, title="X")
    rule = change_recurring(actor, rule, version=2, assignees=[])
    assert (rule.version, rule.assignees.count()) == (3, 0)
    assert change_recurring(actor, rule, version=3, assignees=[], title="Grease").version == 3


def test_pausing_and_ending_stop_it(actor: Actor, linden: Cooperative, project: Project, monday: Any) -> None:
    rule = change_recurring(actor, a_rule(actor, project), version=1, paused=True)
    monday.shift(timedelta(days=7))
    assert make(linden) == 0
    rule = change_recurring(actor, rule, version=2, paused=False)
    assert cards(project)[-1][2] == "2026-06-08"  # of today's whole day nothing is past
    change_recurring(actor, rule, version=3, ended=True)
    monday.shift(timedelta(days=30))
    assert make(linden) == 0


def test_who_has_left_is_given_no_card(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, monday: Any
) -> None:
    a_rule(actor, project, assignees=[yusuf_member])
    Membership.objects.filter(pk=yusuf_member.pk).update(left_on=date(2026, 6, 3))
    monday.shift(timedelta(days=7))
    make(linden)
    assert [len(task.people) for task in Task.objects.with_people().order_by("number")] == [1, 0]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"title": ""}, "title"),
        ({"description": "x" * 20_001}, "too_long"),
        ({"priority": 9}, "priority"),
        ({"estimate": 0}, "estimate"),
        ({"points": -1}, "points"),
        ({"due_after": 367}, "due_after"),
        ({"starts_on": None}, "starts_on"),
        ({"times": 1, "ends_on": date(2027, 1, 1)}, "times"),
    ],
)
def test_a_mistake_is_named_with_its_field(actor: Actor, project: Project, facts: dict[str, Any], code: str) -> None:
    with refused(code) as caught:
        a_rule(actor, project, **facts)
    assert caught.value.field in facts
    assert not RecurringTask.objects.exists()


def test_lanes_and_labels_are_of_the_project(actor: Actor, linden: Cooperative, project: Project) -> None:
    other = create_project(actor, linden, name="Garden")
    label = Label.objects.create(cooperative=linden, project=other, name="Beds")
    with refused("other_project"):
        a_rule(actor, project, lane=lane_named(other, "todo"))
    with refused("other_project") as caught:
        a_rule(actor, project, labels=[label])
    assert caught.value.field == "labels"
    with refused("assignees"):
        a_rule(actor, project, assignees=[Membership(pk=5, cooperative_id=99)])


def test_in_a_project_of_its_members_only_they_set_one_up(
    actor: Actor, project: Project, yusuf: User, yusuf_member: Membership
) -> None:
    rule = a_rule(actor, project)
    Project.objects.filter(pk=project.pk).update(members_only=True)
    closed = Project.objects.get(pk=project.pk)
    with acting(yusuf) as other:
        with refused("forbidden"):
            a_rule(other, closed)
        with refused("forbidden"):
            change_recurring(other, RecurringTask.objects.get(pk=rule.pk), version=1, title="X")
    ProjectMember.objects.create(cooperative_id=closed.cooperative_id, project=closed, member=yusuf_member)
    with acting(yusuf) as other:
        assert a_rule(other, closed, title="Wax").title == "Wax"


def test_who_observes_sets_nothing_up(hassan: User, project: Project, outsider: User) -> None:
    for user, code in ((hassan, "forbidden"), (outsider, "not_found")):
        with acting(user) as other, refused(code):
            a_rule(other, project)


def test_one_rule_that_is_refused_holds_up_no_other(
    actor: Actor, linden: Cooperative, project: Project, todo: Lane, monday: Any
) -> None:
    review = lane_named(project, "review")
    a_rule(actor, project, title="Waits", starts_on=date(2026, 6, 2), lane=review)
    a_rule(actor, project, title="Goes on", starts_on=date(2026, 6, 2))
    change_lane(actor, review, version=review.version, wip_limit=1)
    add(actor, review, "Full")
    monday.shift(timedelta(days=1))
    assert make(linden) == 1
    assert titles(todo) == ["Goes on"]
    assert RecurringTask.objects.get(title="Waits").made_until < timezone.now() - timedelta(hours=12)


def test_somebody_who_has_enough_to_do_is_given_the_card_when_there_is_room(
    actor: Actor, linden: Cooperative, project: Project, todo: Lane, yusuf_member: Membership, monday: Any
) -> None:
    a_rule(actor, project, starts_on=date(2026, 6, 2), assignees=[yusuf_member])
    (burden,) = add(actor, todo, "Burden", assignees=[yusuf_member])
    Project.objects.filter(pk=project.pk).update(assignment_limit=1)
    monday.shift(timedelta(days=1))
    assert (make(linden), titles(todo)) == (0, ["Burden"])
    move_task(actor, burden, lane=lane_named(project, "done"), version=burden.version)
    assert (make(linden), titles(todo)) == (1, ["Oil"])
    assert [str(one) for one in Task.objects.with_people().get(title="Oil").people] == ["Yusuf Demir"]


# Pages

FORM = {"title": "Oil", "unit": "month", "every": "1", "month_by": "last_day", "nth": "1", "weekday": "0"} | {
    "priority": "3",
    "starts_on": "2026-06-02",
    "due_after": "0",
}


def test_its_pages_show_the_dates_and_save(page: Client, project: Project, yusuf_member: Membership) -> None:
    at = f"{WORK}{project.pk}/recurring/"
    assert "Nothing comes again yet" in page.get(at).content.decode()
    shown = page.post(f"{at}new/", {**FORM, "preview": "1"}).content.decode()
    assert "2026-06-30" in shown and "2026-07-31" in shown and not RecurringTask.objects.exists()
    assert page.post(f"{at}new/", {**FORM, "assignees": [yusuf_member.pk]}).status_code == 302
    rule = RecurringTask.objects.get()
    assert "every month on the last day" in page.get(at).content.decode()
    edit = f"{WORK}recurring/{rule.pk}/"
    form = page.get(edit).content.decode()
    assert "2026-06-30" in form and re.search(rf'name="assignees" value="{yusuf_member.pk}"[^>]* checked', form)
    assert page.post(edit, {**FORM, "title": "Grease", "version": "1"}).status_code == 302
    assert page.post(edit, {**FORM, "title": "Wax", "version": "1"}).status_code == 409
    page.post(edit, {"switch": "pause", "version": "2"})
    assert RecurringTask.objects.get().paused_at is not None
    assert page.post(f"{at}new/", {**FORM, "assignees": ["999"]}).status_code == 400


def test_observers_read_and_do_not_write(hassan: User, project: Project, actor: Actor, signed_in: Any) -> None:
    rule = a_rule(actor, project)
    browser = signed_in(hassan)
    listed = browser.get(f"{WORK}{project.pk}/recurring/").content.decode()
    assert "Oil" in listed and f"recurring/{rule.pk}/" not in listed
    assert browser.get(f"{WORK}recurring/{rule.pk}/").status_code == 403
    assert browser.get(f"{WORK}{project.pk}/recurring/new/").status_code == 403


def test_the_list_asks_as_often_for_three_as_for_one(page: Client, actor: Actor, project: Project) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            page.get(f"{WORK}{project.pk}/recurring/")
        return len(found)

    a_rule(actor, project)
    asked()
    one = asked()
    a_rule(actor, project, title="Two")
    a_rule(actor, project, title="Three")
    assert asked() == one
