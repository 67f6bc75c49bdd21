"""Knocking: how often one network and one login name may, counted by all workers together."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import Client, RequestFactory

from config.tests.proof.surface import doors
from cooperatives.rest.allowance import Allowance
from members.models import User
from members.throttles import LIMITS, Knocking, network_of

from .browser import CODE, LOGIN, RESET, SIGNUP, form
from .factories import PASSWORD

# --- Knocking ---------------------------------------------------------------------------------------------------------


class Door:
    knock_scope, knock_field = "register", "email"


class Request:
    """What a throttle reads of a request."""

    def __init__(self, rf: RequestFactory, email: str = "", address: str = "203.0.113.9") -> None:
        self._request = rf.post("/", REMOTE_ADDR=address)
        self.data = {"email": email}


def test_one_network_may_knock_so_often_and_again_in_the_next_window(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1_000_000_000.0
    monkeypatch.setattr(Knocking, "clock", staticmethod(lambda: now))
    most, span = LIMITS["register"][0]
    knocks = [Knocking().allow_request(Request(rf, f"p{number}@example.org"), Door()) for number in range(most + 1)]
    assert knocks == [True] * most + [False]
    assert Knocking().allow_request(Request(rf, "other@example.org", "203.0.113.10"), Door())
    throttle = Knocking()
    assert not throttle.allow_request(Request(rf), Door())
    assert throttle.wait() == span - now % span
    now += span
    assert Knocking().allow_request(Request(rf), Door())


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("", "unknown"),
    ],
)
def test_a_household_is_one_network(rf: RequestFactory, address: str, network: str) -> None:
    assert network_of(rf.get("/", REMOTE_ADDR=address)) == network


def test_a_forwarded_address_is_believed_behind_a_proxy_alone(rf: RequestFactory, settings: Any) -> None:
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.9"})
    assert network_of(request) == "10.0.0.1"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    assert network_of(request) == "203.0.113.9"


def test_one_address_is_one_however_it_is_written(rf: RequestFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Knocking, "clock", staticmethod(lambda: 1_000_000_000.0))
    most = LIMITS["register"][1][0]
    spellings = ["spelled@example.org", "Spelled@Example.ORG", " SPELLED@example.org "] * most
    knocks = [Knocking().allow_request(Request(rf, spelled), Door()) for spelled in spellings[: most + 1]]
    assert knocks == [True] * most + [False]


def test_knocks_at_one_instant_are_all_counted(rf: RequestFactory, at_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Knocking, "clock", staticmethod(lambda: 1_000_000_000.0))
    most = LIMITS["register"][1][0]
    knocks = at_once(lambda _index: Knocking().allow_request(Request(rf, "one@example.org"), Door()), 16)
    assert sorted(knocks) == [False] * (16 - most) + [True] * most


# --- Every door -------------------------------------------------------------------------------------------------------

JSON = {"content_type": "application/json"}
WRONG = "wrong-guess-77"
SIGN_IN, CODE_OF_API = "/api/v1/auth/login/", {"password": PASSWORD, "code": "000000"}


def api(client: Client, email: str, **words: str) -> Any:
    return client.post(SIGN_IN, {"email": email, "password": WRONG, **words}, **JSON)


def refresh(client: Client, number: int) -> Any:
    return client.post("/api/v1/auth/refresh/", {"refresh": "one and the same"}, **JSON)


# Door -> what is sent the nth time, and how many times it is answered before it is too many.
BURSTS: dict[str, tuple[Callable[[Client, int], Any], int]] = {
    "page sign-in, one network": (lambda it, n: it.post(LOGIN, {"login": f"p{n}@example.org", "password": WRONG}), 10),
    "page sign-in, one login": (lambda it, n: away(n).post(LOGIN, {"login": "p@example.org", "password": WRONG}), 5),
    "page sign-up, one network": (lambda it, n: it.post(SIGNUP, form(email=f"p{n}@example.org")), 20),
    "page reset, one network": (lambda it, n: it.post(RESET, {"email": f"p{n}@example.org"}), 20),
    "page reset, one address": (lambda it, n: away(n).post(RESET, {"email": "p@example.org"}), 5),
    "page code, one network": (lambda it, n: Client().post(CODE, {"email": f"p{n}@example.org"}), 20),
    "page code, one address": (lambda it, n: away(n).post(CODE, {"email": "p@example.org"}), 3),
    "API sign-in, one network": (lambda it, n: api(it, f"p{n}@example.org"), 10),
    "API sign-in, one login": (lambda it, n: api(away(n), "p@example.org"), 5),
    "API second factor, one login": (lambda it, n: api(away(n), "ada.quist@example.org", **CODE_OF_API), 5),
    "API refresh, one token": (lambda it, n: refresh(away(n), n), 30),
}  # fmt: skip


def away(number: int) -> Client:
    """A browser in yet another network."""
    return Client(REMOTE_ADDR=f"198.51.100.{number}")


@pytest.mark.parametrize("door", BURSTS)
def test_so_often_and_then_it_is_too_many(ada: User, door: str) -> None:
    TOTP.activate(ada, generate_totp_secret())
    send, most = BURSTS[door]
    with time_machine.travel("2026-11-20T10:00:00Z", tick=False):
        client = Client()
        answers = [send(client, number) for number in range(most + 1)]
    assert [number for number, answer in enumerate(answers) if is_refused(answer)] == [most]


def is_refused(answer: Any) -> bool:
    """Whether somebody came too often: as a status, or as the form's own words."""
    return answer.status_code == 429 or "Too many" in answer.content.decode()


def test_every_door_of_the_api_counts_and_none_counts_by_reading_and_writing_back() -> None:
    ours = [door for door in doors() if door.kind == "api" and door.is_ours]
    assert len(ours) >= 30
    counting = {door.name: tuple(door.viewset.throttle_classes) for door in ours}
    assert {name: found for name, found in counting.items() if found not in ((Allowance,), (Knocking,))} == {}
