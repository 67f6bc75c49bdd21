"""The allowance of the API: each login and each key has its own, and every answer says what is left of it."""

import uuid
from typing import Any

import pytest
from django.test import Client

from members import tokens
from members.actions import create_key
from members.models import User
from members.tests.factories import a_user, acting, bearer

ROOT = "/api/v1/cooperatives/"


@pytest.fixture(autouse=True)
def of_three(settings: Any, db: None) -> None:
    """Three requests a minute, counted from zero, all in one window."""
    settings.API_LIMIT = 3
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": f"t-{uuid.uuid4().hex}"}}


@pytest.fixture(autouse=True)
def one_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cooperatives.counting.time.time", lambda: 6010.0)


def by_token(user: User) -> dict[str, str]:
    return bearer(tokens.issue(user).access)


def by_key(user: User, name: str = "Sheet") -> dict[str, str]:
    with acting(user) as actor:
        return bearer(create_key(actor, name=name)[1])


def ask(headers: dict[str, str], count: int = 1) -> Any:
    for _ in range(count):
        answer = Client().get(ROOT, headers=headers)
    return answer


def test_every_answer_says_what_is_left() -> None:
    headers = by_token(a_user())
    shown = [ask(headers) for _ in range(4)]
    assert [answer["RateLimit"] for answer in shown] == [f'"api";r={left};t=50' for left in (2, 1, 0, 0)]
    assert {answer["RateLimit-Policy"] for answer in shown} == {'"api";q=3;w=60'}
    assert [answer.status_code for answer in shown] == [200, 200, 200, 429]


def test_one_too_many_is_a_problem_that_says_when_to_come_again() -> None:
    answer = ask(by_token(a_user()), 4)
    assert (answer["Content-Type"], answer.json()["code"]) == ("application/problem+json", "throttled")
    assert answer["Retry-After"] == "51"


def test_all_sign_ins_of_a_login_count_together_and_each_key_alone() -> None:
    user, other = a_user(), a_user("Olga Other")
    first, second = by_key(user, "First"), by_key(user, "Second")
    ask(by_token(user), 2)
    assert ask(by_token(user)).status_code == 200
    assert ask(by_token(user)).status_code == 429
    assert ask(first, 3).status_code == 200
    assert ask(first).status_code == 429
    assert ask(second).status_code == 200
    assert ask(by_token(other)).status_code == 200


def test_a_session_counts_with_its_login() -> None:
    user, client = a_user(), Client()
    client.force_login(user)
    ask(by_token(user), 2)
    assert [client.get(ROOT).status_code for _ in range(2)] == [200, 429]


def test_nobody_is_counted_before_they_are_known() -> None:
    answers = [Client().get(ROOT, headers=bearer("rubbish")) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {401}
    assert not answers[-1].has_header("RateLimit")


def test_nought_counts_nothing(settings: Any) -> None:
    settings.API_LIMIT = 0
    answer = ask(by_token(a_user()), 5)
    assert (answer.status_code, answer.has_header("RateLimit")) == (200, False)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_without_its_store_each_process_counts_for_itself(settings: Any) -> None:
    cache = {"BACKEND": "config.caching.SteadyCache", "LOCATION": "redis://127.0.0.1:1/0", "KEY_PREFIX": uuid.uuid4().hex}
    settings.CACHES = {"default": {**cache, "OPTIONS": {"socket_connect_timeout": 0.2}}}
    answers = [ask(by_token(user)) for user in [a_user()] * 4]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
