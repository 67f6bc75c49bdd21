"""Signs on cards, and what a project settles: its labels, its people, who may change it."""

import re
from typing import Any

from django.test import Client

from cooperatives.policy import Actor
from members.models import Membership, User
from tasks.actions import (
    add_comment,
    change_step,
    change_task,
    create_checklist,
    create_label,
    create_task,
    relate_tasks,
    remove_comment,
)
from tasks.models import CheckItem, Label, Lane, Priority, Project, Task
from tasks.queries import Marks, marks_on, with_marks

from .boards import add
from .test_task_page import WORK, at, text

# --- Cards ------------------------------------------------------------------------------------------------------------


def test_a_card_shows_labels_steps_comments_points_and_what_waits(
    page: Client, actor: Actor, project: Project, todo: Lane, task: Task
) -> None:
    label = create_label(actor, project, name="Garden", colour="green")
    nameless = Label.objects.create(cooperative=task.cooperative, project=project, colour="red")
    change_task(actor, task, version=1, labels=[label, nameless], points=1, priority=Priority.URGENT)
    create_checklist(actor, task, name="C", steps=["a", "b"])
    change_step(actor, CheckItem.objects.select_related("checklist__task__project").get(text="a"), version=1, done=True)
    remove_comment(actor, add_comment(actor, task, text="x"), version=1)
    add_comment(actor, task, text="y")
    (other,) = add(actor, todo, "Other")
    relate_tasks(actor, other, kind="blocks", other=task)
    marked = {row.pk: marks_on(row) for row in with_marks(Task.objects.all())}
    assert marked == {task.pk: Marks(steps=2, done=1, comments=1, blocked=True), other.pk: Marks()}
    for shown in (text(page.get(f"{WORK}{project.pk}/")), text(page.get(at(task, "card/")))):
        card = shown[shown.index(f'id="card-{task.pk}"') :].split("</li>")[0]
        words = " ".join(re.sub(r"<[^>]+>", " ", card).split())
        assert "Garden" in words and "waits" in words and "Steps done: 1/2" in words and "Comments: 1" in words
        assert "1 point" in words and 'aria-label="Urgent"' in card and 'role="img" aria-label="Red"' in card


# --- Labels and people of a project -----------------------------------------------------------------------------------


def test_labels_are_kept_in_the_settings(page: Client, project: Project) -> None:
    settings = f"{WORK}{project.pk}/settings/"
    assert page.post(f"{WORK}{project.pk}/labels/new/", {"name": "Garden", "colour": "green"}).status_code == 302
    label = Label.objects.get()
    assert 'data-colour="green"' in text(page.get(settings))
    again = page.post(f"{WORK}{project.pk}/labels/new/", {"name": "garden", "colour": "green"})
    assert again.status_code == 409 and "of this name and colour already" in text(again)
    assert page.post(f"{WORK}labels/{label.pk}/", {"name": "Yard", "colour": "teal", "version": 1}).status_code == 302
    stale = page.post(f"{WORK}labels/{label.pk}/", {"name": "Lawn", "colour": "teal", "version": 1})
    assert stale.status_code == 409 and "Yard" in text(stale)
    page.post(f"{WORK}labels/{label.pk}/", {"remove": "yes", "version": 1})
    assert Label.objects.exists()
    page.post(f"{WORK}labels/{label.pk}/", {"remove": "yes", "version": 2})
    assert not Label.objects.exists()


def test_people_are_taken_in_and_lead(
    page: Client, project: Project, yusuf_member: Membership, yusuf: User, signed_in: Any
) -> None:
    people = f"{WORK}{project.pk}/people/"
    assert page.post(people, {"member_id": yusuf_member.pk}).status_code == 302
    row = project.people.get(member=yusuf_member)
    assert "Yusuf Demir" in text(page.get(people)) and not row.is_lead
    page.post(f"{WORK}people/{row.pk}/", {"lead": "yes"})
    assert project.people.get(member=yusuf_member).is_lead
    theirs = signed_in(yusuf)
    assert "Take somebody in" in text(theirs.get(people))
    theirs.post(f"{WORK}people/{row.pk}/", {"remove": "yes"})
    assert not project.people.filter(member=yusuf_member).exists()
    assert "Take somebody in" not in text(theirs.get(people))
    assert theirs.post(people, {"member_id": yusuf_member.pk}).status_code == 403
    assert page.post(people, {"member_id": 77_777}).status_code == 400
    assert page.post(people, {}).status_code == 400


def test_a_project_is_closed_and_limited_in_its_settings(
    page: Client, project: Project, actor: Actor, yusuf: User, signed_in: Any
) -> None:
    body = {"name": project.name, "members_only": "on", "assignment_limit": 3, "version": 1}
    assert page.post(f"{WORK}{project.pk}/settings/", body).status_code == 302
    project.refresh_from_db()
    assert (project.members_only, project.assignment_limit) == (True, 3)
    theirs = signed_in(yusuf)
    assert theirs.get(f"{WORK}{project.pk}/").status_code == 200
    assert theirs.get(f"{WORK}{project.pk}/new/").status_code == 403
    create_task(actor, project, title="A")
    assert "New task" not in text(theirs.get(f"{WORK}{project.pk}/"))
