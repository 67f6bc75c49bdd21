"""Who may do what: both faces of every rule agree, for every kind of member and project."""

from collections.abc import Iterator
from typing import Any

import pytest

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may, may_each, visible
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import a_cooperative, a_member, a_user
from tasks.actions import create_project, create_task
from tasks.models import CheckItem, Checklist, Comment, Label, Lane, Project, ProjectMember, Relation, Task

NAMES = (
    "tasks.see", "tasks.create_project", "tasks.change_project", "tasks.people", "tasks.create_lane", "tasks.change_lane",
    "tasks.create", "tasks.change", "tasks.move", "tasks.reorder", "tasks.import", "tasks.watch", "tasks.comment",
    "tasks.edit_comment", "tasks.remove_comment",
)  # fmt: skip
MODELS = (Project, Lane, Task, Label, ProjectMember, Comment, Checklist, CheckItem, Relation)
PEOPLE = ("admin", "secretary", "treasurer", "member", "observer", "lead", "insider", "watching insider", "stranger")


@pytest.fixture
def people(marta: User, linden: Cooperative, outsider: User) -> dict[str, User]:
    """A user of every kind."""
    found = {"admin": marta, "stranger": outsider}
    for role in ("secretary", "treasurer", "member", "observer"):
        found[role] = a_user(role.title())
        a_member(linden, found[role], role)
    for name, role in {"lead": "member", "insider": "member", "watching insider": "observer"}.items():
        found[name] = a_user(name.title())
        a_member(linden, found[name], role)
    return found


@pytest.fixture
def everything(people: dict[str, User], linden: Cooperative) -> Iterator[dict[str, Any]]:
    """An open and a closed project, with a row of everything in each; the member has said something in both."""
    founder = Actor.of(people["admin"])
    with enter(founder.cooperative_ids, founder.user_id):
        projects = {name: create_project(founder, linden, name=name) for name in ("open", "closed")}
        ProjectMember.objects.all().delete()
        Project.objects.filter(pk=projects["closed"].pk).update(members_only=True)
        own = {"cooperative": linden}
        for name in ("lead", "insider", "watching insider"):
            member = Membership.objects.get(user=people[name])
            ProjectMember.objects.create(**own, project=projects["closed"], member=member, is_lead=name == "lead")
        for project in projects.values():
            a, b = (create_task(founder, project, title=title) for title in "ab")
            Label.objects.create(**own, project=project, name="Garden")
            Comment.objects.create(
                **own, task=a, author=Membership.objects.get(user=people["member"]), text="Hm", created_at=a.created_at
            )
            CheckItem.objects.create(
                **own, checklist=Checklist.objects.create(**own, task=a, name="L", position=0), text="s", position=0
            )
            Relation.objects.create(**own, task=a, kind="relates", other=b)
        yield projects


def allowed(user: User, name: str, project: Project, model: Any) -> set[bool]:
    """What the policy says of the rows of a model in a project, by its two faces, which must agree."""
    actor = Actor.of(user)
    way = {Project: "pk", Comment: "task__project", Checklist: "task__project", Relation: "task__project"}
    way |= {CheckItem: "checklist__task__project"}
    with enter([project.cooperative_id], actor.user_id):
        rows = model.objects.filter(**{way.get(model, "project"): project.pk})
        held = {row.pk for row in rows if may(actor, name, row)}
        seen = set(visible(actor, name, rows).values_list("pk", flat=True))
        assert held == seen, (name, model)
        every = list(rows)
        assert {row.pk for row, may_it in zip(every, may_each(actor, name, every), strict=True) if may_it} == seen, (name, model)
        assert rows.exists() or model is ProjectMember
        return {row.pk in held for row in rows}


@pytest.mark.parametrize("name", NAMES)
def test_both_faces_agree(people: dict[str, User], everything: dict[str, Project], name: str) -> None:
    for user in people.values():
        for project in everything.values():
            for model in MODELS:
                allowed(user, name, project, model)
        actor = Actor.of(user)
        with enter([everything["open"].cooperative_id], actor.user_id):
            cooperative = everything["open"].cooperative
            here = visible(actor, name, Cooperative.objects.filter(pk=cooperative.pk)).exists()
            assert may(actor, name, cooperative) == here


WRITE_OPEN = {"admin", "secretary", "treasurer", "member", "lead", "insider"}
WRITE_CLOSED = {"admin", "secretary", "lead", "insider"}


@pytest.mark.parametrize(
    ("name", "model", "in_open", "in_closed"),
    [
        ("tasks.see", Task, {*WRITE_OPEN, "observer", "watching insider"}, {*WRITE_OPEN, "observer", "watching insider"}),
        ("tasks.create", Project, WRITE_OPEN, WRITE_CLOSED),
        ("tasks.change", Task, WRITE_OPEN, WRITE_CLOSED),
        ("tasks.move", Task, WRITE_OPEN, WRITE_CLOSED),
        ("tasks.change", CheckItem, WRITE_OPEN, WRITE_CLOSED),
        ("tasks.change_lane", Lane, WRITE_OPEN, WRITE_CLOSED),
        ("tasks.import", Project, WRITE_OPEN, WRITE_CLOSED),
        ("tasks.comment", Task, WRITE_OPEN, WRITE_CLOSED),
        ("tasks.change_project", Project, WRITE_OPEN, {"admin", "secretary", "lead"}),
        ("tasks.people", Project, {"admin", "secretary"}, {"admin", "secretary", "lead"}),
        ("tasks.edit_comment", Comment, {"member"}, set()),
        ("tasks.remove_comment", Comment, {"member", "admin", "secretary"}, {"admin", "secretary"}),
    ],
)
def test_who_may(
    people: dict[str, User], everything: dict[str, Project], name: str, model: Any, in_open: set[str], in_closed: set[str]
) -> None:
    for project, wanted in (("open", in_open), ("closed", in_closed)):
        found = {who for who, user in people.items() if allowed(user, name, everything[project], model) == {True}}
        assert found == wanted, project


def test_leading_elsewhere_leads_nothing_here(people: dict[str, User], linden: Cooperative, everything: Any) -> None:
    birch = Cooperative.objects.get(slug="birch-lane")
    a_member(birch, people["member"])
    actor = Actor.of(people["member"])
    with enter([birch.pk], actor.user_id):
        project = create_project(actor, birch, name="Theirs")
        assert may(actor, "tasks.people", project) and may(actor, "tasks.people", birch)
    with enter([linden.pk], actor.user_id):
        assert not may(actor, "tasks.people", everything["closed"]) and not may(actor, "tasks.people", linden)


def test_who_leads_stays_within_what_their_role_gives(linden: Cooperative, marta: User) -> None:
    """A lead who only observes now reads as an observer does."""
    user = a_user("Former Lead")
    member = a_member(linden, user, "observer")
    founder = Actor.of(marta)
    with enter(founder.cooperative_ids, founder.user_id):
        project = create_project(founder, linden, name="P")
        ProjectMember.objects.create(cooperative=linden, project=project, member=member, is_lead=True)
        assert not may(Actor.of(user), "tasks.people", project)


def test_a_cooperative_founded_by_somebody_else_is_no_place_to_work(outsider: User, everything: dict[str, Project]) -> None:
    second = a_cooperative(outsider, "Beech Row")
    actor = Actor.of(outsider)
    with enter([second.pk, everything["open"].cooperative_id], actor.user_id):
        assert not visible(actor, "tasks.change", Task.objects.all()).exists()


def test_whoever_has_said_something_may_open_the_page_that_changes_it(
    people: dict[str, User], everything: dict[str, Project]
) -> None:
    cooperative = everything["open"].cooperative
    opens = {
        name: {who for who, user in people.items() if may(Actor.of(user), name, cooperative)}
        for name in ("tasks.comment", "tasks.edit_comment", "tasks.remove_comment")
    }
    assert opens["tasks.comment"] == WRITE_OPEN
    assert opens["tasks.edit_comment"] == {"member"}
    assert opens["tasks.remove_comment"] == {"member", "admin", "secretary"}
