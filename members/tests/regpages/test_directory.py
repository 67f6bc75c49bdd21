"""The directory: who is found by which words, and what of a person each reader sees."""

from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from members.models import Membership, User

from ..browser import plain
from ..factories import a_member, a_user, days
from .conftest import House, as_, at, show

HOSTILE = "<b onmouseover=alert(1)>"


def rows(client: Client, user: User, here: Cooperative, text: str = "") -> dict[str, Any]:
    """The rows of the directory by name."""
    found = as_(client, user).get(at(here, "directory"), {"q": text} if text else {})
    assert found.status_code == 200
    return {row["name"]: row for row in found.context["rows"]}


def test_people_stand_by_family_name_without_regard_to_accents(client: Client, ada: User, alder: Cooperative) -> None:
    for given, family in (("Zoë", "Ångström"), ("Łukasz", "Łęcki"), ("Bea", "Moor"), ("Al", "de Boer")):
        a_member(alder, None, name=f"{given} {family}", given_name=given, family_name=family)
    a_member(alder, None, name="Garden Club", is_organization=True)
    assert list(rows(client, ada, alder)) == [
        "Ada Quist", "Zoë Ångström", "Al de Boer", "Garden Club", "Łukasz Łęcki", "Bea Moor",
    ]  # fmt: skip


def test_fellows_see_what_a_person_shows_and_the_office_sees_all(
    client: Client, ada: User, tom: User, ben: User, bens: Membership, alder: Cooperative
) -> None:
    fay = a_user("Fay Fellow")
    a_member(alder, fay)
    show(bens, "phone", phone="+49 30 1234567", skills="plumbing")

    def seen(user: User) -> tuple[str, str, str]:
        row = rows(client, user, alder)["Ben Oduya"]
        return row["email"], row["phone"], row["skills"]

    assert seen(fay) == ("", "+49 30 1234567", "plumbing")
    assert seen(tom) == seen(ada) == seen(ben) == ("ben.oduya@example.org", "+49 30 1234567", "plumbing")
    page = plain(as_(client, fay).get(at(alder, "directory")))
    assert "ben.oduya@example.org" not in page


def test_a_home_shows_to_those_it_is_shown_to(
    client: Client, ada: User, ben: User, bens: Membership, alder: Cooperative, house_: House
) -> None:
    fay = a_user("Fay Fellow")
    a_member(alder, fay)

    def home(user: User) -> list[str]:
        return [unit.code for unit in rows(client, user, alder)["Ben Oduya"]["homes"]]

    assert (home(fay), home(ada), home(ben)) == ([], ["N-101"], ["N-101"])
    show(bens, "unit")
    assert home(fay) == ["N-101"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("oduya", {"Ben Oduya"}),
        ("BEN ODU", {"Ben Oduya"}),
        ("oduya ben", {"Ben Oduya"}),
        ("zoe angstrom", {"Zoë Ångström"}),
        ("Ångström", {"Zoë Ångström"}),
        ("plumb", {"Ben Oduya"}),
        ("2", {"Ben Oduya"}),
        ("nobody", set()),
        ("%", set()),
        ("_", set()),
        ("'", set()),
        ("9" * 60, set()),
        ("\x00", {"Ada Quist", "Ben Oduya", "Zoë Ångström"}),
        ("ben\x00", {"Ben Oduya"}),
    ],
)
def test_words_find_people(client: Client, ada: User, bens: Membership, alder: Cooperative, text: str, found: set[str]) -> None:
    a_member(alder, None, name="Zoë Ångström")
    show(bens, skills="plumbing, tiles")
    assert set(rows(client, ada, alder, text)) == found


def test_a_hidden_home_or_address_finds_nobody_but_for_the_office(
    client: Client, ada: User, bens: Membership, alder: Cooperative, house_: House
) -> None:
    fay = a_user("Fay Fellow")
    a_member(alder, fay)
    assert set(rows(client, fay, alder, "N-10")) == set()
    assert set(rows(client, ada, alder, "n-10")) == {"Ben Oduya"}
    assert set(rows(client, fay, alder, "ben.oduya@")) == set()
    assert set(rows(client, ada, alder, "ben.oduya@")) == {"Ben Oduya"}
    show(bens, "unit")
    assert set(rows(client, fay, alder, "N-10")) == {"Ben Oduya"}


def test_who_has_moved_out_is_not_found_by_the_old_home(client: Client, ada: User, alder: Cooperative, house_: House) -> None:
    house_.agreement.occupants.update(ends_on=days(-1))
    assert set(rows(client, ada, alder, "N-101")) == set()


def test_what_was_looked_for_stays_in_the_box_and_on_the_next_page(client: Client, ada: User, alder: Cooperative) -> None:
    for number in range(60):
        a_member(alder, None, name=f"Otto {number:02}")
    answer = as_(client, ada).get(at(alder, "directory"), {"q": "otto"})
    page = plain(answer)
    assert answer.context["pager"].total == 60
    assert 'value="otto"' in page
    assert "?q=otto&amp;page=2" in page


def test_hostile_text_is_shown_as_text(client: Client, ada: User, bens: Membership, alder: Cooperative) -> None:
    show(bens, skills=HOSTILE, phone=HOSTILE)
    page = plain(as_(client, ada).get(at(alder, "directory"), {"q": HOSTILE}))
    assert HOSTILE not in page
    assert page.count("&lt;b onmouseover") >= 2


def test_fifty_rows_take_no_more_queries_than_one(
    client: Client, ada: User, alder: Cooperative, house_: House, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_(client, ada)
    counts = []
    for more in (0, 2, 48):
        for number in range(more):
            a_member(alder, a_user(f"Person {more} {number}", password=None))
        with django_assert_max_num_queries(17) as taken:
            client.get(at(alder, "directory"), {"q": ""})
        counts.append(len(taken))
    assert len(set(counts)) == 1, counts
