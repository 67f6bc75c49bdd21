"""Knocking: how often one network and one login name may, counted by all workers together."""

from typing import Any

import pytest
from django.test import RequestFactory

from members.throttles import LIMITS, Knocking, network_of

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


def test_knocks_at_one_instant_are_all_counted(rf: RequestFactory, at_once: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Knocking, "clock", staticmethod(lambda: 1_000_000_000.0))
    most = LIMITS["register"][1][0]
    knocks = at_once(lambda _index: Knocking().allow_request(Request(rf, "one@example.org"), Door()), 16)
    assert sorted(knocks) == [False] * (16 - most) + [True] * most
