"""API keys over the API: made once, shown once, and held to their scope and cooperative at every door."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from config.tests.proof.surface import doors
from cooperatives.models import Cooperative
from members import tokens
from members.models import ApiKey, TokenFamily, User
from tasks.actions import create_project
from tasks.models import Project

from .factories import a_cooperative, acting, bearer

KEYS, PROFILE, PROJECTS = "/api/v1/api-keys/", "/api/v1/auth/profile/", "/api/v1/projects/"
JSON = "application/json"


def make(client: Client, user: User, **facts: Any) -> dict[str, Any]:
    headers = bearer(tokens.issue(user).access)
    answer = client.post(KEYS, {"name": "Sheet", **facts}, content_type=JSON, headers=headers)
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def a_project(user: User) -> Project:
    with acting(user) as actor:
        return create_project(actor, Cooperative.objects.get(pk=actor.cooperative_ids[0]), name="Roof")


# --- Made, listed, ended ----------------------------------------------------------------------------------------------


def test_a_key_from_making_to_its_end(client: Client, ada: User) -> None:
    body = make(client, ada)
    assert body.keys() == {
        "id", "name", "scope", "cooperative", "prefix", "created_at", "expires_at", "last_used_at", "key",
    }  # fmt: skip
    assert (body["scope"], body["cooperative"], body["last_used_at"]) == ("read", None, None)
    assert client.get(PROFILE, headers=bearer(body["key"])).json()["id"] == str(ada.public_id)
    mine = bearer(tokens.issue(ada).access)
    listed = client.get(KEYS, headers=mine)
    assert body["key"] not in listed.content.decode()
    assert [(row["id"], row["prefix"]) for row in listed.json()["results"]] == [(body["id"], body["key"][:13])]
    assert listed.json()["results"][0]["last_used_at"] is not None
    assert [client.delete(f"{KEYS}{body['id']}/", headers=mine).status_code for _ in range(2)] == [204, 404]
    assert client.get(PROFILE, headers=bearer(body["key"])).status_code == 401
    assert client.get(KEYS, headers=mine).json()["results"] == []


def test_the_answer_that_shows_a_key_is_kept_by_nobody(client: Client, ada: User) -> None:
    headers = bearer(tokens.issue(ada).access)
    answer = client.post(KEYS, {"name": "Sheet"}, content_type=JSON, headers=headers)
    assert answer["Cache-Control"] == "no-store"
    keyed = client.post(KEYS, {"name": "Other"}, content_type=JSON, headers=headers | {"Idempotency-Key": "k-1"})
    assert keyed.status_code == 400
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "name"),
        ({"name": "N" * 81}, 400, "name"),
        ({"name": "S", "scope": "root"}, 400, "scope"),
        ({"name": "S", "days": 366}, 400, "days"),
        ({"name": "S", "days": 0}, 400, "days"),
        ({"name": "S", "cooperative": 2**31 - 1}, 422, "cooperative"),
        ({"name": "S", "user": 1}, 400, "user"),
        ({"name": "S", "expires_at": "2999-01-01"}, 400, None),
        ({"name": "S", "digest": "0" * 64}, 400, "digest"),
    ],
)
def test_what_is_wrong_is_named(client: Client, ada: User, body: dict[str, Any], status: int, field: str | None) -> None:
    answer = client.post(KEYS, body, content_type=JSON, headers=bearer(tokens.issue(ada).access))
    if field is None:  # a field that is only read is left aside
        assert answer.status_code == 201
        assert not answer.json()["expires_at"].startswith("2999")
        return
    assert answer.status_code == status
    assert list(answer.json()["errors"]) == [field]
    assert not ApiKey.objects.exists()


def test_others_keys_are_not_there(client: Client, ada: User, stranger: User) -> None:
    theirs, mine = make(client, stranger), bearer(tokens.issue(ada).access)
    unknown = client.delete(f"{KEYS}00000000-0000-4000-8000-000000000000/", headers=mine)
    for answer in (client.get(f"{KEYS}{theirs['id']}/", headers=mine), client.delete(f"{KEYS}{theirs['id']}/", headers=mine)):
        assert (answer.status_code, answer.content) == (404, unknown.content)
    assert client.get(PROFILE, headers=bearer(theirs["key"])).status_code == 200


def test_a_sign_in_of_long_ago_makes_no_key_however_often_it_was_refreshed(client: Client, ada: User) -> None:
    pair = tokens.issue(ada)
    TokenFamily.objects.update(created_at=timezone.now() - timedelta(minutes=6))
    later = tokens.rotate(pair.refresh)
    assert later is not None
    for access in (pair.access, later.access):
        answer = client.post(KEYS, {"name": "Sheet"}, content_type=JSON, headers=bearer(access))
        assert (answer.status_code, answer.json()["code"]) == (403, "sign_in_again")
        assert client.get(KEYS, headers=bearer(access)).status_code == 200
    assert not ApiKey.objects.exists()


def test_a_browser_makes_one_with_its_csrf_token_alone(ada: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert client.post(KEYS, {"name": "Sheet"}, content_type=JSON).status_code == 403
    assert not ApiKey.objects.exists()


# --- Held to its scope ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["read", "write"])
@pytest.mark.parametrize("method", ["get", "post", "delete", "put", "patch"])
def test_no_key_handles_keys(client: Client, ada: User, scope: str, method: str) -> None:
    body = make(client, ada, scope=scope)
    address = KEYS if method in ("get", "post") else f"{KEYS}{body['id']}/"
    answer = getattr(client, method)(address, {"name": "Child"}, content_type=JSON, headers=bearer(body["key"]))
    code = "scope" if scope == "read" and method != "get" else "forbidden"
    assert (answer.status_code, answer.json()["code"]) == (403, code)
    assert ApiKey.objects.filter(ended_at=None).count() == 1


def test_a_key_that_reads_changes_nothing_at_any_door_of_the_api(client: Client, ada: User, alder: Cooperative) -> None:
    project = a_project(ada)
    headers = bearer(make(client, ada)["key"])
    values = {"pk": project.pk, "id": ada.public_id, "format": "json"}
    tried = 0
    for door in doors():
        if door.kind != "api" or door.method in ("GET", "HEAD", "OPTIONS"):
            continue
        address = door.address({**dict.fromkeys(door.params, 1), **values})
        answer = client.generic(door.method, address, "{}", content_type=JSON, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (403, "scope"), (door.method, address)
        assert answer["Content-Type"] == "application/problem+json"
        tried += 1
    assert tried >= 20


def test_a_key_that_reads_reads_and_one_that_writes_does_both(client: Client, ada: User, alder: Cooperative) -> None:
    reads, writes = make(client, ada), make(client, ada, name="Bot", scope="write")
    body = {"name": "Garden", "organization": alder.pk}
    assert client.get(PROJECTS, headers=bearer(reads["key"])).status_code == 200
    assert client.head(PROJECTS, headers=bearer(reads["key"])).status_code == 200
    assert client.options(PROJECTS, headers=bearer(reads["key"])).status_code == 200
    assert client.post(PROJECTS, body, content_type=JSON, headers=bearer(reads["key"])).json()["code"] == "scope"
    assert client.post(PROJECTS, body, content_type=JSON, headers=bearer(writes["key"])).status_code == 201
    assert client.get(PROJECTS, headers=bearer(writes["key"])).json()["count"] == 1


def test_a_key_opens_no_page(client: Client, ada: User, alder: Cooperative) -> None:
    headers = bearer(make(client, ada, scope="write")["key"])
    for path in ("/profile/", f"/c/{alder.slug}/", "/profile/keys/", "/accounts/email/", "/admin/"):
        without, answer = Client().get(path), Client().get(path, headers=headers)
        assert (answer.status_code, answer.get("Location")) == (without.status_code, without.get("Location")), path
        assert answer.status_code == 302


def test_a_keepers_key_does_not_keep_the_installation(client: Client, keeper: User, ben: User) -> None:
    headers = bearer(make(client, keeper, scope="write")["key"])
    assert client.get(f"/api/v1/users/{ben.public_id}/", headers=headers).status_code == 404
    for user in (ben, keeper):
        body = {"is_active": False, "version": user.version}
        assert client.patch(f"/api/v1/users/{user.public_id}/", body, content_type=JSON, headers=headers).status_code in (
            403,
            404,
        )
        user.refresh_from_db()
        assert user.is_active


def test_a_key_of_one_cooperative_sees_that_one(client: Client, ada: User, alder: Cooperative) -> None:
    a_project(ada)
    birch = a_cooperative(ada, "Birch Lane")
    free, bound = make(client, ada), make(client, ada, name="Bound", scope="write", cooperative=birch.pk)
    seen = {row["id"] for row in client.get("/api/v1/cooperatives/", headers=bearer(free["key"])).json()["results"]}
    assert seen == {alder.pk, birch.pk}
    mine = bearer(bound["key"])
    assert [row["id"] for row in client.get("/api/v1/cooperatives/", headers=mine).json()["results"]] == [birch.pk]
    assert client.get(f"/api/v1/cooperatives/{alder.pk}/", headers=mine).status_code == 404
    assert client.get(PROJECTS, headers=mine).json()["count"] == 0
    assert client.post(PROJECTS, {"name": "N", "organization": alder.pk}, content_type=JSON, headers=mine).status_code == 400
    assert client.post(PROJECTS, {"name": "N", "organization": birch.pk}, content_type=JSON, headers=mine).status_code == 201
