"""What is mailed opens one thing, for one login, once, for a while: every mailed key at every door that takes one."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.core.context import request_context
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from config.tests.proof.surface import doors
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members import tokens
from members.actions import invite
from members.jobs import send_invitations
from members.models import User
from members.queries import standings_of

from .browser import CHANGE, CODE, LOGIN, NEW, RESET, is_in, link
from .factories import PASSWORD, a_cooperative, bearer

TELLING = {"key", "token", "uidb36", "uidb64", "uid", "code", "secret", "signature"}


def prove_link(user: User) -> str:
    """The key that proves an address; its owner adds a second one."""
    second = EmailAddress.objects.create(user=user, email=f"second.{user.email}", verified=False)
    with request_context(RequestFactory().get("/")):
        second.send_confirmation()
    return link().rstrip("/").rsplit("/", 1)[1]


def reset_link(user: User) -> str:
    """The key that sets a new password."""
    Client().post(RESET, {"email": user.email})
    return link().rstrip("/").rsplit("/", 1)[1].partition("-")[2]


def mailed_code(user: User) -> str:
    """The code that signs in."""
    Client().post(CODE, {"email": user.email})
    found = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]*)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def proves(user: User, text: str) -> bool:
    """Whether the text, used as the key of a proving link, proves an address of that login."""
    before = EmailAddress.objects.filter(user=user, verified=True).count()
    Client().post(f"/accounts/confirm-email/{text}/")
    return EmailAddress.objects.filter(user=user, verified=True).count() > before


def resets(user: User, text: str) -> bool:
    """Whether the text, used as the key of a reset link, sets a new password."""
    client = Client()
    address = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), text])
    opened = client.get(address, follow=True)
    last = opened.redirect_chain[-1][0] if opened.redirect_chain else address
    client.post(last, {"password1": NEW, "password2": NEW})
    user.refresh_from_db()
    return user.check_password(NEW)


def signs_in(user: User, text: str) -> bool:
    """Whether the text, typed as a code in a browser that asked for one, signs in."""
    client = Client()
    asked_for = client.post(CODE, {"email": user.email})
    client.post(asked_for["Location"], {"code": text})
    return is_in(client)


def invited(user: User) -> str:
    """The code that lets into a cooperative; its owner is invited to a second one."""
    other = a_cooperative(None, f"Cedar {user.pk}")
    with enter([other.pk]):
        invite(SYSTEM, other, email=user.email)
    send_invitations(other.pk)
    found = re.search(r"/join/with/(\w+)/", str(mail.outbox[-1].body))
    assert found
    return found[1]


def comes_in(user: User, text: str) -> bool:
    """Whether the text, used as the code of an invitation, lets this login in."""
    client = Client()
    client.force_login(user)
    before = len(standings_of(user))
    client.post(f"/join/with/{text}/")
    return len(standings_of(user)) > before


MAILED: dict[str, Callable[[User], str]] = {
    "prove": prove_link, "reset": reset_link, "sign in": mailed_code, "come in": invited,
}  # fmt: skip
DOORS: dict[str, Callable[[User, str], bool]] = {
    "prove": proves, "reset": resets, "sign in": signs_in, "come in": comes_in,
}  # fmt: skip


def test_every_door_that_takes_a_mailed_key_is_in_this_file() -> None:
    pages = [door for door in doors() if door.kind == "page" and TELLING & set(door.params)]
    taking = {door.name for door in pages if not hasattr(door.view, "needs")}  # the others ask for a sign-in first
    feed = "calendars:read"  # no key of a mail: shown once, it reads alone (tasks/tests/test_feed.py)
    assert taking == {"account_confirm_email", "account_reset_password_from_key", "members:invitation", feed}


@pytest.mark.parametrize("purpose", MAILED)
@pytest.mark.parametrize("door", DOORS)
def test_a_key_of_one_purpose_opens_nothing_else(ada: User, purpose: str, door: str) -> None:
    text = MAILED[purpose](ada)
    opens = DOORS[door](ada, text)
    # A code belongs to the browser that asked for it, so another browser's code does not sign in either.
    assert opens is (purpose == door and purpose != "sign in")


@pytest.mark.parametrize("purpose", MAILED)
def test_no_mailed_key_opens_the_api_and_no_token_a_mailed_door(ada: User, purpose: str) -> None:
    text = MAILED[purpose](ada)
    assert Client().get("/api/v1/auth/profile/", headers=bearer(text)).status_code == 401
    refreshed = Client().post("/api/v1/auth/refresh/", {"refresh": text}, content_type="application/json")
    assert refreshed.status_code == 401
    pair = tokens.issue(ada)
    assert [DOORS[purpose](ada, token) for token in (pair.access, pair.refresh)] == [False, False]


@pytest.mark.parametrize("purpose", ["prove", "reset", "come in"])
def test_a_key_is_its_own_logins(ada: User, ben: User, purpose: str) -> None:
    text = MAILED[purpose](ada)
    assert not DOORS[purpose](ben, text)
    ben.refresh_from_db()
    assert ben.check_password(PASSWORD)


def test_a_code_signs_in_as_nobody_else(ada: User, ben: User) -> None:
    mine, theirs = Client(), Client()
    asked_for = mine.post(CODE, {"email": ada.email})
    theirs.post(CODE, {"email": ben.email})
    code = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]*)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    mine.post(asked_for["Location"], {"code": code[1]})
    assert not is_in(mine)


@pytest.mark.parametrize("purpose", ["prove", "reset", "come in"])
def test_a_key_works_once(ada: User, purpose: str) -> None:
    text = MAILED[purpose](ada)
    assert DOORS[purpose](ada, text)
    ada.set_password(PASSWORD)
    ada.save()
    assert not DOORS[purpose](ada, text)


def own_code(client: Client, user: User) -> tuple[str, str]:
    """The address where a browser types the code it asked for, and the code."""
    asked_for = client.post(CODE, {"email": user.email})
    code = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]*)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code
    return asked_for["Location"], code[1]


def test_a_code_works_once_and_three_wrong_ones_end_it(ada: User) -> None:
    client = Client()
    address, code = own_code(client, ada)
    client.post(address, {"code": code})
    assert is_in(client)
    client.post("/accounts/logout/")
    client.post(address, {"code": code})
    assert not is_in(client)
    address, code = own_code(client, ada)
    for _ in range(3):
        client.post(address, {"code": "WRONG-1"})
    client.post(address, {"code": code})
    assert not is_in(client)


@pytest.mark.parametrize(("purpose", "days"), [("prove", 3), ("reset", 3)])
def test_a_key_is_over_after_three_days(ada: User, purpose: str, days: int) -> None:
    text, now = MAILED[purpose](ada), timezone.now()
    with time_machine.travel(now + timedelta(days=days, minutes=1), tick=True):
        assert not DOORS[purpose](ada, text)
    with time_machine.travel(now + timedelta(days=days, minutes=-5), tick=True):
        assert DOORS[purpose](ada, text)


def test_a_code_is_over_after_three_minutes(ada: User) -> None:
    client = Client()
    address, code = own_code(client, ada)
    with time_machine.travel(timezone.now() + timedelta(minutes=3, seconds=5), tick=True):
        client.post(address, {"code": code})
        assert not is_in(client)


def by_changing(user: User) -> None:
    client = Client()
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    client.post(CHANGE, {"oldpassword": PASSWORD, "password1": "third-lantern-33", "password2": "third-lantern-33"})


def by_signing_in(user: User) -> None:
    Client().post(LOGIN, {"login": user.email, "password": PASSWORD})


def by_switching_off(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("happening", [by_changing, by_signing_in])
def test_what_happens_meanwhile_ends_a_reset_link(ada: User, happening: Callable[[User], None]) -> None:
    text = reset_link(ada)
    happening(ada)
    assert not resets(ada, text)


def test_a_reset_opens_no_login_that_was_switched_off_meanwhile(ada: User) -> None:
    text = reset_link(ada)
    by_switching_off(ada)
    resets(ada, text)
    client = Client()
    client.post(LOGIN, {"login": ada.email, "password": NEW})
    assert not is_in(client)


@pytest.mark.parametrize("text", ["", "x", "é", "%00", "1:2:3", "a" * 5000, "..", "set-password"])
def test_what_was_never_mailed_opens_nothing_and_breaks_nothing(ada: User, text: str) -> None:
    for address in (f"/accounts/confirm-email/{text}/", f"/accounts/password/reset/key/{user_pk_to_url_str(ada)}-{text}/"):
        for method in ("get", "post"):
            answer: Any = getattr(Client(), method)(address, {"password1": NEW, "password2": NEW})
            assert answer.status_code < 500, address
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
