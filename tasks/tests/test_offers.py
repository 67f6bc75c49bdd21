"""Whom a form offers to be given work: those who may work there, and nobody else; the actions hold to the same."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, RoleGrant, User
from members.tests.factories import a_member, a_user, refused
from tasks.actions import change_duty, change_recurring, change_task, create_duty, create_recurring, give_place, take_in
from tasks.actions.people import PEOPLE_LIMIT
from tasks.duty_forms import DutyEditForm, DutyForm, GiveForm, RecurringEditForm, RecurringForm
from tasks.models import Label, Lane, Project, RecurringTask, Task
from tasks.queries import partakers_in, workers_in, workers_of

from .boards import add
from .rota import a_duty, turn_of

WORK = "/c/linden-court/work/"
START = {"starts_on": date(2027, 6, 7), "unit": "week"}


@pytest.fixture
def crowd(linden: Cooperative, yusuf: User, hassan: User) -> Cooperative:
    """Marta the admin, Yusuf, Hassan who observes, and one of each of the other standings."""
    for name, role in (("Tilda Treasurer", "treasurer"), ("Sara Secretary", "secretary")):
        a_member(linden, a_user(name), role)
    gone = a_member(linden, a_user("Gone Away"))
    Membership.objects.filter(pk=gone.pk).update(left_on=gone.joined_on)
    once = a_member(linden, a_user("Once A Member"))
    RoleGrant.objects.filter(membership=once).update(starts_on=date(2020, 1, 1), ends_on=date(2021, 1, 1))
    return linden


WORKERS = ["Marta Lindqvist", "Sara Secretary", "Tilda Treasurer", "Yusuf Demir"]


def options(body: str, name: str) -> list[str]:
    """The words of a choice of a page, without those in brackets that name nobody."""
    inner = re.search(rf'<select name="{name}"[^>]*>(.*?)</select>', body, re.DOTALL)
    assert inner is not None, name
    words = re.findall(r"<option[^>]*>([^<]*)</option>", inner[1])
    return [word for word in words if word not in ("Leave as it is", "Nobody", "Anybody", "Me", "Choose a member")]


def test_who_may_work_take_part_and_work_in_a_closed_project(actor: Actor, crowd: Cooperative, project: Project) -> None:
    assert [str(row) for row in workers_in(crowd)] == [str(row) for row in partakers_in(crowd)] == WORKERS
    assert [str(row) for row in workers_of(project)] == WORKERS
    project.members_only = True
    assert [str(row) for row in workers_of(project)] == ["Marta Lindqvist", "Sara Secretary"]


def test_many_tasks_are_assigned_to_those_who_may_work(page: Client, actor: Actor, crowd: Cooperative, todo: Lane) -> None:
    (roof,) = add(actor, todo, "Roof")
    own, everywhere = f"{WORK}{todo.project_id}/list/", f"{WORK}list/"
    for at in (own, everywhere):
        body = page.get(at).content.decode()
        assert options(body, "who") and "Hassan Abdi" in options(body, "who")  # who observes may have had a task: to filter by
        assert options(body[body.index("bulk-who") - 200 :], "who") == WORKERS
    hassan = Membership.objects.get(user__name="Hassan Abdi")
    answer = page.post(own, {"task": f"{roof.pk}:1", "who": str(hassan.pk)})
    assert (answer.status_code, Task.objects.get().people) == (400, [])
    yusuf = Membership.objects.get(user__name="Yusuf Demir")
    assert page.post(own, {"task": f"{roof.pk}:1", "who": str(yusuf.pk)}).status_code == 302
    assert Task.objects.get().people == [yusuf]


def test_in_a_closed_project_its_own_people_are_offered(page: Client, actor: Actor, crowd: Cooperative, todo: Lane) -> None:
    add(actor, todo, "Roof")
    Project.objects.filter(pk=todo.project_id).update(members_only=True)
    body = page.get(f"{WORK}{todo.project_id}/list/").content.decode()
    assert options(body[body.index("bulk-who") - 200 :], "who") == ["Marta Lindqvist", "Sara Secretary"]


def names(form: Any, field: str) -> list[str]:
    """Who is offered."""
    return [str(row) for row in form.fields[field].queryset]


@pytest.mark.parametrize(
    ("make", "field"),
    [
        (lambda coop, project: RecurringForm(project=project), "assignees"),
        (lambda coop, project: DutyForm(cooperative=coop), "coordinator"),
        (lambda coop, project: GiveForm(cooperative=coop), "member"),
    ],
)
def test_forms_offer_those_who_may(
    actor: Actor, crowd: Cooperative, project: Project, make: Callable[..., Any], field: str
) -> None:
    assert names(make(crowd, project), field) == WORKERS


def test_who_is_named_and_has_lost_the_right_stays_in_that_form_alone(
    actor: Actor, crowd: Cooperative, project: Project, yusuf_member: Membership
) -> None:
    rule = create_recurring(actor, project, title="Oil", assignees=[yusuf_member], **START)
    duty = a_duty(actor, crowd, coordinator=yusuf_member)
    RoleGrant.objects.filter(membership=yusuf_member).update(role="observer")
    for form, field in ((RecurringEditForm.of(rule), "assignees"), (DutyEditForm.of(duty), "coordinator")):
        assert "Yusuf Demir" in names(form, field) and "Hassan Abdi" not in names(form, field)
    assert "Yusuf Demir" not in names(RecurringForm(project=project), "assignees")
    assert change_recurring(actor, rule, version=1, title="Grease", assignees=[yusuf_member]).version == 2
    assert change_duty(actor, duty, version=1, title="Bins", coordinator=yusuf_member).version == 2


# The rule behind the forms


@pytest.fixture
def observer(actor: Actor, crowd: Cooperative) -> Membership:
    """Hassan, who observes."""
    member: Membership = Membership.objects.select_related("person", "user").get(user__name="Hassan Abdi")
    return member


def test_who_observes_is_given_no_place_and_coordinates_nothing(
    actor: Actor, crowd: Cooperative, observer: Membership, yusuf_member: Membership
) -> None:
    duty = a_duty(actor, crowd)
    for act in (
        lambda: give_place(actor, turn_of(duty), member=observer),
        lambda: change_duty(actor, duty, version=1, coordinator=observer),
        lambda: create_duty(actor, crowd, title="Snow", starts_on=date(2027, 1, 1), coordinator=observer),
    ):
        with refused("cannot_take_part") as caught:
            act()
        assert caught.value.sentence.startswith("Hassan Abdi may not take part in duties. Choose somebody who may")
        assert caught.value.field in ("member", "coordinator")
    assert give_place(actor, turn_of(duty), member=yusuf_member).member == yusuf_member
    assert change_duty(actor, duty, version=1, coordinator=yusuf_member).coordinator == yusuf_member


def test_a_recurring_task_names_only_those_who_may_work_there(
    actor: Actor, project: Project, observer: Membership, yusuf_member: Membership
) -> None:
    with refused("cannot_work_here") as caught:
        create_recurring(actor, project, title="Oil", assignees=[yusuf_member, observer], **START)
    assert caught.value.field == "assignees" and "Hassan Abdi" in caught.value.sentence
    assert not RecurringTask.objects.exists()
    rule = create_recurring(actor, project, title="Oil", assignees=[yusuf_member], **START)
    with refused("cannot_work_here"):
        change_recurring(actor, rule, version=1, assignees=[observer])
    Project.objects.filter(pk=project.pk).update(members_only=True)
    with refused("cannot_work_here"):
        create_recurring(actor, Project.objects.get(pk=project.pk), title="Wax", assignees=[yusuf_member], **START)
    take_in(actor, project, member=yusuf_member)
    closed = Project.objects.get(pk=project.pk)
    assert create_recurring(actor, closed, title="Wax", assignees=[yusuf_member], **START).assignees.count() == 1


def test_whoever_is_named_twice_is_named_once(actor: Actor, project: Project, yusuf_member: Membership) -> None:
    rule = create_recurring(actor, project, title="Oil", assignees=[yusuf_member, yusuf_member], **START)
    assert rule.assignees.count() == 1


def test_a_rule_asks_no_more_of_a_card_than_a_card_takes(actor: Actor, crowd: Cooperative, project: Project) -> None:
    many = [a_member(crowd, a_user(f"Person {number}")) for number in range(PEOPLE_LIMIT + 1)]
    own = {"cooperative_id": project.cooperative_id, "project": project}
    labels = Label.objects.bulk_create(Label(**own, name=f"L{number}") for number in range(21))
    with refused("too_many"):
        create_recurring(actor, project, title="Oil", assignees=many, **START)
    with refused("too_many"):
        create_recurring(actor, project, title="Oil", labels=labels, **START)
    rule = create_recurring(actor, project, title="Oil", assignees=many[:-1], labels=labels[:-1], **START)
    with refused("too_many"):
        change_recurring(actor, rule, version=1, assignees=many)
    with refused("too_many"):
        change_recurring(actor, rule, version=1, labels=labels)
    assert (rule.assignees.count(), rule.labels.count()) == (PEOPLE_LIMIT, 20)


def test_those_who_stay_count_among_the_people_of_a_task(actor: Actor, crowd: Cooperative, todo: Lane) -> None:
    many = [a_member(crowd, a_user(f"Person {number}")) for number in range(PEOPLE_LIMIT + 1)]
    (task,) = add(actor, todo, "Cleaning", assignees=many[:-1])
    with refused("too_many"):
        change_task(actor, task, version=1, assignees=many)
    assert len(change_task(actor, task, version=1, assignees=many[1:]).people) == PEOPLE_LIMIT
