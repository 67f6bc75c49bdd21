"""The register as a table: filters, order, columns; for offices only (see test_every_page)."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import end_membership, pause
from members.models import Building, Membership, User
from members.roles import Role

from ..browser import plain
from ..factories import a_cooperative, a_member, a_user, days
from .conftest import House, as_, at, show


@pytest.fixture
def many(alder: Cooperative, sue: User, bens: Membership) -> None:
    """One of every state: Ada, Sue and Ben are active, Pia is paused, Lea left, Nia joins later."""
    pause(SYSTEM, a_member(alder, None, name="Pia Rest", on=days(-90)), reason="Abroad")
    end_membership(SYSTEM, a_member(alder, None, name="Lea Gone", on=days(-80)), on=days(-9), reason="moved")
    a_member(alder, None, name="Nia Later", on=days(9))


def table(client: Client, user: User, here: Cooperative, **asked: Any) -> Any:
    """The page's context for what is asked."""
    answer = as_(client, user).get(at(here, "register"), asked)
    assert answer.status_code == 200
    return answer.context


def names(client: Client, user: User, here: Cooperative, **asked: Any) -> list[str]:
    """The names in order."""
    return [row["name"].split()[0] for row in table(client, user, here, **asked)["rows"]]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["Ada", "Ben", "Nia", "Pia", "Sue"]),
        ({"status": "all"}, ["Ada", "Ben", "Lea", "Nia", "Pia", "Sue"]),
        ({"status": "active"}, ["Ada", "Ben", "Sue"]),
        ({"status": "paused"}, ["Pia"]),
        ({"status": "former"}, ["Lea"]),
        ({"status": "ahead"}, ["Nia"]),
        ({"status": "nonsense"}, ["Ada", "Ben", "Nia", "Pia", "Sue"]),
        ({"role": "secretary"}, ["Sue"]),
        ({"role": "admin"}, ["Ada"]),
        ({"role": "king"}, ["Ada", "Ben", "Nia", "Pia", "Sue"]),
        ({"q": "gone", "status": "all"}, ["Lea"]),
        ({"q": "ben.oduya@example"}, ["Ben"]),
        ({"q": "3"}, ["Ben"]),
        ({"sort": "number"}, ["Ada", "Sue", "Ben", "Pia", "Nia"]),
        ({"sort": "-number"}, ["Nia", "Pia", "Ben", "Sue", "Ada"]),
        ({"sort": "joined"}, ["Pia", "Ada", "Ben", "Sue", "Nia"]),
        ({"sort": "-joined"}, ["Nia", "Ada", "Ben", "Sue", "Pia"]),
        ({"sort": "-name"}, ["Sue", "Pia", "Nia", "Ben", "Ada"]),
        ({"sort": "status"}, ["Ada", "Ben", "Sue", "Nia", "Pia"]),
        ({"sort": "-left", "status": "all"}, ["Lea", "Ada", "Ben", "Nia", "Pia", "Sue"]),
        ({"sort": "person__note"}, ["Ada", "Ben", "Nia", "Pia", "Sue"]),
        ({"building": "x"}, ["Ada", "Ben", "Nia", "Pia", "Sue"]),
    ],
)
def test_rows_are_those_asked_for_in_the_order_asked_for(
    client: Client, ada: User, alder: Cooperative, many: None, asked: dict[str, str], found: list[str]
) -> None:
    assert names(client, ada, alder, **asked) == found


def test_a_building_narrows_to_those_who_live_in_it(client: Client, ada: User, alder: Cooperative, house_: House) -> None:
    empty = Building.objects.create(cooperative=alder, name="South")
    assert names(client, ada, alder, building=house_.north.pk) == ["Ben"]
    assert names(client, ada, alder, building=empty.pk) == []


def test_a_row_says_what_the_register_knows(
    client: Client, ada: User, bens: Membership, alder: Cooperative, house_: House
) -> None:
    show(bens, phone="0301234")
    row = table(client, ada, alder, q="oduya", col=["phone", "left", "number", "home", "status", "joined", "roles", "email"])[
        "rows"
    ][0]
    cells = dict(row["cells"])
    assert list(cells) == ["number", "status", "roles", "home", "joined", "left", "email", "phone"]
    assert (cells["number"], cells["status"], cells["roles"]) == (2, "active", "Member")
    assert [unit.code for unit in cells["home"]] == ["N-101"]
    assert (cells["joined"], cells["left"]) == (days(0), None)
    assert (cells["email"], cells["phone"]) == ("ben.oduya@example.org", "0301234")


def test_columns_are_chosen_by_the_address(client: Client, ada: User, alder: Cooperative) -> None:
    def heads(**asked: Any) -> list[str]:
        return [head["key"] for head in table(client, ada, alder, **asked)["heads"]]

    assert heads() == ["name", "number", "status", "roles", "home", "joined", "email"]
    assert heads(col=["left"]) == ["name", "left"]
    assert heads(col=["password"]) == ["name", "number", "status", "roles", "home", "joined", "email"]


def test_a_head_sorts_and_then_turns_round_and_keeps_the_filters(client: Client, ada: User, alder: Cooperative) -> None:
    def head(key: str, **asked: str) -> dict[str, str]:
        return next(one for one in table(client, ada, alder, **asked)["heads"] if one["key"] == key)

    assert (head("name")["sorted"], head("number")["sorted"]) == ("ascending", "")
    assert head("number", status="all", page="2")["url"] == "?status=all&sort=number"
    assert head("number", sort="number")["url"] == "?sort=-number"
    assert head("number", sort="-number")["sorted"] == "descending"
    assert head("email")["url"] == ""


def test_a_former_member_is_called_by_the_name_they_left_with(client: Client, ada: User, alder: Cooperative, many: None) -> None:
    Membership.objects.get(left_name="Lea Gone").person.__class__.objects.filter(name="Lea Gone").update(name="")
    assert "Lea Gone" in [row["name"] for row in table(client, ada, alder, status="former")["rows"]]


@pytest.mark.parametrize(
    "asked", [{"q": "\x00"}, {"q": "x" * 5000}, {"building": "9" * 40}, {"page": "x"}, {"sort": "\x00"}, {"col": "\x00"}]
)
def test_nonsense_is_answered(client: Client, ada: User, alder: Cooperative, asked: dict[str, str]) -> None:
    assert as_(client, ada).get(at(alder, "register"), asked).status_code == 200


def test_hostile_text_is_shown_as_text(client: Client, ada: User, bens: Membership, alder: Cooperative) -> None:
    show(bens, phone="<i>", name="<script>x</script>")
    page = plain(as_(client, ada).get(at(alder, "register"), {"q": "<script>x", "sort": '"><script>'}))
    assert "<script>x" not in page
    assert "&lt;script&gt;x" in page


def test_fifty_rows_take_no_more_queries_than_one(
    client: Client, ada: User, alder: Cooperative, house_: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_(client, ada)
    counts = []
    for more in (0, 2, 48):
        for number in range(more):
            a_member(alder, a_user(f"Person {more} {number}", password=None), Role.MEMBER, Role.OBSERVER)
        with django_assert_max_num_queries(18) as taken:
            client.get(at(alder, "register"), {"sort": "-number"})
        counts.append(len(taken))
    assert len(set(counts)) == 1, counts


@pytest.mark.parametrize(("kind", "warned"), [("chama", True), ("housing", False)])
def test_who_is_admin_and_treasurer_of_a_chama_is_warned_of(kind: str, warned: bool, client: Client, ada: User) -> None:
    here = a_cooperative(ada, "Kilele", kind=kind)
    words = "Ada Quist is admin and treasurer at once"
    assert words not in plain(as_(client, ada).get(at(here, "register")))
    with enter([here.pk]):
        row = Membership.objects.get()
    body = {"role": "treasurer", "starts_on": days(0).isoformat()}
    page = client.post(at(here, "role_new", row.public_id), body, follow=True)
    assert (words in plain(page), words in plain(client.get(at(here, "register")))) == (warned, warned)
