"""The frame in a real browser: nothing scrolls without need, the present tab is in view, words stay whole."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from config.dev.processes import Served, embedded

pytestmark = pytest.mark.browser
AMINA = 3
PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 780}, "is_mobile": True, "has_touch": True}
DESK: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product with its demo, running as those who build see it."""
    served = embedded(tmp_path_factory.mktemp("frame"), DEBUG="on")
    served.start()
    yield served
    served.stop()


@pytest.fixture
def enter(house: Served, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Sign in as Amina, in a browser of her own."""
    with ExitStack() as contexts:

        def on_screen(**options: Any) -> Page:
            page = contexts.enter_context(browser.new_context(base_url=house.url, **options)).new_page()
            page.goto("/accounts/login/")
            page.locator('form[action="/demo/enter/"] button').nth(AMINA).click()
            page.wait_for_url("**/")
            return page

        yield on_screen


@pytest.mark.parametrize("screen", [DESK, PHONE])
def test_a_page_that_fits_does_not_scroll(enter: Callable[..., Page], screen: dict[str, Any]) -> None:
    page = enter(**screen)
    for path in ("/", "/c/kilele-dev-chama/work/new/", "/search/?q=nothing"):
        page.goto(path)
        root = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.clientHeight]")
        assert root[0] == root[1], path


def test_the_present_tab_is_in_view_on_a_phone(enter: Callable[..., Page]) -> None:
    page = enter(**PHONE)
    for path in ("/profile/", "/profile/keys/", "/accounts/3rdparty/"):
        page.goto(path)
        # A browser rounds the place it scrolls to, by less than a pixel.
        expect(page.locator(".tabs [aria-current]")).to_be_in_viewport(ratio=0.99)
        assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_of_the_api_go_dark_with_the_others(enter: Callable[..., Page], scheme: str) -> None:
    page = enter(**DESK, color_scheme=scheme)
    page.goto("/api/docs/")
    expect(page.locator(".swagger-ui .info .title")).to_be_visible(timeout=30_000)
    paper = page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    assert (paper == "rgb(28, 32, 34)") is (scheme == "dark")


def test_a_lane_over_its_limit_keeps_its_name_whole(enter: Callable[..., Page]) -> None:
    page = enter(**DESK)
    page.goto("/components/")
    heads = page.locator(".lane > header :is(h2, h3)")
    lines = heads.evaluate_all(
        "all => all.map((head) => Math.round(head.clientHeight / parseFloat(getComputedStyle(head).lineHeight)))"
    )
    assert lines == [1, 1, 1]


@pytest.mark.parametrize("name", ["Wohnungsgenossenschaft " * 9, "A" * 200])
def test_a_long_name_takes_two_lines_of_the_rail_and_its_title_says_all(enter: Callable[..., Page], name: str) -> None:
    page = enter(**DESK)
    page.goto("/c/kilele-dev-chama/")
    shown = page.locator(".rail .coop b").first
    expect(shown).to_have_attribute("title", "Kilele Dev Chama")
    lines, wide, room = shown.evaluate(
        """(b, name) => {
          b.textContent = name;
          const lines = Math.round(b.clientHeight / parseFloat(getComputedStyle(b).lineHeight));
          return [lines, b.getBoundingClientRect().width, b.parentElement.getBoundingClientRect().width];
        }""",
        name,
    )
    assert lines == 2
    assert wide <= room < 240


def test_a_card_moved_after_the_sign_in_has_ended_goes_back(enter: Callable[..., Page]) -> None:
    page = enter(**DESK)
    page.goto("/c/kilele-dev-chama/work/")
    page.locator("main .rows a").first.click()
    page.wait_for_url(re.compile(r"/\d+/$"))  # and for its scripts: a key that is pressed before them is nobody's
    lane = page.locator(".lane").first
    card = page.locator(f"#{lane.locator('.task').first.get_attribute('id')}")
    page.context.clear_cookies(name="sessionid")
    card.get_by_role("link").focus()
    page.keyboard.press("2")
    expect(page.locator(".toast").last).to_contain_text("You are signed out, and nothing was changed.")
    expect(lane.locator(card)).to_have_count(1)


@pytest.mark.parametrize(("screen", "rows"), [(DESK, 1), (PHONE, 2)])
def test_a_colour_of_its_own_begins_no_further_row(enter: Callable[..., Page], screen: dict[str, Any], rows: int) -> None:
    page = enter(**screen)
    page.goto("/c/kilele-dev-chama/settings/")
    tops = page.locator(".hue").evaluate_all("all => all.map((hue) => hue.getBoundingClientRect().top)")
    assert (len(tops), len(set(tops))) == (13, rows)
