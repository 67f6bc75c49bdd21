"""Comments: who says what of a task, whom they name, how words are taken back."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from members.tests.factories import a_member, a_user, refused
from tasks.actions import (
    add_comment,
    change_comment,
    change_project,
    change_task,
    create_project,
    create_task,
    remove_comment,
    take_in,
)
from tasks.models import COMMENT_LIMIT, Comment, Lane, Mention, Project, Task
from tasks.sheet import Comments

from .boards import add, told


def named(comment: Comment) -> list[str]:
    """Whom a comment names, by name."""
    return sorted(str(row.member) for row in Mention.objects.filter(comment=comment))


def test_a_comment_is_said_changed_and_taken_back(actor: Actor, task: Task, marta: User) -> None:
    comment = add_comment(actor, task, text="  It **leaks**.\r\n\r\nBadly. ")
    assert (comment.text, str(comment.author), comment.edited_at) == ("It **leaks**.\n\nBadly.", "Marta Lindqvist", None)
    assert Task.objects.get(pk=task.pk).version == 1
    changed = change_comment(actor, comment, version=1, text="It leaks.")
    assert changed.version == 2 and changed.edited_at is not None
    gone = remove_comment(actor, comment, version=2)
    assert (gone.text, gone.version) == ("", 3) and gone.removed_at is not None
    for act in (lambda: change_comment(actor, comment, version=3, text="x"), lambda: remove_comment(actor, comment, version=3)):
        with refused("removed"):
            act()
    assert told("tasks.commented")[0]["comment_id"] == comment.pk
    assert told("tasks.comment_removed")[0]["author"] == str(marta.public_id)


def test_the_record_never_holds_the_words(actor: Actor, task: Task) -> None:
    comment = add_comment(actor, task, text="Sesame seeds")
    change_comment(actor, comment, version=1, text="Sesame oil")
    remove_comment(actor, comment, version=2)
    for kind in ("commented", "comment_changed", "comment_removed"):
        (payload,) = told(f"tasks.{kind}")
        assert "Sesame" not in str(payload)


def test_saying_the_same_again_is_no_change(actor: Actor, task: Task) -> None:
    comment = add_comment(actor, task, text="Hm")
    assert change_comment(actor, comment, version=1, text=" Hm ").version == 1
    assert told("tasks.comment_changed") == []
    with refused("stale"):
        change_comment(actor, comment, version=2, text="Hm!")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Yusuf Demir please look", ["Yusuf Demir"]),
        ("ask @yusuf demir, or @Hassan Abdi", ["Hassan Abdi", "Yusuf Demir"]),
        ("@Yusuf Demirel is another person", []),
        ("@Yusuf Demir Junior, not the father", ["Yusuf Demir Junior"]),
        ("@2 and @2 again", ["Yusuf Demir"]),
        ("@22 is nobody", []),
        ("mail yusuf@2 or a@Yusuf Demir", []),
        ("@Ola Stranger is not of us", []),
        ("nobody at all", []),
        ("@", []),
    ],
)
def test_people_are_named_by_name_or_number(
    actor: Actor,
    linden: Cooperative,
    task: Task,
    yusuf_member: Membership,
    hassan: User,
    outsider: User,
    text: str,
    names: list[str],
) -> None:
    a_member(linden, a_user("Yusuf Demir Junior"))
    assert yusuf_member.number == 2
    comment = add_comment(actor, task, text=text)
    assert named(comment) == names
    assert len(told("tasks.commented")[0]["mentioned"]) == len(names)


def test_who_is_named_in_a_change_is_told_once(actor: Actor, task: Task, yusuf_member: Membership, hassan: User) -> None:
    comment = add_comment(actor, task, text="@Yusuf Demir")
    change_comment(actor, comment, version=1, text="@Yusuf Demir and @Hassan Abdi")
    assert named(comment) == ["Hassan Abdi", "Yusuf Demir"]
    assert told("tasks.comment_changed")[0]["mentioned"] == [str(hassan.public_id)]
    change_comment(actor, comment, version=2, text="Never mind")
    assert named(comment) == []
    assert remove_comment(actor, comment, version=3).version == 4


def test_who_has_left_is_not_named(actor: Actor, task: Task, yusuf_member: Membership) -> None:
    yusuf_member.left_on = yusuf_member.joined_on
    yusuf_member.save()
    assert named(add_comment(actor, task, text="@Yusuf Demir")) == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "text"),
        (" \n ", "text"),
        ("\u200b", "text"),
        ("x" * (COMMENT_LIMIT + 1), "too_long"),
        ("a\x00", "not_text"),
        ("\ud800", "not_text"),
    ],
)
def test_what_cannot_be_said(actor: Actor, task: Task, text: str, code: str) -> None:
    with refused(code) as caught:
        add_comment(actor, task, text=text)
    assert caught.value.field == "text"
    comment = add_comment(actor, task, text="x" * COMMENT_LIMIT)
    with refused(code):
        change_comment(actor, comment, version=1, text=text)


def test_only_the_author_changes_words_and_officers_take_any_back_with_a_reason(
    actor: Actor, linden: Cooperative, task: Task, yusuf: User, yusuf_member: Membership
) -> None:
    theirs = Actor.of(yusuf)
    comment = add_comment(theirs, task, text="Rubbish")
    with refused("forbidden"):
        change_comment(actor, comment, version=1, text="Nice")
    for reason in ("", "  ", "\u200b"):
        with refused("reason"):
            remove_comment(actor, comment, version=1, reason=reason)
    remove_comment(actor, comment, version=1, reason=" Not  kind ")
    assert told("tasks.comment_removed")[0]["reason"] == "Not kind"
    mine = add_comment(actor, task, text="Mine")
    with refused("forbidden"):
        remove_comment(theirs, mine, version=1, reason="Hm")


def test_observers_read_and_strangers_find_nothing(actor: Actor, task: Task, hassan: User, outsider: User) -> None:
    comment = add_comment(actor, task, text="Hm")
    for user, code in ((hassan, "forbidden"), (outsider, "not_found")):
        acts: list[Any] = [
            lambda who: add_comment(who, task, text="x"),
            lambda who: change_comment(who, comment, version=1, text="x"),
            lambda who: remove_comment(who, comment, version=1, reason="x"),
        ]
        for act in acts:
            with refused(code):
                act(Actor.of(user))


def test_what_is_archived_is_not_talked_about(actor: Actor, project: Project, todo: Lane, task: Task) -> None:
    comment = add_comment(actor, task, text="Hm")
    (other,) = add(actor, todo, "Other")
    change_task(actor, task, version=1, archived=True)
    with refused("task_archived"):
        add_comment(actor, task, text="x")
    with refused("task_archived"):
        remove_comment(actor, comment, version=1)
    change_project(actor, project, version=1, archived=True)
    with refused("project_archived"):
        add_comment(actor, other, text="x")


def test_a_comment_of_another_system_can_be_taken_back(actor: Actor, linden: Cooperative, task: Task) -> None:
    old = Comment.objects.create(cooperative=linden, task=task, said_by="Ada (Trello)", text="Old", created_at=task.created_at)
    with refused("forbidden"):
        change_comment(actor, old, version=1, text="New")
    gone = remove_comment(actor, old, version=1, reason="Asked to")
    assert (gone.said_by, gone.text) == ("", "") and told("tasks.comment_removed")[0]["author"] is None


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_of_comments_asks_once_for_each_right(
    actor: Actor, linden: Cooperative, yusuf: User, yusuf_member: Membership, count: int
) -> None:
    closed = create_project(actor, linden, name="Closed")
    change_project(actor, closed, version=1, members_only=True)
    take_in(actor, closed, member=yusuf_member)
    task = create_task(actor, closed, title="Roof")
    theirs = Actor.of(yusuf)
    for number in range(count):
        add_comment(theirs, task, text=f"Mine {number}")
        add_comment(actor, task, text=f"Yours {number}")
    remove_comment(theirs, Comment.objects.get(text="Mine 0"), version=1)
    with CaptureQueriesContext(connection) as caught:
        shown = Comments(theirs, task).items
    assert len([one for one in caught if "tasks_projectmember" in one["sql"]]) == 2
    assert [row.may_edit for row in shown] == [row.may_remove for row in shown] == [False, False, *[True, False] * (count - 1)]
