"""What a hand does on a board in the browser, and what the eye then sees there."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

AMINA, WANJIRU = 3, 2


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
    card(page, title).hover(position={"x": 30, "y": 15})  # which waits for a card that still flies back from the last drag
    start, end = card(page, title).bounding_box(), target.bounding_box()
    assert start and end
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 25, steps=4)
    page.mouse.move(end["x"] + 40, end["y"] + end["height"] - 4, steps=12)
    for step in range(20):  # a busy browser merges moves: a hand that trembles is noticed
        if into.locator(".task h3").all_inner_texts() == lands:
            break
        page.mouse.move(end["x"] + 41 + step % 2, end["y"] + end["height"] - 4 - step % 2)
    expect(into.locator(".task h3")).to_have_text(lands)
