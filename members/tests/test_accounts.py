"""Accounts in the browser: signing up, proving the address, in, out, forgotten; and what it does not tell."""

import re
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.conf import settings as project
from django.contrib.auth import authenticate
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import reverse

from members.adapters import AccountAdapter, SocialAdapter
from members.models import User

from .browser import CHANGE, CODE, LOGIN, LOGOUT, NEW, RESET, SIGNUP, form, is_in, link, plain
from .factories import PASSWORD, a_user

# --- Signing up -----------------------------------------------------------------------------------------------------


def test_from_sign_up_over_the_mail_to_the_profile(client: Client, db: None) -> None:
    answer = client.post(SIGNUP, form())
    assert answer["Location"] == reverse("account_email_verification_sent")
    user = User.objects.get()
    assert (user.email, user.name, user.role, user.is_staff) == ("new@example.org", "New Person", "member", False)
    assert [message.to for message in mail.outbox] == [["new@example.org"]]
    assert not is_in(client)
    assert client.get(link()).status_code == 200
    assert not EmailAddress.objects.get().verified
    client.post(link())
    assert EmailAddress.objects.get().verified
    assert is_in(client)


def test_an_address_that_is_not_proved_lets_nobody_in(client: Client, db: None) -> None:
    user = a_user("Una Proved", proved=False)
    answer = client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    assert answer["Location"] == reverse("account_email_verification_sent")
    assert not is_in(client)
    assert [message.to for message in mail.outbox] == [[user.email]]


def test_signing_up_with_a_known_address_looks_the_same(ada: User) -> None:
    answers = []
    for email in (ada.email, "unknown@example.org"):
        client = Client()
        posted = client.post(SIGNUP, form(email=email))
        after = client.get(posted["Location"])
        answers.append((posted.status_code, posted["Location"], sorted(posted.cookies), plain(after).replace(email, "")))
    assert answers[0] == answers[1]
    assert User.objects.count() == 2
    assert [message.to for message in mail.outbox] == [[ada.email], ["unknown@example.org"]]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "N" * 151}, "name"),
        ({"email": "nothing"}, "email"),
        ({"password1": "12345678901", "password2": "12345678901"}, "password1"),
        ({"password1": "short-1", "password2": "short-1"}, "password1"),
        ({"password2": "different-lantern"}, "password2"),
        ({"password1": "new@example.org", "password2": "new@example.org"}, "password1"),
    ],
)
def test_sign_up_names_what_is_wrong(client: Client, db: None, changed: dict[str, str], field: str) -> None:
    answer = client.post(SIGNUP, form(**changed))
    assert field in answer.context["form"].errors
    assert not User.objects.exists()


def test_nobody_signs_up_as_more_than_a_member(client: Client, db: None) -> None:
    client.post(SIGNUP, form(role="admin", is_staff="on", is_superuser="on", is_demo="on"))
    user = User.objects.get()
    assert (user.role, user.is_staff, user.is_demo) == ("member", False, False)


# --- In and out -------------------------------------------------------------------------------------------------------


def test_in_and_out_again(client: Client, ada: User, asked: list[str], django_capture_on_commit_callbacks: Any) -> None:
    answer = client.post(LOGIN, {"login": "ADA.Quist@Example.org", "password": PASSWORD})
    assert answer["Location"] == "/"
    assert is_in(client)
    assert client.get(LOGOUT).status_code in (200, 302)
    assert is_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(LOGOUT)
    assert not is_in(client)
    assert asked == [str(ada.public_id)]


@pytest.mark.parametrize("door", [LOGOUT, f"/{project.ADMIN_PATH}logout/"])
def test_when_sockets_ask_again_the_session_is_gone(
    client: Client, keeper: User, door: str, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    there: list[bool] = []
    client.force_login(keeper)
    key = client.session.session_key
    monkeypatch.setattr("members.endings.recheck", lambda _: there.append(Session.objects.filter(pk=key).exists()))
    monkeypatch.setattr("members.endings.transaction.on_commit", lambda call: call())
    client.post(door)
    assert there == [False]
    assert not is_in(client)


def test_when_sockets_ask_again_the_password_is_new(client: Client, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    stored: list[bool] = []
    client.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    monkeypatch.setattr("members.endings.recheck", lambda _: stored.append(User.objects.get(pk=ada.pk).check_password(NEW)))
    monkeypatch.setattr("members.endings.transaction.on_commit", lambda call: call())
    client.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW})
    assert stored == [True]


def test_signing_out_elsewhere_leaves_this_browser_in(ada: User) -> None:
    here, there = Client(), Client()
    for browser in (here, there):
        browser.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    there.post(LOGOUT)
    assert is_in(here)
    assert not is_in(there)


def test_every_door_of_accounts_wants_its_csrf_token(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    for address, body in (
        (LOGIN, {"login": ada.email, "password": PASSWORD}),
        (SIGNUP, form()),
        (RESET, {"email": ada.email}),
        ("/demo/enter/", {"key": str(ada.public_id)}),
    ):
        assert client.post(address, body).status_code == 403, address
    assert User.objects.count() == 1
    assert mail.outbox == []


def test_a_code_by_mail_stands_in_for_the_password(client: Client, ada: User) -> None:
    asked_for = client.post(CODE, {"email": ada.email})
    code = re.search(r"^([A-Z0-9]{3,}-?[A-Z0-9]*)$", str(mail.outbox[0].body), re.MULTILINE)
    assert code, mail.outbox[0].body
    client.post(asked_for["Location"], {"code": "WRONG-1"})
    assert not is_in(client)
    client.post(asked_for["Location"], {"code": code[1]})
    assert is_in(client)


def test_asking_for_a_code_looks_the_same_for_everybody(ada: User) -> None:
    answers = []
    for email in (ada.email, "nobody@example.org"):
        client = Client()
        posted = client.post(CODE, {"email": email})
        shown = plain(client.get(posted["Location"])).replace(email, "")
        answers.append((posted.status_code, posted["Location"], shown))
    assert answers[0] == answers[1]


def test_a_wrong_password_and_an_unknown_address_look_the_same(ada: User) -> None:
    pages = []
    for email in (ada.email, "nobody@example.org"):
        answer = Client().post(LOGIN, {"login": email, "password": "wrong-guess-1"})
        pages.append((answer.status_code, plain(answer).replace(email, "")))
    assert pages[0] == pages[1]


def test_five_wrong_passwords_close_the_door_for_that_login_on_page_and_api_alike(client: Client, ada: User) -> None:
    for number in range(5):
        client.post(LOGIN, {"login": ada.email, "password": f"wrong-guess-{number}"})
    page = client.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    assert "Too many" in page.content.decode()
    body = {"email": ada.email, "password": PASSWORD}
    assert client.post("/api/v1/auth/login/", body, content_type="application/json").status_code == 429
    assert not is_in(client)


@pytest.mark.parametrize(
    ("wish", "led"),
    [
        ("/profile/", "/profile/"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("https:evil.example", "/"),
        ("", "/"),
    ],
)
def test_one_is_led_on_only_within_the_house(client: Client, ada: User, wish: str, led: str) -> None:
    answer = client.post(LOGIN, {"login": ada.email, "password": PASSWORD, "next": wish})
    assert answer["Location"] == led


def test_a_session_gets_another_name_when_its_owner_signs_in(client: Client, ada: User) -> None:
    client.get(LOGIN)
    session = client.session
    session["before"] = True
    session.save()
    client.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    assert client.session.session_key != session.session_key


def test_a_login_that_is_switched_off_is_out_at_once(client: Client, ada: User) -> None:
    client.force_login(ada)
    assert is_in(client)
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert not is_in(client)
    answer = Client().post(LOGIN, {"login": ada.email, "password": PASSWORD})
    assert answer["Location"] == reverse("account_inactive")


def test_the_backend_lets_nobody_through_who_is_switched_off(ada: User, rf: RequestFactory) -> None:
    assert authenticate(rf.post("/"), email=ada.email, password=PASSWORD) == ada
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert authenticate(rf.post("/"), email=ada.email, password=PASSWORD) is None


# --- Elsewhere --------------------------------------------------------------------------------------------------------


def test_the_admin_signs_in_through_the_one_front_door(client: Client, ada: User, keeper: User) -> None:
    admin = f"/{project.ADMIN_PATH}"
    answer = client.get(admin, follow=True)
    assert answer.redirect_chain[-1][0].startswith(LOGIN)
    client.force_login(ada)
    assert client.get(admin, follow=True).status_code == 403
    client.force_login(keeper)
    assert client.get(admin).status_code == 200


@pytest.mark.parametrize("provider", ["github", "google", "oidc/oidc"])
def test_a_provider_that_is_not_set_up_is_not_there(client: Client, db: None, provider: str) -> None:
    assert provider.split("/")[0] not in client.get(LOGIN).content.decode().lower().replace("github.com", "")
    assert client.post(f"/accounts/{provider}/login/").status_code == 404


def test_a_provider_that_is_set_up_has_a_button_and_leads_there(client: Client, db: None, settings: Any) -> None:
    settings.SOCIALACCOUNT_PROVIDERS = {"github": {"APPS": [{"client_id": "our-id", "secret": "s", "key": ""}]}}
    assert "/accounts/github/login/" in client.get(LOGIN).content.decode()
    answer = client.post("/accounts/github/login/")
    assert answer["Location"].startswith("https://github.com/login/oauth/authorize?client_id=our-id")
    assert "code_challenge" in answer["Location"] or "state=" in answer["Location"]


@pytest.mark.parametrize(
    ("data", "name"),
    [
        ({"name": "Ada Quist"}, "Ada Quist"),
        ({"first_name": "Ada", "last_name": "Quist"}, "Ada Quist"),
        ({"username": "adaq"}, "adaq"),
        ({"name": "N" * 200}, "N" * 150),
        ({}, ""),
    ],
)
def test_what_a_provider_knows_becomes_the_name(rf: RequestFactory, data: dict[str, str], name: str) -> None:
    login = SocialLogin(user=User(), account=SocialAccount(provider="github", uid="1"))
    user = SocialAdapter().populate_user(rf.get("/"), login, {**data, "email": "Ada@Example.org"})
    assert (user.name, user.email) == (name, "ada@example.org")


def test_an_address_has_one_spelling() -> None:
    assert AccountAdapter().clean_email("  Ada@Example.ORG ") == "ada@example.org"


def test_a_manager_makes_users_with_one_spelling_and_an_address(db: None) -> None:
    assert User.objects.create_user(" Ada@Example.ORG", PASSWORD).email == "ada@example.org"
    assert User.objects.get_by_natural_key("ADA@example.org").check_password(PASSWORD)
    with pytest.raises(ValueError, match="e-mail"):
        User.objects.create_user("")
    keeper = User.objects.create_superuser("kim@example.org", PASSWORD, name="Kim")
    assert keeper.is_staff
    assert keeper.has_perm("anything")
    assert str(User(email="x@example.org")) == "x@example.org"
