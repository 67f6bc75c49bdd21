"""Requests to join, by the API: outsiders ask, the office answers, everybody sees what is theirs."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import JoinQuestion, JoinRequest, Membership, User
from members.queries import standings_of
from members.tests.factories import bearer
from members.tokens import issue

URL = "/api/v1/join-requests/"
Call = Callable[..., Any]


@pytest.fixture
def listed(alder: Cooperative) -> Cooperative:
    """Alder Yard, where people can ask, with one question."""
    Cooperative.objects.filter(pk=alder.pk).update(is_listed=True)
    with enter([alder.pk]):
        JoinQuestion.objects.create(cooperative=alder, text="Why us?")
    return alder


def call(user: User, method: str, path: str = "", body: Any = None, **headers: str) -> Any:
    client = Client(headers={**bearer(issue(user).access), **headers})
    return getattr(client, method)(URL + path, body, content_type="application/json")


def asked(user: User, cooperative: Cooperative) -> dict[str, Any]:
    answer = call(user, "post", body={"cooperative": cooperative.pk, "answers": ["I like it."]})
    assert answer.status_code == 201, answer.content
    found: dict[str, Any] = answer.json()
    return found


def test_an_outsider_asks_and_sees_their_own(listed: Cooperative, stranger: User, ben: User) -> None:
    made = asked(stranger, listed)
    assert made["answers"] == [{"question": "Why us?", "answer": "I like it."}]
    assert (made["cooperative"], made["user"], made["state"], made["version"]) == (
        listed.pk, str(stranger.public_id), "open", 1,
    )  # fmt: skip
    assert [row["id"] for row in call(stranger, "get").json()["results"]] == [made["id"]]
    assert call(stranger, "get", f"{made['id']}/").json() == made
    assert call(ben, "get").json()["results"] == []
    assert call(ben, "get", f"{made['id']}/").status_code == 403


def test_a_missing_answer_says_what_is_asked(listed: Cooperative, stranger: User) -> None:
    refused = call(stranger, "post", body={"cooperative": listed.pk})
    assert (refused.status_code, refused.json()["code"], refused.json()["questions"]) == (422, "no_answer", ["Why us?"])


def test_an_unlisted_cooperative_and_none_are_one_answer(alder: Cooperative, stranger: User, ben: User) -> None:
    for user in (stranger, ben):
        answers = [call(user, "post", body={"cooperative": pk}) for pk in (alder.pk, 10**6)]
        assert {each.status_code for each in answers} == {400}
        assert len({re.sub(r"\d+", "n", each.content.decode()) for each in answers}) == 1


def test_the_office_approves_with_the_version_it_saw(listed: Cooperative, stranger: User, ada: User) -> None:
    made = asked(stranger, listed)
    path = f"{made['id']}/"
    assert call(ada, "patch", path, {"state": "approved"}).status_code == 428
    assert call(ada, "patch", path, {"state": "approved"}, **{"If-Match": '"7"'}).status_code == 412
    assert call(ada, "patch", path, {"state": "open", "version": 1}).status_code == 400
    done = call(ada, "patch", path, {"state": "approved", "version": 1})
    assert (done.status_code, done.json()["state"], done["ETag"]) == (200, "approved", '"2"')
    assert standings_of(stranger)[listed.pk].roles == {"member"}
    assert call(ada, "patch", path, {"state": "declined", "version": 2}).status_code == 409


def test_who_asked_withdraws_and_decides_nothing(listed: Cooperative, stranger: User, ada: User) -> None:
    made = asked(stranger, listed)
    path = f"{made['id']}/"
    assert call(stranger, "patch", path, {"state": "approved", "version": 1}).status_code == 404
    assert call(ada, "patch", path, {"state": "withdrawn", "version": 1}).status_code == 403
    assert call(stranger, "patch", path, {"state": "withdrawn", "version": 1}).json()["state"] == "withdrawn"
    with enter([listed.pk]):
        assert Membership.objects.count() == 1


def test_a_foreign_request_is_not_there(listed: Cooperative, stranger: User) -> None:
    other = User.objects.create_user("olga@example.org", None, name="Olga Other")
    made = asked(other, listed)
    assert call(stranger, "get", f"{made['id']}/").status_code == 404
    assert call(stranger, "patch", f"{made['id']}/", {"state": "withdrawn", "version": 1}).status_code == 404
    with enter([listed.pk]):
        assert JoinRequest.objects.get().state == "open"


def test_asked_twice_it_is_one_and_no_answer_is_kept(listed: Cooperative, stranger: User) -> None:
    body = {"cooperative": listed.pk, "answers": ["Yes"]}
    assert call(stranger, "post", body=body, **{"Idempotency-Key": "a-key-of-mine"}).json()["code"] == "key_refused"
    assert [call(stranger, "post", body=body).status_code for _press in range(2)] == [201, 409]
    with enter([listed.pk]):
        assert JoinRequest.objects.count() == 1


# --- The members of a cooperative: asked of an outsider, it is a request ------------------------------------------------


@pytest.mark.parametrize("name", ["cooperatives", "organizations", "chamas"])
def test_an_outsiders_post_asks_to_join(name: str, listed: Cooperative, stranger: User, ada: User) -> None:
    first, second = (to_members(stranger, listed.pk, {"answers": [said]}, name=name) for said in ("I like it.", "Still."))
    assert (first.status_code, first["ETag"]) == (202, '"1"')
    assert first.json() == second.json() == call(stranger, "get").json()["results"][0]
    assert first["Location"] == second["Location"] == URL + f"{first.json()['id']}/"
    assert first.json()["answers"] == [{"question": "Why us?", "answer": "I like it."}]
    assert to_members(ada, listed.pk, {"name": "Nina New"}, name=name).status_code == 201


def test_an_outsiders_post_may_bring_a_key(listed: Cooperative, stranger: User, ada: User) -> None:
    asks = [to_members(stranger, listed.pk, {"answers": ["Yes"]}, **{"Idempotency-Key": "mine"}) for _press in range(2)]
    assert [(each.status_code, each.get("Idempotent-Replayed")) for each in asks] == [(202, None), (202, "true")]
    assert asks[0].content == asks[1].content


def test_an_outsider_learns_no_more_than_the_public_page_says(listed: Cooperative, stranger: User, ben: User, ada: User) -> None:
    assert to_members(stranger, listed.pk, {}).json()["questions"] == ["Why us?"]
    assert set(to_members(stranger, listed.pk, {"name": "Nina", "roles": ["admin"]}).json()["errors"]) == {"name", "roles"}
    assert to_members(ben, listed.pk, {"answers": ["Yes"]}).status_code == 400
    Cooperative.objects.filter(pk=listed.pk).update(is_listed=False)
    for body in ({}, {"answers": ["Yes"]}, {"answers": 7}, ["x"]):
        hidden, none = (to_members(stranger, pk, body) for pk in (listed.pk, 10**17))
        assert (hidden.status_code, hidden.content) == (404, none.content)
    with enter([listed.pk]):
        assert not JoinRequest.objects.exists()


def to_members(user: User, pk: int, body: Any, *, name: str = "chamas", **headers: str) -> Any:
    client = Client(headers={**bearer(issue(user).access), **headers})
    return client.post(f"/api/v1/{name}/{pk}/members/", body, content_type="application/json")
