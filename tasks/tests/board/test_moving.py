"""Cards move by keys, menus, mouse and forms, in real browsers against the real `manage.py serve`."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from .hands import AMINA, WANJIRU, answered, card, drag, lane, opened, press, shows

pytestmark = pytest.mark.browser


def test_keys_move_a_card_and_keep_the_focus(enter: Any, board: str) -> None:
    page = opened(enter(AMINA), board)
    press(page, "Gamma", "Shift+K")
    shows(page, ["Alpha", "Gamma", "Beta"])
    with answered(page):
        page.keyboard.press("Shift+K")
    shows(page, ["Gamma", "Alpha", "Beta"])
    page.keyboard.press("Shift+K")
    expect(page.locator("#announce")).to_have_text("There is no further place.")
    with answered(page):
        page.keyboard.press("Shift+J")
    expect(page.locator("#announce")).to_have_text("Moved “Gamma” to To do, place 2 of 3.")
    with answered(page):
        page.keyboard.press("4")
    shows(page, ["Alpha", "Beta"], [], [], ["Gamma"])
    expect(card(page, "Gamma").locator("h3 a")).to_be_focused()
    page.reload()
    shows(page, ["Alpha", "Beta"], [], [], ["Gamma"])


def test_the_menu_moves_without_leaving_the_page(enter: Any, board: str) -> None:
    page = opened(enter(AMINA), board)
    page.evaluate("window.stayed = true")
    page.get_by_role("button", name="Move “Beta”").click()
    menu = card(page, "Beta").locator(".menu")
    expect(menu.get_by_role("button", name="To do")).to_have_attribute("aria-current", "true")
    with answered(page):
        menu.get_by_role("button", name="Review").click()
    shows(page, ["Alpha", "Gamma"], [], ["Beta"])
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Move “Alpha”").click()
    with answered(page):
        card(page, "Alpha").get_by_role("button", name="Down one place").click()
    shows(page, ["Gamma", "Alpha"], [], ["Beta"])
    assert page.evaluate("window.stayed")


def test_a_card_is_dragged_to_another_place_and_lane(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), opened(enter(WANJIRU), board)
    drag(one, "Alpha", card(one, "Gamma"), lane(one, 0), ["Beta", "Gamma", "Alpha"])
    with answered(one):
        one.mouse.up()
    shows(two, ["Beta", "Gamma", "Alpha"])
    shows(one, ["Beta", "Gamma", "Alpha"])
    drag(one, "Gamma", lane(one, 1).locator("header"), lane(one, 1), ["Gamma"])
    expect(lane(one, 1)).to_have_class(re.compile("target"))
    with answered(one):
        one.mouse.up()
    shows(one, ["Beta", "Alpha"], ["Gamma"])
    shows(two, ["Beta", "Alpha"], ["Gamma"])
    assert one.url == board


def test_escape_gives_a_dragged_card_back(enter: Any, board: str) -> None:
    page = opened(enter(AMINA), board)
    asked: list[str] = []
    page.on("request", lambda request: request.method == "POST" and asked.append(request.url))
    drag(page, "Alpha", lane(page, 1).locator("header"), lane(page, 1), ["Alpha"])
    page.keyboard.press("Escape")
    page.mouse.up()
    shows(page, ["Alpha", "Beta", "Gamma"], [])
    expect(page.locator(".sortable-ghost, .sortable-fallback, .target")).to_have_count(0)
    expect(page.locator(".task")).to_have_count(3)
    assert asked == []


def test_what_others_do_waits_for_the_end_of_a_drag(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), opened(enter(WANJIRU), board)
    drag(one, "Alpha", card(one, "Beta"), lane(one, 0), ["Beta", "Alpha", "Gamma"])
    press(two, "Gamma", "3")
    shows(two, ["Alpha", "Beta"], [], ["Gamma"])
    expect(lane(one, 2).locator(".task")).to_have_count(0)
    with answered(one):
        one.mouse.up()
    shows(one, ["Beta", "Alpha"], [], ["Gamma"])
    shows(two, ["Beta", "Alpha"], [], ["Gamma"])


def test_a_refused_move_goes_back_and_says_why(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), enter(WANJIRU)
    two.goto(board)
    one.route("**/move/", lambda route: route.fulfill(status=409, json={"code": "lane_full", "detail": "Review is full."}))
    press(one, "Alpha", "3")
    shows(one, ["Alpha", "Beta", "Gamma"], [], [])
    expect(one.locator(".toast")).to_have_text("Review is full.Move all the same")  # Amina is an admin


def test_a_move_without_a_line_waits_and_is_made(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), opened(enter(WANJIRU), board)
    one.context.set_offline(True)
    expect(one.locator("#live")).to_have_attribute("data-live", "off")
    card(one, "Alpha").locator("h3 a").focus()
    one.keyboard.press("2")
    expect(one.locator(".toast")).to_contain_text("Offline. The move of “Alpha” waits.")
    card(one, "Beta").locator("h3 a").focus()
    one.keyboard.press("3")
    expect(one.locator("#waiting")).to_have_text("2 moves wait for the line")
    shows(one, ["Gamma"], ["Alpha"], ["Beta"])
    press(two, "Beta", "4")  # somebody is faster
    one.context.set_offline(False)
    for page in (one, two):
        shows(page, ["Gamma"], ["Alpha"], [], ["Beta"])
    expect(one.locator(".toast").last).to_contain_text("Somebody changed this in the meantime.")
    expect(card(one, "Alpha")).to_have_attribute("data-version", "2")
    expect(one.locator("#waiting")).to_be_hidden()


def test_without_scripts_everything_works_by_forms(enter: Any, board: str) -> None:
    page = enter(AMINA, java_script_enabled=False)
    page.goto(board)
    page.get_by_role("button", name="Move “Alpha”").click()
    card(page, "Alpha").get_by_role("button", name="Review").click()
    shows(page, ["Beta", "Gamma"], [], ["Alpha"])
    expect(page.locator(".toast")).to_have_text("Moved Alpha to Review.")
    page.get_by_role("button", name="Move “Gamma”").click()
    card(page, "Gamma").get_by_role("button", name="Up one place").click()
    shows(page, ["Gamma", "Beta"], [], ["Alpha"])
    page.get_by_label("Filter by word").fill("beta")
    page.keyboard.press("Enter")
    shows(page, ["Beta"], [])


POSTS = """async ([address, forms]) => {
  const headers = {"X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content};
  for (const fields of forms) await fetch(address, {method: "POST", headers, body: new URLSearchParams(fields)});
}"""


def posted(page: Page, address: str, forms: list[dict[str, str]]) -> None:
    """Send the same form many times over, by its own door."""
    page.evaluate(POSTS, [address, forms])


def test_long_words_and_long_menus_stay_on_the_screen(enter: Any, board: str) -> None:
    page = enter(AMINA)
    page.goto(f"{board}new/")
    posted(page, f"{board}lanes/new/", [{"name": name} for name in ("L" * 90, *(f"Lane {number}" for number in range(15)))])
    page.get_by_label("Title").fill("w" * 400)
    page.get_by_role("button", name="Add the task").click()
    page.wait_for_url(re.compile("#card-"))  # with its styles: boxes are measured
    long = page.locator(".task", has_text="wwww")
    first, card_box = lane(page, 0).bounding_box(), long.bounding_box()
    assert first and card_box and card_box["x"] + card_box["width"] <= first["x"] + first["width"]
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    long.get_by_role("button").first.click()
    menu = page.locator(".menu:popover-open").bounding_box()
    assert menu and menu["y"] >= 0 and menu["y"] + menu["height"] <= 900
