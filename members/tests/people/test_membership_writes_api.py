"""One membership through the API: correct the entry, give and end roles, pause and resume."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from members.actions import admit, create_key, end_membership
from members.models import Membership, Person, User
from members.roles import Role

from ..factories import acting, bearer, days
from .acts import member_of, roles, spans
from .conftest import Call


@pytest.fixture
def bens(ben: User, alder: Cooperative) -> str:
    """The address of Ben's membership."""
    with acting(ben):
        return f"/api/v1/memberships/{member_of(alder, ben).public_id}/"


# --- Correcting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("method", ["put", "patch"])
def test_the_office_corrects_an_entry_by_its_version(call: Call, cleo: User, bens: str, method: str) -> None:
    answer = call(cleo, method, bens, {"name": "Ben Smith", "birth_date": "1980-02-29"}, **{"If-Match": '"1"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, '"2"')
    row = answer.json()
    assert (row["name"], row["birth_date"], row["birthday"], row["version"]) == ("Ben Smith", "1980-02-29", "02-29", 2)
    assert call(cleo, "get", bens).json() == row
    assert call(cleo, "get", bens).headers["ETag"] == '"2"'


def test_people_correct_their_own(call: Call, ben: User, bens: str) -> None:
    answer = call(ben, "patch", bens, {"phone": "123", "shown": ["phone"], "version": 1})
    assert (answer.status_code, answer.json()["phone"], answer.json()["shown"]) == (200, "123", ["phone"])
    refused = call(ben, "patch", bens, {"name": "King Ben", "version": 2})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (403, "not_yours", "name")


def test_a_stale_version_shows_what_stands(call: Call, cleo: User, bens: str) -> None:
    call(cleo, "patch", bens, {"phone": "1", "version": 1})
    by_body = call(cleo, "patch", bens, {"phone": "2", "version": 1})
    by_header = call(cleo, "patch", bens, {"phone": "2"}, **{"If-Match": '"1"'})
    assert (by_body.status_code, by_header.status_code) == (409, 412)
    assert by_body.json()["current"]["phone"] == by_header.json()["current"]["phone"] == "1"
    assert call(cleo, "patch", bens, {"phone": "2"}).status_code == 428


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"name": ""}, 400),
        ({"phone": None}, 400),
        ({"phone": ["1"]}, 400),
        ({"shown": "email"}, 400),
        ({"shown": ["shoe size"]}, 400),
        ({"shown": [["email"]]}, 400),
        ({"shown": ["email"] * 7}, 400),
        ({"birth_date": "1971-02-30"}, 400),
        ({"number": 1}, 400),
        ({"status": "former"}, 400),
        ({"joined_date": "2001-01-01"}, 400),
        ({"version": 0}, 400),
        ({"version": "x"}, 400),
        ({"locale": "tlh"}, 422),
        ({"email": "a" * 250 + "@example.org"}, 400),
    ],
)
def test_what_cannot_be_said_changes_nothing(call: Call, cleo: User, bens: str, said: dict[str, Any], status: int) -> None:
    answer = call(cleo, "patch", bens, {"version": 1, **said})
    assert answer.status_code == status, answer.content
    with acting(cleo):
        assert Person.objects.get(name="Ben Oduya").version == 1


def test_fellows_correct_nobody_and_former_members_are_corrected_by_the_office(
    call: Call, ada: User, ben: User, cleo: User, alder: Cooperative, bens: str
) -> None:
    with acting(ada):
        adas = f"/api/v1/memberships/{member_of(alder, ada).public_id}/"
    assert call(ben, "patch", adas, {"phone": "1", "version": 1}).status_code == 403
    with acting(ada) as actor:
        end_membership(actor, member_of(alder, ben))
    assert call(cleo, "patch", bens, {"phone": "1", "version": 1}).json()["status"] == "former"
    assert call(ben, "patch", bens, {"phone": "2", "version": 2}).status_code == 404


# --- Roles ------------------------------------------------------------------------------------------------------------


def test_an_admin_gives_a_role_for_a_term_and_ends_it(call: Call, ada: User, ben: User, alder: Cooperative, bens: str) -> None:
    made = call(ada, "post", f"{bens}roles/", {"role": "treasurer", "ends_on": days(30).isoformat()})
    assert (made.status_code, made.json()["roles"], made.json()["member_role"]) == (201, ["treasurer", "member"], "treasurer")
    with acting(ada):
        assert spans(member_of(alder, ben), Role.TREASURER) == [(days(0), days(30))]
    again = call(ada, "post", f"{bens}roles/", {"role": "treasurer"})
    assert (again.status_code, again.json()["code"]) == (409, "has_role")
    ended = call(ada, "delete", f"{bens}roles/treasurer/")
    assert (ended.status_code, ended.json()["roles"]) == (200, ["member"])
    assert call(ada, "delete", f"{bens}roles/treasurer/").json()["code"] == "has_not_role"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 400),
        ({"role": "king"}, 400),
        ({"role": ["admin"]}, 400),
        ({"role": "admin", "until": "2030-01-01"}, 400),
        ({"role": "admin", "starts_on": "soon"}, 400),
        ({"role": "admin", "starts_on": days(-1).isoformat()}, 422),
        ({"role": "admin", "ends_on": days(0).isoformat()}, 422),
        ({"role": "admin", "ends_on": "0001-01-01"}, 422),
    ],
)
def test_a_role_that_cannot_be_is_refused(
    call: Call, ada: User, ben: User, alder: Cooperative, bens: str, body: Any, status: int
) -> None:
    assert call(ada, "post", f"{bens}roles/", body).status_code == status
    assert roles(alder, ben) == {"member"}


def test_only_admins_give_roles_and_only_in_person(
    client: Client, call: Call, ada: User, ben: User, cleo: User, alder: Cooperative, bens: str
) -> None:
    for user in (ben, cleo):
        assert call(user, "post", f"{bens}roles/", {"role": "admin"}).status_code == 403
        assert call(user, "delete", f"{bens}roles/member/").status_code == 403
    with acting(ada) as actor:
        _key, text = create_key(actor, name="Script", scope="write")
    by_key = client.post(f"{bens}roles/", {"role": "admin"}, content_type="application/json", headers=bearer(text))
    assert (by_key.status_code, by_key.json()["code"]) == (403, "sign_in_again")
    by_key = client.delete(f"{bens}roles/member/", headers=bearer(text))
    assert (by_key.status_code, by_key.json()["code"]) == (403, "sign_in_again")
    assert roles(alder, ben) == {"member"}


@pytest.mark.parametrize("role", ["king", "ADMIN", "admin%00", "admin/admin"])
def test_an_address_that_names_no_role_ends_nothing(
    call: Call, ada: User, ben: User, alder: Cooperative, bens: str, role: str
) -> None:
    assert call(ada, "delete", f"{bens}roles/{role}/").status_code in (404, 422)
    assert roles(alder, ben) == {"member"}


# --- Pauses -----------------------------------------------------------------------------------------------------------


def test_the_office_pauses_and_resumes(call: Call, cleo: User, bens: str) -> None:
    paused = call(cleo, "post", f"{bens}pause/", {"reason": "Abroad", "ends_on": days(30).isoformat()})
    assert (paused.status_code, paused.json()["status"]) == (200, "paused")
    assert call(cleo, "post", f"{bens}pause/", {}).json()["code"] == "is_paused"
    resumed = call(cleo, "post", f"{bens}resume/", {})
    assert (resumed.status_code, resumed.json()["status"]) == (200, "active")
    assert call(cleo, "post", f"{bens}resume/", {}).json()["code"] == "not_paused"


@pytest.mark.parametrize(
    ("verb", "body", "status"),
    [
        ("pause", {"starts_on": 5}, 400),
        ("pause", {"reason": "x" * 301}, 400),
        ("pause", {"until": "x"}, 400),
        ("pause", {"starts_on": days(400).isoformat()}, 422),
        ("pause", {"starts_on": "9999-12-31"}, 422),
        ("resume", {"on": "soon"}, 400),
        ("resume", {"on": days(-1).isoformat()}, 422),
        ("resume", {"reason": "x"}, 400),
    ],
)
def test_a_pause_that_cannot_be_is_refused(call: Call, cleo: User, bens: str, verb: str, body: Any, status: int) -> None:
    assert call(cleo, "post", f"{bens}{verb}/", body).status_code == status
    assert call(cleo, "get", bens).json()["status"] == "active"


def test_the_last_admin_is_neither_paused_nor_demoted_here(call: Call, ada: User, alder: Cooperative) -> None:
    with acting(ada):
        adas = f"/api/v1/memberships/{member_of(alder, ada).public_id}/"
    for answer in (call(ada, "post", f"{adas}pause/", {}), call(ada, "delete", f"{adas}roles/admin/")):
        assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")


def test_a_foreign_membership_is_as_good_as_none(call: Call, ada: User, stranger: User, alder: Cooperative) -> None:
    with acting(stranger):
        foreign = Membership.objects.get().public_id
    tries = [("get", ""), ("patch", ""), ("put", ""), ("post", "roles/"), ("delete", "roles/admin/"), ("post", "pause/")]
    for method, rest in [*tries, ("post", "resume/")]:
        body = None if method == "get" else {"version": 1} if not rest else {"role": "admin"} if rest == "roles/" else {}
        answers = [call(ada, method, f"/api/v1/memberships/{key}/{rest}", body) for key in (foreign, uuid4())]
        assert {(answer.status_code, answer.content) for answer in answers} == {(404, answers[0].content)}, (method, rest)


def test_members_of_the_future_are_for_the_office(call: Call, ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        ahead = admit(actor, alder, name="Fay Future", on=days(9)).public_id
    assert call(ada, "get", f"/api/v1/memberships/{ahead}/").json()["status"] == "ahead"
    assert call(ben, "get", f"/api/v1/memberships/{ahead}/").status_code == 404
