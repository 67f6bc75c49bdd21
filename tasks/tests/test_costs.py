"""What the work room asks of the database: as often for a board of five thousand cards as for one of ten."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.queries import head_of
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from tasks import board as boards
from tasks.actions import create_project, create_task
from tasks.models import Label, Labelling, Lane, Project, Task
from tasks.queries import names_on

from .boards import fill, lane_named

pytestmark = pytest.mark.django_db
SMALL, MANY = 10, 5_000
# Session, its user, where they stand and as what: four of each. A page asks for its cooperative, too.
MOST = {"page": 8, "board": 7, "one": 5, "create": 13, "move": 14}


@pytest.fixture
def marta_member(marta: User, actor: Actor) -> Membership:
    """Marta's membership."""
    found: Membership = Membership.objects.select_related("user", "person").get(user=marta)
    return found


@pytest.fixture
def asked(marta: User) -> Callable[..., tuple[int, Any]]:
    """How many statements a whole request with a session takes, and its answer."""
    client = Client(HTTP_ACCEPT="application/json")
    client.force_login(marta)

    def of(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        more = {"data": json.dumps(body), "content_type": "application/json"} if body is not None else {}
        with CaptureQueriesContext(connection) as caught:
            answer = getattr(client, method)(path, **more)
        assert answer.status_code in (200, 201), answer.content[:300]
        return len([one for one in caught if "SAVEPOINT" not in one["sql"]]), answer

    return of


def full(actor: Actor, house: Cooperative, count: int, people: list[Membership]) -> tuple[Project, list[Task]]:
    """A board of so many cards in two lanes, each with somebody who does it and a label."""
    project = create_project(actor, house, name=f"Board of {count}")
    todo, doing = lane_named(project, "todo"), lane_named(project, "in_progress")
    half = count // 2
    cards = [*fill(todo, half, assignees=people), *fill(doing, count - half, start=half + 1)]
    labels = [Label.objects.create(cooperative=house, project=project, name=name) for name in ("A", "B", "C")]
    Labelling.objects.bulk_create(
        Labelling(cooperative=house, task=card, label=labels[place % 3]) for place, card in enumerate(cards)
    )
    _count_up()
    return project, cards


def _count_up() -> None:
    """Let PostgreSQL see how many rows there are, as it does by itself within a minute."""
    if connection.vendor == "postgresql":
        role = connection.settings_dict["OPTIONS"]["assume_role"]
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
            cursor.execute("ANALYZE tasks_task, tasks_assignment, tasks_labelling")
            cursor.execute(f'SET ROLE "{role}"')


def costs(ask: Callable[..., tuple[int, Any]], slug: str, project: Project, cards: list[Task]) -> dict[str, int]:
    """The statements of each kind of request."""
    whole = f"/api/v1/projects/{project.pk}/board/"
    done: Lane = lane_named(project, "done")
    requests: dict[str, Callable[[], tuple[int, Any]]] = {
        "page": lambda: ask("get", f"/c/{slug}/work/{project.pk}/"),
        "board": lambda: ask("get", whole),
        "one": lambda: ask("get", f"/api/v1/tasks/{cards[0].pk}/"),
        "create": lambda: ask("post", "/api/v1/tasks/", {"title": "New", "project": project.pk}),
        "move": lambda: ask("post", f"/api/v1/tasks/{cards[0].pk}/move/", {"lane": done.pk, "version": 1}),
    }
    return {name: request()[0] for name, request in requests.items()}


def test_every_request_costs_the_same_at_ten_and_at_five_thousand_cards(
    asked: Callable[..., tuple[int, Any]], actor: Actor, linden: Cooperative, marta_member: Membership, yusuf_member: Membership
) -> None:
    people = [marta_member, yusuf_member]
    few, many = (costs(asked, linden.slug, *full(actor, linden, count, people)) for count in (SMALL, MANY))
    assert few == many
    assert {name: few[name] for name in few if few[name] > MOST[name]} == {}


def test_a_whole_board_names_everybody_and_every_label_once(
    asked: Callable[..., tuple[int, Any]], actor: Actor, linden: Cooperative, marta_member: Membership, yusuf_member: Membership
) -> None:
    project, _cards = full(actor, linden, SMALL, [yusuf_member, marta_member])
    _count, answer = asked("get", f"/api/v1/projects/{project.pk}/board/")
    todo, doing, *_rest = answer.json()["lanes"]
    users = [str(member.user.public_id) for member in (yusuf_member, marta_member) if member.user]
    assert {tuple(card["assignees"]) for card in todo["tasks"]} == {tuple(users)}
    assert {(card["assigned_to"], card["assigned_name"]) for card in todo["tasks"]} == {(users[0], "Yusuf Demir")}
    assert {(tuple(card["assignees"]), card["assigned_to"], card["assigned_name"]) for card in doing["tasks"]} == {
        ((), None, None)
    }
    named = {row["id"]: row["name"] for row in answer.json()["labels"]}
    assert sorted(named.values()) == ["A", "B", "C"]
    assert [named[card["labels"][0]] for card in todo["tasks"]] == ["A", "B", "C", "A", "B"]


def test_names_are_asked_only_where_something_hangs(actor: Actor, linden: Cooperative, yusuf_member: Membership) -> None:
    with CaptureQueriesContext(connection) as caught:
        assert names_on([([], []), ([], [])]).people == {}
    assert len(caught) == 0
    gone = yusuf_member.pk + 1_000_000
    assert names_on([([yusuf_member.pk, gone], [gone])]).people == {
        yusuf_member.pk: (yusuf_member.user.public_id if yusuf_member.user else None, "Yusuf Demir")
    }
    assert names_on([([], [gone])]).labels == {}


def test_names_of_another_cooperative_are_not_there(actor: Actor, foreign: Task, yusuf_member: Membership) -> None:
    with enter([foreign.cooperative_id]):
        assert names_on([([yusuf_member.pk], [])]).people == {}


def test_what_happens_while_the_page_is_read_is_still_told_to_it(
    page: Client, actor: Actor, linden: Cooperative, todo: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest = boards.first_cards

    def slow(**values: Any) -> list[Task]:
        found = honest(**values)
        create_task(actor, todo.project, title="Meanwhile")
        return found

    monkeypatch.setattr(boards, "first_cards", slow)
    before = head_of(linden)
    html = page.get(f"/c/{linden.slug}/work/{todo.project_id}/").content.decode()
    assert "Meanwhile" not in html and head_of(linden) == before + 1
    assert f'data-seq="{before}"' in html  # the socket is asked for everything after this
