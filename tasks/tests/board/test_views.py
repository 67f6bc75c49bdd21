"""The other views in real browsers: quick add, shortcuts and their sheet, rows, lists with boxes, calendars, my work."""

import json
import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from .hands import AMINA, WANJIRU, answered, card, drag, lane, opened, press, shows

pytestmark = pytest.mark.browser


def test_a_line_is_understood_added_and_ready_for_the_next(enter: Any, board: str) -> None:
    page, other = opened(enter(AMINA), board), opened(enter(WANJIRU), board)
    page.keyboard.press("n")
    box = lane(page, 0).locator("[data-quick]")
    expect(box).to_be_focused()
    box.press_sequentially("Mend the gate @me due:2031-05-01")
    expect(lane(page, 0).locator("[role=status]")).to_contain_text("due Thursday 1 May 2031")
    expect(lane(page, 0).locator("[role=status]")).to_contain_text("assigned to Amina")
    box.press("Enter")
    expect(lane(page, 0).locator("[role=status]")).to_contain_text("Added Mend the gate.")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    box.press_sequentially("Next one")
    box.press("Enter")
    shows(page, ["Alpha", "Beta", "Gamma", "Mend the gate", "Next one"])
    shows(other, ["Alpha", "Beta", "Gamma", "Mend the gate", "Next one"])


def test_keys_walk_act_and_can_be_turned_off(enter: Any, board: str) -> None:
    page = opened(enter(AMINA), board)
    page.keyboard.press("j")
    expect(card(page, "Alpha").locator("h3 a")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")  # the last one stays
    expect(card(page, "Gamma").locator("h3 a")).to_be_focused()
    page.keyboard.press("k")
    expect(card(page, "Beta").locator("h3 a")).to_be_focused()
    shows(page, ["Alpha", "Beta", "Gamma"])
    page.keyboard.press("a")
    expect(page.locator("#announce")).to_have_text("“Beta” is yours now.")
    expect(card(page, "Beta").locator(".avatar")).to_be_visible()
    page.keyboard.press("m")
    menu = card(page, "Beta").locator(".menu")
    expect(menu.get_by_role("button", name="To do")).to_be_focused()
    with answered(page):
        page.keyboard.press("k")  # in the open menu, as it says
    shows(page, ["Beta", "Alpha", "Gamma"])
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(sheet).to_be_visible()
    page.keyboard.press("j")
    sheet.get_by_label("Single keys do something").uncheck()
    sheet.get_by_role("button", name="Close").click()
    card(page, "Alpha").locator("h3 a").focus()
    for key in "jnem1?":
        page.keyboard.press(key)
    expect(card(page, "Alpha").locator("h3 a")).to_be_focused()
    expect(sheet).to_be_hidden()
    shows(page, ["Beta", "Alpha", "Gamma"])
    page.reload()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    expect(sheet.get_by_label("Single keys do something")).not_to_be_checked()
    sheet.get_by_label("Single keys do something").check()
    sheet.get_by_role("button", name="Close").click()
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url(re.compile("/list/$"))
    page.keyboard.press("j")
    page.keyboard.press("e")
    page.wait_for_url(re.compile(r"/tasks/\d+/\?edit=1$"))
    page.keyboard.type("gb?")  # nothing is done while somebody types
    expect(page.get_by_role("heading", name="Edit the task")).to_be_visible()


def test_a_list_is_ticked_at_once_and_changed(enter: Any, board: str) -> None:
    page = opened(enter(AMINA), f"{board}list/")
    head = page.get_by_label("All on this page")
    head.check()
    expect(page.locator("#announce")).to_have_text("3 chosen")
    page.get_by_label("Choose “Beta”").uncheck()
    expect(page.locator("#announce")).to_have_text("2 chosen")
    expect(head).not_to_be_checked()
    page.get_by_label("Move to").select_option("Review")
    page.get_by_role("button", name="Change them").click()
    expect(page.get_by_text("Changed 2 tasks.")).to_be_visible()
    expect(page.locator("#list tbody tr", has_text="Review")).to_have_count(2)


def test_a_card_moves_within_its_row_by_mouse_key_and_button(enter: Any, board: str) -> None:
    page, other = opened(enter(AMINA), f"{board}?by=priority"), opened(enter(WANJIRU), f"{board}?by=priority")
    expect(page.locator("#present .avatar")).to_have_count(2)
    drag(page, "Alpha", lane(page, 2).locator("header"), lane(page, 2), ["Alpha"])
    page.keyboard.press("Escape")
    page.mouse.up()
    shows(page, ["Alpha", "Beta", "Gamma"], [], [])
    drag(page, "Alpha", lane(page, 2).locator("header"), lane(page, 2), ["Alpha"])
    with answered(page):
        page.mouse.up()
    shows(page, ["Beta", "Gamma"], [], ["Alpha"])
    press(page, "Gamma", "Shift+K")
    press(page, "Beta", "2")
    shows(page, ["Gamma"], ["Beta"], ["Alpha"])
    shows(other, ["Gamma"], ["Beta"], ["Alpha"])
    page.goto(f"{board}?by=assignee")
    page.get_by_role("button", name="Move “Beta”").click()
    card(page, "Beta").get_by_role("button", name="Assign to me").click()
    expect(page.locator("#announce")).to_have_text("“Beta” is yours now.")
    expect(page.locator("section", has_text="Amina Yusuf").locator(".task h3")).to_have_text(["Beta"])
    expect(page.locator("section", has_text="Nobody").locator(".task h3")).to_have_text(["Gamma", "Alpha"])
    page.get_by_role("button", name="Move “Beta”").click()
    card(page, "Beta").get_by_role("button", name="Take me off").focus()
    page.keyboard.press("a")  # as the menu says
    expect(page.locator("#announce")).to_have_text("“Beta” is not yours any more.")
    expect(card(page, "Beta").locator(".menu")).to_be_hidden()
    expect(page.locator("section", has_text="Nobody").locator(".task h3")).to_have_text(["Gamma", "Beta", "Alpha"])


def test_my_work_shows_what_comes_to_me_as_it_comes(enter: Any, house: Any, board: str, visitors: Any) -> None:
    page = enter(WANJIRU)
    page.goto(f"{house.url}/my-work/")
    expect(page.locator("#live")).to_have_attribute("data-live", "on")
    mine = page.locator("#my-work")
    expect(mine.get_by_role("link", name="Mend the gate", exact=True)).to_have_count(0)
    line = board.removeprefix(house.url) + "quick/"
    visitors(AMINA).post(line, line="Mend the gate @Wanjiru due:today")
    visitors(AMINA).post(line, line="Of somebody else @me due:today")
    expect(mine.get_by_role("link", name="Mend the gate", exact=True)).to_be_visible()
    expect(mine.get_by_role("link", name="Of somebody else")).to_have_count(0)


def test_the_next_cards_come_as_they_are_reached(enter: Any, board: str) -> None:
    page = enter(AMINA)
    cards = [
        {"id": f"c{number}", "idList": "l", "name": f"Card {number}", "pos": number, "closed": False} for number in range(120)
    ]
    many = {"id": "b", "name": "Many", "lists": [{"id": "l", "name": "Many", "pos": 1, "closed": False}], "cards": cards}
    page.goto(f"{board}import/")
    page.set_input_files(
        "input[type=file]", {"name": "m.json", "mimeType": "application/json", "buffer": json.dumps(many).encode()}
    )
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Import 120 cards now").click()
    opened(page, board)
    expect(lane(page, 4).locator(".task")).to_have_count(50)
    for count in (100, 120):
        page.get_by_role("link", name=re.compile("^Show")).scroll_into_view_if_needed()
        expect(lane(page, 4).locator(".task")).to_have_count(count)
    expect(page.get_by_role("link", name=re.compile("^Show"))).to_have_count(0)


PLACES = (
    "", "?by=assignee", "?by=priority&q=a", "list/", "list/?all=1&due=none&sort=-title", "calendar/", "calendar/?day=2027-05-12",
    "calendar/day/", "filter/?who=me", "quick/", "../list/", "../calendar/", "../filters/", "../filters/new/?who=me", "../",
)  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_view_is_free_of_faults_and_fits_a_small_window(enter: Any, house: Any, board: str, scheme: str) -> None:
    page = enter(AMINA, color_scheme=scheme, reduced_motion="reduce")
    page.goto(f"{board}quick/")
    line = page.locator("[data-quick]")
    line.fill("Late @me !urgent due:2020-01-01 2h")
    line.press("Enter")
    expect(page.get_by_text("Added Late.")).to_be_visible()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        for url in (*(f"{board}{place}" for place in PLACES), f"{house.url}/my-work/", f"{house.url}/my-work/?part=late"):
            page.goto(url)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, url
            faults = Axe().run(page).response["violations"]
            assert [(url, fault["id"], [node["html"] for node in fault["nodes"]][:3]) for fault in faults] == []
    page.goto(board)
    page.keyboard.press("?")
    assert Axe().run(page).response["violations"] == []


def test_all_of_it_works_without_scripts(enter: Any, board: str) -> None:
    page = enter(AMINA, java_script_enabled=False)
    page.goto(board)
    page.get_by_label("Add a task to Review, in one line").fill("Written plainly @me")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Added Written plainly. · assigned to Amina Yusuf")).to_be_visible()
    expect(page.get_by_label("Add a task to Review, in one line")).to_be_focused()
    page.goto(f"{board}?by=assignee")
    expect(page.locator("section", has_text="Amina Yusuf").locator(".task")).to_have_count(1)
    page.goto(f"{board}list/")
    page.get_by_role("link", name="Choose all on this page").click()
    page.get_by_label("Choose “Alpha”").uncheck()
    page.get_by_label("Move to").select_option("Done")
    page.get_by_role("button", name="Change them").click()
    expect(page.get_by_text("Changed 3 tasks.")).to_be_visible()
    page.get_by_text("More filters").click()
    page.get_by_label("Lane").select_option("Done")
    page.get_by_role("button", name="Show", exact=True).last.click()
    expect(page.locator("#list tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Save this filter").click()
    page.get_by_label("Name").fill("What is done")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="What is done")).to_have_attribute("aria-current", "true")
    page.goto(f"{board}calendar/")
    page.get_by_role("link", name="Today").click()
    expect(page.locator("td.today")).to_be_visible()
