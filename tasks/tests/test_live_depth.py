"""What sockets tell of labels, steps, comments, relations and people: enough to fetch anew, and never words."""

from typing import Any

import pytest

from activity.tests.lines import line
from members.models import User
from tasks.actions import (
    add_comment,
    add_step,
    change_comment,
    change_label,
    change_step,
    change_task,
    create_checklist,
    create_label,
    relate_tasks,
    remove_comment,
    remove_label,
    take_in,
    take_out,
    unrelate_tasks,
)
from tasks.models import CheckItem, Relation, Task

from .test_live import Board, board, heard, member_of, session  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


async def fresh(board: Board, task: Task) -> Task:  # noqa: F811
    """The task as it is now, with its project."""

    def read(_actor: Any) -> Task:
        found: Task = Task.objects.select_related("project").get(pk=task.pk)
        return found

    found: Task = await board.act(read)
    return found


async def test_steps_are_told_with_their_task(board: Board, session: str) -> None:  # noqa: F811
    task = await fresh(board, await board.add("Garden day"))
    async with line(board.path, session=session) as socket:
        tools = await board.act(create_checklist, task, name="Tools", steps=["Rake"])
        message = await heard(socket, "issue.steps")
        assert (message["issue_id"], message["project_id"], message["checklist"]) == (task.pk, board.project.pk, "Tools")
        step = await board.act(add_step, tools, text="Spade")
        await heard(socket, "issue.steps")
        await board.act(change_step, step, version=1, done=True)
        message = await heard(socket, "issue.step_done")
        assert (message["step"], message["step_id"]) == ("Spade", step.pk)
        await board.act(change_step, step, version=2, done=False)
        assert (await heard(socket, "issue.step_undone"))["issue_id"] == task.pk


async def test_comments_are_told_without_their_words(board: Board, session: str, yusuf: User) -> None:  # noqa: F811
    task = await fresh(board, await board.add("Garden day"))
    async with line(board.path, session=session) as socket:
        comment = await board.act(add_comment, task, text="Sesame for @Yusuf Demir")
        message = await heard(socket, "issue.commented")
        assert (message["comment_id"], message["mentioned"]) == (comment.pk, [str(yusuf.public_id)])
        assert "Sesame" not in str(message)
        await board.act(change_comment, comment, version=1, text="Sesame oil")
        assert "Sesame" not in str(await heard(socket, "issue.comment_changed"))
        await board.act(remove_comment, comment, version=2)
        message = await heard(socket, "issue.comment_removed")
        assert message["author"] == str(board.marta.public_id) and "Sesame" not in str(message)


async def test_a_relation_is_told_of_both_cards(board: Board, session: str) -> None:  # noqa: F811
    a, b = [await fresh(board, await board.add(title)) for title in "AB"]
    async with line(board.path, session=session) as socket:
        link: Relation = await board.act(relate_tasks, a, kind="blocks", other=b)
        told = [await heard(socket, "issue.related") for _side in range(2)]
        assert [(one["issue_id"], one["relation"], one["other_id"]) for one in told] == [
            (a.pk, "blocks", b.pk),
            (b.pk, "blocked_by", a.pk),
        ]
        await board.act(unrelate_tasks, link, of=b)
        assert {(await heard(socket, "issue.unrelated"))["issue_id"] for _side in range(2)} == {a.pk, b.pk}


async def test_labels_and_people_of_the_project_are_told(board: Board, session: str, yusuf: User) -> None:  # noqa: F811
    member = member_of
    async with line(board.path, session=session) as socket:
        label = await board.act(create_label, board.project, name="Garden", colour="green")
        message = await heard(socket, "label.created")
        assert (message["label_id"], message["name"], message["colour"]) == (label.pk, "Garden", "green")
        changed = await board.act(change_label, label, version=1, colour="teal")
        assert (await heard(socket, "label.updated"))["colour"] == "teal"
        await board.act(remove_label, changed, version=2)
        assert (await heard(socket, "label.removed"))["label_id"] == label.pk
        who = await board.act(lambda _actor: member(yusuf, board.linden))
        row = await board.act(take_in, board.project, member=who)
        message = await heard(socket, "project.person_added")
        assert (message["user_id"], message["name"], message["is_lead"]) == (str(yusuf.public_id), "Yusuf Demir", False)
        await board.act(take_in, board.project, member=who, is_lead=True)
        assert (await heard(socket, "project.person_changed"))["is_lead"] is True
        await board.act(take_out, row)
        assert (await heard(socket, "project.person_removed"))["user_id"] == str(yusuf.public_id)


async def test_a_change_tells_what_was_and_what_is(board: Board, session: str) -> None:  # noqa: F811
    task = await fresh(board, await board.add("Garden day"))
    async with line(board.path, session=session) as socket:
        await board.act(change_task, task, version=1, priority=1, description="Long words")
        message = await heard(socket, "issue.updated")
        assert (message["before"], message["after"]) == ({"priority": 3}, {"priority": 1})
        assert message["changed"] == ["description", "priority"] and "Long words" not in str(message)
        assert (message["priority"], message["kind"]) == (1, "task")


async def test_a_refused_step_is_not_told(board: Board, session: str) -> None:  # noqa: F811
    task = await fresh(board, await board.add("Garden day"))
    await board.act(create_checklist, task, name="Tools", steps=["Rake"])
    step = await board.act(lambda _actor: CheckItem.objects.select_related("checklist__task__project").get())
    async with line(board.path, session=session) as socket:
        with pytest.raises(Exception, match="Say what is to be done"):
            await board.act(change_step, step, version=1, text=" ", done=True)
        await board.act(change_step, step, version=1, done=True)
        message = await socket.hear()
        assert (message["type"], message["seq"]) == ("issue.step_done", socket.hello["seq"] + 1)
