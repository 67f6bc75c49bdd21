"""Fifty programs hold one refresh token and use it at one instant, over HTTP, with real commits, on every engine."""

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from members import tokens
from members.models import RefreshToken, TokenFamily

from .factories import a_user, bearer

REFRESH, PROFILE = "/api/v1/auth/refresh/", "/api/v1/auth/profile/"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def much_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The throttle would refuse the thirty-first; here it is the token that has to."""
    monkeypatch.setattr("members.throttles.LIMITS", {"refresh": ((1000, 60), (1000, 60))})


def refresh(token: str) -> Any:
    return Client().post(REFRESH, {"refresh": token}, content_type="application/json")


def test_of_fifty_at_once_one_succeeds_the_family_ends_and_the_owner_is_told_once(at_once: Callable[..., list[Any]]) -> None:
    user = a_user()
    pair, other = tokens.issue(user), tokens.issue(user)
    answers = at_once(lambda _index: refresh(pair.refresh), 50)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 401: 49}
    assert len({answer.content for answer in answers if answer.status_code == 401}) == 1
    won = next(answer.json() for answer in answers if answer.status_code == 200)
    assert Client().get(PROFILE, headers=bearer(won["access"])).status_code == 401
    assert refresh(won["refresh"]).status_code == 401
    assert TokenFamily.objects.filter(ended_at=None).count() == 1
    assert RefreshToken.objects.count() == 3
    assert [(letter.to, letter.subject) for letter in mail.outbox] == [([user.email], "We have ended one of your sign-ins")]
    assert Client().get(PROFILE, headers=bearer(other.access)).status_code == 200


def test_the_letter_says_what_happened_and_what_to_do_and_holds_no_token() -> None:
    user = a_user()
    pair = tokens.issue(user)
    second = refresh(pair.refresh).json()
    assert mail.outbox == []
    for _again in range(3):
        refresh(pair.refresh)
    assert len(mail.outbox) == 1
    body = mail.outbox[0].body
    for said in (
        "used a second time",
        "sign in again",
        "/accounts/password/reset/",
        f"{tokens.TokenFamily.objects.get().created_at:%Y}",
    ):
        assert said in body
    for secret in (pair.refresh, pair.access, second["refresh"]):
        assert secret not in body


def test_a_token_of_a_sign_in_that_its_owner_ended_alarms_nobody() -> None:
    pair = tokens.issue(a_user())
    Client().post("/api/v1/auth/logout/", {"refresh": pair.refresh}, content_type="application/json")
    assert refresh(pair.refresh).status_code == 401
    assert mail.outbox == []


def test_those_who_looked_before_the_family_ended_do_not_alarm_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = tokens.issue(a_user())
    monkeypatch.setattr("members.tokens._is_open", lambda family: True)
    answers = [refresh(pair.refresh).status_code for _ in range(4)]
    assert answers == [200, 401, 401, 401]
    assert len(mail.outbox) == 1
