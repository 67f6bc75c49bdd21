"""The ways in, in real Chromium: the office invites, somebody joins on a phone without scripts; pages narrow and dark."""

import uuid
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from config.dev.processes import Served
from config.tests.looks import is_clean
from members.tests.factories import PASSWORD

from .windows import mailed_to

pytestmark = pytest.mark.browser
MARTA, AMINA = 0, 3
LINDEN = "/c/linden-court/members/"
PAGES = [
    f"{LINDEN}invitations/", f"{LINDEN}invitations/new/", f"{LINDEN}invitations/link/", f"{LINDEN}invitations/everyone/",
    f"{LINDEN}invitations/slips/", f"{LINDEN}requests/", f"{LINDEN}waiting/", f"{LINDEN}waiting/new/", "/join/",
    "/join/with/nothing/",
]  # fmt: skip


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_clean_and_fit_a_narrow_screen(window: Callable[..., Page], scheme: str) -> None:
    page = window(MARTA, color_scheme=scheme, viewport={"width": 320, "height": 640})
    for address in PAGES:
        page.goto(address)
        is_clean(page)


def test_an_invited_person_joins_on_a_phone_without_scripts(house: Served, window: Callable[..., Page]) -> None:
    email = f"nora.{uuid.uuid4().hex[:8]}@example.org"
    office = window(MARTA)
    office.goto(f"{LINDEN}invitations/")
    office.get_by_role("link", name="Invite by e-mail").click()
    office.get_by_label("E-mail address").fill(email)
    office.get_by_role("button", name="Send the invitation").click()
    expect(office.get_by_role("row", name=email)).to_be_visible()
    phone = window(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    phone.goto(mailed_to(email, house.url, "/join/with/"))
    expect(phone.get_by_role("heading", name="Linden Court")).to_be_visible()
    phone.get_by_label("Your name").fill("Nora Lund")
    phone.get_by_label("Choose a password").fill(PASSWORD)
    phone.get_by_role("button", name="Join").click()
    phone.wait_for_url("**/c/linden-court/")
    office.reload()
    expect(office.get_by_role("row", name=email)).to_contain_text("Joined")


def test_the_invited_see_clean_pages(window: Callable[..., Page]) -> None:
    office = window(MARTA)
    office.goto(f"{LINDEN}invitations/link/")
    office.get_by_role("button", name="Make the link").click()
    expect(office.get_by_role("button", name="Show the link")).to_be_visible()  # its forerunner still stood there, busy
    is_clean(office)
    office.get_by_role("button", name="Show the link").click()
    expect(office.get_by_label("Link", exact=True)).to_be_visible()
    is_clean(office)
    link = office.get_by_label("Link", exact=True).input_value()
    narrow = {"viewport": {"width": 320, "height": 640}}
    for person in (None, AMINA, MARTA):
        page = window(person, **narrow)
        page.goto(urlsplit(link).path)
        is_clean(page)


def test_slips_fit_paper_and_phone(window: Callable[..., Page]) -> None:
    office = window(MARTA, viewport={"width": 320, "height": 640})
    office.goto(f"{LINDEN}invitations/everyone/")
    office.get_by_role("button", name="Invite:").click()
    office.goto(f"{LINDEN}invitations/slips/")
    is_clean(office)
    office.get_by_role("button", name="Make").click()
    expect(office.locator(".slips svg").first).to_be_visible()
    is_clean(office)
    office.emulate_media(media="print")
    expect(office.get_by_role("heading", name="Slips to print")).to_be_hidden()
    office.set_viewport_size({"width": 800, "height": 1100})
    assert office.evaluate("document.documentElement.scrollWidth <= 800")


def test_waiting_and_offering_by_keyboard(window: Callable[..., Page]) -> None:
    office = window(MARTA, viewport={"width": 320, "height": 640})
    office.goto(f"{LINDEN}waiting/new/")
    office.get_by_label("Name").fill("Olav Berg")
    office.keyboard.press("Enter")
    expect(office.get_by_role("heading", name="Olav Berg")).to_be_visible()
    is_clean(office)
    office.get_by_role("link", name="Change the rank").focus()
    office.keyboard.press("Enter")
    office.get_by_label("Waits since").fill("2025-03-01")
    office.get_by_label("Reason").fill("An error in the old list")
    is_clean(office)
    office.get_by_role("button", name="Change the rank").focus()
    office.keyboard.press("Enter")
    expect(office.get_by_text("waits since 1 March 2025")).to_be_visible()
