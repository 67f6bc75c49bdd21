"""Problem documents (RFC 9457): one shape for every refusal of the API, with the field and the cure."""

import io
import json
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.test import Client
from rest_framework import exceptions, serializers
from rest_framework.test import APIRequestFactory

from cooperatives.actions import Conflict, Forbidden, Invalid, NotFound, RuleBroken, Stale
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.rest import (
    BoundedJSON,
    Pager,
    PreconditionRequired,
    StrictSerializer,
    VersionField,
    document,
    one_of,
    problem,
)
from cooperatives.rest.schema import READING, WRITING, document_problems
from cooperatives.rest.views import _ETAG

Pair = tuple[Cooperative, Actor]


def told(error: Exception, view: Any = None, **headers: str) -> Any:
    """The answer to an error, raised while a request with these headers was served."""
    return problem(error, {"request": APIRequestFactory().get("/", headers=headers), "view": view})


@pytest.mark.parametrize(
    ("error", "status", "code", "title"),
    [
        (RuleBroken("too_late", "The vote is over."), 422, "too_late", "A rule says no"),
        (RuleBroken(), 422, "rule_broken", "A rule says no"),
        (Invalid("unreadable", "Write a number."), 400, "unreadable", "The input is not right"),
        (Forbidden(), 403, "forbidden", "Not for your role"),
        (NotFound(), 404, "not_found", "Not found"),
        (Conflict("full", "The lane is full."), 409, "full", "It does not fit what is there now"),
        (Http404("secret table"), 404, "not_found", "Not found"),
        (PermissionDenied("secret rule"), 403, "permission_denied", "Not for your role"),
        (exceptions.ParseError("The body is not JSON."), 400, "parse_error", "The input is not right"),
        (exceptions.NotAuthenticated(), 401, "not_authenticated", "Sign in first"),
        (exceptions.AuthenticationFailed("Ended."), 401, "authentication_failed", "Sign in first"),
        (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed", "This method is not offered here"),
        (exceptions.NotAcceptable(), 406, "not_acceptable", "This form is not offered here"),
        (exceptions.UnsupportedMediaType("text/xml"), 415, "unsupported_media_type", "Send JSON"),
        (exceptions.Throttled(), 429, "throttled", "Too many requests"),
        (PreconditionRequired(), 428, "version_required", "Say which version"),
        (exceptions.APIException("Odd."), 500, "error", "Not done"),
    ],
)
def test_every_refusal_has_one_shape(error: Exception, status: int, code: str, title: str) -> None:
    answer = told(error)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer["Cache-Control"] == "private, no-store"
    body = answer.data
    assert {"type", "title", "status", "code", "detail"} == body.keys()
    assert (body["type"], body["title"], body["status"], body["code"]) == ("about:blank", title, status, code)
    assert "secret" not in body["detail"]


def test_who_may_not_is_told_whom_to_ask() -> None:
    sentence = "Your role does not include this. Ask an administrator of the cooperative."
    for error, said in ((exceptions.PermissionDenied(), sentence), (exceptions.PermissionDenied("Use a key."), "Use a key.")):
        assert told(error).data["detail"] == said


def test_a_defect_stays_a_defect() -> None:
    assert told(ZeroDivisionError()) is None
    assert told(KeyError("name")) is None


def test_a_rule_names_its_field_and_adds_what_the_client_needs() -> None:
    body = told(RuleBroken("too_many", "At most three.", "seqs", most=3)).data
    assert body["field"] == "seqs"
    assert body["errors"] == {"seqs": ["At most three."]}
    assert (body["most"], body["detail"]) == (3, "At most three.")


def test_who_must_sign_in_is_told_how() -> None:
    error = exceptions.NotAuthenticated()
    error.auth_header = 'Bearer realm="api"'  # type: ignore[attr-defined]
    assert told(error)["WWW-Authenticate"] == 'Bearer realm="api"'
    assert not told(exceptions.NotAuthenticated()).has_header("WWW-Authenticate")


@pytest.mark.parametrize(("wait", "seconds"), [(0.2, "1"), (1, "2"), (59.9, "60")])
def test_who_asks_too_often_is_told_when_to_come_back(wait: float, seconds: str) -> None:
    error = exceptions.Throttled()
    error.wait = wait
    assert told(error)["Retry-After"] == seconds
    assert not told(exceptions.Throttled()).has_header("Retry-After")


@pytest.mark.parametrize(
    ("given", "errors", "detail"),
    [
        ({"name": ["Too long."]}, {"name": ["Too long."]}, "name: Too long."),
        (["No."], {"non_field_errors": ["No."]}, "No."),
        ("No.", {"non_field_errors": ["No."]}, "No."),
        ({"non_field_errors": ["Both."]}, {"non_field_errors": ["Both."]}, "Both."),
        ({"a": ["First."], "b": ["Second."]}, {"a": ["First."], "b": ["Second."]}, "a: First."),
        ({"card": {"title": ["Empty."]}}, {"card": {"title": ["Empty."]}}, "card: {'title': ['Empty.']}"),
    ],
)
def test_invalid_input_lists_every_field_and_says_the_first(given: Any, errors: Any, detail: str) -> None:
    body = told(exceptions.ValidationError(given)).data
    assert (body["code"], body["status"]) == ("invalid", 400)
    assert json.loads(json.dumps(body["errors"])) == errors
    assert body["detail"].replace("ErrorDetail(string=", "").replace(", code='invalid')", "") == detail


@pytest.mark.parametrize(("headers", "status"), [({}, 409), ({"If-Match": '"3"'}, 412), ({"If-Match": ""}, 412)])
def test_a_stale_write_shows_the_row_as_it_is_now(headers: dict[str, str], status: int) -> None:
    view = SimpleNamespace(represent=lambda row: {"name": row.name, "version": row.version})
    answer = told(Stale(SimpleNamespace(name="Now", version=4)), view, **headers)
    assert (answer.status_code, answer.data["status"], answer.data["code"]) == (status, status, "stale")
    assert (answer.data["current"], answer.data["field"]) == ({"name": "Now", "version": 4}, "version")


def test_a_stale_write_outside_a_viewset_shows_nothing() -> None:
    assert told(Stale(object())).data["current"] is None
    assert told(Stale(object()), SimpleNamespace()).data["current"] is None


def test_a_document_of_an_odd_status_still_has_a_title() -> None:
    assert document(418, "teapot", "Short and stout.")["title"] == "Not done"


@pytest.mark.parametrize(
    ("header", "version"),
    [
        ('"1"', "1"), ('W/"7"', "7"), ('"999999999"', "999999999"), ('"1000000000"', None), ("1", None), ('"x"', None),
        ('""', None), ('"-1"', None), ('"1", "2"', None), ("*", None), ('w/"1"', None), ('"1"\n"2"', None),
    ],
)  # fmt: skip
def test_which_versions_an_etag_may_say(header: str, version: str | None) -> None:
    match = _ETAG.match(header)
    assert (match[1] if match else None) == version


class CardSerializer(StrictSerializer):
    """A serializer as ours are."""

    id = serializers.IntegerField(read_only=True)
    title = serializers.CharField(max_length=5)
    version = VersionField()


def test_an_unknown_field_is_named_beside_those_that_are_known() -> None:
    card = CardSerializer(data={"title": "x", "titel": "y", "id": 3, 7: 1})
    assert not card.is_valid()
    assert card.errors == {name: ["There is no such field. Known: title, version."] for name in ("7", "titel")}


class SuitSerializer(StrictSerializer):
    """A serializer with choices, alone and in a list."""

    suit = serializers.ChoiceField(choices=[("red", "Red"), ("black", "Black")])
    others = serializers.ListField(child=serializers.ChoiceField(choices=["red", "black"]))


def test_an_unknown_choice_is_named_beside_those_that_are_known() -> None:
    card = SuitSerializer(data={"suit": "{0}", "others": ["blue"]})
    assert not card.is_valid()
    assert card.errors["suit"] == ["There is no “{0}” here. Known: red, black."]
    assert card.errors["others"] == {0: ["There is no “blue” here. Known: red, black."]}


def test_unknown_fields_without_end_are_told_in_part() -> None:
    card = CardSerializer(data={"title": "x", **{f"{n:03}{'k' * 200}": n for n in range(500)}})
    assert not card.is_valid()
    assert len(card.errors) == 20
    assert {len(name) for name in card.errors} == {100}


@pytest.mark.parametrize("data", [[], "text", 3, None])
def test_what_is_no_object_is_refused(data: Any) -> None:
    assert not CardSerializer(data=data).is_valid()


@pytest.mark.parametrize(
    ("version", "good"),
    [(1, True), ("3", True), (2**31 - 1, True), (2**31, False), (0, False), (-1, False), (1.5, False), ("x", False)],
)
def test_a_version_is_a_number_that_a_row_can_have(version: Any, good: bool) -> None:
    assert CardSerializer(data={"title": "x", "version": version}).is_valid() is good
    assert CardSerializer(data={"title": "x"}).is_valid()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"[" * 100_000, "The JSON is nested too deeply."),
        (b'{"a": "\\ud800"}', "The body is not valid UTF-8 JSON."),
        (b'{"\\udfff": 1}', "The body is not valid UTF-8 JSON."),
        (b"\xff", "JSON parse error - 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte"),
        (b'"text"', "Send a JSON object."),
        (b"null", "Send a JSON object."),
        (b"true", "Send a JSON object."),
    ],
)
def test_json_that_nobody_can_store_is_refused_with_the_cure(body: bytes, sentence: str) -> None:
    with pytest.raises(exceptions.ParseError) as refused:
        BoundedJSON().parse(io.BytesIO(body), "application/json", {"encoding": "utf-8"})
    assert str(refused.value.detail) == sentence


@pytest.mark.parametrize("body", ['{"a": "😀 منزل"}', '{"a": "\\ud83d\\ude00"}', "[1, 2]", "{}"])
def test_json_of_any_script_passes(body: str) -> None:
    found = BoundedJSON().parse(io.BytesIO(body.encode()), "application/json", {"encoding": "utf-8"})
    assert found == json.loads(body)


@pytest.mark.parametrize(("asked", "size"), [("", 50), ("7", 7), ("100", 100), ("101", 100), ("0", 50), ("-3", 50), ("x", 50)])
def test_a_page_is_never_larger_than_a_hundred(asked: str, size: int) -> None:
    request: Any = SimpleNamespace(query_params={"page_size": asked} if asked else {})
    assert Pager().get_page_size(request) == size


@pytest.mark.django_db
@pytest.mark.parametrize("key", [0, "x", None, "", 10**40, "1e3", [], {}])
def test_a_key_that_cannot_be_one_is_not_found(key: Any) -> None:
    with pytest.raises(Http404):
        one_of(Cooperative.objects.all(), key)


def test_a_key_that_is_one_finds_its_row(linden: Pair) -> None:
    assert one_of(Cooperative.objects.all(), linden[0].pk) == linden[0]
    assert one_of(Cooperative.objects.all(), str(linden[0].pk)) == linden[0]


def test_a_write_by_cookie_needs_the_token_and_by_token_does_not(linden: Pair) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(linden[1].user)
    page = browser.get("/cooperatives/new/").content.decode()
    secret = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
    assert secret
    said: dict[str, Any] = {"data": '{"name": "Second"}', "content_type": "application/json"}
    for headers, status in (({}, 403), ({"X-CSRFToken": "wrong"}, 403), ({"X-CSRFToken": secret[1]}, 201)):
        assert browser.post("/api/v1/cooperatives/", headers=headers, **said).status_code == status
    assert browser.get("/api/v1/cooperatives/").status_code == 200, "reading needs none"


def test_the_description_gains_the_problems_that_an_operation_lacks() -> None:
    mine = {"description": "mine"}
    result: dict[str, Any] = {
        "paths": {
            "/a/": {"get": {"responses": {"200": {}, "404": mine}}, "post": {"responses": {"201": {}}}, "parameters": []},
            "/b/": {"delete": {"responses": {}}, "head": {"summary": "no answers"}},
        }
    }
    document_problems(result, None, None, True)
    read, written = (result["paths"]["/a/"][method]["responses"] for method in ("get", "post"))
    assert read.keys() == {"200", *map(str, READING)}
    assert read["404"] is mine
    assert written.keys() == {"201", *map(str, WRITING)}
    assert result["paths"]["/b/"] == {"delete": result["paths"]["/b/"]["delete"], "head": {"summary": "no answers"}}
    media = written["422"]["content"]["application/problem+json"]
    assert media == {"schema": {"$ref": "#/components/schemas/Problem"}}
    assert result["components"]["schemas"]["Problem"]["required"] == ["type", "title", "status", "code", "detail"]
