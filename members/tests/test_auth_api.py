"""Signing up, in and out through the API, and what it does not tell."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib.auth.hashers import BasePasswordHasher, MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from cooperatives.models import Cooperative
from members.models import TokenFamily, User

from .factories import PASSWORD, a_user, bearer

REGISTER, LOGIN, REFRESH, LOGOUT, PROFILE = (
    f"/api/v1/auth/{name}/" for name in ("register", "login", "refresh", "logout", "profile")
)


def post(client: Client, url: str, body: Any, **more: Any) -> Any:
    return client.post(url, body, content_type="application/json", **more)


def words(email: str = "ada.quist@example.org", password: str = PASSWORD, **more: str) -> dict[str, str]:
    return {"email": email, "password": password, **more}


def signed_in(client: Client, user: User) -> dict[str, Any]:
    response = post(client, LOGIN, words(user.email))
    assert response.status_code == 200, response.content
    found: dict[str, Any] = response.json()
    return found


def link_in(body: str) -> str:
    match = re.search(r"http://testserver(/accounts/\S+)", body)
    assert match, body
    return match[1]


# --- Signing up -----------------------------------------------------------------------------------------------------


def test_from_registration_to_the_first_request(client: Client, db: None) -> None:
    answer = post(client, REGISTER, words("New.Person@Example.ORG", name="New Person"))
    assert (answer.status_code, list(answer.json())) == (201, ["detail"])
    user = User.objects.get()
    assert (user.email, user.name, user.role) == ("new.person@example.org", "New Person", "member")
    assert post(client, LOGIN, words(user.email)).json()["code"] == "email_unverified"
    assert [message.to for message in mail.outbox] == [["new.person@example.org"]]
    assert client.post(link_in(str(mail.outbox[0].body))).status_code == 302
    tokens = signed_in(client, user)
    shown = client.get(PROFILE, headers=bearer(tokens["access"])).json()
    assert (shown["id"], shown["name"], shown["email"]) == (str(user.public_id), "New Person", "new.person@example.org")


def test_registering_a_known_address_says_the_same_and_tells_its_owner(client: Client, ada: User) -> None:
    known = post(client, REGISTER, words(ada.email, name="Mallory"))
    new = post(client, REGISTER, words("new@example.org", name="Mallory"))
    assert (known.status_code, known.json()) == (new.status_code, new.json()) == (201, known.json())
    by_lot = {"X-Request-ID"}
    assert {key: known[key] for key in known.headers.keys() - by_lot} == {key: new[key] for key in new.headers.keys() - by_lot}
    assert known.cookies == new.cookies
    assert [message.to[0] for message in mail.outbox] == [ada.email, "new@example.org"]
    assert "There is one already" in str(mail.outbox[0].body)
    ada.refresh_from_db()
    assert ada.name == "Ada Quist"
    assert ada.check_password(PASSWORD)


@pytest.mark.parametrize("known", [True, False])
def test_a_weak_password_is_refused_whether_or_not_the_address_is_known(client: Client, ada: User, known: bool) -> None:
    email = ada.email if known else "new@example.org"
    answer = post(client, REGISTER, words(email, "password12", name="Mallory"))
    assert answer.status_code == 400
    assert answer.json()["errors"] == {"password": ["This password is too common."]}
    assert mail.outbox == []


def test_both_ways_of_registering_hash_once(client: Client, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: hashed.append(password) or encode(self, password, salt)
    )
    for email in (ada.email, "new@example.org"):
        hashed.clear()
        post(client, REGISTER, words(email, name="Mallory"))
        assert len(hashed) == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "no address", "password": PASSWORD, "name": "N"}, "email"),
        ({"email": "a@example.org", "password": "short", "name": "N"}, "password"),
        ({"email": "a@example.org", "password": PASSWORD, "name": ""}, "name"),
        ({"email": "a@example.org", "password": PASSWORD, "name": "N" * 151}, "name"),
        ({"email": "a@example.org", "password": PASSWORD, "name": "a\x00b"}, "name"),
        ({"email": "a@example.org", "password": "x" * 129, "name": "N"}, "password"),
        ({"email": "a@example.org", "password": PASSWORD, "name": "N", "role": "admin"}, "role"),
        ({"email": "a@example.org", "password": PASSWORD, "name": "N", "is_active": True}, "is_active"),
        ({"email": "a@example.org", "name": "N"}, "password"),
        ({"email": ["a@example.org"], "password": PASSWORD, "name": "N"}, "email"),
    ],
)
def test_registration_names_the_field_that_is_wrong(client: Client, db: None, body: dict[str, Any], field: str) -> None:
    answer = post(client, REGISTER, body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"
    assert list(answer.json()["errors"]) == [field]
    assert not User.objects.exists()


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe", b'{"email": {}}', b"[" * 5000])
@pytest.mark.parametrize("url", [REGISTER, LOGIN, REFRESH])
def test_a_body_that_is_none_is_a_clear_400(client: Client, db: None, url: str, body: bytes) -> None:
    answer = client.generic("POST", url, body, content_type="application/json")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


@pytest.mark.django_db(transaction=True)
def test_of_many_who_register_one_address_at_once_one_login_comes(at_once: Callable[..., list[Any]]) -> None:
    answers = at_once(lambda _index: post(Client(), REGISTER, words("new@example.org", name="New")).status_code, 4)
    assert answers == [201] * 4
    assert User.objects.count() == EmailAddress.objects.count() == 1


def test_registering_opens_no_session(client: Client, db: None) -> None:
    post(client, REGISTER, words("new@example.org", name="New"))
    assert client.cookies == {}


# --- Signing in -----------------------------------------------------------------------------------------------------


def test_what_a_sign_in_hands_out(client: Client, ada: User, alder: Cooperative) -> None:
    answer = post(client, LOGIN, words("ADA.Quist@example.org "))
    body = answer.json()
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    assert body.keys() == {"access", "refresh", "token_type", "expires_at", "cooperative", "user"}
    assert body["user"]["id"] == str(ada.public_id)
    assert body["user"]["cooperatives"] == [{"id": alder.pk, "slug": alder.slug, "name": "Alder Yard", "member_role": "admin"}]
    assert client.cookies == {}


def test_an_unknown_address_and_a_wrong_password_answer_alike(client: Client, ada: User) -> None:
    wrong = post(client, LOGIN, words(ada.email, "not-this-one-1"))
    unknown = post(client, LOGIN, words("nobody@example.org", "not-this-one-1"))
    unproved = post(client, LOGIN, words(a_user("Una Proved", proved=False).email, "not-this-one-1"))
    off = post(client, LOGIN, words(a_user("Otto Off", is_active=False).email, "not-this-one-1"))
    assert wrong.json()["code"] == "invalid_login"
    for other in (unknown, unproved, off):
        assert (other.status_code, other.json()) == (wrong.status_code, wrong.json()) == (401, wrong.json())


def test_an_unknown_address_costs_a_hash_too(client: Client, ada: User, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(
        MD5PasswordHasher, "encode", lambda self, password, salt: hashed.append(password) or encode(self, password, salt)
    )
    assert issubclass(MD5PasswordHasher, BasePasswordHasher)
    for email in (ada.email, "nobody@example.org"):
        hashed.clear()
        post(client, LOGIN, words(email, "not-this-one-1"))
        assert hashed == ["not-this-one-1"]


def test_an_address_that_is_not_proved_is_named_after_the_right_password_only(client: Client, db: None) -> None:
    user = a_user("Una Proved", proved=False)
    answer = post(client, LOGIN, words(user.email))
    assert (answer.status_code, answer.json()["code"]) == (403, "email_unverified")
    assert [message.to for message in mail.outbox] == [[user.email]]
    post(client, LOGIN, words(user.email))
    assert len(mail.outbox) == 1
    assert not TokenFamily.objects.exists()


def test_a_login_that_is_switched_off_gets_no_token(client: Client, db: None) -> None:
    answer = post(client, LOGIN, words(a_user("Otto Off", is_active=False).email))
    assert (answer.status_code, answer.json()["code"]) == (403, "switched_off")
    assert not TokenFamily.objects.exists()


def test_five_wrong_passwords_close_the_door_for_that_login_alone(client: Client, ada: User) -> None:
    other = a_user("Olga Other")
    codes = [post(client, LOGIN, words(ada.email, f"wrong-guess-{number}")).status_code for number in range(6)]
    assert codes == [401] * 5 + [429]
    assert post(client, LOGIN, words(ada.email)).json()["code"] == "throttled"
    assert post(client, LOGIN, words(other.email)).status_code == 200


def test_knocking_is_counted_for_each_login_name(client: Client, db: None) -> None:
    codes = {post(client, REGISTER, words("new@example.org", name="New")).status_code for _ in range(5)}
    answer = post(client, REGISTER, words("NEW@example.org ", name="New"))
    assert codes == {201}
    assert (answer.status_code, answer.json()["code"]) == (429, "throttled")
    assert 0 < int(answer["Retry-After"]) <= 3601
    assert post(client, REGISTER, words("other@example.org", name="New")).status_code == 201


def test_a_second_factor_is_asked_for_and_each_code_works_once(client: Client, ada: User) -> None:
    secret = generate_totp_secret()
    TOTP.activate(ada, secret)
    code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
    without = post(client, LOGIN, words(ada.email))
    assert (without.status_code, without.json()["code"], without.json()["field"]) == (401, "code_required", "code")
    assert post(client, LOGIN, words(ada.email, code="000000")).status_code == 401
    assert post(client, LOGIN, words(ada.email, code=code)).status_code == 200
    assert post(client, LOGIN, words(ada.email, code=code)).status_code == 401


def test_a_recovery_code_stands_in_for_the_second_factor_once(client: Client, ada: User) -> None:
    TOTP.activate(ada, generate_totp_secret())
    code = RecoveryCodes.activate(ada).get_unused_codes()[0]
    assert post(client, LOGIN, words(ada.email, code=code)).status_code == 200
    assert post(client, LOGIN, words(ada.email, code=code)).status_code == 401


def test_a_bad_token_in_the_header_does_not_close_the_door(client: Client, ada: User) -> None:
    assert post(client, LOGIN, words(ada.email), headers=bearer("rubbish")).status_code == 200


@pytest.mark.parametrize("url", [REGISTER, LOGIN, REFRESH, LOGOUT])
@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_the_doors_open_to_post_alone(client: Client, db: None, url: str, method: str) -> None:
    assert getattr(client, method)(url).status_code == 405


# --- Refreshing and leaving -----------------------------------------------------------------------------------------


def test_refreshing_hands_out_new_tokens_and_a_second_use_ends_everything(client: Client, ada: User) -> None:
    first = signed_in(client, ada)
    second = post(client, REFRESH, {"refresh": first["refresh"]}).json()
    assert second["refresh"] != first["refresh"]
    assert client.get(PROFILE, headers=bearer(second["access"])).status_code == 200
    replay = post(client, REFRESH, {"refresh": first["refresh"]})
    assert (replay.status_code, replay.json()["code"]) == (401, "refresh_over")
    assert client.get(PROFILE, headers=bearer(second["access"])).status_code == 401
    assert post(client, REFRESH, {"refresh": second["refresh"]}).json() == replay.json()


@pytest.mark.parametrize("by", ["refresh", "bearer"])
def test_leaving_ends_the_sign_in(client: Client, ada: User, by: str) -> None:
    mine, other = signed_in(client, ada), signed_in(client, ada)
    if by == "refresh":
        answer = post(client, LOGOUT, {"refresh": mine["refresh"]})
    else:
        answer = post(client, LOGOUT, {}, headers=bearer(mine["access"]))
    assert answer.status_code == 204
    assert client.get(PROFILE, headers=bearer(mine["access"])).status_code == 401
    assert post(client, REFRESH, {"refresh": mine["refresh"]}).status_code == 401
    assert client.get(PROFILE, headers=bearer(other["access"])).status_code == 200


def test_leaving_twice_or_with_an_unknown_token_is_quiet(client: Client, ada: User) -> None:
    mine = signed_in(client, ada)
    assert [post(client, LOGOUT, {"refresh": mine["refresh"]}).status_code for _ in range(2)] == [204, 204]
    assert post(client, LOGOUT, {"refresh": "unknown"}).status_code == 204


def test_leaving_without_a_token_says_what_to_send(client: Client, ada: User) -> None:
    answer = post(client, LOGOUT, {})
    assert (answer.status_code, answer.json()["field"]) == (400, "refresh")


# --- What a token opens -----------------------------------------------------------------------------------------------


def test_a_token_speaks_for_itself_beside_a_cookie(client: Client, ada: User, stranger: User) -> None:
    client.force_login(stranger)
    shown = client.get(PROFILE, headers=bearer(signed_in(Client(), ada)["access"])).json()
    assert shown["id"] == str(ada.public_id)


def test_a_token_needs_no_csrf_and_a_cookie_does(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    access = signed_in(Client(), ada)["access"]
    body = {"name": "Ada Q.", "version": 1}
    assert client.patch(PROFILE, body, content_type="application/json", headers=bearer(access)).status_code == 200
    client.force_login(ada)
    assert client.patch(PROFILE, body, content_type="application/json").status_code == 403


@pytest.mark.parametrize("header", ["Bearer rubbish", "Bearer ", "Bearer", "bearer a.b.c"])
def test_a_bad_token_is_a_401_that_offers_the_scheme(client: Client, db: None, header: str) -> None:
    answer = client.get(PROFILE, headers={"Authorization": header})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'


def test_addresses_are_as_agreed() -> None:
    assert [reverse(f"auth-{name}") for name in ("register", "login", "refresh", "logout", "profile")] == [
        REGISTER, LOGIN, REFRESH, LOGOUT, PROFILE,
    ]  # fmt: skip
