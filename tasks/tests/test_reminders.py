"""Reminders: in the morning, once for each step, to those who can do something about it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import pause
from members.models import Membership, User
from members.tests.factories import acting, refused
from tasks import jobs, telling
from tasks.actions import (
    cancel_turn,
    change_project,
    change_task,
    choose_reminders,
    create_task,
    mark_done,
    move_task,
    send_reminders,
    sign_up,
)
from tasks.models import Project, Reminder, Task

from .boards import lane_named
from .rota import MONDAY, a_duty, people, turn_of


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday, ten in the morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def beat(linden: Cooperative) -> int:
    """What the scheduler does, and then the dispatcher, who tells everything that is new."""
    before = list(Event.objects.filter(kind="tasks.reminded").values_list("pk", flat=True))
    count = send_reminders(linden, now=timezone.now())
    for event in Event.objects.filter(kind="tasks.reminded").exclude(pk__in=before).order_by("seq"):
        telling.deliver(event)
    return count


def a_task(actor: Actor, project: Project, member: Membership, title: str = "Roof", days: int = 1, **facts: Any) -> Task:
    """A task of a member, due in so many days."""
    due = date(2026, 6, 1) + timedelta(days=days)
    return create_task(actor, project, title=title, assignees=[member], due_date=due, **facts)


def told() -> list[tuple[str, str]]:
    """Who was written to, with the subjects."""
    return [(message.to[0], message.subject) for message in mail.outbox]


def test_a_task_is_told_of_the_day_before_and_when_it_is_overdue(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, monday: Any
) -> None:
    a_task(actor, project, yusuf_member, days=2)
    assert beat(linden) == 0
    monday.shift(timedelta(days=1))
    assert (beat(linden), beat(linden)) == (1, 0)
    monday.shift(timedelta(days=1))
    assert beat(linden) == 0  # the day itself: it was told of already
    monday.shift(timedelta(days=1))
    assert (beat(linden), beat(linden)) == (1, 0)
    monday.shift(timedelta(days=5))
    assert beat(linden) == 0
    assert told() == [("yusuf.demir@example.org", "Roof is due, Linden Court")] * 2
    assert "due on 3 June 2026" in mail.outbox[0].body and "was due on 3 June 2026" in mail.outbox[1].body
    assert list(Reminder.objects.order_by("pk").values_list("step", flat=True)) == ["soon", "overdue"]


def test_all_of_a_morning_comes_in_one_mail(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership, monday: Any
) -> None:
    a_task(actor, project, yusuf_member)
    a_task(actor, project, yusuf_member, "Gutter & drain", days=-3)
    with acting(yusuf) as me:
        sign_up(me, turn_of(a_duty(actor, linden, starts_on=date(2026, 6, 2), title="Snow", place="Yard")))
    assert beat(linden) == 3
    assert told() == [("yusuf.demir@example.org", "3 matters are due, Linden Court")]
    body = mail.outbox[0].body
    assert [body.index(word) for word in ("Gutter & drain", "Roof", "Snow · Yard")] == sorted(
        body.index(word) for word in ("Gutter & drain", "Roof", "Snow · Yard")
    )
    assert f"/c/linden-court/work/tasks/{Task.objects.get(title='Roof').pk}/" in body
    assert "/c/linden-court/work/feed/" in body


def test_another_day_is_another_reminder(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, monday: Any
) -> None:
    task = a_task(actor, project, yusuf_member)
    beat(linden)
    change_task(actor, task, version=task.version, due_date=date(2026, 6, 2) + timedelta(days=7))
    monday.shift(timedelta(days=7))
    assert (beat(linden), len(told())) == (1, 2)


@pytest.mark.parametrize(("hour", "count"), [(4, 0), (5, 1), (17, 1), (18, 0)])
def test_nobody_is_written_to_at_night_by_the_cooperatives_clock(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, monday: Any, hour: int, count: int
) -> None:
    a_task(actor, project, yusuf_member)
    monday.move_to(datetime(2026, 6, 1, hour, 30, tzinfo=UTC))  # two hours later there
    assert beat(linden) == count


def test_how_long_before_is_said_by_project_and_duty(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership
) -> None:
    Project.objects.filter(pk=project.pk).update(remind_days=5)
    a_task(actor, project, yusuf_member, "Near", days=5)
    a_task(actor, project, yusuf_member, "Far", days=6)
    duty = a_duty(actor, linden, at=time(9), opens_before=30, starts_on=date(2026, 6, 4), remind_days=3)
    with acting(yusuf) as me:
        sign_up(me, turn_of(duty))
    assert beat(linden) == 2
    assert {str(row.task or row.turn) for row in Reminder.objects.all()} == {"Near", "Bins out"}


def test_of_what_is_done_archived_or_called_off_nobody_hears(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership, monday: Any
) -> None:
    done, away, other = (a_task(actor, project, yusuf_member, title) for title in ("Done", "Away", "Other"))
    move_task(actor, done, lane=lane_named(project, "done"), version=done.version)
    change_task(actor, away, version=away.version, archived=True)
    second = a_duty(actor, linden, title="Off", starts_on=date(2026, 6, 2))
    first = a_duty(actor, linden, title="Early", starts_on=date(2026, 6, 1))
    with acting(yusuf) as me:
        sign_up(me, turn_of(second))
        mark_done(me, sign_up(me, turn_of(first)))
    cancel_turn(actor, turn_of(second), version=1, reason="Rain")
    change_project(actor, project, version=project.version, archived=True)
    assert (beat(linden), other.pk) == (0, other.pk)
    assert told() == []


def test_who_pauses_has_left_or_wants_none_gets_none(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, yusuf: User
) -> None:
    members = people(linden, "Nora Varga", "Piotr Zielinski", "Amina Juma")
    nora, piotr, amina = (members[name][1] for name in members)
    for member in (nora, piotr, amina, yusuf_member):
        a_task(actor, project, member)
    pause(actor, nora)
    Membership.objects.filter(pk=piotr.pk).update(left_on=date(2026, 6, 1))
    User.objects.filter(pk=members["Amina Juma"][0].pk).update(is_active=False)
    with acting(yusuf) as me:
        choose_reminders(me, linden, wanted=False)
        choose_reminders(me, linden, wanted=False)
    assert beat(linden) == 0
    with acting(yusuf) as me:
        choose_reminders(me, linden, wanted=True)
    assert (beat(linden), [to for to, _subject in told()]) == (1, ["yusuf.demir@example.org"])


def test_what_is_done_before_the_mail_leaves_is_left_out(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership
) -> None:
    task = a_task(actor, project, yusuf_member)
    send_reminders(linden, now=timezone.now())
    (event,) = Event.objects.filter(kind="tasks.reminded")
    move_task(actor, task, lane=lane_named(project, "done"), version=task.version)
    telling.deliver(event)
    assert told() == []


def test_what_went_to_somebody_else_before_the_mail_leaves_is_left_out(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership
) -> None:
    task = a_task(actor, project, yusuf_member)
    a_task(actor, project, yusuf_member, "Gutter")
    send_reminders(linden, now=timezone.now())
    (event,) = Event.objects.filter(kind="tasks.reminded")
    change_task(actor, task, version=task.version, assignees=[])
    telling.deliver(event)
    assert told() == [("yusuf.demir@example.org", "Gutter is due, Linden Court")]
    assert "Roof" not in mail.outbox[0].body


def test_a_record_that_is_told_again_writes_no_second_mail(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership
) -> None:
    a_task(actor, project, yusuf_member)
    beat(linden)
    (event,) = Event.objects.filter(kind="tasks.reminded")
    for _time in range(2):
        telling.deliver(event)
    assert len(told()) == 1


def test_a_mail_that_was_not_taken_is_tried_again(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, monkeypatch: Any
) -> None:
    a_task(actor, project, yusuf_member)
    send_reminders(linden, now=timezone.now())
    (event,) = Event.objects.filter(kind="tasks.reminded")
    with monkeypatch.context() as broken:

        def refuse(*_args: Any, **_facts: Any) -> None:
            raise ConnectionRefusedError

        broken.setattr("django.core.mail.EmailMessage.send", refuse)
        with pytest.raises(telling.NotSent):
            telling.deliver(event)
    telling.deliver(event)
    assert len(told()) == 1


def test_a_demo_login_gets_no_mail(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, settings: Any
) -> None:
    settings.DEMO = True
    User.objects.filter(pk=yusuf_member.user_id).update(is_demo=True)
    a_task(actor, project, yusuf_member)
    beat(linden)
    assert told() == []


def test_everybody_is_written_to_in_their_own_record(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership, hassan: User
) -> None:
    a_task(actor, project, yusuf_member)
    beat(linden)
    (event,) = Event.objects.filter(kind="tasks.reminded")
    assert event.told is not None and event.told.data["payload"]["user_id"] == str(yusuf.public_id)
    with acting(hassan) as observer:
        choose_reminders(observer, linden, wanted=False)
    with acting(hassan) as stranger, refused("not_found"):
        choose_reminders(stranger, Cooperative(pk=99_999), wanted=False)


def test_the_jobs_run_through_all_cooperatives_and_trouble_in_one_stops_no_other(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, foreign: Project, monkeypatch: Any
) -> None:
    a_task(actor, project, yusuf_member)
    seen = []

    def fail(cooperative: Cooperative, *, now: datetime) -> int:
        seen.append(cooperative.slug)
        raise ValueError("broken")

    monkeypatch.setattr(jobs, "_ROUTINE", (fail,))
    jobs.make_what_is_due()
    assert sorted(seen) == ["birch-lane", "linden-court"]
    jobs.remind()
    assert Reminder.objects.count() == 1


@pytest.mark.parametrize(("days", "status"), [("0", 302), ("30", 302), ("", 302), ("31", 400), ("-1", 400), ("soon", 400)])
def test_a_project_says_how_long_before_on_its_settings(page: Any, project: Project, days: str, status: int) -> None:
    at = f"/c/linden-court/work/{project.pk}/settings/"
    assert 'name="remind_days" value="1"' in page.get(at).content.decode()
    answer = page.post(at, {"name": "House", "version": project.version, "remind_days": days})
    assert answer.status_code == status
    stored = Project.objects.get(pk=project.pk).remind_days
    assert stored == (int(days) if status == 302 and days else 1)


def test_a_project_says_how_long_before_by_the_api(api: Any, project: Project) -> None:
    at = f"/api/v1/projects/{project.pk}/"
    assert api.get(at).json()["remind_days"] == 1
    changed = api.patch(at, {"remind_days": 7, "version": 1}, format="json")
    assert (changed.status_code, changed.json()["remind_days"]) == (200, 7)
    wrong = api.patch(at, {"remind_days": 31, "version": 2}, format="json")
    assert (wrong.status_code, "remind_days" in wrong.json()["errors"]) == (400, True)
    made = api.post("/api/v1/projects/", {"name": "B", "organization": project.cooperative_id, "remind_days": 3}, format="json")
    assert made.status_code == 400
