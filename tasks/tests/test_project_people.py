"""Who belongs to a project, who leads it, and who watches a task."""

from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor, may, visible
from members.models import Membership, User
from members.tests.factories import a_member, a_user, refused
from tasks.actions import (
    add_comment,
    change_project,
    change_task,
    create_project,
    create_task,
    move_task,
    take_in,
    take_out,
    watch_task,
)
from tasks.models import Lane, Project, ProjectMember, Task, Watch
from tasks.queries import people_of, watched_by, watchers_of

from .boards import add, problem, told


def names(project: Project) -> list[str]:
    """Its members, leads with a star."""
    return [f"{row}{'*' if row.is_lead else ''}" for row in people_of(project)]


def test_who_starts_a_project_leads_it(actor: Actor, linden: Cooperative, yusuf: User) -> None:
    assert names(create_project(Actor.of(yusuf), linden, name="Mine")) == ["Yusuf Demir*"]
    assert names(create_project(SYSTEM, linden, name="Nobody's")) == []


def test_people_come_lead_and_go(actor: Actor, project: Project, yusuf_member: Membership) -> None:
    row = take_in(actor, project, member=yusuf_member)
    assert names(project) == ["Marta Lindqvist*", "Yusuf Demir"]
    take_in(actor, project, member=yusuf_member)
    take_in(actor, project, member=yusuf_member, is_lead=True)
    take_in(actor, project, member=yusuf_member, is_lead=False)
    take_out(actor, row)
    assert names(project) == ["Marta Lindqvist*"]
    with refused("not_found"):
        take_out(actor, row)
    assert told("tasks.person_added")[0]["name"] == "Yusuf Demir"
    assert [payload["is_lead"] for payload in told("tasks.person_changed")] == [True, False]
    assert told("tasks.person_removed")[0]["user_id"] == str(yusuf_member.user.public_id)


def test_who_closes_a_project_leads_it(actor: Actor, linden: Cooperative, project: Project) -> None:
    sara = a_user("Sara Okafor")
    a_member(linden, sara, "secretary")
    change_project(Actor.of(sara), project, version=1, members_only=True)
    assert names(project) == ["Marta Lindqvist*", "Sara Okafor*"]


@pytest.mark.parametrize("closed", [False, True])
def test_a_member_who_does_not_lead_it_neither_closes_nor_opens_a_project(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership, closed: bool
) -> None:
    theirs = Actor.of(yusuf)
    take_in(actor, project, member=yusuf_member)
    Project.objects.filter(pk=project.pk).update(members_only=closed)
    shown = Project.objects.get(pk=project.pk)
    assert (may(theirs, "tasks.close_project", shown), may(theirs, "tasks.change_project", shown)) == (False, not closed)
    with refused("forbidden"):
        change_project(theirs, shown, version=1, members_only=not closed, name="Ours")
    with refused("forbidden"):  # whoever may not is told so, whatever version they saw
        change_project(theirs, shown, version=99, members_only=not closed)
    shown.refresh_from_db()
    assert (shown.members_only, shown.name, shown.version) == (closed, "House committee", 1)


def test_what_it_is_already_is_no_turning(actor: Actor, project: Project, yusuf: User) -> None:
    changed = change_project(Actor.of(yusuf), project, version=1, members_only=False, name="Ours")
    assert (changed.name, changed.members_only) == ("Ours", False)


@pytest.mark.parametrize("role", ["admin", "secretary", "treasurer", "member", "observer"])
def test_leads_admins_and_secretaries_close_and_open(actor: Actor, linden: Cooperative, project: Project, role: str) -> None:
    user = a_user("Sara Okafor")
    a_member(linden, user, role)
    theirs, able = Actor.of(user), role in ("admin", "secretary")
    assert may(theirs, "tasks.close_project", project) is able
    assert (project in visible(theirs, "tasks.close_project", Project.objects.all())) is able
    take_in(actor, project, member=Membership.objects.get(user=user), is_lead=True)
    leads = role != "observer"
    assert may(theirs, "tasks.close_project", project) is leads
    assert (project in visible(theirs, "tasks.close_project", Project.objects.all())) is leads
    if leads:
        change_project(theirs, project, version=1, members_only=True)
        change_project(theirs, project, version=2, members_only=False)
        assert [one["changed"] for one in told("tasks.project_changed")] == [["members_only"]] * 2


def test_the_settings_offer_it_to_whom_it_is_for(page: Client, project: Project, yusuf: User, signed_in: Any) -> None:
    at = f"/c/linden-court/work/{project.pk}/settings/"
    theirs = signed_in(yusuf)
    assert 'name="members_only"' in page.get(at).content.decode()
    assert 'name="members_only"' not in theirs.get(at).content.decode()
    theirs.post(at, {"name": "Ours", "members_only": "on", "version": "1"})  # what is not asked is not heard
    project.refresh_from_db()
    assert (project.name, project.members_only) == ("Ours", False)


def test_a_program_of_theirs_is_refused(project: Project, yusuf: User, marta: User, client_of: Any) -> None:
    at = f"/api/v1/projects/{project.pk}/"
    problem(client_of(yusuf).patch(at, {"members_only": True, "version": 1}, format="json"), 403, "forbidden")
    assert client_of(yusuf).patch(at, {"members_only": False, "name": "Ours", "version": 1}, format="json").status_code == 200
    assert client_of(marta).patch(at, {"members_only": True, "version": 2}, format="json").json()["members_only"] is True


def test_a_closed_project_is_changed_by_its_own_people(
    actor: Actor, linden: Cooperative, project: Project, todo: Lane, doing: Lane, yusuf: User, yusuf_member: Membership
) -> None:
    (task,) = add(actor, todo, "Roof")
    change_project(actor, project, version=1, members_only=True)
    project.refresh_from_db()
    task = Task.objects.get(pk=task.pk)
    theirs = Actor.of(yusuf)
    for act in (
        lambda: create_task(theirs, project, title="New"),
        lambda: change_task(theirs, task, version=1, title="Roofs"),
        lambda: move_task(theirs, task, lane=doing, version=1),
        lambda: add_comment(theirs, task, text="Hm"),
        lambda: change_project(theirs, project, version=2, name="Ours"),
    ):
        with refused("forbidden"):
            act()
    row = take_in(actor, project, member=yusuf_member)
    move_task(theirs, task, lane=doing, version=1)
    with refused("forbidden"):
        change_project(theirs, project, version=2, name="Ours")
    with refused("forbidden"):
        take_in(theirs, project, member=yusuf_member, is_lead=True)
    take_in(actor, project, member=yusuf_member, is_lead=True)
    change_project(theirs, project, version=2, name="Ours")
    take_out(theirs, row)
    with refused("forbidden"):
        change_task(theirs, task, version=2, title="Roofs")


def test_only_members_of_the_cooperative_who_stay_are_taken_in(
    actor: Actor, project: Project, yusuf_member: Membership, outsider: User
) -> None:
    yusuf_member.left_on = yusuf_member.joined_on
    yusuf_member.save()
    with refused("member"):
        take_in(actor, project, member=yusuf_member)


def test_an_archived_project_keeps_its_people(actor: Actor, project: Project, yusuf_member: Membership) -> None:
    row = take_in(actor, project, member=yusuf_member)
    change_project(actor, project, version=1, archived=True)
    with refused("project_archived"):
        take_in(actor, project, member=yusuf_member, is_lead=True)
    with refused("project_archived"):
        take_out(actor, row)


def test_a_project_has_five_hundred_members_at_most(
    actor: Actor, project: Project, yusuf_member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tasks.actions.people_in.MEMBERS_LIMIT", 1)
    with refused("too_many_members"):
        take_in(actor, project, member=yusuf_member)
    own = ProjectMember.objects.select_related("member").get(project=project)
    assert take_in(actor, project, member=own.member, is_lead=False).is_lead is False


# --- Watching ---------------------------------------------------------------------------------------------------------


def watching(task: Task) -> list[str]:
    """Who hears of a task; the two ways to ask must agree."""
    people = list(watchers_of(task))
    for member in Membership.objects.filter(cooperative=task.cooperative_id):
        assert Task.objects.filter(watched_by([member.pk]), pk=task.pk).exists() == (member in people)
    return [str(member) for member in people]


def test_who_adds_a_task_and_who_does_it_hear_of_it(actor: Actor, todo: Lane, yusuf_member: Membership) -> None:
    (task,) = add(actor, todo, "Roof", assignees=[yusuf_member])
    assert watching(task) == ["Marta Lindqvist", "Yusuf Demir"]
    change_task(actor, task, version=1, assignees=[])
    assert watching(task) == ["Marta Lindqvist"]
    assert not Watch.objects.exists()


def test_anybody_may_watch_and_stop(
    actor: Actor, linden: Cooperative, todo: Lane, hassan: User, yusuf_member: Membership
) -> None:
    (task,) = add(actor, todo, "Roof", assignees=[yusuf_member])
    observing = Actor.of(hassan)
    watch_task(observing, task, on=True)
    watch_task(observing, task, on=True)
    assert watching(task) == ["Hassan Abdi", "Marta Lindqvist", "Yusuf Demir"]
    watch_task(observing, task, on=False)
    watch_task(actor, task, on=False)
    assert watching(task) == ["Yusuf Demir"]
    watch_task(actor, task, on=True)
    assert watching(task) == ["Marta Lindqvist", "Yusuf Demir"]
    assert Watch.objects.count() == 2


def test_who_imported_a_card_did_not_add_it(actor: Actor, todo: Lane) -> None:
    (task,) = add(actor, todo, "Roof")
    Task.objects.filter(pk=task.pk).update(source_id="trello:1")
    assert watching(Task.objects.get(pk=task.pk)) == []


def test_watching_is_nobody_elses_business(actor: Actor, linden: Cooperative, todo: Lane, outsider: User) -> None:
    (task,) = add(actor, todo, "Roof")
    with refused("not_found"):
        watch_task(Actor.of(outsider), task, on=True)
    with refused("forbidden"):
        watch_task(SYSTEM, task, on=True)
    a_member(linden, a_user("Somebody Else"))
    assert watching(task) == ["Marta Lindqvist"]
