"""Homes in real Chromium: every page clean on a narrow screen, acts by keyboard, an offer that comes, goes and is declined."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.dev.shots import AS_RESIDENT, HOMES, REGISTER, addresses
from config.tests.looks import is_clean

pytestmark = pytest.mark.browser
MARTA, WANJIRU, PLACE = 0, 2, "/c/linden-court/homes/my-place/"
FOR_THE_OFFICE = {**HOMES, **{name: path for name, path in REGISTER.items() if name.startswith("waiting-")}}


@pytest.mark.parametrize(("person", "paths"), [(MARTA, FOR_THE_OFFICE), (WANJIRU, AS_RESIDENT)], ids=["office", "resident"])
def test_every_page_of_homes_is_clean_and_fits_a_narrow_screen(
    window: Callable[..., Page], person: int, paths: dict[str, str]
) -> None:
    page = window(person, reduced_motion="reduce", viewport={"width": 320, "height": 640})
    for address in addresses(page, "", paths).values():
        page.goto(address)
        expect(page.locator(".htmx-request")).to_have_count(0)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            is_clean(page)


def test_the_acts_of_an_agreement_open_by_keyboard(window: Callable[..., Page]) -> None:
    page = window(MARTA, viewport={"width": 320, "height": 640})
    page.goto(addresses(page, "", {"unit": "{unit}"})["unit"])
    page.get_by_role("button", name="Change the agreement of").first.focus()
    page.keyboard.press("Enter")
    is_clean(page)
    page.get_by_role("link", name="Move to another unit").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("New home")).to_be_visible()


def test_a_member_sees_offers_come_and_go_and_declines_without_scripts(window: Callable[..., Page]) -> None:
    office, member = window(MARTA), window(WANJIRU)
    phone = window(WANJIRU, java_script_enabled=False, viewport={"width": 360, "height": 740})
    member.goto(PLACE)
    office.goto(addresses(office, "", {"waiting": "{coop}members/waiting/"})["waiting"])
    office.get_by_role("link", name="Wanjiru Kamau").click()
    office.get_by_role("button", name="Take back").click()
    expect(member.get_by_text("Nothing is offered to you now")).to_be_visible()
    office.get_by_role("link", name="Offer a home").click()
    office.get_by_label("Home", exact=True).select_option(label="South · S-104 · vacant")
    office.get_by_role("button", name="Offer it").click()
    expect(member.get_by_role("link", name="Accept S-104")).to_be_visible()
    phone.goto("/")
    phone.get_by_role("link", name="S-104, South is offered to you").click()
    phone.get_by_role("link", name="Decline S-104").click()
    phone.get_by_role("button", name="Decline").click()
    expect(phone.get_by_text("Refused")).to_be_visible()
    expect(member.get_by_role("link", name="Accept S-104")).to_be_hidden()
    expect(office.get_by_role("link", name="Offer a home")).to_be_visible()  # nobody has reloaded the page
