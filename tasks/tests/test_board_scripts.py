"""The board's scripts against a world that the test plays by hand: every message a socket may send, in any order."""

import json
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from cooperatives.tests.client import World

pytestmark = pytest.mark.browser
ROOT = "/tasks/"
SCRIPTS = (
    '<meta charset="utf-8"><script src="/packages/idiomorph/dist/idiomorph.min.js"></script>'
    '<script type="module" src="/static/js/board.js"></script>'
)


@pytest.fixture
def world(browser: Any) -> Iterator[World]:
    """A page and the other side of its line."""
    context = browser.new_context()
    world = World(context)
    faults: list[str] = []
    world.page.on("pageerror", lambda error: faults.append(str(error)))
    yield world
    context.close()
    assert faults == []


def a_card(pk: int, title: str, version: int = 1) -> str:
    """A card as the server draws it."""
    return (
        f'<li class="task" id="card-{pk}" data-task="{pk}" data-version="{version}"><h3><a href="{ROOT}{pk}/">{title}</a></h3>'
        f'<div class="menu" popover id="menu-{pk}"><form data-move method="post" action="{ROOT}{pk}/move/">'
        f'<input type="hidden" name="version" value="{version}"><button name="lane" value="2">Doing</button>'
        f'<button name="step" value="down">Down</button></form></div></li>'
    )


def a_board(*lanes: list[str], limit: str = "", attributes: str = "data-moves") -> str:
    """A board as the server draws it; the lanes are To do, Doing, Done with keys from 1."""
    drawn = ""
    for key, (name, cards) in enumerate(zip(("To do", "Doing", "Done"), lanes, strict=False), 1):
        drawn += (
            f'<li class="lane" id="lane-{key}" data-lane="{key}" data-limit="{limit}"><header><h2>{name}</h2><span class="count">'
            f"<span data-count>{len(cards)}</span></span><span data-over hidden>over limit</span></header>"
            f'<ol id="cards-{key}" data-cards>{"".join(cards)}</ol><div data-empty{" hidden" if cards else ""}>Nothing</div></li>'
        )
    return f'<ol class="board" id="board-1" data-board="/board/" data-root="{ROOT}" {attributes}>{drawn}</ol>'


def start(world: World, *lanes: list[str], **how: Any) -> World:
    """Open the board and greet it."""
    words = render_to_string("tasks/words.html")
    main = a_board(*lanes, **how)
    world.pages["/board/"] = (200, main)
    world.open(f'<span id="present" role="img" hidden></span><p id="waiting" hidden></p>{main}{words}', scripts=SCRIPTS)
    world.hello()
    return world


def three(world: World, **how: Any) -> World:
    return start(world, [a_card(1, "A"), a_card(2, "B"), a_card(3, "C")], [], [], **how)


def tell(
    world: World, seq: int, pk: int, title: str, lane: int, after: int | None, version: int, *changed: str, **more: Any
) -> None:
    """What the server says about a card."""
    world.send(
        type=more.pop("type", "issue.updated"),
        seq=118 + seq,
        cooperative=1,
        actor={"id": "u", "name": "Ann"},
        issue_id=pk,
        title=title,
        lane_id=lane,
        lane=("To do", "Doing", "Done")[lane - 1],
        after_id=after,
        version=version,
        archived=more.pop("archived", False),
        changed=list(changed),
        **more,
    )


def shows(world: World, *lanes: str) -> None:
    """The letters of the cards in each lane."""
    for key, letters in enumerate(lanes, 1):
        expect(world.page.locator(f"#cards-{key} > .task h3")).to_have_text(list(letters))
        expect(world.page.locator(f"#lane-{key} [data-count]")).to_have_text(str(len(letters)))


def test_a_move_says_it_all(world: World) -> None:
    three(world)
    tell(world, 1, 3, "C", 1, None, 2, "position")
    shows(world, "CAB")
    tell(world, 2, 3, "C", 1, 1, 3, "position")
    shows(world, "ACB")
    assert world.asked["/board/"] == world.asked[f"{ROOT}3/card/"] == 0
    expect(world.page.locator("#card-3")).to_have_class("task fresh")
    assert world.page.locator("#menu-3 [name=version]").input_value() == "3"


def test_the_top_of_the_same_lane_is_the_top(world: World) -> None:
    three(world)
    world.pages[f"{ROOT}1/card/"] = (200, a_card(1, "A", 2))
    tell(world, 1, 1, "A", 1, None, 2, "title")
    expect(world.page.locator("#card-1")).to_have_attribute("data-version", "2")
    shows(world, "ABC")
    world.settle()
    assert world.asked[f"{ROOT}1/card/"] == 1
    shows(world, "ABC")


def test_a_card_that_crosses_is_counted_and_drawn_anew(world: World) -> None:
    three(world)
    world.pages[f"{ROOT}2/card/"] = (200, a_card(2, "B", 2))
    tell(world, 1, 2, "B", 2, None, 2, "lane", "position", "status")
    shows(world, "AC", "B")
    world.settle()
    assert world.asked[f"{ROOT}2/card/"] == 1
    expect(world.page.locator("#announce")).to_have_text("Ann moved “B” to Doing.")
    expect(world.page.locator("#lane-2 [data-empty]")).to_be_hidden()


def test_an_echo_of_what_is_shown_changes_nothing(world: World) -> None:
    three(world)
    tell(world, 1, 1, "A", 1, 3, 1, "position")
    world.settle()
    shows(world, "ABC")


def test_a_message_left_out_makes_the_page_look_again(world: World) -> None:
    three(world)
    world.pages["/board/"] = (200, a_board([a_card(2, "B", 4), a_card(1, "A"), a_card(3, "C")], [], []))
    tell(world, 1, 1, "A", 1, 2, 4, "position")
    world.settle()
    assert world.asked["/board/"] == 1
    shows(world, "BAC")


def test_a_neighbour_that_is_not_shown_makes_the_page_look_again(world: World) -> None:
    three(world)
    world.pages["/board/"] = (200, a_board([a_card(1, "A"), a_card(2, "B")], [], []))
    tell(world, 1, 3, "C", 2, 77, 2, "lane", "position", "status")
    world.settle()
    shows(world, "AB", "")


def test_a_new_card_is_sketched_then_drawn(world: World) -> None:
    three(world)
    world.pages[f"{ROOT}4/card/"] = (200, a_card(4, "D"))
    tell(world, 1, 4, "D", 1, 3, 1, type="issue.created")
    shows(world, "ABCD")
    world.settle()
    expect(world.page.locator("#menu-4")).to_have_count(1)
    expect(world.page.locator("#announce")).to_have_text("Ann added “D” to To do.")


def test_markup_in_a_title_stays_text(world: World) -> None:
    three(world)
    world.pages[f"{ROOT}4/card/"] = (500, "")
    tell(world, 1, 4, "<img src=x onerror=alert(1)>", 1, 3, 1, type="issue.created")
    expect(world.page.locator("#card-4 a")).to_have_text("<img src=x onerror=alert(1)>")
    assert world.page.locator("#card-4 img").count() == 0


def test_a_new_card_the_reader_may_not_see_goes_again(world: World) -> None:
    three(world)
    tell(world, 1, 4, "D", 1, 3, 1, type="issue.created")
    world.settle()
    expect(world.page.locator("#card-4")).to_have_count(0)


def test_under_a_filter_the_server_says_what_fits(world: World) -> None:
    three(world, attributes="data-moves data-filtered")
    tell(world, 1, 4, "D", 1, 3, 1, type="issue.created")
    world.settle()
    assert world.asked["/board/"] == 1
    shows(world, "ABC")


def test_an_archived_card_goes_and_the_focus_finds_its_neighbour(world: World) -> None:
    three(world)
    world.page.locator("#card-2 a").focus()
    tell(world, 1, 2, "B", 1, 1, 2, "archived", archived=True)
    shows(world, "AC")
    expect(world.page.locator("#card-3 a")).to_be_focused()
    expect(world.page.locator("#announce")).to_have_text("Ann archived “B”.")


def test_a_move_keeps_the_focus_on_a_card(world: World) -> None:
    three(world)
    world.page.locator("#card-3 a").focus()
    tell(world, 1, 3, "C", 1, None, 2, "position")
    shows(world, "CAB")
    expect(world.page.locator("#card-3 a")).to_be_focused()


def test_lanes_and_resyncs_make_the_page_look_again(world: World) -> None:
    three(world)
    world.pages["/board/"] = (200, a_board([a_card(3, "C"), a_card(2, "B"), a_card(1, "A")], [], []))
    world.send(type="lane.reordered", seq=119, cooperative=1, lane_id=1, order=[3, 2, 1])
    world.settle()
    shows(world, "CBA")
    world.pages["/board/"] = (200, a_board([a_card(1, "A")], [a_card(2, "B")], []))
    world.send(type="resync", seq=125)
    world.settle()
    shows(world, "A", "B")


def test_an_open_menu_holds_its_card(world: World) -> None:
    three(world)
    world.page.evaluate("document.getElementById('menu-2').showPopover()")
    tell(world, 1, 2, "B", 1, None, 2, "position")
    tell(world, 2, 3, "C", 1, None, 2, "position")
    shows(world, "CAB")
    expect(world.page.locator("#menu-2")).to_be_visible()
    world.page.keyboard.press("Escape")
    shows(world, "BCA")


def moved(world: World, pk: int, version: int) -> None:
    """The server agrees to the next move of this card."""
    world.pages[f"{ROOT}{pk}/move/"] = (200, json.dumps({"issue_id": pk, "version": version, "lane_id": 2}))


def test_a_key_moves_first_and_asks_with_one_neighbour(world: World) -> None:
    three(world)
    moved(world, 3, 2)
    world.page.locator("#card-3 a").focus()
    world.page.keyboard.press("Shift+K")
    shows(world, "ACB")
    expect(world.page.locator("#card-3")).to_have_attribute("data-version", "2")
    ((path, body, token),) = world.posted
    assert (path, body, token) == (f"{ROOT}3/move/", "lane=1&after=1&before=&version=1", "secret")
    world.page.keyboard.press("Shift+K")
    shows(world, "CAB")
    expect(world.page.locator("#card-3")).not_to_have_attribute("aria-busy", "true")
    assert world.posted[1][1] == "lane=1&after=&before=1&version=2"


def test_an_echo_that_comes_before_the_answer_is_no_second_move(world: World) -> None:
    three(world)
    gate = SimpleNamespace(route=None)
    world.page.route(f"**{ROOT}1/move/", lambda route: setattr(gate, "route", route))
    world.page.locator("#card-1 a").focus()
    with world.page.expect_request(f"**{ROOT}1/move/"):
        world.page.keyboard.press("2")
    shows(world, "BC", "A")
    tell(world, 1, 1, "A", 2, None, 2, "lane", "position", "status")
    shows(world, "BC", "A")
    gate.route.fulfill(status=200, json={"issue_id": 1, "version": 2, "lane_id": 2})
    expect(world.page.locator("#card-1")).to_have_attribute("data-version", "2")
    shows(world, "BC", "A")
    assert world.asked[f"{ROOT}1/card/"] == 0


def test_a_refusal_puts_the_card_back_and_looks(world: World) -> None:
    three(world, limit="3")
    refusal = json.dumps({"code": "lane_full", "detail": "Doing is full."})
    world.page.route(f"**{ROOT}1/move/", lambda route: route.fulfill(status=409, body=refusal, content_type="application/json"))
    world.page.locator("#card-1 a").focus()
    world.page.keyboard.press("2")
    expect(world.page.locator(".toast")).to_have_text("Doing is full.")
    shows(world, "ABC", "")
    world.settle()
    assert world.asked["/board/"] == 1


def test_a_page_instead_of_json_is_a_refusal_too(world: World) -> None:
    three(world)
    world.pages[f"{ROOT}1/move/"] = (500, "<html>broken</html>")
    world.page.locator("#card-1 a").focus()
    world.page.keyboard.press("3")
    expect(world.page.locator(".toast")).to_have_text("That did not work. Nothing was changed.")
    shows(world, "ABC", "", "")


def test_no_answer_waits_for_the_line_then_gives_up_visibly(world: World) -> None:
    three(world)
    world.page.route(f"**{ROOT}1/move/", lambda route: route.abort())
    world.page.locator("#card-1 a").focus()
    world.page.keyboard.press("2")
    expect(world.page.locator(".toast")).to_have_text("Offline. The move of “A” waits.")
    shows(world, "BC", "A")
    world.page.clock.run_for(61_000)
    shows(world, "ABC", "")
    expect(world.page.locator(".toast").last).to_have_text("No answer from the server. “A” is back where it was.")


def test_a_lane_over_its_limit_says_so(world: World) -> None:
    start(world, [a_card(1, "A")], [a_card(2, "B")], [], limit="1")
    moved(world, 1, 2)
    world.page.locator("#card-1 a").focus()
    world.page.keyboard.press("2")
    shows(world, "", "BA")
    expect(world.page.locator("#lane-2 [data-over]")).to_be_visible()
    expect(world.page.locator("#lane-2 .count")).to_have_class("count over")
    expect(world.page.locator("#lane-1 [data-empty]")).to_be_visible()


def test_a_watcher_moves_nothing(world: World) -> None:
    three(world, attributes="")
    world.page.locator("#card-1 a").focus()
    world.page.keyboard.press("2")
    world.settle()
    shows(world, "ABC", "")
    assert world.posted == []


@pytest.mark.parametrize("key", ["Control+1", "Alt+2", "Meta+k", "x", "9"])
def test_other_keys_are_left_alone(world: World, key: str) -> None:
    three(world)
    world.page.locator("#card-1 a").focus()
    world.page.keyboard.press(key)
    shows(world, "ABC", "")
    assert world.posted == []


def test_the_menu_posts_like_the_keys(world: World) -> None:
    three(world)
    moved(world, 1, 2)
    world.page.evaluate("document.getElementById('menu-1').showPopover()")
    world.page.locator("#menu-1 [name=step]").click()
    shows(world, "BAC")
    expect(world.page.locator("#card-1")).to_have_attribute("data-version", "2")
    world.page.evaluate("document.getElementById('menu-1').showPopover()")
    world.page.locator("#menu-1 [name=lane]").click()
    shows(world, "BC", "A")
    expect(world.page.locator("#card-1")).not_to_have_attribute("aria-busy", "true")  # until it is answered
    assert [body for _path, body, _token in world.posted] == [
        "lane=1&after=2&before=&version=1",
        "lane=2&after=&before=&version=2",
    ]


@pytest.mark.parametrize("kind", ["issue.steps", "issue.step_done", "issue.commented", "issue.related", "issue.comment_removed"])
def test_what_hangs_on_a_card_draws_its_card_anew(world: World, kind: str) -> None:
    three(world)
    world.pages[f"{ROOT}2/card/"] = (200, a_card(2, "B with a sign"))
    world.send(type=kind, seq=119, cooperative=1, actor={"id": "u", "name": "Ann"}, issue_id=2, project_id=1)
    expect(world.page.locator("#card-2 h3")).to_have_text("B with a sign")
    world.send(type=kind, seq=120, cooperative=1, actor={"id": "u", "name": "Ann"}, issue_id=77, project_id=1)
    expect(world.page.locator(".task")).to_have_count(3)
    assert world.asked["/board/"] == 0 and world.asked[f"{ROOT}77/card/"] == 0


def test_a_label_that_changes_draws_the_board_anew(world: World) -> None:
    three(world)
    world.pages["/board/"] = (200, a_board([a_card(1, "A in green")], [], []))
    world.send(type="label.updated", seq=119, cooperative=1, actor={"id": "u", "name": "Ann"}, project_id=1, label_id=3)
    expect(world.page.locator(".task h3")).to_have_text(["A in green"])
