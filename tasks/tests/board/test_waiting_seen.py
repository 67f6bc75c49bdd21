"""A recurring task whose card waits, in a real browser: its list and its page say why, on a small screen, in both lights."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from .hands import AMINA
from .test_duties_seen import is_clean

pytestmark = pytest.mark.browser
Enter = Callable[..., Page]
WHY = "To do is full: it holds at most 3. Finish or move a card there first."


@pytest.mark.parametrize("light", ["light", "dark"])
def test_who_keeps_it_reads_why_and_finds_the_way_by_keyboard(enter: Enter, board: str, light: Any) -> None:
    page = enter(AMINA, color_scheme=light)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto(f"{board}settings/")
    page.locator("#lanes").get_by_role("link", name="To do").press("Enter")
    page.get_by_label("Most cards at once").fill("3")
    page.get_by_role("button", name="Save").press("Enter")
    page.goto(f"{board}recurring/new/")
    page.get_by_label("Title").fill("Oil the hinges")
    page.get_by_label("First day").fill(str(datetime.now(ZoneInfo("Africa/Nairobi")).date()))
    page.get_by_label("Comes again every so many").select_option("day")
    page.get_by_role("button", name="Set it up").press("Enter")
    row = page.locator("li", has_text="Oil the hinges")
    expect(row).to_contain_text(WHY)
    expect(row.get_by_text("waits", exact=True)).to_be_visible()
    is_clean(page, 320)
    row.get_by_role("link", name="Oil the hinges").press("Enter")
    expect(page.locator(".note")).to_contain_text(WHY)
    is_clean(page, 320)
    page.get_by_label("Lane").select_option("In progress")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.locator("li", has_text="Oil the hinges")).to_be_visible()
    expect(page.get_by_text(WHY)).to_have_count(0)
    page.goto(board)
    expect(page.locator("[id^=card-]", has_text="Oil the hinges")).to_have_count(1)
