"""The Django admin of work: labels are kept, comments taken back, people taken out; the rest is looked at."""

from typing import Any

import pytest
from django.test import Client

from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from tasks.actions import add_comment, create_checklist, create_label, relate_tasks, take_in
from tasks.models import CheckItem, Checklist, Comment, Label, Lane, Project, ProjectMember, Relation, Task

from .boards import add, told

DESK = "/admin/tasks/"


def test_labels_are_kept_at_the_desk(page: Client, project: Project) -> None:
    assert page.post(f"{DESK}label/add/", {"project": project.pk, "name": "Garden", "colour": "green"}).status_code == 302
    label = Label.objects.get()
    change = f"{DESK}label/{label.pk}/change/"
    assert page.post(change, {"name": "Yard", "colour": "teal", "version": 1}).status_code == 302
    assert page.post(change, {"name": "Lawn", "colour": "teal", "version": 1}).status_code == 409
    assert page.post(f"{DESK}label/{label.pk}/remove/", {"version": 1}).status_code == 409
    assert page.post(f"{DESK}label/{label.pk}/remove/", {"version": 2}).status_code == 302
    assert not Label.objects.exists()


def test_a_label_is_added_to_ones_own_projects_alone(page: Client, project: Project, foreign: Project) -> None:
    answer = page.post(f"{DESK}label/add/", {"project": foreign.pk, "name": "Garden", "colour": "green"})
    assert answer.status_code == 400 and b"Secret" not in answer.content
    assert not Label.objects.exists()


def test_comments_are_taken_back_with_a_reason(page: Client, task: Task, yusuf: User) -> None:
    comment = add_comment(Actor.of(yusuf), task, text="Rubbish")
    address = f"{DESK}comment/{comment.pk}/remove/"
    assert page.post(address, {"version": 1}).status_code == 400
    assert page.post(address, {"version": 1, "reason": "Not kind"}).status_code == 302
    assert Comment.objects.get().text == "" and told("tasks.comment_removed")[0]["reason"] == "Not kind"


def test_people_are_taken_out(page: Client, actor: Actor, project: Project, yusuf_member: Membership) -> None:
    row = take_in(actor, project, member=yusuf_member)
    assert b"Yusuf Demir" in page.get(f"{DESK}projectmember/").content
    assert page.post(f"{DESK}projectmember/{row.pk}/out/", {}).status_code == 302
    assert not ProjectMember.objects.filter(member=yusuf_member).exists()


@pytest.mark.parametrize("name", ["label", "comment", "projectmember", "checklist", "checkitem", "relation"])
def test_every_desk_shows_ones_own_and_nothing_else(
    page: Client,
    actor: Actor,
    project: Project,
    todo: Lane,
    task: Task,
    foreign: Project,
    outsider: User,
    yusuf: User,
    signed_in: Any,
    name: str,
) -> None:
    (other,) = add(actor, todo, "Door")
    theirs = Actor.of(outsider)
    for who, where, one, two, words in ((actor, project, task, other, "Ours"), (theirs, foreign, None, None, "Theirs")):
        with enter(who.cooperative_ids, who.user_id):
            first = one or Task.objects.get(title="Hidden")
            second = two or add(who, first.lane, "Hidden too")[0]
            create_label(who, where, name=words)
            add_comment(who, first, text=words)
            create_checklist(who, first, name=words, steps=[words])
            relate_tasks(who, first, kind="blocks", other=second)
    models = {"label": Label, "comment": Comment, "projectmember": ProjectMember, "checklist": Checklist, "checkitem": CheckItem}
    model: Any = models.get(name, Relation)
    own = model.objects.order_by("pk").first()
    shown = page.get(f"{DESK}{name}/")
    assert shown.status_code == 200 and b"Theirs" not in shown.content and b"Hidden" not in shown.content
    assert page.get(f"{DESK}{name}/{own.pk}/change/").status_code == 200
    with enter(theirs.cooperative_ids, theirs.user_id):
        far = model.objects.order_by("pk").first()
    assert page.get(f"{DESK}{name}/{far.pk}/change/").status_code == 302
    assert page.post(f"{DESK}{name}/{own.pk}/delete/", {"post": "yes"}).status_code == 403
    assert signed_in(yusuf).get(f"{DESK}{name}/").status_code in (302, 403)
