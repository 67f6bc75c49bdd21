"""The board in real browsers against the real `manage.py serve`."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from config.dev.browser import FLAGS, chromium
from config.dev.processes import Served, embedded

pytestmark = pytest.mark.browser
AMINA, WANJIRU = 3, 2


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product with its demo, running."""
    served = embedded(tmp_path_factory.mktemp("board"))
    served.start()
    yield served
    served.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture
def enter(house: Served, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Sign in as one of the demo people, in a browser of their own; script errors fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def as_person(person: int, **options: Any) -> Page:
        context = browser.new_context(base_url=house.url, viewport={"width": 1280, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto("/accounts/login/")
        page.locator('form[action="/demo/enter/"] button').nth(person).click()
        page.wait_for_url(f"{house.url}/")
        return page

    yield as_person
    for context in contexts:
        context.close()
    assert faults == []
    assert "Traceback" not in house.said()


@pytest.fixture
def board(enter: Callable[..., Page]) -> str:
    """The address of a fresh board with three cards in its first lane."""
    page = enter(AMINA)
    page.goto("/c/kilele-dev-chama/work/new/")
    page.get_by_label("Name").fill("Board under test")
    page.get_by_role("button", name="Start the project").click()
    page.wait_for_url(re.compile(r"/\d+/$"))
    address = page.url
    for title in ("Alpha", "Beta", "Gamma"):
        page.goto(f"{address}new/")
        page.get_by_label("Title").fill(title)
        page.get_by_role("button", name="Add the task").click()
        page.wait_for_url(re.compile("#card-"))
    return address


def lane(page: Page, number: int) -> Locator:
    return page.locator(".lane").nth(number)


def shows(page: Page, *lanes: list[str]) -> None:
    """The cards of the first lanes, top to bottom, with what their heads count."""
    for number, titles in enumerate(lanes):
        expect(lane(page, number).locator(".task h3")).to_have_text(titles)
        expect(lane(page, number).locator("[data-count]")).to_have_text(str(len(titles)))


def card(page: Page, title: str) -> Locator:
    return page.locator(".task", has=page.locator("h3", has_text=re.compile(f"^{title}$")))


def opened(page: Page, address: str) -> Page:
    """The board, once it is live."""
    page.goto(address)
    expect(page.locator("#live")).to_have_attribute("data-live", "on")
    return page


def answered(page: Page) -> Any:
    """Wait for the server's answer to a move."""
    return page.expect_response(re.compile(r"/move/$"))


def press(page: Page, title: str, key: str) -> None:
    """A key on a focused card, and the server's answer."""
    card(page, title).locator("h3 a").focus()
    with answered(page):
        page.keyboard.press(key)


def drag(page: Page, title: str, target: Locator, into: Locator, lands: list[str]) -> None:
    """Carry a card by the mouse to the lower part of another place, until it hangs where it should; do not let go yet."""
    start, end = card(page, title).bounding_box(), target.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 30, start["y"] + 15)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 25, steps=4)
    page.mouse.move(end["x"] + 40, end["y"] + end["height"] - 4, steps=12)
    for step in range(20):  # a busy browser merges moves: a hand that trembles is noticed
        if into.locator(".task h3").all_inner_texts() == lands:
            break
        page.mouse.move(end["x"] + 41 + step % 2, end["y"] + end["height"] - 4 - step % 2)
    expect(into.locator(".task h3")).to_have_text(lands)


def test_two_sessions_see_each_others_moves(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), opened(enter(WANJIRU), board)
    shows(two, ["Alpha", "Beta", "Gamma"], [])
    press(one, "Beta", "2")
    shows(one, ["Alpha", "Gamma"], ["Beta"])
    shows(two, ["Alpha", "Gamma"], ["Beta"])
    expect(two.locator("#announce")).to_have_text("Amina Yusuf moved “Beta” to In progress.")
    press(two, "Gamma", "k")
    shows(one, ["Gamma", "Alpha"], ["Beta"])
    one.reload()
    shows(one, ["Gamma", "Alpha"], ["Beta"])


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


def test_a_move_without_a_line_waits_and_is_made(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), opened(enter(WANJIRU), board)
    one.context.set_offline(True)
    expect(one.locator("#live")).to_have_attribute("data-live", "off")
    card(one, "Alpha").locator("h3 a").focus()
    one.keyboard.press("2")
    expect(one.locator(".toast")).to_contain_text("Offline. The move of “Alpha” waits.")
    shows(one, ["Beta", "Gamma"], ["Alpha"])
    one.context.set_offline(False)
    shows(two, ["Beta", "Gamma"], ["Alpha"])
    expect(card(one, "Alpha")).to_have_attribute("data-version", "2")


def test_keys_move_a_card_and_keep_the_focus(enter: Any, board: str) -> None:
    page = opened(enter(AMINA), board)
    press(page, "Gamma", "k")
    shows(page, ["Alpha", "Gamma", "Beta"])
    with answered(page):
        page.keyboard.press("K")
    shows(page, ["Gamma", "Alpha", "Beta"])
    page.keyboard.press("k")
    expect(page.locator("#announce")).to_have_text("There is no further place.")
    with answered(page):
        page.keyboard.press("j")
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


def test_a_refused_move_goes_back_and_says_why(enter: Any, board: str) -> None:
    one, two = opened(enter(AMINA), board), enter(WANJIRU)
    two.goto(board)
    one.route("**/move/", lambda route: route.fulfill(status=409, json={"code": "lane_full", "detail": "Review is full."}))
    press(one, "Alpha", "3")
    shows(one, ["Alpha", "Beta", "Gamma"], [], [])
    expect(one.locator(".toast")).to_have_text("Review is full.")


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


def test_a_trello_board_is_imported_by_page(enter: Any, board: str, testdata: Path) -> None:
    page, other = enter(AMINA), opened(enter(WANJIRU), board)
    page.goto(f"{board}import/")
    page.get_by_label("Board export").set_input_files(testdata / "imports" / "trello-emoji-rtl.json")
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Import 42 cards now").click()
    page.wait_for_url(board)
    expect(page.locator(".lane")).to_have_count(9)
    expect(page.locator(".task")).to_have_count(31)
    expect(other.locator(".lane")).to_have_count(9)
    expect(other.locator(".task")).to_have_count(31)


POSTS = """async ([address, forms]) => {
  const headers = {"X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content};
  for (const fields of forms) await fetch(address, {method: "POST", headers, body: new URLSearchParams(fields)});
}"""


def posted(page: Page, address: str, forms: list[dict[str, str]]) -> None:
    """Send the same form many times over, by its own door."""
    page.evaluate(POSTS, [address, forms])


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
    two.get_by_role("link", name="Show 2 more").click()
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
