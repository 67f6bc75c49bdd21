"""The board's scripts on a board in rows: the same keys, queue, questions and company, each card within its row."""

import json
from typing import Any

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import expect

from cooperatives.tests.client import World

from .test_board_scripts import ROOT, SCRIPTS, a_card, tell, world  # noqa: F401  (world is a fixture)
from .test_board_scripts_waiting import Server, people, press

pytestmark = pytest.mark.browser
LANES = ("To do", "Doing", "Done")


def a_cell(row: str, lane: int, cards: list[str]) -> str:
    """One lane of one row as the server draws it."""
    return (
        f'<li class="lane" id="cell-{row}-{lane}" data-lane="{lane}" data-limit=""><header><h3>{LANES[lane - 1]}</h3>'
        f'<span class="count"><span data-count>{len(cards)}</span></span></header>'
        f'<ol id="cards-{row}-{lane}" data-cards>{"".join(cards)}</ol></li>'
    )


def rows(attributes: str = "data-moves", **found: list[list[str]]) -> str:
    """A board in rows; each row says the cards of its three lanes."""
    drawn = ""
    for row, lanes in found.items():
        cells = "".join(a_cell(row, number, cards) for number, cards in enumerate(lanes, 1))
        drawn += f'<section data-row="{row}"><ol class="board">{cells}</ol></section>'
    return f'<div id="rows-1" data-rows data-board="/board/" data-root="{ROOT}" data-filtered {attributes}>{drawn}</div>'


def start(world: World, **how: Any) -> World:  # noqa: F811
    """Two rows: A and B are Ann's to do, C is Ben's."""
    ann = [[a_card(1, "A"), a_card(2, "B")], [], []]
    main = rows(**{"ann": ann, "ben": [[], [a_card(3, "C")], []], **how})
    world.pages["/board/"] = (200, main)
    words = render_to_string("tasks/words.html")
    world.open(f'<span id="present" role="img" hidden></span><p id="waiting" hidden></p>{main}{words}', scripts=SCRIPTS)
    world.hello()
    return world


def shows(world: World, **found: list[str]) -> None:  # noqa: F811
    """The letters of the cards in each lane of each row, with what its head counts."""
    for row, lanes in found.items():
        for number, letters in enumerate(lanes, 1):
            expect(world.page.locator(f"#cards-{row}-{number} > .task h3")).to_have_text(list(letters))
            expect(world.page.locator(f"#cell-{row}-{number} [data-count]")).to_have_text(str(len(letters)))


def test_keys_and_menus_move_a_card_within_its_row(world: World) -> None:  # noqa: F811
    start(world)
    server = Server(world)
    server.away = False
    press(world, 1, "Shift+J")
    shows(world, ann=["BA", "", ""])
    press(world, 1, "3")
    shows(world, ann=["B", "", "A"], ben=["", "C", ""])
    expect(world.page.locator("#card-1 a")).to_be_focused()
    expect(world.page.locator("#card-1")).to_have_attribute("data-version", "3")
    world.page.evaluate("document.getElementById('menu-1').showPopover()")
    world.page.locator("#menu-1 [name=lane]").click()  # Doing, in which Ben has a card
    shows(world, ann=["B", "A", ""], ben=["", "C", ""])
    expect(world.page.locator("#card-1")).to_have_attribute("data-version", "4")
    press(world, 2, "Shift+J")
    expect(world.page.locator("#announce")).to_have_text("There is no further place.")
    assert [(card, wish["lane"], wish.get("after"), wish["version"]) for card, wish in server.asked] == [
        (1, "1", "2", "1"),
        (1, "3", None, "2"),
        (1, "2", None, "3"),
    ]
    assert world.asked["/board/"] == 0


def test_without_a_line_moves_of_rows_wait_in_the_same_queue(world: World) -> None:  # noqa: F811
    start(world)
    server = Server(world)
    press(world, 1, "2")
    press(world, 3, "3")
    expect(world.page.locator("#waiting")).to_have_text("2 moves wait for the line")
    shows(world, ann=["B", "A", ""], ben=["", "", "C"])
    server.refusing = {3: ("stale", "Somebody changed this in the meantime.")}
    world.pages["/board/"] = (200, rows(ann=[[a_card(2, "B")], [a_card(1, "A", 2)], []], ben=[[], [a_card(3, "C")], []]))
    server.back()
    expect(world.page.locator(".toast").last).to_have_text("Somebody changed this in the meantime.")
    expect(world.page.locator("#waiting")).to_be_hidden()
    shows(world, ann=["B", "A", ""], ben=["", "C", ""])


def test_a_full_lane_is_asked_about_and_company_is_shown(world: World) -> None:  # noqa: F811
    start(world, attributes="data-moves data-overfill")
    server = Server(world)
    server.away, server.refusing = False, {1: ("lane_full", "Doing is full.")}
    press(world, 1, "2")
    shows(world, ann=["AB", "", ""])
    world.settle(2000)  # the look that follows a refusal
    world.pages["/board/"] = (200, rows("data-moves data-overfill", ann=[[a_card(2, "B")], [a_card(1, "A", 2)], []]))
    world.page.locator(".toast").get_by_role("button", name="Move all the same").click()
    shows(world, ann=["B", "A", ""])
    expect(world.page.locator("#card-1")).to_have_attribute("data-version", "2")
    assert [wish.get("override") for _card, wish in server.asked] == [None, "1"]
    world.send(type="presence", people=people("Amina Yusuf"), count=1)
    expect(world.page.locator("#present")).to_have_attribute("aria-label", "Here now: Amina Yusuf")


def test_what_others_do_is_placed_or_looked_at(world: World) -> None:  # noqa: F811
    start(world)
    tell(world, 1, 1, "A", 1, 2, 2, "position")  # below its neighbour in the row: the message is enough
    shows(world, ann=["BA", "", ""])
    world.settle(2000)
    assert world.asked["/board/"] == 0
    world.pages["/board/"] = (200, rows(ann=[[a_card(1, "A", 2)], [a_card(2, "B", 2)], []], ben=[[], [a_card(3, "C")], []]))
    tell(world, 2, 2, "B", 2, 3, 2, "lane", "position", "status")  # below Ben's card: only the server knows
    world.settle(2000)
    shows(world, ann=["A", "B", ""], ben=["", "C", ""])
    expect(world.page.locator("#announce")).to_have_text("Ann moved “B” to Doing.")
    assert world.asked["/board/"] == 1
    world.pages["/board/"] = (200, rows(ann=[[], [a_card(2, "B", 2)], []], ben=[[a_card(1, "A", 3)], [a_card(3, "C")], []]))
    tell(world, 3, 1, "A", 1, None, 3, "assignees")  # Ben's now
    world.settle(2000)
    shows(world, ann=["", "B", ""], ben=["A", "C", ""])
    assert world.asked["/board/"] == 2 and world.asked[f"{ROOT}1/card/"] == 0
    world.pages[f"{ROOT}3/card/"] = (200, a_card(3, "C with a sign"))
    world.send(type="issue.commented", seq=130, cooperative=1, actor={"id": "u", "name": "Ann"}, issue_id=3, project_id=1)
    world.settle(2000)
    expect(world.page.locator("#card-3 h3")).to_have_text("C with a sign")
    assert world.asked["/board/"] == 2


def test_a_watcher_of_rows_moves_nothing(world: World) -> None:  # noqa: F811
    start(world, attributes="")
    press(world, 1, "2")
    world.settle()
    shows(world, ann=["AB", "", ""])
    assert world.posted == [] and json.loads(world.page.evaluate("JSON.stringify(window.Sortable ?? null)")) is None
