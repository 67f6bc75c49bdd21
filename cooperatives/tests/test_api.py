"""The API of cooperatives, and the manners every address of the API shares."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import User

Pair = tuple[Cooperative, Actor]
ROOT = "/api/v1/cooperatives/"


class Api:
    """A signed-in client that speaks JSON."""

    def __init__(self, user: User | None = None, **options: Any) -> None:
        self.client = Client(**options)
        if user is not None:
            self.client.force_login(user)

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        content = body if isinstance(body, bytes) else json.dumps(body)
        send = {"data": content, "content_type": "application/json"} if body is not None else {}
        return getattr(self.client, method)(path, headers=headers, **send)


@pytest.fixture
def marta(linden: Pair) -> Api:
    return Api(linden[1].user)


@pytest.mark.parametrize("name", ["cooperatives", "organizations", "chamas"])
def test_one_resource_under_three_names(name: str, marta: Api, linden: Pair) -> None:
    answer = marta("get", f"/api/v1/{name}/").json()
    assert [row["name"] for row in answer["results"]] == ["Linden Court"]
    assert marta("get", f"/api/v1/{name}/{linden[0].pk}/").json()["title"] == "Linden Court"


def test_founding_by_api_makes_an_admin(person: Callable[[str], User]) -> None:
    user = person("Amina")
    api = Api(user)
    answer = api("post", "/api/v1/chamas/", {"title": "Kilele", "description": "Code together", "currency": "KES"})
    body = answer.json()
    assert answer.status_code == 201
    assert (body["name"], body["kind"], body["creator"], body["version"]) == ("Kilele", "chama", str(user.public_id), 1)
    assert answer["ETag"] == '"1"'
    assert api("get", f"{ROOT}{body['id']}/").json() == body


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, {"name": "New"}, 428),
        ({}, {"name": "New", "version": 1}, 200),
        ({"If-Match": '"1"'}, {"name": "New"}, 200),
        ({"If-Match": '"7"'}, {"name": "New"}, 412),
        ({"If-Match": "what?"}, {"name": "New"}, 412),
        ({}, {"name": "New", "version": 7}, 409),
        ({}, {"name": "New", "version": "x"}, 400),
    ],
)
def test_a_write_says_which_version_it_changes(
    headers: dict[str, str], body: dict[str, Any], status: int, marta: Api, linden: Pair
) -> None:
    answer = marta("patch", f"{ROOT}{linden[0].pk}/", body, **headers)
    assert answer.status_code == status, answer.content
    linden[0].refresh_from_db()
    assert linden[0].name == ("New" if status == 200 else "Linden Court")
    if status in (409, 412):
        assert answer.json()["current"]["name"] == "Linden Court"


def test_put_needs_a_name(marta: Api, linden: Pair) -> None:
    answer = marta("put", f"{ROOT}{linden[0].pk}/", {"version": 1})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["name"])


def test_a_foreign_id_and_no_id_are_the_same(marta: Api, kilele: Pair) -> None:
    for method in ("get", "put", "patch"):
        body = None if method == "get" else {"name": "Ours", "version": 1}
        foreign = marta(method, f"{ROOT}{kilele[0].pk}/", body)
        missing = marta(method, f"{ROOT}999999999/", body)
        assert (foreign.status_code, foreign.content) == (missing.status_code, missing.content)
        assert foreign.status_code == 404
        assert foreign["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"3", 400),
        (b'"text"', 400),
        (b"\xff\xfe{}", 400),
        (b"[" * 20_000, 400),
        (b"[]", 400),
        (b'{"name": {"a": 1}}', 400),
        (b'{"name": ["x"]}', 400),
        (b'{"name": "nul \\u0000"}', 400),
        (b'{"name": ""}', 400),
        (b'{"name": "' + b"x" * 10_000 + b'"}', 400),
        (b'{"name": "x", "nonsense": 1}', 400),
        (b'{"name": "x", "kind": "club"}', 400),
        (b'{"name": "x", "currency": "euro"}', 400),
        (b'{"name": "x", "currency": "eur"}', 422),
        (b'{"name": "x", "hue": 1e400}', 400),
        (b'{"name": "x", "time_zone": "Mars/Olympus"}', 422),
        (b'{"name": "' + "منزل 🏡 <b>".encode() + b'"}', 201),
    ],
)
def test_bad_input_is_a_problem_document(body: bytes, status: int, person: Callable[[str], User]) -> None:
    answer = Api(person("Marta"))("post", ROOT, body)
    assert answer.status_code == status, answer.content
    assert Cooperative.objects.count() == (1 if status == 201 else 0)
    if status != 201:
        problem = answer.json()
        assert answer["Content-Type"] == "application/problem+json"
        assert {"type", "title", "status", "code", "detail"} <= problem.keys()
        assert (problem["status"], bool(problem["detail"])) == (status, True)


def test_an_oversize_body_is_413(person: Callable[[str], User], settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    answer = Api(person("Marta"))("post", ROOT, {"name": "x" * 5000})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.django_db
def test_a_visitor_is_asked_to_sign_in() -> None:
    for method in ("get", "post"):
        answer = Api()(method, ROOT, {"name": "x"} if method == "post" else None)
        assert (answer.status_code, answer["WWW-Authenticate"]) == (401, 'Bearer realm="api"')


@pytest.mark.django_db
def test_a_token_that_never_was_is_401_even_beside_a_cookie(linden: Pair) -> None:
    answer = Api(linden[1].user)("get", ROOT, Authorization="Bearer nonsense")
    assert (answer.status_code, answer.json()["code"]) == (401, "authentication_failed")


def test_a_cookie_brings_its_csrf_token(linden: Pair) -> None:
    answer = Api(linden[1].user, enforce_csrf_checks=True)("post", ROOT, {"name": "x"})
    assert answer.status_code == 403
    assert "CSRF" in answer.json()["detail"]


def test_other_methods_and_forms_are_refused_clearly(marta: Api, linden: Pair) -> None:
    assert marta("delete", f"{ROOT}{linden[0].pk}/").status_code == 405
    answer = marta.client.post(ROOT, "name=x", content_type="application/x-www-form-urlencoded")
    assert (answer.status_code, answer.json()["title"]) == (415, "Send JSON")


def test_lists_are_paged_and_capped(marta: Api) -> None:
    assert marta("get", f"{ROOT}?page_size=100000").json().keys() == {"count", "next", "previous", "results"}
    assert marta("get", f"{ROOT}?page=99").status_code == 404


def test_a_list_costs_the_same_for_one_and_three(marta: Api, linden: Pair) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert marta("get", ROOT).status_code == 200
        return len(captured)

    one = count()
    for name in ("Second", "Third"):
        marta("post", ROOT, {"name": name})
    assert count() == one


def test_answers_are_private(marta: Api) -> None:
    assert marta("get", ROOT)["Cache-Control"] == "private, no-store"


def test_two_names_that_differ_are_refused(marta: Api, linden: Pair) -> None:
    answer = marta("patch", f"{ROOT}{linden[0].pk}/", {"name": "One", "title": "Two", "version": 1})
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["title"])
    both = marta("patch", f"{ROOT}{linden[0].pk}/", {"name": "One", "title": "One", "version": 1})
    assert (both.status_code, both.json()["title"]) == (200, "One")


@pytest.mark.parametrize("method", ["put", "patch"])
def test_the_kind_is_never_changed_silently(marta: Api, linden: Pair, method: str) -> None:
    path = f"{ROOT}{linden[0].pk}/"
    refused = marta(method, path, {"name": "Linden", "kind": "chama", "version": 1})
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["kind"])
    kept = marta(method, path, {"name": "Linden", "kind": "housing", "version": 1})
    assert (kept.status_code, kept.json()["kind"], kept.json()["name"]) == (200, "housing", "Linden")
    without = marta(method, path, {"name": "Linden Yard", "version": 2})
    assert (without.status_code, without.json()["kind"]) == (200, "housing")


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "-Infinity", "9" * 5000])
@pytest.mark.parametrize("field", ["name", "hue", "is_listed", "version"])
def test_numbers_that_json_does_not_have(marta: Api, linden: Pair, field: str, number: str) -> None:
    facts = {"name": '"Linden"', "version": "1", field: number}
    body = "{" + ", ".join(f'"{key}": {value}' for key, value in facts.items()) + "}"
    answer = marta("patch", f"{ROOT}{linden[0].pk}/", body.encode())
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")
    assert Cooperative.objects.get(pk=linden[0].pk).version == 1
