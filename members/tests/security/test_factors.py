"""Second factors on the pages: set up, asked for, used once, removed; who is told and who is signed out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.conf import settings as project
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils.crypto import get_random_string

from members import tokens
from members.models import User
from members.tests.browser import LOGIN, is_in
from members.tests.factories import PASSWORD, a_user

from .ways import (
    ACTIVATE,
    CODES,
    DEACTIVATE,
    NEW_CODES,
    NOON,
    SECURITY,
    STEP,
    an_app,
    at,
    code_at,
    codes_of,
    now_on,
    signed_in,
)


def test_an_app_is_set_up_with_a_picture_and_a_key_and_recovery_codes_follow(ada: User) -> None:
    client = signed_in(ada)
    page = client.get(ACTIVATE)
    shown, secret = page.content.decode(), page.context["form"].secret
    assert 'src="data:image/svg+xml;base64,' in shown
    assert f'value="{secret}"' in shown
    assert client.post(ACTIVATE, {"code": "000000"}).context["form"].errors["code"]
    answer = client.post(ACTIVATE, {"code": now_on(secret)})
    assert answer["Location"] == CODES
    assert set(Authenticator.objects.filter(user=ada).values_list("type", flat=True)) == {"totp", "recovery_codes"}
    assert len(client.get(CODES).context["unused_codes"]) == 10


def test_the_database_holds_no_secret_in_the_clear(ada: User, settings: Any) -> None:
    secret = an_app(ada)
    stored = Authenticator.objects.get(user=ada).data["secret"]
    assert secret not in stored
    assert decrypt(stored) == secret
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = get_random_string(60), [project.SECRET_KEY]
    assert decrypt(stored) == secret


def test_a_lost_key_is_said_and_breaks_no_page(ada: User, settings: Any) -> None:
    an_app(ada)
    codes_of(ada)
    settings.SECRET_KEY = get_random_string(60)
    client = signed_in(ada)
    assert "lost the key" in client.post(STEP, {"code": "000000"}).content.decode()
    client.force_login(ada)
    assert client.get(SECURITY).status_code == 200
    assert client.get(CODES)["Location"] == SECURITY


# --- Asked for ----------------------------------------------------------------------------------------------------------


def test_the_password_alone_lets_nobody_in_who_has_an_app(ada: User) -> None:
    secret = an_app(ada)
    client = Client()
    assert client.post(LOGIN, {"login": ada.email, "password": PASSWORD})["Location"] == STEP
    assert not is_in(client)
    assert client.post(STEP, {"code": "12"}).context["form"].errors
    assert not is_in(client)
    client.post(STEP, {"code": now_on(secret)})
    assert is_in(client)


def test_a_code_by_mail_is_not_a_second_factor_either(ada: User) -> None:
    an_app(ada)
    client = Client()
    asked_for = client.post("/accounts/login/code/", {"email": ada.email})
    code = next(line for line in str(mail.outbox[0].body).splitlines() if line.replace("-", "").isalnum() and line.isupper())
    answer = client.post(asked_for["Location"], {"code": code})
    assert answer["Location"] == STEP
    assert not is_in(client)


@pytest.mark.parametrize(("late", "works"), [(0, True), (30, True), (-30, True), (90, False), (-90, False)])
def test_a_code_of_the_neighbouring_half_minute_is_good_and_no_other(ada: User, late: int, works: bool) -> None:
    secret = an_app(ada)
    with at():
        client = signed_in(ada)
        client.post(STEP, {"code": code_at(secret, NOON - timedelta(seconds=late))})
        assert is_in(client) is works


def test_a_code_works_once_even_where_the_cache_forgets(ada: User) -> None:
    secret = an_app(ada)
    with at():
        first, second = signed_in(ada), signed_in(ada)
        first.post(STEP, {"code": now_on(secret)})
        cache.clear()
        second.post(STEP, {"code": now_on(secret)})
        assert (is_in(first), is_in(second)) == (True, False)
        cache.clear()
        second.post(STEP, {"code": code_at(secret, NOON - timedelta(seconds=30))})  # older than the one that was used
        assert not is_in(second)
    with at(seconds=30):
        second.post(STEP, {"code": now_on(secret)})
        assert is_in(second)


def test_a_code_used_at_the_page_opens_no_door_of_the_api(ada: User, client: Client) -> None:
    secret = an_app(ada)
    with at():
        signed_in(ada).post(STEP, {"code": now_on(secret)})
        cache.clear()
        answer = client.post("/api/v1/auth/login/", {"email": ada.email, "password": PASSWORD, "code": now_on(secret)})
        assert (answer.status_code, answer.json()["code"]) == (415, "unsupported_media_type")
        words = {"email": ada.email, "password": PASSWORD, "code": now_on(secret)}
        answer = client.post("/api/v1/auth/login/", words, content_type="application/json")
        assert (answer.status_code, answer.json()["code"]) == (401, "code_wrong")


def test_five_wrong_codes_close_the_second_step_whichever_door_they_came_by(ada: User, client: Client) -> None:
    secret = an_app(ada)
    browser = signed_in(ada)
    for number in range(3):
        browser.post(STEP, {"code": f"00000{number}"})
    words = {"email": ada.email, "password": PASSWORD, "code": "000009"}
    codes = [client.post("/api/v1/auth/login/", words, content_type="application/json").json()["code"] for _ in range(3)]
    assert codes == ["code_wrong", "code_wrong", "throttled"]
    browser.post(STEP, {"code": now_on(secret)})
    assert not is_in(browser)


def test_a_recovery_code_works_once(ada: User) -> None:
    an_app(ada)
    code = codes_of(ada)[3]
    first, second = signed_in(ada), signed_in(ada)
    first.post(STEP, {"code": f"{code[:4]} {code[4:]}"})
    second.post(STEP, {"code": code})
    assert (is_in(first), is_in(second)) == (True, False)
    assert first.get(SECURITY).context["codes"] == {"left": 9, "all": 10}


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_use_one_recovery_code_at_once_one_is_let_in(at_once: Callable[..., list[Any]]) -> None:
    ada = a_user()
    an_app(ada)
    code = codes_of(ada)[0]
    browsers = [signed_in(ada) for _ in range(10)]
    at_once(lambda index: browsers[index].post(STEP, {"code": code}).status_code, 10)
    assert sorted(is_in(browser) for browser in browsers) == [False] * 9 + [True]


@pytest.mark.django_db(transaction=True)
def test_of_ten_who_use_one_code_of_the_app_at_once_one_is_let_in(
    at_once: Callable[..., list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the cache remembers nothing: the row does."""
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.TOTP._mark_code_used", lambda *_: True)
    ada = a_user()
    code = now_on(an_app(ada))
    browsers = [signed_in(ada) for _ in range(5)]
    at_once(lambda index: browsers[index].post(STEP, {"code": code}).status_code, 5)
    assert sorted(is_in(browser) for browser in browsers) == [False] * 4 + [True]


# --- Changing them ------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_new_factor_signs_out_everything_else_and_its_owner_is_told(ada: User, asked: list[str]) -> None:
    here, there, program = signed_in(ada), signed_in(ada), tokens.issue(ada)
    secret = here.get(ACTIVATE).context["form"].secret
    here.post(ACTIVATE, {"code": now_on(secret)})
    assert (is_in(here), is_in(there), tokens.resolve(program.access)) == (True, False, None)
    assert str(ada.public_id) in asked
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([ada.email], "An authenticator app was added")]
    assert "Firefox on Linux" in str(mail.outbox[0].body)


@time_machine.travel(NOON, tick=False)
def test_removing_the_last_factor_takes_the_recovery_codes_along(ada: User) -> None:
    secret = an_app(ada)
    codes_of(ada)
    here, there = two_steps(ada, secret)
    here.post(DEACTIVATE)
    assert not Authenticator.objects.filter(user=ada).exists()
    assert (is_in(here), is_in(there)) == (True, False)
    assert mail.outbox[-1].subject == "The authenticator app was removed"


def two_steps(user: User, secret: str) -> list[Client]:
    """Two browsers signed in with the app, at noon: each with a code of its own."""
    browsers = [signed_in(user), signed_in(user)]
    for browser, seconds in zip(browsers, (-30, 0), strict=True):
        browser.post(STEP, {"code": code_at(secret, NOON + timedelta(seconds=seconds))})
    return browsers


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes_replace_the_old_ones_and_the_owner_is_told(ada: User) -> None:
    secret = an_app(ada)
    old = codes_of(ada)
    client = signed_in(ada)
    client.post(STEP, {"code": now_on(secret)})
    assert client.post(NEW_CODES)["Location"] == CODES
    new = client.get(CODES).context["unused_codes"]
    assert not set(old) & set(new)
    assert mail.outbox[-1].subject == "New recovery codes were made"
    file = client.get(f"{CODES}download/")
    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert f"{new[0][:4]} {new[0][4:]}" in file.content.decode()


@time_machine.travel(NOON, tick=False)
def test_using_a_factor_signs_nobody_out(ada: User) -> None:
    assert [is_in(browser) for browser in two_steps(ada, an_app(ada))] == [True, True]


def test_recovery_codes_need_a_factor_to_stand_in_for(ada: User) -> None:
    client = signed_in(ada)
    assert client.get(CODES).status_code == 404
    assert "Set up an app or a passkey first" in client.post(NEW_CODES).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_mail_that_cannot_be_sent_undoes_nothing(ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", refuse)
    client = signed_in(ada)
    secret = client.get(ACTIVATE).context["form"].secret
    assert client.post(ACTIVATE, {"code": now_on(secret)}).status_code == 302
    assert Authenticator.objects.filter(user=ada, type="totp").exists()
