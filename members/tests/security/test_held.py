"""A role that needs a second factor: nothing else opens before one is set up, at whichever door one knocks."""

from contextlib import suppress
from itertools import product
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as project
from django.core.checks import run_checks
from django.test import Client
from django.urls import Resolver404, resolve

from activity.live.admitting import Credentials, admit
from activity.live.socket import Refused
from config.tests.proof.surface import Door, doors
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members import tokens
from members.actions import create_key
from members.models import Scope, User
from members.roles import Role
from members.security.factors import lacks_factor
from members.security.held import _is_open
from members.tests.factories import PASSWORD, a_member, a_user, acting, bearer

from .ways import ACTIVATE, SECURITY, STEP, an_app, now_on, signed_in

API = "/api/v1/auth/profile/"


@pytest.fixture(autouse=True)
def required(settings: Any) -> None:
    """This installation wants admins and treasurers proved twice."""
    settings.REQUIRE_FACTOR_FOR = ["admin", "treasurer"]


def pages(cooperative: Cooperative) -> list[str]:
    return ["/", f"/c/{cooperative.slug}/", f"/c/{cooperative.slug}/members/", "/profile/", "/search/", f"/{project.ADMIN_PATH}"]


def test_by_default_nobody_is_held_back(settings: Any, ada: User, alder: Cooperative) -> None:
    settings.REQUIRE_FACTOR_FOR = []
    assert signed_in(ada).get(f"/c/{alder.slug}/").status_code == 200


def test_an_admin_without_a_factor_is_led_to_the_page_where_it_is_set_up(ada: User, alder: Cooperative) -> None:
    client = signed_in(ada)
    for address in pages(alder):
        answer = client.get(address)
        assert (answer.status_code, answer.headers.get("Location")) == (302, SECURITY), address
    page = client.get(SECURITY).content.decode()
    assert "Your role needs a second factor" in page


def test_then_they_set_it_up_and_go_on(ada: User, alder: Cooperative) -> None:
    client = signed_in(ada)
    secret = client.get(ACTIVATE).context["form"].secret
    client.post(ACTIVATE, {"code": now_on(secret)})
    assert client.get(f"/c/{alder.slug}/").status_code == 200


def test_they_may_still_sign_out_and_look_after_their_account(ada: User, alder: Cooperative) -> None:
    client = signed_in(ada)
    for address in (
        "/accounts/email/",
        "/accounts/password/change/",
        ACTIVATE,
        "/accounts/logout/",
        "/api/docs/",
        "/api/schema/",
    ):
        assert client.get(address).status_code == 200, address
    client.post("/accounts/logout/")
    assert client.get(SECURITY).status_code == 302


@pytest.mark.parametrize(("role", "is_held"), [("admin", True), ("treasurer", True), ("secretary", False), ("member", False)])
def test_which_roles_are_held_is_the_settings_choice(alder: Cooperative, role: str, is_held: bool) -> None:
    user = a_user("Olga Officer")
    a_member(alder, user, role)
    assert (signed_in(user).get("/").status_code == 302) is is_held


def test_one_role_anywhere_holds_everywhere(ada: User, ben: User, alder: Cooperative, stranger: User) -> None:
    birch = Cooperative.objects.get(slug="birch-lane")
    a_member(birch, ben, Role.TREASURER)
    assert signed_in(ben).get(f"/c/{alder.slug}/")["Location"] == SECURITY


def test_who_keeps_the_installation_counts_as_admin(keeper: User, settings: Any) -> None:
    assert signed_in(keeper).get(f"/{project.ADMIN_PATH}")["Location"] == SECURITY
    settings.REQUIRE_FACTOR_FOR = ["treasurer"]
    assert signed_in(keeper).get(f"/{project.ADMIN_PATH}").status_code == 200


def test_recovery_codes_alone_are_no_factor_and_a_factor_is_enough(ada: User, alder: Cooperative) -> None:
    secret = an_app(ada)
    client = signed_in(ada)
    client.post(STEP, {"code": now_on(secret)})
    assert client.get(f"/c/{alder.slug}/").status_code == 200


def test_a_fragment_is_led_as_a_whole_page(ada: User, alder: Cooperative) -> None:
    answer = signed_in(ada).get(f"/c/{alder.slug}/members/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (200, SECURITY)


# --- Programs -------------------------------------------------------------------------------------------------------------


def test_a_token_and_a_key_are_refused_with_the_cure(ada: User, alder: Cooperative, client: Client) -> None:
    with acting(ada) as actor:
        _key, text = create_key(actor, name="Script", scope=Scope.WRITE, days=7)
    for token in (tokens.issue(ada).access, text):
        answer = client.get(API, headers=bearer(token))
        assert (answer.status_code, answer["Content-Type"], answer.json()["code"]) == (
            403,
            "application/problem+json",
            "factor_required",
        )
        assert "Security" in answer.json()["detail"]
    an_app(ada)
    assert client.get(API, headers=bearer(tokens.issue(ada).access)).status_code == 200


def test_a_cookie_at_the_api_is_refused_the_same(ada: User, alder: Cooperative) -> None:
    assert signed_in(ada).get(API).json()["code"] == "factor_required"


def test_signing_in_through_the_api_says_what_is_missing(ada: User, alder: Cooperative, client: Client) -> None:
    words = {"email": ada.email, "password": PASSWORD}
    answer = client.post("/api/v1/auth/login/", words, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "factor_required")
    wrong = client.post("/api/v1/auth/login/", words | {"password": "wrong-guess-1"}, content_type="application/json")
    assert (wrong.status_code, wrong.json()["code"]) == (401, "invalid_login")


def test_sockets_are_refused(ada: User, ben: User, alder: Cooperative) -> None:
    def room(actor: Actor) -> Any:
        raise AssertionError("nobody asks for the room of who is held back")

    key = signed_in(ada).session.session_key
    for credentials in (Credentials(session=key or ""), Credentials(token=tokens.issue(ada).access)):
        with pytest.raises(Refused) as refused:
            admit(credentials, room)
        assert refused.value.code == 4403


# --- Every door -----------------------------------------------------------------------------------------------------------


# Their own sign-in, the description of the API, and what says no more than that the installation runs.
OPENED = {
    "auth-login", "auth-logout", "auth-refresh", "auth-register", "docs", "schema", "healthz", "metrics", "readyz",
    "members:demo_enter", "members:end_others", "members:end_place", "members:end_program", "members:go_on",
    "members:security", "members:sign_in_again", "accounts/password/set/",
}  # fmt: skip
SHUT_TO_NOBODY = {"healthz", "readyz", "metrics"}


def address_of(door: Door, cooperative: Cooperative) -> str:
    """An address of the door, with numbers, ids or words in it as its pattern wants them."""
    for values in product(("1", str(uuid4()), "member"), repeat=len(door.params)):
        address = door.address(dict(zip(door.params, values, strict=True)) | {"slug": cooperative.slug})
        with suppress(Resolver404):
            resolve(address)
            return address
    raise AssertionError(f"no address of {door} is known")


def test_every_door_there_is_is_shut_but_those_of_the_own_account(ada: User, alder: Cooperative) -> None:
    """Found by introspection: a later room's door is shut without being named anywhere."""
    client = signed_in(ada)
    tried, opened = 0, set()
    for door in (door for door in doors() if door.kind != "socket"):
        if _is_open(door.view) or door.route in SHUT_TO_NOBODY:
            opened.add(door.name)
            continue
        answer = client.generic(door.method.upper(), address_of(door, alder))
        led = answer.status_code == 302 and answer["Location"] == SECURITY
        assert led or (answer.status_code == 403 and answer.json()["code"] == "factor_required"), (door, answer.status_code)
        tried += 1
    assert tried > 60
    theirs = ("account_", "mfa_", "socialaccount_", "github_", "google_", "openid_connect_", "usersessions_")  # allauth's own
    assert {name for name in opened if not name.startswith(theirs)} == OPENED


def test_a_misspelt_role_stops_the_start(settings: Any) -> None:
    settings.REQUIRE_FACTOR_FOR = ["admin", "tresurer"]
    assert [(found.id, "tresurer" in str(found.msg)) for found in run_checks() if found.id == "members.E001"] == [
        ("members.E001", True)
    ]
    settings.REQUIRE_FACTOR_FOR = ["admin", "treasurer"]
    assert [found for found in run_checks() if found.id == "members.E001"] == []


def test_looking_costs_one_question_and_only_of_those_it_concerns(
    ben: User, alder: Cooperative, django_assert_num_queries: Any
) -> None:
    actor = Actor.of(ben)
    with django_assert_num_queries(0):
        assert not lacks_factor(actor)
