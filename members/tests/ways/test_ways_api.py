"""Invitations, questions and the waiting list by the API: what the office does, what others never see."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.codes import read, resolve
from members.models import Building, Membership, Person, Unit, User
from members.roles import Role
from members.tests.factories import a_member, a_user, bearer
from members.tokens import issue

Call = Callable[..., Any]


def call(user: User, method: str, path: str, body: Any = None, **headers: str) -> Any:
    client = Client(headers={**bearer(issue(user).access), **headers})
    return getattr(client, method)(f"/api/v1/{path}", body, **({} if method == "get" else {"content_type": "application/json"}))


@pytest.fixture
def cleo(alder: Cooperative) -> User:
    """The secretary."""
    user = a_user("Cleo Park")
    a_member(alder, user, Role.SECRETARY, Role.MEMBER)
    return user


# --- Invitations --------------------------------------------------------------------------------------------------------


def test_the_office_invites_and_a_key_makes_it_once(alder: Cooperative, cleo: User, posted: Call) -> None:
    body, key = {"cooperative": alder.pk, "email": "New@Example.org"}, {"Idempotency-Key": "once"}
    made, again = (call(cleo, "post", "invitations/", body, **key) for _press in range(2))
    assert (made.status_code, made["ETag"], again["Idempotent-Replayed"]) == (201, '"1"', "true")
    shown = made.json()
    assert (shown["email"], shown["way"], shown["role"], shown["state"], shown["uses"]) == (
        "new@example.org", "mail", "member", "waiting", 0,
    )  # fmt: skip
    assert len(posted()) == 1
    (listed,) = call(cleo, "get", "invitations/", {"state": "sent"}).json()["results"]
    assert listed["id"] == shown["id"]
    assert call(cleo, "get", "invitations/", {"state": "joined"}).json()["count"] == 0
    assert call(cleo, "post", "invitations/", {**body, "email": "no address"}).status_code == 400
    assert call(cleo, "post", "invitations/", body).json()["code"] == "already_invited"


def test_the_code_of_a_link_is_handed_over_once_and_mails_keep_theirs(alder: Cooperative, cleo: User, inside: None) -> None:
    link = call(cleo, "post", "invitations/", {"cooperative": alder.pk, "way": "link", "most_uses": 3})
    path = f"invitations/{link.json()['id']}/"
    assert {"code", "url"}.isdisjoint(link.json())
    assert call(cleo, "post", path + "again/", {}).status_code == 428
    assert call(cleo, "post", path + "again/", {"version": 1}, **{"Idempotency-Key": "k"}).json()["code"] == "key_refused"
    given = call(cleo, "post", path + "again/", {"version": 1})
    code = read(given.json()["code"])
    assert (given.status_code, given["ETag"], code in given.json()["url"]) == (200, '"2"', True)
    assert str(resolve(code).invitation) == link.json()["id"]  # type: ignore[union-attr]
    assert code not in call(cleo, "get", path).content.decode()
    posted = call(cleo, "post", "invitations/", {"cooperative": alder.pk, "email": "dora@example.org"}).json()
    again = call(cleo, "post", f"invitations/{posted['id']}/again/", {}, **{"If-Match": '"1"'})
    assert (again.json()["code"], again.json()["url"], mail.outbox) == (None, None, [])


def test_an_office_is_given_by_an_admin_who_has_just_signed_in(alder: Cooperative, ada: User, cleo: User) -> None:
    body = {"cooperative": alder.pk, "email": "new@example.org", "role": "treasurer"}
    assert call(cleo, "post", "invitations/", body).status_code == 403
    assert call(ada, "post", "invitations/", body).json()["role"] == "treasurer"


def test_everybody_is_invited_in_one_act(alder: Cooperative, cleo: User, register: dict[str, Membership]) -> None:
    some = {"cooperative": alder.pk, "memberships": [str(register["cleo"].public_id)]}
    assert call(cleo, "post", "invitations/everyone/", some).json() == {"mails": 1, "slips": 0, "passed": 0}
    both = [call(cleo, "post", "invitations/everyone/", {"cooperative": alder.pk}) for _press in range(2)]
    assert (both[0].json(), both[1].json()["code"]) == ({"mails": 1, "slips": 1, "passed": 0}, "nobody_to_invite")
    unknown = {"cooperative": alder.pk, "memberships": ["00000000-0000-4000-8000-000000000000"]}
    assert "memberships" in call(cleo, "post", "invitations/everyone/", unknown).json()["errors"]


def test_taken_back_it_stays_in_the_list(alder: Cooperative, cleo: User) -> None:
    path = f"invitations/{call(cleo, 'post', 'invitations/', {'cooperative': alder.pk, 'way': 'link'}).json()['id']}/"
    assert [call(cleo, "post", path + "revoke/", {}).json()["state"] for _press in range(2)] == ["revoked"] * 2
    assert call(cleo, "post", path + "again/", {"version": 1}).json()["code"] == "revoked"


def test_nobody_else_sees_an_address(alder: Cooperative, cleo: User, ben: User, stranger: User, inside: None) -> None:
    theirs = a_member(alder, name="Emil Rask")
    made = call(cleo, "post", "invitations/", {"cooperative": alder.pk, "way": "slip", "membership": str(theirs.public_id)})
    assert made.json()["name"] == "Emil Rask"
    path = f"invitations/{made.json()['id']}/"
    for user, status in ((ben, 403), (stranger, 404)):
        assert call(user, "get", "invitations/").json()["results"] == []
        assert call(user, "get", path).status_code == status
        assert call(user, "post", path + "revoke/", {}).status_code == status
        assert call(user, "post", path + "again/", {"version": 1}).status_code == status
    assert call(ben, "post", "invitations/", {"cooperative": alder.pk, "email": "x@example.org"}).status_code == 403
    assert call(stranger, "post", "invitations/", {"cooperative": alder.pk, "email": "x@example.org"}).status_code == 400
    a_member(Cooperative.objects.get(name="Birch Lane"), cleo, Role.ADMIN)
    own = {"cooperative": Cooperative.objects.get(name="Birch Lane").pk, "way": "slip", "membership": str(theirs.public_id)}
    for user in (stranger, cleo):  # who stands in one of them alone, and who stands in both
        assert "membership" in call(user, "post", "invitations/", own).json()["errors"]


# --- Questions ----------------------------------------------------------------------------------------------------------


def test_questions_are_set_as_a_whole_by_an_admin(alder: Cooperative, ada: User, cleo: User, stranger: User) -> None:
    path, said = f"join-questions/{alder.pk}/", [{"text": "Why us?", "is_required": False}]
    assert call(ada, "get", path).json() == {"cooperative": alder.pk, "questions": [], "version": 1}
    assert call(cleo, "put", path, {"questions": said, "version": 1}).status_code == 403
    assert call(ada, "put", path, {"questions": said}).status_code == 428
    done = call(ada, "put", path, {"questions": said, "version": 1})
    assert (done.json()["questions"], done["ETag"]) == (said, '"2"')
    stale = call(ada, "put", path, {"questions": [], "version": 1})
    assert (stale.status_code, stale.json()["current"]) == (409, done.json())
    assert (call(stranger, "get", path).status_code, call(stranger, "put", path, {}).status_code) == (404, 404)
    Cooperative.objects.filter(pk=alder.pk).update(is_listed=True)
    assert (call(stranger, "get", path).json(), call(stranger, "put", path, {}).status_code) == (done.json(), 404)


# --- The waiting list ---------------------------------------------------------------------------------------------------


@pytest.fixture
def flat(alder: Cooperative, inside: None) -> Unit:
    """A home to offer."""
    house = Building.objects.create(cooperative=alder, name="Rear house")
    found: Unit = Unit.objects.create(cooperative=alder, building=house, code="R-1")
    return found


def test_who_waits_is_ranked_offered_a_home_and_housed(alder: Cooperative, cleo: User, flat: Unit) -> None:
    late, early = (
        call(cleo, "post", "waiting-list/", {"cooperative": alder.pk, "name": name, "ranked_on": day}).json()
        for name, day in (("Nora Lund", "2025-03-01"), ("Olav Berg", "2025-02-01"))
    )
    assert [(row["name"], row["rank"]) for row in listed(cleo)] == [("Olav Berg", 1), ("Nora Lund", 2)]
    path = f"waiting-list/{late['id']}/"
    moved = call(cleo, "post", path + "rank/", {"ranked_on": "2025-01-01", "reason": "A slip.", "version": 1})
    assert (moved.json()["rank"], moved["ETag"]) == (1, '"2"')
    assert call(cleo, "patch", path, {"people": 3, "version": 1}).json()["current"]["version"] == 2
    assert call(cleo, "patch", path, {"people": 3, "version": 2}).json()["people"] == 3
    offered = call(cleo, "post", path + "offers/", {"unit": str(flat.public_id), "version": 3})
    offer = offered.json()["offer"]
    assert (offered.status_code, offer["code"], offer["answer"]) == (201, "R-1", "open")
    second = {"unit": str(flat.public_id), "version": early["version"]}
    assert call(cleo, "post", f"waiting-list/{early['id']}/offers/", second).json()["code"] == "unit_offered"
    answer = call(cleo, "patch", f"unit-offers/{offer['id']}/", {"answer": "accepted", "version": 1})
    assert (answer.json()["answer"], answer["ETag"]) == ("accepted", '"2"')
    housed = call(cleo, "get", path).json()
    assert (housed["state"], housed["rank"], housed["offer"]) == ("housed", None, None)
    left = call(cleo, "post", f"waiting-list/{early['id']}/withdraw/", {"version": 1}).json()
    assert (left["state"], listed(cleo), len(listed(cleo, state="housed"))) == ("withdrawn", [], 1)


def listed(user: User, **query: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = call(user, "get", "waiting-list/", query).json()["results"]
    return rows


def test_who_waits_is_the_offices_to_know(alder: Cooperative, cleo: User, ben: User, stranger: User) -> None:
    made = call(cleo, "post", "waiting-list/", {"cooperative": alder.pk, "name": "Nora", "email": "nora@example.org"}).json()
    for user, status in ((ben, 403), (stranger, 404)):
        assert listed(user) == []
        assert call(user, "get", f"waiting-list/{made['id']}/").status_code == status
        assert call(user, "patch", f"waiting-list/{made['id']}/", {"people": 2, "version": 1}).status_code == status
        assert call(user, "post", f"waiting-list/{made['id']}/withdraw/", {"version": 1}).status_code == status
    assert call(ben, "post", "waiting-list/", {"cooperative": alder.pk, "name": "Me"}).status_code == 403


def test_a_parking_space_is_offered_to_nobody_by_the_api(alder: Cooperative, cleo: User, flat: Unit) -> None:
    space = Unit.objects.create(cooperative=alder, building=flat.building, code="P-1", kind="parking")
    made = call(cleo, "post", "waiting-list/", {"cooperative": alder.pk, "name": "Nora"}).json()
    refused = call(cleo, "post", f"waiting-list/{made['id']}/offers/", {"unit": str(space.public_id), "version": 1})
    assert (refused.status_code, refused.json()["code"], refused.json()["field"]) == (422, "no_home", "unit")


def test_who_waits_is_tied_to_a_person_by_the_api(alder: Cooperative, cleo: User, ben: User, inside: None) -> None:
    bens, adas = (Person.objects.get(name=name) for name in (ben.name, "Ada Quist"))
    made = call(cleo, "post", "waiting-list/", {"cooperative": alder.pk, "person": str(bens.public_id)})
    assert (made.status_code, made.json()["person"], made.json()["name"]) == (201, str(bens.public_id), bens.name)
    twice = call(cleo, "post", "waiting-list/", {"cooperative": alder.pk, "person": str(bens.public_id)})
    assert (twice.status_code, twice.json()["code"], twice.json()["field"]) == (409, "waits_already", "person")
    path = f"waiting-list/{made.json()['id']}/"
    other = call(cleo, "patch", path, {"person": str(adas.public_id), "name": "", "version": 1}).json()
    assert (other["person"], other["name"], other["version"]) == (str(adas.public_id), "Ada Quist", 2)
    kept = call(cleo, "put", path, {"name": "Ada", "version": 2}).json()
    assert (kept["person"], kept["name"]) == (str(adas.public_id), "Ada")
    freed = call(cleo, "patch", path, {"person": None, "version": 3}).json()
    assert (freed["person"], freed["name"], listed(cleo)[0]["person"]) == (None, "Ada", None)
    nameless = call(cleo, "patch", path, {"name": " ", "version": 4})
    assert (nameless.status_code, nameless.json()["field"]) == (400, "name")
    assert "choose a person of the register" in nameless.json()["detail"]
    assert call(ben, "patch", path, {"person": str(bens.public_id), "version": 4}).status_code == 403


@pytest.mark.parametrize("stands_there", [False, True])
def test_nobody_of_another_register_can_be_named(
    alder: Cooperative, cleo: User, stranger: User, inside: None, stands_there: bool
) -> None:
    birch = Cooperative.objects.exclude(pk=alder.pk).get()
    if stands_there:
        a_member(birch, cleo, Role.SECRETARY)
    with enter([birch.pk]):
        theirs = str(Person.objects.get(name="Sam Stranger").public_id)
    made = call(cleo, "post", "waiting-list/", {"cooperative": alder.pk, "name": "Nora"}).json()
    for method, path, body in (
        ("post", "waiting-list/", {"cooperative": alder.pk, "name": "Nora"}),
        ("patch", f"waiting-list/{made['id']}/", {"version": 1}),
    ):
        foreign, nobody, wrong = (
            call(cleo, method, path, {**body, "person": person}) for person in (theirs, str(uuid4()), "no id at all")
        )
        assert foreign.status_code == 400
        assert "There is nothing with this id here." in foreign.json()["detail"]
        assert foreign.content == nobody.content == wrong.content


@pytest.mark.parametrize("path", ["invitations/", "waiting-list/", "unit-offers/"])
def test_lists_cost_the_same_with_more_rows(path: str, alder: Cooperative, ada: User, flat: Unit) -> None:
    counts = []
    for number in range(3):
        _one_more(alder, ada, flat, number)
        with CaptureQueriesContext(connection) as seen:
            assert len(call(ada, "get", path).json()["results"]) == number + 1
        counts.append(len(seen))
    assert counts[0] == counts[2]


def _one_more(alder: Cooperative, ada: User, flat: Unit, number: int) -> None:
    call(ada, "post", "invitations/", {"cooperative": alder.pk, "email": f"new{number}@example.org"})
    entry = call(ada, "post", "waiting-list/", {"cooperative": alder.pk, "person": _new_person(alder, number)}).json()
    unit = flat if number == 0 else Unit.objects.create(cooperative=alder, building=flat.building, code=f"R-{number + 10}")
    call(ada, "post", f"waiting-list/{entry['id']}/offers/", {"unit": str(unit.public_id), "version": 1})


def _new_person(alder: Cooperative, number: int) -> str:
    return str(Person.objects.create(cooperative=alder, name=f"Nora {number}").public_id)
