"""The page of a task in real browsers: by keyboard, on a narrow dark screen, while others write on the same task."""

import re
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .hands import AMINA, WANJIRU, card, opened

pytestmark = pytest.mark.browser


def task_page(page: Page, board: str, title: str) -> str:
    """Open a card's own page; its address."""
    opened(page, board)
    card(page, title).locator("h3 a").click()
    expect(page.locator("h1")).to_have_text(title)
    return page.url


def add_checklist(page: Page, name: str, *steps: str) -> None:
    """A list with its steps, as one adds them by hand."""
    page.get_by_text("Add a checklist").click()
    page.get_by_label("Name of the checklist").fill(name)
    page.get_by_role("button", name="Add the checklist").click()
    for text in steps:
        page.get_by_label(f"A step for {name}").fill(text)
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.locator(".checks li").last).to_contain_text(text)


def test_what_others_do_comes_by_itself_and_typed_words_stay(enter: Any, board: str) -> None:
    one, two = enter(AMINA), enter(WANJIRU)
    address = task_page(one, board, "Alpha")
    add_checklist(one, "Tools", "Rake", "Spade")
    two.goto(address)
    expect(two.locator("#live")).to_have_attribute("data-live", "on")
    two.get_by_label("Add a comment").fill("Half a sen")
    one.get_by_role("button", name="Rake").press("Space")
    expect(two.get_by_role("button", name="Rake")).to_have_attribute("aria-pressed", "true")
    expect(two.locator(".checks")).to_contain_text("1 of 2")
    one.get_by_label("Add a comment").fill("Done, @Wanjiru Kamau.")
    one.get_by_role("button", name="Comment", exact=True).click()
    expect(two.locator(".comment")).to_contain_text("Done, @Wanjiru Kamau.")
    expect(two.get_by_label("Add a comment")).to_have_value("Half a sen")


def test_signs_on_the_card_follow(enter: Any, board: str) -> None:
    one, two = enter(AMINA), opened(enter(WANJIRU), board)
    address = task_page(one, board, "Beta")
    add_checklist(one, "Tools", "Rake")
    expect(card(two, "Beta")).to_contain_text("0/1")
    one.get_by_role("button", name="Rake").click()
    expect(card(two, "Beta")).to_contain_text("1/1")
    reference = re.search(r"[A-Z0-9]+-\d+", card(two, "Alpha").locator(".foot").inner_text())
    assert reference
    one.goto(address)
    one.get_by_text("Relate it to another task").click()
    one.get_by_label("This task").select_option("blocks")
    one.get_by_label("Which task").fill(reference[0])
    one.get_by_role("button", name="Relate them").click()
    expect(one.locator("#relations")).to_contain_text("Alpha")
    expect(card(two, "Alpha")).to_contain_text("waits")
    expect(card(two, "Beta")).not_to_contain_text("waits")


def test_the_history_comes_when_it_is_reached(enter: Any, board: str) -> None:
    page = enter(AMINA)
    address = task_page(page, board, "Gamma")
    page.goto(f"{address}?edit=1")
    page.get_by_label("Priority").select_option("1")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("heading", name="History").scroll_into_view_if_needed()
    expect(page.locator(".was").first).to_contain_text("Priority")
    expect(page.locator(".was del")).to_contain_text("Normal")
    expect(page.locator(".was ins")).to_contain_text("Urgent")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_hard_to_reach_on_a_narrow_screen(enter: Any, board: str, scheme: str) -> None:
    page: Page = enter(AMINA, color_scheme=scheme)
    address = task_page(page, board, "Alpha")
    add_checklist(page, "Tools", "Rake", "Spade")
    page.get_by_role("button", name="Spade").click()
    page.get_by_label("Add a comment").fill("A **word**.")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.set_viewport_size({"width": 320, "height": 780})
    new = re.sub(r"tasks/\d+/.*", "", address)
    for path in (address, f"{address}?edit=1", f"{address}history/", f"{board}people/", f"{board}labels/new/", f"{new}"):
        page.goto(path)
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 320, (path, width)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
