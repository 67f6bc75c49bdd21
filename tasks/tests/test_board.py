"""What a board shows: lanes, counts, what is drawn now and what waits, and the words around every card."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.templatetags.markdown import markdown
from members.models import Membership, User
from tasks.actions import change_lane, change_project, change_task, create_lane
from tasks.board import ShownLane, Wish, board, card_frame, names_for
from tasks.models import Lane, Project, Task
from tasks.queries import due_of, lanes_with_counts, matching, members_to_assign, projects_with_counts
from tasks.templatetags.cards import card
from tasks.wishes import Wanted

from .boards import add, fill


def drawn(context: dict[str, Any]) -> list[tuple[str, list[str], int]]:
    """For each lane: its name, the titles that are drawn, what its head counts."""
    return [(one.lane.name, [card.title for card in one.cards], one.count) for one in context["shown"]]


@pytest.fixture
def look(actor: Actor, linden: Cooperative, project: Project) -> Any:
    """The board as Marta sees it."""
    return lambda more=None, **wanted: board(actor, linden, project, Wish(Wanted(**wanted), more or {}))


def test_an_empty_board_shows_its_lanes(look: Any) -> None:
    context = look()
    assert drawn(context) == [("To do", [], 0), ("In progress", [], 0), ("Review", [], 0), ("Done", [], 0)]
    assert (context["total"], context["found"]) == (0, 0)


def test_cards_stand_in_their_lanes_in_order(look: Any, actor: Actor, todo: Lane, doing: Lane) -> None:
    add(actor, todo, "A", "B")
    add(actor, doing, "X")
    assert drawn(look())[:2] == [("To do", ["A", "B"], 2), ("In progress", ["X"], 1)]


def test_archived_cards_and_lanes_are_not_shown(look: Any, actor: Actor, todo: Lane, doing: Lane) -> None:
    a, _b = add(actor, todo, "A", "B")
    add(actor, doing, "X")
    change_task(actor, a, version=1, archived=True)
    change_lane(actor, doing, version=1, archived=True)
    assert drawn(look())[:2] == [("To do", ["B"], 1), ("Review", [], 0)]
    assert look()["total"] == 1


def test_each_lane_shows_its_first_fifty(look: Any, todo: Lane, doing: Lane) -> None:
    fill(todo, 70)
    fill(doing, 55, start=71)
    first, second = look()["shown"][:2]
    assert (len(first.cards), first.count, first.rest, first.upto) == (50, 70, 20, 100)
    assert (len(second.cards), second.count, second.rest) == (50, 55, 5)
    first, second = look(more={todo.pk: 100})["shown"][:2]
    assert (len(first.cards), first.rest) == (70, 0)
    assert (len(second.cards), second.rest) == (50, 5)


def test_archived_cards_take_no_place_among_the_first_fifty(look: Any, actor: Actor, todo: Lane) -> None:
    cards = fill(todo, 51)
    change_task(actor, cards[0], version=1, archived=True)
    assert [card.pk for card in look()["shown"][0].cards] == [card.pk for card in cards[1:]]


def test_a_filter_counts_what_fits_and_remembers_the_rest(look: Any, todo: Lane) -> None:
    fill(todo, 60)
    Task.objects.filter(number__gt=57).update(description="roof")
    context = look(text="ROOF")
    assert drawn(context)[0] == ("To do", ["Card 58", "Card 59", "Card 60"], 3)
    assert (context["found"], context["total"]) == (3, 60)
    assert look(who="me")["found"] == 0


@pytest.mark.parametrize(
    ("wish", "filtered"),
    [
        (Wish(), False),
        (Wish(Wanted(text="a")), True),
        (Wish(Wanted(who="me")), True),
        (Wish(Wanted(sort="title")), False),
        (Wish(more={1: 100}), False),
    ],
)
def test_a_wish_says_whether_it_hides_cards(wish: Wish, filtered: bool) -> None:
    assert wish.filtered is filtered
    assert replace(wish, wanted=Wanted(text="x")).filtered


@pytest.mark.parametrize(("limit", "count", "over"), [(None, 99, False), (2, 2, False), (2, 3, True)])
def test_a_lane_is_over_when_it_holds_more_than_it_may(todo: Lane, limit: int | None, count: int, over: bool) -> None:
    todo.wip_limit, todo.card_count = limit, count  # type: ignore[attr-defined]
    assert ShownLane(todo, "").over is over


def test_menus_name_every_lane_and_mark_the_present_one(look: Any, actor: Actor, project: Project, todo: Lane) -> None:
    for number in range(6):
        create_lane(actor, project, name=f"Lane {number}")
    menu = look()["menus"][todo.pk]
    assert menu.count('name="lane"') == 10
    assert menu.count("<kbd>") == 11  # nine lanes, K and J: a tenth key does not exist
    assert f'value="{todo.pk}" aria-current="true"' in menu


def test_who_only_reads_gets_no_menus(hassan: User, linden: Cooperative, project: Project, todo: Lane) -> None:
    frame = card_frame(Actor.of(hassan), linden, project)
    assert (frame["may_move"], set(frame["menus"].values())) == (False, {""})


def test_an_archived_board_is_only_read(actor: Actor, linden: Cooperative, project: Project) -> None:
    row = change_project(actor, project, version=1, archived=True)
    assert card_frame(actor, linden, row)["may_move"] is False


def test_large_ids_are_written_as_digits_in_any_language(actor: Actor, linden: Cooperative, project: Project, todo: Lane) -> None:
    (task,) = add(actor, todo, "A")
    task.pk = 1_234_567
    with translation.override("de"):
        card = render_to_string("tasks/_card.html", {**card_frame(actor, linden, project), "task": task, "menu": "x"})
    assert 'id="card-1234567"' in card and "/tasks/1234567/move/" in card


def test_projects_count_open_and_done_apart(actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "A", "B")
    add(actor, Lane.objects.get(project=project, status="done"), "C")
    (row,) = projects_with_counts()
    assert (row.open_count, row.done_count) == (2, 1)


def test_lanes_count_open_cards_only(actor: Actor, project: Project, todo: Lane) -> None:
    a, _b = add(actor, todo, "A", "B")
    change_task(actor, a, version=1, archived=True)
    assert [lane.card_count for lane in lanes_with_counts(project)] == [1, 0, 0, 0]


def test_who_has_left_is_not_offered(linden: Cooperative, yusuf_member: Membership) -> None:
    assert [str(row) for row in members_to_assign(linden.pk)] == ["Marta Lindqvist", "Yusuf Demir"]
    yusuf_member.left_on = yusuf_member.joined_on
    yusuf_member.save()
    assert [str(row) for row in members_to_assign(linden.pk)] == ["Marta Lindqvist"]


def test_titles_are_found_before_descriptions(actor: Actor, todo: Lane) -> None:
    add(actor, todo, "Door", description="near the roof")
    add(actor, todo, "Roof")
    assert [row.title for row in matching(Task.objects.all(), "roof")] == ["Roof", "Door"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"'])
def test_signs_of_the_database_are_only_letters(actor: Actor, todo: Lane, text: str) -> None:
    add(actor, todo, "plain", f"with {text} in it")
    assert [row.title for row in matching(Task.objects.all(), text)] == [f"with {text} in it"]


def test_undated_work_comes_last(actor: Actor, todo: Lane, yusuf_member: Membership) -> None:
    add(actor, todo, "Some day", assignees=[yusuf_member])
    add(actor, todo, "Soon", assignees=[yusuf_member], due_date=todo.cooperative.created_at.date())
    assert [row.title for row in due_of([yusuf_member.pk])] == ["Soon", "Some day"]
    assert list(due_of([])) == []


@pytest.mark.parametrize(
    ("text", "there", "not_there"),
    [
        ("<script>x</script>", "&lt;script&gt;", "<script"),
        ("[x](javascript:alert(1))", "javascript", "href"),
        ("[x](data:text/html,x)", "data:", "href"),
        ("![x](https://example.org/a.png)", "", "<img"),
        ("<div style='x' onclick='y'>", "&lt;div", "<div"),
        ("# Title", "<h3>Title</h3>", "<h1"),
        ("###### Small", "<h6>Small</h6>", "<h8"),
        ("~~gone~~", "<s>gone</s>", "~~"),
        ("one\ntwo", "<br>", "\\n"),
        ("`<b>`", "<code>&lt;b&gt;</code>", "<b>"),
        (">" * 5000, "", "<script"),
        ("[" * 3000, "[", "<a"),
        ("שלום 💧", "שלום 💧", "&#"),
    ],
)
def test_markdown_draws_what_is_meant_and_nothing_else(text: str, there: str, not_there: str) -> None:
    html = markdown(text)
    assert there in html
    assert not_there not in html


def test_several_lanes_can_be_unfolded_at_once(look: Any, todo: Lane, doing: Lane) -> None:
    fill(todo, 130)
    fill(doing, 120, start=131)
    first, second = look(more={todo.pk: 100, doing.pk: 73, 999_999: 60})["shown"][:2]
    assert (len(first.cards), first.rest, len(second.cards), second.rest) == (100, 30, 73, 47)
    assert f"lane={todo.pk}&upto=150" in first.query and f"lane={doing.pk}&upto=73" in first.query
    assert f"lane={todo.pk}&upto=100" in second.query and f"lane={doing.pk}&upto=123" in second.query


def test_the_way_to_more_keeps_the_filter() -> None:
    wish = Wish(Wanted(text="a&b", who="me"), {7: 100})
    assert wish.query(8, 100) == "q=a%26b&who=me&lane=7&upto=100&lane=8&upto=100"
    assert Wish().query(8, 100) == "lane=8&upto=100"


def drawn_card(actor: Actor, linden: Cooperative, task: Task, menu: str = "") -> str:
    context = Context({**card_frame(actor, linden, task.project), "csrf_token": "secret"})
    return str(card(context, task, menu))


def test_a_card_is_text_whatever_people_write(actor: Actor, linden: Cooperative, todo: Lane) -> None:
    (task,) = add(actor, todo, '{pk}"><script>alert(1)</script>')
    html = drawn_card(actor, linden, task, mark_safe("<p>{menu}</p>"))
    assert "<script>" not in html and html.count("{pk}&quot;&gt;&lt;script&gt;") == 2
    assert "<p>{menu}</p>" in html and 'value="secret"' in html


def test_a_card_without_a_menu_has_nothing_to_press(actor: Actor, linden: Cooperative, todo: Lane) -> None:
    (task,) = add(actor, todo, "Roof")
    html = drawn_card(actor, linden, task)
    assert "<button" not in html and "<form" not in html
    assert "HC-1" in html and 'class="meta"' not in html and "avatar" not in html


def test_what_cards_share_is_drawn_once(
    actor: Actor, linden: Cooperative, todo: Lane, yusuf_member: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = add(actor, todo, *"ABCDE", assignees=[yusuf_member], due_date=date(2030, 5, 4))
    drawn: list[str] = []

    def counting(name: str, context: Any) -> str:
        drawn.append(name)
        return render_to_string(name, context)

    monkeypatch.setattr("tasks.templatetags.cards.render_to_string", counting)
    context = Context({**card_frame(actor, linden, todo.project), "names": names_for(tasks)})
    cards = [str(card(context, task, "")) for task in tasks]
    assert drawn == ["tasks/card_due.html", "tasks/priority.html", "tasks/card_faces.html"]
    assert all('datetime="2030-05-04"' in one and 'aria-label="Yusuf Demir"' in one for one in cards)
