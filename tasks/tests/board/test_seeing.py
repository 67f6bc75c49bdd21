"""What one does on a board, others see on theirs, in real browsers against the real `manage.py serve`."""

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from .hands import AMINA, WANJIRU, card, lane, opened, press, shows

pytestmark = pytest.mark.browser


def test_two_sessions_see_each_others_moves(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), opened(enter(WANJIRU), board)
    shows(two, ["Alpha", "Beta", "Gamma"], [])
    present = two.locator("#present")
    expect(present).to_have_attribute("aria-label", "Here now: Amina Yusuf, Wanjiru Kamau")
    press(one, "Beta", "2")
    shows(one, ["Alpha", "Gamma"], ["Beta"])
    shows(two, ["Alpha", "Gamma"], ["Beta"])
    expect(two.locator("#announce")).to_have_text("Amina Yusuf moved “Beta” to In progress.")
    press(two, "Gamma", "Shift+K")
    shows(one, ["Gamma", "Alpha"], ["Beta"])
    one.reload()
    shows(one, ["Gamma", "Alpha"], ["Beta"])
    one.close()
    expect(present).to_have_attribute("aria-label", "Here now: Wanjiru Kamau")


def test_a_new_and_a_changed_card_come_by_themselves(enter: Any, board: str) -> None:
    one, two = enter(AMINA), opened(enter(WANJIRU), board)
    one.goto(f"{board}new/")
    one.get_by_label("Title").fill("<b>Delta</b> & more")
    one.get_by_role("button", name="Add the task").click()
    shows(two, ["Alpha", "Beta", "Gamma", "<b>Delta</b> & more"], [])
    expect(two.get_by_role("button", name="Move “<b>Delta</b> & more”")).to_be_visible()
    one.goto(board)
    card(one, "Alpha").locator("h3 a").click()
    one.get_by_role("link", name="Edit").click()
    one.get_by_label("Title").fill("Alpha two")
    one.get_by_role("button", name="Save").click()
    shows(two, ["Alpha two", "Beta", "Gamma", "<b>Delta</b> & more"], [])
    one.get_by_role("button", name="Archive this task").click()
    shows(two, ["Beta", "Gamma", "<b>Delta</b> & more"], [])


def test_a_cut_line_is_healed(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), opened(enter(WANJIRU), board)
    two.context.set_offline(True)
    expect(two.locator("#live")).to_have_attribute("data-live", "off")
    press(one, "Alpha", "3")
    press(one, "Gamma", "2")
    press(one, "Gamma", "1")
    shows(two, ["Alpha", "Beta", "Gamma"], [], [])
    two.context.set_offline(False)
    expect(two.locator("#live")).to_have_attribute("data-live", "on")
    shows(two, ["Beta", "Gamma"], [], ["Alpha"])


def test_an_open_menu_and_the_focus_stay_while_others_move(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), opened(enter(WANJIRU), board)
    one.get_by_role("button", name="Move “Beta”").click()
    menu = card(one, "Beta").locator(".menu")
    press(two, "Gamma", "2")
    shows(one, ["Alpha", "Beta"], ["Gamma"])
    expect(menu).to_be_visible()
    press(two, "Beta", "3")
    expect(lane(two, 2).locator(".task")).to_have_count(1)
    expect(menu).to_be_visible()
    one.keyboard.press("Escape")
    shows(one, ["Alpha"], ["Gamma"], ["Beta"])
    words = one.get_by_label("Filter by word")
    words.fill("some words")
    press(two, "Alpha", "4")
    shows(one, [], ["Gamma"], ["Beta"], ["Alpha"])
    expect(words).to_have_value("some words")
    expect(words).to_be_focused()


def test_a_trello_board_is_imported_by_page(enter: Any, board: str, testdata: Path) -> None:
    page, other = enter(AMINA), opened(enter(WANJIRU), board)
    page.goto(f"{board}import/")
    page.get_by_label("Board export").set_input_files(testdata / "imports" / "trello-emoji-rtl.json")
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Import 42 cards now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported")
    opened(page, board)
    expect(page.locator(".lane")).to_have_count(9)
    expect(page.locator(".task")).to_have_count(31)
    expect(other.locator(".lane")).to_have_count(9)
    expect(other.locator(".task")).to_have_count(31)


def test_a_lane_that_was_unfolded_stays_so(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), enter(WANJIRU)
    cards = [
        {"id": f"c{number}", "idList": "l", "name": f"Card {number}", "pos": number, "closed": False} for number in range(52)
    ]
    many = {"id": "b", "name": "Many", "lists": [{"id": "l", "name": "Many", "pos": 1, "closed": False}], "cards": cards}
    one.goto(f"{board}import/")
    one.set_input_files(
        "input[type=file]", {"name": "m.json", "mimeType": "application/json", "buffer": json.dumps(many).encode()}
    )
    one.get_by_role("button", name="Look at the file").click()
    one.get_by_role("button", name="Import 52 cards now").click()
    opened(two, board)
    drawn = lane(two, 4).locator(".task")
    expect(drawn).to_have_count(50)
    drawn.last.scroll_into_view_if_needed()  # whoever comes near the end sees the rest, without a press
    expect(drawn).to_have_count(52)
    one.goto(f"{board}settings/")
    one.locator("#lanes").get_by_role("link", name="Many").click()
    one.get_by_label("Name").fill("Doing now")
    one.get_by_role("button", name="Save").click()
    expect(lane(two, 4).locator("h2")).to_have_text("Doing now")
    expect(drawn).to_have_count(52)


def test_lanes_come_and_move_on_open_boards(enter: Any, board: str) -> None:
    one, two = enter(AMINA), opened(enter(WANJIRU), board)
    one.goto(f"{board}lanes/new/")
    one.get_by_label("Name").fill("Waiting")
    one.get_by_label("Most cards at once").fill("2")
    one.get_by_role("button", name="Add the lane").click()
    expect(two.locator(".lane h2")).to_have_text(["To do", "In progress", "Review", "Done", "Waiting"])
    one.get_by_role("button", name="Move Waiting one place to the left").click()
    expect(two.locator(".lane h2")).to_have_text(["To do", "In progress", "Review", "Waiting", "Done"])


def test_the_overview_shows_what_is_due_as_it_comes(enter: Any, board: str) -> None:
    one, two = enter(AMINA), enter(WANJIRU)
    opened(two, board.split("work/")[0])
    expect(two.locator("#due-soon")).to_be_visible()
    one.goto(f"{board}new/")
    one.get_by_label("Title").fill("Pay the rent")
    one.get_by_label("Due").fill("2001-01-01")  # more urgent than what other tests left
    one.get_by_role("button", name="Add the task").click()
    expect(two.locator("#due-soon").get_by_role("link", name="Pay the rent")).to_be_visible()
