"""The members of one cooperative through the API, under its three names: list, admit, leave, remove."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from members import tokens
from members.actions import admit, correct_person, create_key, end_membership, pause
from members.models import Membership, Person, User
from members.queries import standings_of
from members.roles import Role

from ..factories import a_member, a_user, acting, bearer, days
from .acts import member_of, roles
from .conftest import Call
from .test_leaving import a_home

NAMES = ("cooperatives", "organizations", "chamas")
FACTS: dict[str, Any] = {
    "given_name": "Olga", "family_name": "Berg", "email": "olga@example.org", "phone": "+47 22", "other_phones": "33",
    "address": "Kirkegata 3", "birth_date": "1971-05-31", "locale": "en", "skills": "Plumbing", "note": "Pays in cash",
    "external_id": "A-17", "contact_person": "Ola", "is_organization": False,
}  # fmt: skip


def url(cooperative: Cooperative, name: str = "cooperatives", of: Any = None) -> str:
    return f"/api/v1/{name}/{cooperative.pk}/members/" + (f"{of}/" if of else "")


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["name"] for row in answer.json()["results"]]


# --- The list ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_list_is_the_same_under_every_name(call: Call, ada: User, ben: User, alder: Cooperative, name: str) -> None:
    assert names(call(ben, "get", url(alder, name))) == ["Ada Quist", "Ben Oduya"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada Quist", "Ben Oduya", "Paul Paused"]),
        ("?status=active", ["Ada Quist", "Ben Oduya"]),
        ("?status=paused", ["Paul Paused"]),
        ("?status=former", ["Gil Gone"]),
        ("?status=ahead", ["Fay Future"]),
        ("?status=former&status=ahead", ["Fay Future", "Gil Gone"]),
        ("?role=admin", ["Ada Quist"]),
        ("?role=treasurer", []),
        ("?search=ODUYA", ["Ben Oduya"]),
        ("?search=2", ["Ben Oduya"]),
        ("?search=gone", []),
        ("?search=gone&status=former", ["Gil Gone"]),
        ("?page_size=1&page=2", ["Ben Oduya"]),
    ],
)
def test_the_list_is_narrowed_and_paged(
    call: Call, ada: User, ben: User, alder: Cooperative, query: str, found: list[str]
) -> None:
    with acting(ada) as actor:
        admit(actor, alder, name="Fay Future", on=days(9))
        end_membership(actor, admit(actor, alder, name="Gil Gone"))
        pause(actor, admit(actor, alder, name="Paul Paused"))
    assert names(call(ada, "get", url(alder) + query)) == found
    if "former" in query or "ahead" in query:
        assert names(call(ben, "get", url(alder) + query)) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [("?status=king", "status"), ("?role=king", "role"), ("?search=" + "x" * 101, "search"), ("?search=%00", "search")],
)
def test_a_filter_that_cannot_be_read_is_named(call: Call, ada: User, alder: Cooperative, query: str, field: str) -> None:
    answer = call(ada, "get", url(alder) + query)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])


def test_the_list_takes_the_same_queries_for_one_row_and_for_three(
    client: Client, ada: User, alder: Cooperative, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    headers = bearer(tokens.issue(ada).access)
    with django_assert_max_num_queries(14) as first:
        assert client.get(url(alder), headers=headers).json()["count"] == 1
    for number in range(2):
        a_member(alder, a_user(f"Person {number}"), Role.MEMBER, Role.SECRETARY)
    with django_assert_max_num_queries(14) as second:
        assert client.get(url(alder), headers=headers).json()["count"] == 3
    assert len(second) == len(first)


# --- What is shown to whom -----------------------------------------------------------------------------------------------


def test_offices_see_all_of_an_entry_and_members_what_is_shown(
    call: Call, ada: User, ben: User, cleo: User, alder: Cooperative
) -> None:
    made = call(cleo, "post", url(alder), FACTS)
    assert made.status_code == 201, made.content
    assert {key: made.json()[key] for key in FACTS} == FACTS
    assert (made.json()["birthday"], made.json()["name"], made.json()["version"]) == ("05-31", "Olga Berg", 1)
    address = url(alder, of=made.json()["id"])
    assert call(ada, "get", address).json() == made.json()
    seen = call(ben, "get", address).json()
    open_to_all = {"given_name": "Olga", "family_name": "Berg", "skills": "Plumbing", "is_organization": False}
    hidden = {"birthday", "shown", "left_reason", "left_note", *FACTS} - open_to_all.keys()
    assert {key: seen[key] for key in open_to_all} == open_to_all
    assert {key: seen[key] for key in hidden} == dict.fromkeys(hidden)


@pytest.mark.parametrize(
    ("choice", "seen"),
    [
        ("email", {"email": "olga@example.org"}),
        ("phone", {"phone": "+47 22", "other_phones": "33"}),
        ("address", {"address": "Kirkegata 3"}),
        ("birthday", {"birthday": "05-31"}),
        ("unit", {}),
        ("photo", {}),
    ],
)
def test_what_a_person_shows_fellows_see_and_nothing_else(
    call: Call, ada: User, ben: User, alder: Cooperative, choice: str, seen: dict[str, str]
) -> None:
    made = call(ada, "post", url(alder), FACTS).json()
    with acting(ada) as actor:
        correct_person(actor, Person.objects.get(name="Olga Berg"), version=1, shown=[choice])
    row = call(ben, "get", url(alder, of=made["id"])).json()
    private = ("email", "phone", "other_phones", "address", "birthday", "birth_date", "locale", "note", "external_id", "shown")
    assert {key: row[key] for key in private if row[key] is not None} == seen


def test_people_see_their_own_entry_but_not_what_the_office_notes(call: Call, ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        person = Person.objects.get(name="Ben Oduya")
        correct_person(actor, person, version=1, **{**FACTS, "birth_date": None, "given_name": "", "family_name": ""})
    row = call(ben, "get", url(alder, of=ben.public_id)).json()
    assert (row["phone"], row["contact_person"], row["shown"], row["birth_date"]) == ("+47 22", "Ola", [], None)
    assert (row["note"], row["external_id"], row["left_note"]) == (None, None, None)


def test_where_the_name_is_gone_the_number_stands(call: Call, ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        end_membership(actor, member_of(alder, ben), reason="moved", note="To the coast")
        Membership.objects.filter(user=ben).update(left_name="")
        Person.objects.filter(name="Ben Oduya").update(name="", sort_name="")
    (row,) = call(ada, "get", url(alder) + "?status=former").json()["results"]
    assert (row["name"], row["status"], row["member_role"], row["roles"]) == ("Former member 2", "former", "", [])
    assert (row["left_date"], row["left_reason"], row["left_note"]) == (days(0).isoformat(), "moved", "To the coast")


# --- Admitting --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_the_office_admits_under_every_name(call: Call, cleo: User, alder: Cooperative, name: str) -> None:
    answer = call(cleo, "post", url(alder, name), {"name": "Olga Berg", "joined_date": days(-30).isoformat()})
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    made = answer.json()
    assert (made["number"], made["member_role"], made["status"], made["user"]) == (3, "member", "active", None)
    assert (made["cooperative"], made["joined_date"], made["left_date"]) == (alder.pk, days(-30).isoformat(), None)


@pytest.mark.parametrize(
    ("said", "held"),
    [
        ({"member_role": "observer"}, ["observer"]),
        ({"roles": ["member", "treasurer"]}, ["treasurer", "member"]),
        ({"member_role": "admin", "roles": ["member", "admin"]}, ["admin", "member"]),
    ],
)
def test_an_admin_admits_with_roles(call: Call, ada: User, alder: Cooperative, said: dict[str, Any], held: list[str]) -> None:
    answer = call(ada, "post", url(alder), {"name": "Olga Berg", **said})
    assert (answer.status_code, answer.json()["roles"]) == (201, held)


def test_an_office_asks_for_a_fresh_sign_in(client: Client, ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        _key, text = create_key(actor, name="Script", scope="write")

    def post(**said: Any) -> Any:
        return client.post(url(alder), {"name": "Olga", **said}, content_type="application/json", headers=bearer(text))

    assert post().status_code == 201
    refused = post(member_role="treasurer")
    assert (refused.status_code, refused.json()["code"]) == (403, "sign_in_again")
    with acting(ada):
        assert Membership.objects.count() == 2


def test_members_and_observers_admit_nobody_and_a_secretary_no_officer(
    call: Call, ben: User, cleo: User, alder: Cooperative
) -> None:
    assert call(ben, "post", url(alder), {"name": "Olga"}).status_code == 403
    assert call(cleo, "post", url(alder), {"name": "Olga", "member_role": "admin"}).status_code == 403
    with acting(ben):
        assert Membership.objects.count() == 3


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 422, "name"),
        ({"name": "\u200b"}, 400, "name"),
        ({"name": 5, "king": 1}, 400, "king"),
        ({"name": "x" * 151}, 400, "name"),
        ({"name": "Olga", "email": "no"}, 400, "email"),
        ({"name": "Olga", "birth_date": "31.5.1971"}, 400, "birth_date"),
        ({"name": "Olga", "birth_date": days(1).isoformat()}, 422, "birth_date"),
        ({"name": "Olga", "joined_date": days(400).isoformat()}, 422, "joined_date"),
        ({"name": "Olga", "joined_date": "0001-01-01"}, 422, "joined_date"),
        ({"name": "Olga", "joined_date": "9999-12-31"}, 422, "joined_date"),
        ({"name": "Olga", "member_role": "king"}, 400, "member_role"),
        ({"name": "Olga", "roles": []}, 400, "roles"),
        ({"name": "Olga", "roles": "admin"}, 400, "roles"),
        ({"name": "Olga", "shown": ["email"]}, 400, "shown"),
        ({"name": "Olga", "user": str(uuid4())}, 400, "user"),
        ({"name": {"a": 1}}, 400, "name"),
    ],
)
def test_what_cannot_be_admitted_is_named(
    call: Call, ada: User, alder: Cooperative, body: dict[str, Any], status: int, field: str
) -> None:
    answer = call(ada, "post", url(alder), body)
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field]), answer.content
    with acting(ada):
        assert Membership.objects.count() == Person.objects.count() == 1


def test_sent_twice_with_one_key_is_one_member(call: Call, ada: User, alder: Cooperative) -> None:
    first, again = (call(ada, "post", url(alder), {"name": "Olga"}, **{"Idempotency-Key": "k"}) for _ in range(2))
    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    with acting(ada):
        assert Membership.objects.count() == 2


# --- Leaving and removing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("by", ["user", "membership"])
def test_a_member_leaves_under_every_name(call: Call, ben: User, alder: Cooperative, name: str, by: str) -> None:
    with acting(ben):
        own = member_of(alder, ben).public_id if by == "membership" else ben.public_id
    answer = call(ben, "delete", url(alder, name, own))
    assert (answer.status_code, answer.content) == (204, b"")
    assert standings_of(ben) == {}
    assert call(ben, "get", url(alder, name)).status_code == 404


def test_the_office_removes_with_a_reason_and_on_a_day(call: Call, cleo: User, ben: User, alder: Cooperative) -> None:
    body = {"left_date": days(14).isoformat(), "reason": "excluded", "note": "Decided on Monday"}
    assert call(cleo, "delete", url(alder, of=ben.public_id), body).status_code == 204
    row = call(cleo, "get", url(alder, of=ben.public_id)).json()
    assert (row["left_date"], row["left_reason"], row["left_note"], row["status"]) == (*body.values(), "active")
    assert roles(alder, ben) == {"member"}


def test_whoever_is_removed_twice_is_refused_the_second_time(call: Call, ada: User, ben: User, alder: Cooperative) -> None:
    address = url(alder, of=ben.public_id)
    assert call(ada, "delete", address).status_code == 204
    again = call(ada, "delete", address)
    assert (again.status_code, again.json()["code"]) == (409, "has_left")


def test_of_several_memberships_the_one_that_stands_is_meant(call: Call, ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        end_membership(actor, member_of(alder, ben))
        admit(actor, alder, name="Ben Oduya", user=ben)
    assert call(ada, "get", url(alder, of=ben.public_id)).json()["number"] == 3
    assert call(ada, "delete", url(alder, of=ben.public_id)).status_code == 204
    assert standings_of(ben) == {}


def test_the_last_admin_is_not_removed_by_the_api_either(call: Call, ada: User, alder: Cooperative) -> None:
    answer = call(ada, "delete", url(alder, of=ada.public_id))
    assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")
    assert "Make somebody else admin first" in answer.json()["detail"]


def test_open_matters_are_named_and_an_admin_goes_on_despite_them(call: Call, ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada):
        a_home(alder, member_of(alder, ben).person)
    answer = call(ada, "delete", url(alder, of=ben.public_id))
    assert (answer.status_code, answer.json()["code"]) == (422, "open_matters")
    assert [matter["kind"] for matter in answer.json()["open"]] == ["agreement"]
    assert call(ada, "delete", url(alder, of=ben.public_id), {"despite": "Sister takes over"}).status_code == 204


def test_members_remove_nobody_and_secretaries_no_officer(
    call: Call, ada: User, ben: User, cleo: User, alder: Cooperative
) -> None:
    assert call(ben, "delete", url(alder, of=cleo.public_id)).status_code == 403
    assert call(cleo, "delete", url(alder, of=ada.public_id)).status_code == 403
    assert roles(alder, cleo) == {"member", "secretary"}


@pytest.mark.parametrize("body", [{"reason": "boredom"}, {"left_date": "soon"}, {"king": 1}, {"note": "x" * 501}, [1]])
def test_a_leaving_that_cannot_be_read_changes_nothing(call: Call, ada: User, ben: User, alder: Cooperative, body: Any) -> None:
    assert call(ada, "delete", url(alder, of=ben.public_id), body).status_code == 400
    assert roles(alder, ben) == {"member"}


def test_strangers_and_unknown_ids_get_one_answer(call: Call, ada: User, ben: User, stranger: User, alder: Cooperative) -> None:
    birch = Cooperative.objects.get(name="Birch Lane")
    tries = [
        (stranger, "get", url(alder)),
        (stranger, "post", url(alder)),
        (stranger, "get", url(alder, of=ben.public_id)),
        (stranger, "delete", url(alder, of=ben.public_id)),
        (stranger, "delete", url(birch, of=ben.public_id)),
        (ada, "get", url(alder, of=stranger.public_id)),
        (ada, "delete", url(alder, of=stranger.public_id)),
        (ada, "delete", url(alder, of=uuid4())),
        (ada, "get", f"/api/v1/cooperatives/{10**17}/members/"),
    ]
    answers = [call(user, method, address, {} if method != "get" else None) for user, method, address in tries]
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}
    assert roles(alder, ben) == {"member"}


def test_nobody_is_shown_or_removed_without_signing_in(client: Client, ben: User, alder: Cooperative) -> None:
    for method in ("get", "post"):
        assert getattr(client, method)(url(alder)).status_code == 401
    assert client.delete(url(alder, of=ben.public_id)).status_code == 401
