"""The socket of a board: who may listen, and the messages whose form is fixed."""

from datetime import date
from typing import Any

import pytest

from activity.live.consumer import in_database
from activity.models import Event
from activity.tests.lines import Line, line, signed_in
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import end_membership
from members.models import Membership, User
from members.tokens import issue
from tasks.actions import (
    change_lane,
    change_task,
    create_lane,
    create_project,
    create_task,
    import_board,
    move_task,
    reorder_lane,
)
from tasks.importing import read_board
from tasks.models import Lane, Project, Task

pytestmark = pytest.mark.django_db(transaction=True)


class Board:
    """A board that Marta writes to from another thread, while a socket listens."""

    def __init__(self, marta: User, linden: Cooperative) -> None:
        self.marta, self.linden = marta, linden
        self.actor = Actor.of(marta)
        with enter([linden.pk], marta.pk):
            self.project = create_project(self.actor, linden, name="House")
            self.todo, self.doing = Lane.objects.filter(project=self.project).order_by("position")[:2]
        self.path = f"/ws/projects/{self.project.pk}/"

    async def act(self, verb: Any, *args: Any, **facts: Any) -> Any:
        """Let Marta do something."""

        def run() -> Any:
            with enter([self.linden.pk], self.marta.pk):
                return verb(self.actor, *args, **facts)

        return await in_database(run)

    async def add(self, title: str, **facts: Any) -> Task:
        """Add a task to the first lane."""
        task: Task = await self.act(create_task, self.project, title=title, lane=self.todo, **facts)
        return task


@pytest.fixture
def board(transactional_db: None, marta: User, linden: Cooperative) -> Board:
    """The board."""
    return Board(marta, linden)


@pytest.fixture
def session(board: Board, yusuf: User) -> str:
    """Yusuf listens."""
    key: str = signed_in(yusuf)
    return key


def member_of(user: User, cooperative: Cooperative) -> Membership:
    """A user's membership."""
    with enter([cooperative.pk]):
        found: Membership = Membership.objects.select_related("user", "person").get(user=user)
        return found


async def heard(socket: Any, kind: str) -> dict[str, Any]:
    """The next message of this type."""
    while (message := await socket.hear())["type"] != kind:
        pass
    found: dict[str, Any] = message
    return found


async def test_a_new_task_is_told_as_issue_created(board: Board, session: str, yusuf: User) -> None:
    member = await in_database(member_of, yusuf, board.linden)
    async with line(board.path, session=session) as socket:
        first = await board.add("Fix login bug", due_date=date(2027, 1, 31), assignees=[member])
        message = await heard(socket, "issue.created")
        assert message["seq"] == socket.hello["seq"] + 1
        assert message["actor"] == {"id": str(board.marta.public_id), "name": "Marta Lindqvist"}
        facts = (
            "issue_id",
            "title",
            "status",
            "lane_id",
            "after_id",
            "version",
            "project_id",
            "number",
            "assignee",
            "assignees",
            "due_date",
        )
        assert {key: message[key] for key in facts} == {
            "issue_id": first.pk,
            "title": "Fix login bug",
            "status": "todo",
            "lane_id": board.todo.pk,
            "after_id": None,
            "version": 1,
            "project_id": board.project.pk,
            "number": 1,
            "assignee": str(yusuf.public_id),
            "assignees": [str(yusuf.public_id)],
            "due_date": "2027-01-31",
        }
        second = await board.add("Next")
        message = await heard(socket, "issue.created")
        assert (message["issue_id"], message["after_id"]) == (second.pk, first.pk)


async def test_a_move_and_a_change_are_told_as_issue_updated(board: Board, session: str) -> None:
    task = await board.add("Fix login bug")
    async with line(board.path, session=session) as socket:
        await board.act(move_task, task, lane=board.doing, version=1)
        message = await heard(socket, "issue.updated")
        assert (message["title"], message["status"], message["version"]) == ("Fix login bug", "in_progress", 2)
        assert message["changed"] == ["lane", "position", "status"]
        await board.act(change_task, task, version=2, title="Fix the login")
        message = await heard(socket, "issue.updated")
        assert (message["title"], message["status"], message["version"]) == ("Fix the login", "in_progress", 3)
        assert message["changed"] == ["title"]
        await board.act(change_task, task, version=3, archived=True)
        assert (await heard(socket, "issue.updated"))["archived"] is True


async def test_descriptions_are_never_pushed(board: Board, session: str) -> None:
    async with line(board.path, session=session) as socket:
        await board.add("Open", description="for members who look")
        assert "for members who look" not in str(await heard(socket, "issue.created"))


async def test_what_happens_to_lanes_is_told(board: Board, session: str) -> None:
    a, b = await board.add("A"), await board.add("B")
    async with line(board.path, session=session) as socket:
        await board.act(reorder_lane, board.todo, order=[b.pk, a.pk])
        message = await heard(socket, "lane.reordered")
        assert (message["lane_id"], message["order"]) == (board.todo.pk, [b.pk, a.pk])
        await board.act(create_lane, board.project, name="Testing")
        assert (await heard(socket, "lane.created"))["lane"] == "Testing"
        await board.act(change_lane, board.todo, version=1, wip_limit=4)
        assert (await heard(socket, "lane.updated"))["changed"] == ["wip_limit"]


async def test_an_import_is_one_message(board: Board, session: str) -> None:
    file = b'{"lists": [{"id": "l", "name": "Ideas"}], "cards": [{"id": "c", "idList": "l", "name": "Bench"}]}'
    async with line(board.path, session=session) as socket:
        await board.act(import_board, board.project, read_board(file))
        message = await socket.hear()
        assert (message["type"], message["lists"], message["cards"]) == ("board.imported", 1, 1)


async def test_another_projects_work_is_not_heard(board: Board, session: str) -> None:
    other: Project = await board.act(create_project, board.linden, name="Garden")
    async with line(board.path, session=session) as socket:
        await board.act(create_task, other, title="Elsewhere")
        await board.add("Here")
        assert (await socket.hear())["title"] == "Here"


async def test_what_was_missed_is_told_in_order(board: Board, session: str) -> None:
    async with line(board.path, session=session) as socket:
        since = socket.hello["seq"]
    task = await board.add("Missed")
    await board.act(move_task, task, lane=board.doing, version=1)
    async with line(board.path, session=session) as socket:
        first = await socket.say(type="catch_up", since=since)
        second, done = await socket.hear(), await socket.hear()
        assert [first["type"], second["type"], done["type"]] == ["issue.created", "issue.updated", "caught_up"]
        assert [first["seq"], second["seq"], done["seq"]] == [since + 1, since + 2, since + 2]


@pytest.mark.parametrize("key", ["0", "999999", "x", "*", "1%00", "-1", "9" * 30])
async def test_what_is_no_board_is_refused(board: Board, session: str, key: str) -> None:
    assert await Line(f"/ws/projects/{key}/", session=session).refusal() == 4403


async def test_strangers_are_refused_like_at_an_unknown_board(board: Board, outsider: User) -> None:
    assert await Line(board.path, session=await in_database(signed_in, outsider)).refusal() == 4403
    assert await Line(board.path, token=(await in_database(issue, outsider)).access, origin="").refusal() == 4403


async def test_visitors_are_refused(board: Board) -> None:
    assert await Line(board.path).refusal() == 4401
    assert await Line(board.path, session="made-up").refusal() == 4401


async def test_a_foreign_page_is_refused(board: Board, session: str) -> None:
    assert await Line(board.path, session=session, origin="https://evil.example").refusal() == 1008


async def test_an_observer_listens(board: Board, hassan: User) -> None:
    async with line(board.path, session=await in_database(signed_in, hassan)) as socket:
        await board.add("Seen by all")
        assert (await heard(socket, "issue.created"))["title"] == "Seen by all"


async def test_a_program_listens_with_its_token(board: Board, yusuf: User) -> None:
    async with line(board.path, token=(await in_database(issue, yusuf)).access, origin="") as socket:
        await board.add("For programs too")
        assert (await heard(socket, "issue.created"))["title"] == "For programs too"


async def test_who_has_the_board_open_is_seen_by_members_and_programs_are_not(board: Board, yusuf: User, hassan: User) -> None:
    sessions = [await in_database(signed_in, user) for user in (board.marta, yusuf, hassan)]
    known = await in_database(events_of, board.linden)
    program = await Line(board.path, token=(await in_database(issue, hassan)).access, origin="").open()
    async with line(board.path, session=sessions[0]) as marta, line(board.path, session=sessions[1]):
        await marta.sees("Marta Lindqvist", "Yusuf Demir")
        async with line(board.path, session=sessions[2]) as hassan_too:
            seen = await hassan_too.sees("Hassan Abdi", "Marta Lindqvist", "Yusuf Demir")
            assert (seen["count"], {*seen["people"][1]}) == (3, {"id", "name"})
            assert seen["people"][1]["id"] == str(board.marta.public_id)
        await marta.sees("Marta Lindqvist", "Yusuf Demir")
    await program.close()
    assert await in_database(events_of, board.linden) == known  # it is no record


def events_of(cooperative: Cooperative) -> int:
    """How many records there are."""
    with enter([cooperative.pk]):
        count: int = Event.objects.count()
        return count


async def test_presence_is_of_one_board(board: Board, session: str) -> None:
    other: Project = await board.act(create_project, board.linden, name="Garden")
    mine = await in_database(signed_in, board.marta)
    async with line(board.path, session=session) as here, line(f"/ws/projects/{other.pk}/", session=mine) as there:
        await there.sees("Marta Lindqvist")
        await here.sees("Yusuf Demir")


async def test_who_leaves_hears_nothing_more(board: Board, yusuf: User, session: str) -> None:
    member = await in_database(member_of, yusuf, board.linden)
    opened = await Line(board.path, session=session).open()
    await board.act(end_membership, member)
    await board.add("After the end")
    code, said = await opened.code()
    assert code in (4403, 4408)
    assert "After the end" not in str(said)
    await opened.close()
