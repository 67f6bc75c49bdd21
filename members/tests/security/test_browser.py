"""Signing in with passkeys in real Chromium, and the pages as people use them: by keyboard, narrow, dark, without scripts."""

import base64
import hashlib
import hmac
import re
import struct
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from config.dev.processes import Served, embedded
from config.tests.looks import is_clean

pytestmark = pytest.mark.browser
MARTA, TOMASZ, WANJIRU, AMINA, HASSAN = range(5)
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip
PAGES = [
    "/profile/security/", "/accounts/2fa/totp/activate/", "/accounts/2fa/webauthn/add/", "/profile/security/elsewhere/end/",
    "/accounts/reauthenticate/", "/profile/sign-in-again/", "/profile/keys/", "/profile/keys/new/",
]  # fmt: skip


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The product with its demo, running."""
    served = embedded(tmp_path_factory.mktemp("security"))
    served.start()
    yield served
    served.stop()


@pytest.fixture
def enter(house: Served, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Sign in as one of the demo people; script errors and blocked scripts or styles fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def as_person(person: int, *, device: dict[str, Any] | None = None, **options: Any) -> Page:
        context = browser.new_context(base_url=house.url, **{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None)
        if device is not None:
            line = context.new_cdp_session(page)
            line.send("WebAuthn.enable")
            line.send("WebAuthn.addVirtualAuthenticator", {"options": device})
        page.goto("/accounts/login/")
        page.locator('form[action="/demo/enter/"] button').nth(person).click()
        page.wait_for_url(f"{house.url}/")
        return page

    yield as_person
    for context in contexts:
        context.close()
    assert faults == []
    assert "Traceback" not in house.said()


def leave(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(re.compile(r"^https?://[^/]+/$"))


def is_in(page: Page, name: str) -> None:
    page.goto("/profile/")
    expect(page.get_by_role("heading", level=1)).to_have_text(name)


def code_now(secret: str) -> str:
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


# --- Passkeys -------------------------------------------------------------------------------------------------------------


def test_a_passkey_is_added_named_used_instead_of_the_password_and_removed(enter: Callable[..., Page]) -> None:
    page = enter(AMINA, device=DEVICE)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill("Amina's laptop")
    page.get_by_role("button", name="Add the passkey").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    expect(page.locator(".codes code")).to_have_count(10)
    leave(page)
    page.goto("/accounts/login/?next=/profile/security/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/profile/security/")
    page.get_by_role("link", name="Rename Amina's laptop").click()
    page.get_by_label("Name").fill("<b>Laptop</b>")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/profile/security/")
    expect(page.get_by_role("link", name="Rename <b>Laptop</b>")).to_be_visible()
    page.get_by_role("link", name="Remove <b>Laptop</b>").click()
    page.get_by_role("button", name="Remove the passkey").click()
    page.wait_for_url("**/profile/security/")
    expect(page.locator("#factors")).to_contain_text("the password alone opens your account")
    leave(page)
    page.goto("/accounts/login/")
    sends = page.expect_response(lambda said: said.request.method == "POST" and said.url.endswith("/2fa/webauthn/login/"))
    with page.expect_navigation(), sends as said:
        page.get_by_role("button", name="Sign in with a passkey").click()
    assert said.value.status == 302
    is_in(page, "Sign in")


def test_a_browser_that_refuses_says_what_to_do_and_lets_one_try_again(enter: Callable[..., Page]) -> None:
    page = enter(HASSAN, device={**DEVICE, "isUserVerified": False})
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("cancelled, took too long, or there is none")
    expect(page.get_by_role("button", name="Add the passkey")).to_be_enabled()
    assert page.url.endswith("/add/")


def test_a_browser_without_passkeys_says_so(enter: Callable[..., Page]) -> None:
    page = enter(HASSAN)
    page.add_init_script("delete window.PublicKeyCredential")
    page.goto("/accounts/2fa/webauthn/add/")
    expect(page.get_by_role("alert")).to_contain_text("cannot use passkeys")
    expect(page.get_by_role("button", name="Add the passkey")).to_be_hidden()
    leave(page)
    page.goto("/accounts/login/")
    expect(page.get_by_role("button", name="Sign in with a passkey")).to_be_hidden()


# --- The app, by keyboard alone, and without scripts --------------------------------------------------------------------------


def test_the_app_is_set_up_by_keyboard_alone(enter: Callable[..., Page]) -> None:
    page = enter(TOMASZ)
    page.goto("/profile/security/")
    page.get_by_role("link", name="Set up an authenticator app").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/totp/activate/")
    page.get_by_label("Key").focus()
    secret = page.get_by_label("Key").input_value()
    page.keyboard.press("Tab")
    page.keyboard.type(code_now(secret))
    page.keyboard.press("Enter")
    page.wait_for_url("**/recovery-codes/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").focus()
        page.keyboard.press("Enter")
    assert download.value.suggested_filename == "recovery-codes.txt"
    page.goto("/accounts/2fa/totp/deactivate/")
    page.get_by_role("button", name="Remove the app").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/profile/security/")


def test_without_scripts_all_but_passkeys_works_and_the_page_says_so(enter: Callable[..., Page]) -> None:
    page = enter(WANJIRU, java_script_enabled=False)
    page.goto("/profile/security/")
    expect(page.locator("#factors noscript small")).to_be_visible()
    page.get_by_role("link", name="Set up an authenticator app").click()
    secret = page.get_by_label("Key").input_value()
    page.get_by_label("Type the code").fill(code_now(secret))
    page.get_by_role("button", name="Turn it on").click()
    page.wait_for_url("**/recovery-codes/")
    expect(page.locator(".codes code")).to_have_count(10)
    page.goto("/accounts/2fa/webauthn/add/")
    expect(page.get_by_role("button", name="Add the passkey")).to_be_disabled()
    page.goto("/accounts/2fa/totp/deactivate/")
    page.get_by_role("button", name="Remove the app").click()
    page.wait_for_url("**/profile/security/")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign out Chrome on Linux").click()
    page.goto("/profile/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_key_is_made_copied_and_ended_by_keyboard(enter: Callable[..., Page], house: Served) -> None:
    page = enter(MARTA, permissions=["clipboard-read", "clipboard-write"])
    page.goto("/profile/keys/new/")
    page.get_by_label("What is it for?").focus()
    for key in ("W", "a", "l", "l", "Tab", "Tab", "Tab", "Tab", "Enter"):
        page.keyboard.press(key)
    shown = page.get_by_label("Wall")
    expect(shown).to_be_focused()
    text = shown.input_value()
    expect(page.get_by_role("button", name="Copy")).to_be_visible()  # the script shows it, after the field took the focus
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == text
    is_clean(page)
    asked = page.context.request.get(f"{house.url}/api/v1/auth/profile/", headers={"Authorization": f"Bearer {text}"})
    assert (asked.status, asked.json()["name"]) == (200, "Marta Lindqvist")
    page.goto("/profile/keys/")
    expect(page.get_by_role("listitem").filter(has_text="Wall")).to_contain_text("Read")
    page.get_by_role("link", name="End the key Wall").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="End the key").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".empty")).to_contain_text("You have no API keys")


# --- How they look --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_are_clean_and_fit_a_narrow_screen(enter: Callable[..., Page], scheme: str) -> None:
    page = enter(MARTA, color_scheme=scheme, viewport={"width": 320, "height": 640})
    for address in PAGES:
        page.goto(address)
        is_clean(page)
