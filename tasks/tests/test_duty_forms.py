"""Forms of duties and recurring tasks only parse: what people type becomes what actions take, or a message at its field."""

from datetime import date, time
from typing import Any

import pytest

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership
from tasks.actions import create_recurring
from tasks.duty_forms import (
    CannotComeForm,
    CorrectionForm,
    DutyEditForm,
    DutyForm,
    EffortForm,
    GiveForm,
    RecurringEditForm,
    RecurringForm,
    ScheduleForm,
)
from tasks.models import Duty, Label, Project

from .rota import a_duty

RULE = {"unit": "week", "every": "1", "month_by": "day", "nth": "1", "weekday": "0", "starts_on": "2026-06-03"}
DUTY = {
    **RULE,
    "title": " Snow  and ice ",
    "places": "2",
    "minutes": "45",
    "points": "0",
    "rotation": "members",
    "opens_before": "7",
    "closes_before": "1",
    "remind_days": "1",
}


@pytest.mark.parametrize(
    ("typed", "name", "value"),
    [
        ({}, "weekdays", 0),
        ({"weekdays": ["0"]}, "weekdays", 1),
        ({"weekdays": ["6", "0", "0"]}, "weekdays", 0b1000001),
        ({}, "at", None),
        ({"at": "07:30"}, "at", time(7, 30)),
        ({"nth": "-1"}, "nth", -1),
        ({"weekday": "6"}, "weekday", 6),
        ({}, "ends_on", None),
        ({"ends_on": "2026-12-31"}, "ends_on", date(2026, 12, 31)),
        ({"times": ""}, "times", None),
        ({"times": "12"}, "times", 12),
        ({"every": "366"}, "every", 366),
    ],
)
def test_what_is_typed_is_what_the_action_takes(typed: dict[str, Any], name: str, value: Any) -> None:
    form = ScheduleForm({**RULE, **typed})
    assert form.is_valid(), form.errors
    assert form.cleaned_data[name] == value


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ({"unit": "year"}, "unit"),
        ({"unit": ""}, "unit"),
        ({"every": "0"}, "every"),
        ({"every": "1.5"}, "every"),
        ({"weekdays": ["7"]}, "weekdays"),
        ({"weekdays": ["x"]}, "weekdays"),
        ({"month_by": "moon"}, "month_by"),
        ({"nth": "0"}, "nth"),
        ({"weekday": "7"}, "weekday"),
        ({"starts_on": ""}, "starts_on"),
        ({"starts_on": "2026-02-30"}, "starts_on"),
        ({"at": "25:00"}, "at"),
        ({"at": "noon"}, "at"),
        ({"times": "5001"}, "times"),
        ({"times": "-1"}, "times"),
    ],
)
def test_what_cannot_be_read_is_said_at_its_field(typed: dict[str, Any], name: str) -> None:
    form = ScheduleForm({**RULE, **typed})
    assert not form.is_valid()
    assert list(form.errors) == [name]


def test_a_schedule_is_shown_as_it_is_typed() -> None:
    rule = Duty(starts_on=date(2026, 6, 3), weekdays=0b1000001, at=time(7), times=3)
    shown = ScheduleForm.schedule_of(rule)
    assert (shown["weekdays"], shown["at"], shown["times"]) == ([0, 6], time(7), 3)
    form = ScheduleForm({**RULE, "weekdays": ["2"], "times": "9"})
    assert form.is_valid()
    looked_at = form.previewed(Duty())
    assert (looked_at.weekdays, looked_at.times, looked_at.pk) == (0b100, 9, None)


def test_the_form_of_a_duty_is_filled_with_it_and_says_the_same_again(
    actor: Actor, linden: Cooperative, yusuf_member: Membership
) -> None:
    duty = a_duty(actor, linden, weekdays=0b101, coordinator=yusuf_member, points=4, place="Yard")
    form = DutyEditForm.of(duty)
    sent = {name: form[name].value() for name in form.fields}
    again = DutyEditForm.of(duty, {name: value for name, value in sent.items() if value is not None})
    assert again.is_valid(), again.errors
    for name in ("title", "place", "places", "points", "weekdays", "starts_on", "at", "coordinator", "rotation"):
        assert again.cleaned_data[name] == getattr(duty, name), name


def test_a_coordinator_who_has_left_stays_in_the_list_of_that_duty_alone(
    actor: Actor, linden: Cooperative, yusuf_member: Membership
) -> None:
    duty = a_duty(actor, linden, coordinator=yusuf_member)
    Membership.objects.filter(pk=yusuf_member.pk).update(left_on=date(2026, 1, 1), joined_on=date(2025, 1, 1))
    kept = DutyEditForm.of(duty, {**DUTY, "coordinator": yusuf_member.pk, "version": "1"})
    assert kept.is_valid() and kept.cleaned_data["coordinator"] == yusuf_member
    new = DutyForm({**DUTY, "coordinator": yusuf_member.pk}, cooperative=linden)
    assert new.errors["coordinator"] == ["Choose a member of this cooperative."]
    assert GiveForm({"member": yusuf_member.pk}, cooperative=linden).errors["member"] == ["Choose a member of this cooperative."]


def test_the_form_of_a_recurring_task_keeps_its_people_and_labels(
    actor: Actor, project: Project, yusuf_member: Membership
) -> None:
    assert "labels" not in RecurringForm(project=project).fields  # there is none to choose
    label = Label.objects.create(cooperative_id=project.cooperative_id, project=project, name="House")
    facts = {"starts_on": date(2027, 1, 31), "unit": "month", "due_after": None}
    rule = create_recurring(actor, project, title="Oil", assignees=[yusuf_member], labels=[label], **facts)
    form = RecurringEditForm.of(rule)
    assert (form["assignees"].value(), form["labels"].value(), form["due_after"].value()) == ([yusuf_member.pk], [label.pk], None)
    sent = {**RULE, "title": "Wax", "priority": "3", "assignees": [yusuf_member.pk], "labels": [label.pk], "version": "1"}
    again = RecurringEditForm.of(rule, sent)
    assert again.is_valid(), again.errors
    assert (list(again.cleaned_data["assignees"]), list(again.cleaned_data["labels"])) == ([yusuf_member], [label])
    for name in ("assignees", "labels"):
        wrong = RecurringEditForm.of(rule, {**sent, name: ["999999"]})
        assert not wrong.is_valid() and name in wrong.errors


@pytest.mark.parametrize(
    ("form", "typed", "wrong"),
    [
        (EffortForm, {"minutes": "1440", "day": "2026-06-01"}, None),
        (EffortForm, {"minutes": "1441", "day": "2026-06-01"}, "minutes"),
        (EffortForm, {"minutes": "5", "day": ""}, "day"),
        (EffortForm, {"minutes": "5", "day": "2026-06-01", "note": "x" * 501}, "note"),
        (CorrectionForm, {"reason": "Break"}, None),
        (CorrectionForm, {"reason": " "}, "reason"),
        (CorrectionForm, {"reason": "Break", "minutes": "-1"}, "minutes"),
        (CannotComeForm, {}, None),
        (CannotComeForm, {"reason": "x" * 501}, "reason"),
    ],
)
def test_small_forms_say_what_is_wrong(form: Any, typed: dict[str, str], wrong: str | None) -> None:
    assert list(form(typed).errors) == ([wrong] if wrong else [])
