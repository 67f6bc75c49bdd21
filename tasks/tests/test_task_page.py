"""The page of a task with all that hangs on it: by forms and links alone."""

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from tasks.actions import (
    add_comment,
    change_project,
    change_step,
    change_task,
    create_checklist,
    create_label,
    move_task,
    relate_tasks,
)
from tasks.models import CheckItem, Checklist, Comment, Lane, Priority, Project, Relation, Task

from .boards import add, lane_named

WORK = "/c/linden-court/work/"
MARKUP = '<b>&"bold"</b>'


def at(task: Task, rest: str = "") -> str:
    """An address below a task's page."""
    return f"{WORK}tasks/{task.pk}/{rest}"


def text(answer: Any) -> str:
    """The body of a page."""
    body: str = answer.content.decode()
    return body


def said(page: Client, task: Task) -> str:
    """What the page of a task says, without markup."""
    return " ".join(re.sub(r"<[^>]+>", " ", text(page.get(at(task)))).split())


# --- Facts ------------------------------------------------------------------------------------------------------------


def test_a_form_takes_all_facts_and_the_page_shows_them(
    page: Client, actor: Actor, project: Project, todo: Lane, task: Task
) -> None:
    label = create_label(actor, project, name=MARKUP, colour="green")
    body = {
        "title": "Hedge", "lane": todo.pk, "kind": "duty", "priority": 1, "start_date": "2027-02-01", "due_date": "2027-02-05",
        "estimate": "1.5 h", "points": 3, "label_ids": [label.pk], "parent": "hc-1",
    }  # fmt: skip
    assert page.post(f"{WORK}{project.pk}/new/", body).status_code == 302
    made = Task.objects.get(title="Hedge")
    assert (made.kind, made.priority, made.estimate, made.points, made.parent, made.tags) == ("duty", 1, 90, 3, task, [label])
    shown = said(page, made)
    for words in ("Duty", "Urgent", "1 h 30 min", "Points 3", "Feb. 1, 2027", "part of Roof"):
        assert words in shown, words
    assert MARKUP not in text(page.get(at(made))) and "&lt;b&gt;" in text(page.get(at(made)))
    form = text(page.get(at(made, "?edit=1")))
    for value in ('value="1 h 30 min"', 'value="HC-1"', 'value="2027-02-01"', 'value="3"'):
        assert value in form
    again = {**body, "estimate": "", "points": "", "parent": "", "start_date": "", "label_ids": [], "version": 1}
    assert page.post(at(made), again).status_code == 302
    made = Task.objects.get(pk=made.pk)
    assert (made.estimate, made.points, made.parent, made.start_date, made.tags) == (None, None, None, None, [])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("estimate", "5", "Write hours or minutes, such as 1.5 h or 90 min."),
        ("estimate", "0 min", "between 1 min and 1000 h"),
        ("points", "-1", "greater than or equal to 0"),
        ("parent", "HC-77", "There is no task of this reference"),
        ("parent", "Roof", "There is no task of this reference"),
        ("label_ids", "77777", "Choose labels of this project."),
        ("kind", "feast", "Select a valid choice"),
        ("start_date", "2027-12-31", "It would start after it is due"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    page: Client, project: Project, todo: Lane, task: Task, field: str, value: str, words: str
) -> None:
    answer = page.post(f"{WORK}{project.pk}/new/", {"title": "Hedge", "lane": todo.pk, "due_date": "2027-02-05", field: value})
    assert answer.status_code == 400 and Task.objects.count() == 1
    assert words in " ".join(answer.context["form"].errors[field])
    assert f'id="id_{field}_error"' in text(answer)


def test_a_rule_about_people_stands_at_their_field(
    page: Client, actor: Actor, project: Project, todo: Lane, yusuf_member: Membership
) -> None:
    change_project(actor, project, version=1, assignment_limit=1)
    add(actor, todo, "First", assignees=[yusuf_member])
    answer = page.post(f"{WORK}{project.pk}/new/", {"title": "Second", "lane": todo.pk, "assignee_ids": [yusuf_member.pk]})
    assert answer.status_code == 409
    assert "Yusuf Demir has 1 unfinished tasks" in " ".join(answer.context["form"].errors["assignee_ids"])


def test_a_part_of_another_cooperative_does_not_exist(page: Client, project: Project, todo: Lane, foreign: Project) -> None:
    body = {"title": "Hedge", "lane": todo.pk, "parent": f"{foreign.key}-1"}
    unknown = page.post(f"{WORK}{project.pk}/new/", {**body, "parent": "SECR-9"}).context["form"].errors
    assert page.post(f"{WORK}{project.pk}/new/", body).context["form"].errors == unknown


def test_parts_stand_on_the_page_and_are_noted_when_the_whole_is_done(
    page: Client, actor: Actor, project: Project, todo: Lane, task: Task
) -> None:
    add(actor, todo, "Gutter", parent=task)
    assert "Gutter HC-2 To do" in said(page, task)
    new = text(page.get(f"{WORK}{project.pk}/new/?parent=HC-1"))
    assert 'value="HC-1"' in new
    done = lane_named(project, "done")
    moved = page.post(at(task, "move/"), {"lane": done.pk, "version": 1, "back": "task"}, follow=True)
    assert "1 part of it is still open." in text(moved)
    back = page.post(at(task, "move/"), {"lane": todo.pk, "version": 2}, headers={"Accept": "application/json"})
    assert "note" not in back.json()
    again = page.post(at(task, "move/"), {"lane": done.pk, "version": 3}, headers={"Accept": "application/json"})
    assert again.json()["note"] == "1 part of it is still open."


# --- Watching ---------------------------------------------------------------------------------------------------------


def test_watching_is_one_press(page: Client, task: Task) -> None:
    assert "Stop watching" in text(page.get(at(task)))
    assert "You no longer hear of this task." in text(page.post(at(task, "watch/"), {"on": "no"}, follow=True))
    assert "Stop watching" not in text(page.get(at(task)))
    assert "You hear of this task now." in text(page.post(at(task, "watch/"), {"on": "yes"}, follow=True))
    assert page.get(at(task, "watch/")).status_code == 405


# --- Comments ---------------------------------------------------------------------------------------------------------


def test_comments_are_written_changed_and_taken_back(page: Client, task: Task) -> None:
    answer = page.post(at(task, "comments/"), {"text": "It **leaks** <script>"})
    comment = Comment.objects.get()
    assert answer.status_code == 302 and answer["Location"] == f"{at(task)}#comment-{comment.pk}"
    shown = text(page.get(at(task)))
    assert "<strong>leaks</strong>" in shown and "&lt;script&gt;" in shown and "1 comment" in shown
    form = text(page.get(f"{WORK}comments/{comment.pk}/"))
    assert "It **leaks**" in form and 'name="version" value="1"' in form
    assert page.post(f"{WORK}comments/{comment.pk}/", {"text": "It leaks", "version": 1}).status_code == 302
    stale = page.post(f"{WORK}comments/{comment.pk}/", {"text": "It drips", "version": 1})
    assert stale.status_code == 409 and "It leaks" in text(stale) and "It drips" in text(stale)
    assert page.post(f"{WORK}comments/{comment.pk}/remove/", {"version": 2}).status_code == 302
    gone = text(page.get(at(task)))
    assert "Taken back" in gone and "leaks" not in gone


@pytest.mark.parametrize("words", ["", "   ", "\u200b"])
def test_an_empty_comment_is_refused_at_its_field(page: Client, task: Task, words: str) -> None:
    answer = page.post(at(task, "comments/"), {"text": words})
    assert answer.status_code == 400 and answer.context["form"].errors["text"]
    assert 'id="id_text_error"' in text(answer) and not Comment.objects.exists()


def test_a_comment_sent_twice_is_said_once(page: Client, task: Task) -> None:
    key = re.search(
        r'name="once_key" value="([^"]+)"[^<]*<div class="field">\s*<label for="comment_text"', text(page.get(at(task)))
    )
    assert key is not None
    for _time in range(2):
        assert page.post(at(task, "comments/"), {"text": "Hm", "once_key": key[1]}).status_code == 302
    assert Comment.objects.count() == 1


def test_others_comments_are_taken_back_by_officers_with_a_reason(
    page: Client, actor: Actor, task: Task, yusuf: User, signed_in: Any
) -> None:
    theirs = add_comment(Actor.of(yusuf), task, text="Rubbish")
    mine = add_comment(actor, task, text="Mine")
    assert page.get(f"{WORK}comments/{theirs.pk}/").status_code == 403
    address = f"{WORK}comments/{theirs.pk}/remove/"
    assert "Rubbish" in text(page.get(address))
    refused = page.post(address, {"version": 1, "reason": " "})
    assert refused.status_code == 400 and "Say why" in text(refused)
    assert page.post(address, {"version": 1, "reason": "Not kind"}).status_code == 302
    assert "Not kind" in text(page.get(at(task, "history/")))
    other = signed_in(yusuf)
    assert other.get(f"{WORK}comments/{mine.pk}/remove/").status_code == 403
    assert f"comments/{mine.pk}/remove/" not in text(other.get(at(task)))


def test_the_newest_comments_are_shown_first_and_older_ones_a_link_away(page: Client, linden: Cooperative, task: Task) -> None:
    own = {"cooperative": linden, "task": task, "created_at": task.created_at, "said_by": "Ada"}
    Comment.objects.bulk_create(Comment(**own, text=f"Word {n}.") for n in range(45))
    newest = text(page.get(at(task)))
    assert "Word 44." in newest and "Word 39." not in newest and "?comments=2#comments" in newest
    older = text(page.get(at(task, "?comments=2")))
    assert "Word 20." in older and "Word 39." in older and "Word 19." not in older and "?comments=3#comments" in older
    for odd in ("x", "-1", "999", "%00"):
        assert page.get(at(task, f"?comments={odd}")).status_code == 200


# --- Checklists -------------------------------------------------------------------------------------------------------


def test_checklists_and_steps_by_forms(page: Client, task: Task) -> None:
    assert page.post(at(task, "checklists/"), {"name": "Tools"}).status_code == 302
    tools = Checklist.objects.get()
    for words in ("Rake", "Spade"):
        assert page.post(f"{WORK}checklists/{tools.pk}/steps/", {"text": words}).status_code == 302
    rake, spade = CheckItem.objects.order_by("position")
    page.post(f"{WORK}steps/{rake.pk}/tick/", {"done": "yes", "version": 1})
    shown = text(page.get(at(task)))
    assert "1 of 2" in shown and shown.count('aria-pressed="true"') == 1
    page.post(f"{WORK}steps/{spade.pk}/", {"move": "up", "version": 1})
    assert page.post(f"{WORK}steps/{rake.pk}/", {"text": "Big rake", "version": 3}).status_code == 409
    assert page.post(f"{WORK}steps/{rake.pk}/", {"text": "Big rake", "version": 2}).status_code == 302
    assert list(CheckItem.objects.order_by("position").values_list("text", flat=True)) == ["Spade", "Big rake"]
    page.post(f"{WORK}steps/{spade.pk}/", {"remove": "yes", "version": 2})
    assert page.post(f"{WORK}checklists/{tools.pk}/", {"name": "All tools", "version": 1}).status_code == 302
    assert "Its steps go with it: 1." in text(page.get(f"{WORK}checklists/{tools.pk}/"))
    page.post(f"{WORK}checklists/{tools.pk}/", {"remove": "yes", "version": 2})
    assert not Checklist.objects.exists()


def test_what_cannot_be_a_step_is_refused_beside_its_list(page: Client, actor: Actor, task: Task) -> None:
    tools = create_checklist(actor, task, name="Tools", steps=["Rake"])
    answer = page.post(f"{WORK}checklists/{tools.pk}/steps/", {"text": "  "})
    assert answer.status_code == 400 and text(answer).count('aria-invalid="true"') == 1
    empty = page.post(at(task, "checklists/"), {"name": ""})
    assert empty.status_code == 400 and 'id="id_name_error"' in text(empty)


def test_a_stale_press_says_so_and_does_nothing(page: Client, actor: Actor, task: Task) -> None:
    create_checklist(actor, task, name="Tools", steps=["Rake"])
    step = CheckItem.objects.select_related("checklist__task__project").get()
    change_step(actor, step, version=1, text="Big rake")
    for body in ({"remove": "yes"}, {"move": "down"}):
        answer = page.post(f"{WORK}steps/{step.pk}/", {**body, "version": 1}, follow=True)
        assert ("so nothing was done" in text(answer)) == ("remove" in body or "move" in body)
    assert CheckItem.objects.count() == 1


# --- Relations --------------------------------------------------------------------------------------------------------


def test_relations_by_reference_and_in_both_directions(page: Client, actor: Actor, todo: Lane, task: Task) -> None:
    (door,) = add(actor, todo, "Door")
    assert page.post(at(task, "relations/"), {"kind": "blocks", "other": " hc-2 "}).status_code == 302
    assert "Blocks Door HC-2" in said(page, task)
    assert "Waits for not done yet Roof HC-1" in said(page, door)
    link = Relation.objects.get()
    assert page.post(at(door, f"relations/{link.pk}/remove/")).status_code == 302
    assert not Relation.objects.exists()
    for body, words in (
        ({"kind": "blocks", "other": "HC-1"}, "another task than this one"),
        ({"kind": "blocks", "other": "HC-9"}, "There is no task of this reference"),
        ({"kind": "likes", "other": "HC-2"}, "Select a valid choice"),
    ):
        refused = page.post(at(task, "relations/"), body)
        assert refused.status_code == 400 and words in text(refused)


# --- History ----------------------------------------------------------------------------------------------------------


def test_the_history_tells_what_was_and_what_is(
    page: Client, actor: Actor, project: Project, todo: Lane, doing: Lane, task: Task, yusuf_member: Membership
) -> None:
    label = create_label(actor, project, name="Garden")
    (whole,) = add(actor, todo, "Whole")
    facts: dict[str, Any] = {"priority": Priority.LOW, "due_date": date(2027, 2, 1), "estimate": 90, "labels": [label]}
    change_task(actor, task, version=1, title="Roofs", description="Long", assignees=[yusuf_member], parent=whole, **facts)
    move_task(actor, task, lane=doing, version=2)
    change_task(actor, task, version=3, archived=True)
    shown = " ".join(re.sub(r"<[^>]+>", " ", text(page.get(at(task, "history/")))).split())
    for words in (
        "Title was Roof → is now Roofs", "Description changed", "Assigned to was none → is now Yusuf Demir",
        "Priority was Normal → is now Low", "Due was none → is now Feb. 1, 2027", "Estimate was none → is now 1 h 30 min",
        "Labels was none → is now Garden", "Part of was none → is now HC-2", "Lane was To do → is now In progress",
        "Archived was no → is now yes",
    ):  # fmt: skip
        assert words in shown, words
    assert shown.index("Archived") < shown.index("Title")


def test_the_history_comes_in_pages_and_in_parts(page: Client, actor: Actor, task: Task) -> None:
    for version in range(1, 40):
        change_task(actor, task, version=version, points=version)
    first, second = (text(page.get(at(task, f"history/?page={number}"))) for number in (1, 2))
    assert first.count('id="event-') == 25 and second.count('id="event-') == 15
    part = page.get(at(task, "history/"), headers={"HX-Request": "true"})
    assert "<html" not in text(part) and "Show the whole history" in text(part)
    assert 'hx-trigger="revealed"' in text(page.get(at(task)))


@pytest.mark.parametrize("count", [1, 3])
def test_the_history_costs_the_same_for_any_number_of_changes(
    page: Client, actor: Actor, task: Task, yusuf_member: Membership, count: int
) -> None:
    for version in range(1, 2 * count, 2):
        change_task(actor, task, version=version, assignees=[yusuf_member])
        change_task(actor, task, version=version + 1, assignees=[])
    with CaptureQueriesContext(connection) as caught:
        page.get(at(task, "history/"))
    assert len(caught) == 12, [query["sql"][:90] for query in caught]


# --- The whole page ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_a_task_page_costs_the_same_for_any_number_of_things(
    page: Client, actor: Actor, project: Project, todo: Lane, task: Task, yusuf_member: Membership, marta: User, count: int
) -> None:
    people = [yusuf_member, Membership.objects.get(user=marta)][:count]
    labels = [create_label(actor, project, name=f"L{n}") for n in range(count)]
    change_task(actor, task, version=1, assignees=people, labels=labels)
    for number in range(count):
        create_checklist(actor, task, name=f"C{number}", steps=["a", "b"])
        add_comment(actor, task, text="Hm")
        (part,) = add(actor, todo, f"P{number}", parent=task)
        relate_tasks(actor, part, kind="blocks", other=task)
    with CaptureQueriesContext(connection) as caught:
        assert page.get(at(task)).status_code == 200
    ours = [query["sql"][:110] for query in caught if "tasks_" in query["sql"]]
    assert len(ours) == 12, ours


def test_who_only_reads_is_offered_nothing_to_write(actor: Actor, task: Task, hassan: User, signed_in: Any) -> None:
    create_checklist(actor, task, name="Tools", steps=["Rake"])
    add_comment(actor, task, text="Hm")
    theirs = signed_in(hassan)
    shown = text(theirs.get(at(task)))
    assert "Rake" in shown and "Hm" in shown and "Watch" in shown
    assert re.findall(r'<form method="post" action="([^"]+)"', shown)[:1] == [at(task, "watch/")]
    for word in ("/tick/", "/comments/", "/checklists/", "/relations/", "?edit=1"):
        assert word not in shown, word
    for path in ("comments/", "checklists/", "relations/"):
        assert theirs.post(at(task, path), {}).status_code == 403


def test_an_archived_task_is_only_read(page: Client, actor: Actor, task: Task) -> None:
    create_checklist(actor, task, name="Tools", steps=["Rake"])
    change_task(actor, task, version=1, archived=True)
    shown = text(page.get(at(task)))
    assert "Rake" in shown and "/tick/" not in shown and "Add a comment" not in shown and "Restore" in shown


def test_foreign_ids_answer_as_unknown_ones(page: Client, actor: Actor, task: Task, outsider: User, foreign: Project) -> None:
    add_comment(actor, task, text="Whoever has said nothing changes no comment")
    theirs = Actor.of(outsider)
    with enter(theirs.cooperative_ids, theirs.user_id):
        hidden = Task.objects.get(title="Hidden")
        comment = add_comment(theirs, hidden, text="x")
        tools = create_checklist(theirs, hidden, name="x", steps=["x"])
        step, label = CheckItem.objects.get(), create_label(theirs, foreign, name="x")
    for path, pk in {
        "tasks/{}/history/": hidden.pk, "comments/{}/": comment.pk, "comments/{}/remove/": comment.pk,
        "checklists/{}/": tools.pk, "steps/{}/": step.pk, "labels/{}/": label.pk, "{}/people/": foreign.pk,
    }.items():  # fmt: skip
        for send in (page.get, page.post):
            found, unknown = send(WORK + path.format(pk)), send(WORK + path.format(99_999_999))
            assert found.status_code == unknown.status_code in (404, 405), path
