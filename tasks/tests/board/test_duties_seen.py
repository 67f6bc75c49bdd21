"""Duties in a real browser: by keyboard and without scripts, on a small screen, in both lights; others see it at once."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from .hands import AMINA, WANJIRU

pytestmark = pytest.mark.browser
WORK = "/c/linden-court/work/"
PAGES = ("duties/", "duties/?view=open", "duties/rules/", "duties/mine/", "effort/", "feed/")
SMALL = {"viewport": {"width": 320, "height": 700}}
Enter = Callable[..., Page]
LINDEN = 0  # the first of the demo people lives in Linden Court


def is_clean(page: Page, width: int) -> None:
    found = Axe().run(page).response["violations"]
    assert [(fault["id"], fault["nodes"][0]["html"]) for fault in found] == [], page.url
    assert page.evaluate(f"document.documentElement.scrollWidth <= {width}"), page.url


def first_turn(page: Page, title: str) -> str:
    """The address of the first turn of a duty that stands on the list."""
    page.goto(f"{WORK}duties/")
    return str(page.locator("#turns a", has_text=title).first.get_attribute("href"))


@pytest.mark.parametrize("light", ["light", "dark"])
def test_every_page_fits_a_small_screen_without_a_fault(enter: Enter, light: Any) -> None:
    page = enter(LINDEN, color_scheme=light)
    page.set_viewport_size(SMALL["viewport"])
    turn = first_turn(page, "Garden day")
    page.goto(turn)
    duty = str(page.locator("nav a, .crumbs a", has_text="Garden day").first.get_attribute("href"))
    for at in (*(WORK + tail for tail in PAGES), turn, duty):
        page.goto(at)
        is_clean(page, 320)


def test_a_place_is_taken_and_given_up_without_scripts(enter: Enter) -> None:
    page = enter(LINDEN, java_script_enabled=False)
    page.goto(first_turn(page, "Garden day"))
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_text("(you)")).to_be_visible()
    page.get_by_text("I cannot come").click()
    page.get_by_label("Why, if you like to say").fill("A journey")
    page.get_by_role("button", name="Ask for a stand-in").click()
    expect(page.get_by_text("A journey")).to_be_visible()
    page.get_by_role("button", name="I come after all").click()
    page.get_by_role("button", name="Withdraw").click()
    expect(page.get_by_text("(you)")).to_have_count(0)


def test_others_see_who_signs_up_as_it_happens(enter: Enter) -> None:
    one, two = enter(LINDEN), enter(WANJIRU)
    at = first_turn(one, "Garden day")
    two.goto(at)
    expect(two.locator("#live")).to_have_attribute("data-live", "on")
    one.goto(at)
    before = two.locator("article li").count()
    one.get_by_role("button", name="Sign up").press("Enter")
    expect(two.locator("article li")).to_have_count(before + 1)
    one.get_by_role("button", name="Withdraw").press("Enter")
    expect(two.locator("article li")).to_have_count(before)


def test_the_dates_of_a_rule_are_looked_at_before_it_is_saved(enter: Enter) -> None:
    page = enter(AMINA)
    page.goto("/c/kilele-dev-chama/work/duties/new/")
    page.get_by_label("Name").fill("Meeting room")
    page.get_by_label("First day").fill("2027-01-31")
    page.get_by_label("Comes again every so many").select_option("month")
    page.get_by_role("button", name="Show the next dates").click()
    expect(page.locator("#next-dates time")).to_have_text(
        [
            "Sunday, 31 January 2027",
            "Sunday, 28 February 2027",
            "Wednesday, 31 March 2027",
            "Friday, 30 April 2027",
            "Monday, 31 May 2027",
        ]
    )
    is_clean(page, 1280)
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Meeting room", level=1)).to_be_visible()
