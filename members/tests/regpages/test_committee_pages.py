"""Pages of committees, without a script; and their API, which reads."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from members import tokens
from members.actions import end_committee, found_committee, seat_member
from members.models import Committee, Membership, Seat, User

from ..browser import plain
from ..factories import a_member, bearer, days
from .conftest import as_, at

HOSTILE = "<img src=x onerror=alert(1)>"
API = "/api/v1/committees/"


@pytest.fixture
def board(alder: Cooperative, bens: Membership) -> Committee:
    """The board, with Ben as its chair."""
    row = found_committee(SYSTEM, alder, name="Board", purpose="Leads.")
    seat_member(SYSTEM, row, member=bens, position="chair", starts_on=days(0), ends_on=days(700))
    return row


def test_a_committee_is_founded_seated_and_ended_on_pages(
    client: Client, sue: User, alder: Cooperative, bens: Membership
) -> None:
    as_(client, sue)
    answer = client.post(at(alder, "committee_new"), {"name": "Garden", "purpose": "Beds."})
    garden = Committee.objects.get()
    assert answer["Location"] == at(alder, "committee", garden.pk)
    term = {"member": bens.pk, "position": "chair", "starts_on": days(0).isoformat(), "ends_on": ""}
    assert client.post(at(alder, "seat_new", garden.pk), term)["Location"] == at(alder, "committee", garden.pk)
    seat = Seat.objects.get()
    assert (seat.membership_id, seat.position, seat.starts_on, seat.ends_on) == (bens.pk, "chair", days(0), None)
    client.post(at(alder, "seat_end", seat.pk), {"on": days(30).isoformat()})
    assert Seat.objects.get().ends_on == days(30)
    client.post(at(alder, "committee", garden.pk), {"name": "Garden", "purpose": "Beds and trees.", "version": 1})
    client.post(at(alder, "committee_end", garden.pk), {"version": 2})
    garden.refresh_from_db()
    assert (garden.purpose, garden.ended_on, garden.version) == ("Beds and trees.", days(0), 3)
    assert Seat.objects.get().ends_on == days(0)


def test_a_form_sent_twice_founds_once(client: Client, sue: User, alder: Cooperative, inside: None) -> None:
    as_(client, sue)
    form = {"name": "Garden", "once_key": "abcdefgh12345678"}
    first, second = (client.post(at(alder, "committee_new"), form) for _time in range(2))
    assert (first.status_code, second.status_code, first["Location"]) == (302, 302, second["Location"])
    assert Committee.objects.count() == 1


def test_who_sits_is_shown_to_every_member(client: Client, ben: User, alder: Cooperative, board: Committee) -> None:
    for address in (at(alder, "committees"), at(alder, "committee", board.pk)):
        page = plain(as_(client, ben).get(address))
        assert "Ben Oduya" in page
        assert "Chair" in page
        assert "Seat a member" not in page
        assert "New committee" not in page


def test_earlier_and_later_terms_stand_apart(client: Client, ada: User, alder: Cooperative, board: Committee) -> None:
    kay = a_member(alder, None, name="Kay Long", on=days(-400))
    seat_member(SYSTEM, board, member=kay, starts_on=days(-300), ends_on=days(-100))
    seat_member(SYSTEM, board, member=kay, starts_on=days(50))
    context = as_(client, ada).get(at(alder, "committee", board.pk)).context
    assert {key: [str(seat) for seat in context[key]] for key in ("sitting", "ahead", "past")} == {
        "sitting": ["Ben Oduya"],
        "ahead": ["Kay Long"],
        "past": ["Kay Long"],
    }


def test_what_has_ended_offers_nothing_more(client: Client, ada: User, alder: Cooperative, board: Committee) -> None:
    end_committee(SYSTEM, board, version=1)
    page = plain(as_(client, ada).get(at(alder, "committee", board.pk)))
    assert "Seat a member" not in page
    assert [row.name for row in client.get(at(alder, "committees")).context["ended"]] == ["Board"]
    assert client.post(at(alder, "committee_end", board.pk), {"version": 2}).status_code == 409


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"member": ""}, 400, "member"),
        ({"member": "999999"}, 400, "member"),
        ({"member": "x"}, 400, "member"),
        ({"position": "king"}, 400, "position"),
        ({"starts_on": "31.31.2020"}, 400, "starts_on"),
        ({"starts_on": ""}, 400, "starts_on"),
        ({"ends_on": "x"}, 400, "ends_on"),
        ({"starts_on": "1990-01-01"}, 422, "starts_on"),
        ({"ends_on": "1990-01-01"}, 422, "ends_on"),
    ],
)
def test_a_bad_term_is_named_at_its_field(
    client: Client, ada: User, alder: Cooperative, board: Committee, changed: dict[str, str], status: int, field: str
) -> None:
    kay = a_member(alder, None, name="Kay Long")
    term = {"member": str(kay.pk), "position": "member", "starts_on": days(0).isoformat(), "ends_on": ""}
    answer = as_(client, ada).post(at(alder, "seat_new", board.pk), term | changed)
    assert (answer.status_code, list(answer.context["form"].errors)) == (status, [field])
    assert Seat.objects.count() == 1


def test_an_overlap_names_the_other_term_on_the_page(
    client: Client, ada: User, alder: Cooperative, board: Committee, bens: Membership
) -> None:
    term = {"member": bens.pk, "position": "member", "starts_on": days(9).isoformat()}
    answer = as_(client, ada).post(at(alder, "seat_new", board.pk), term)
    assert answer.status_code == 409
    assert "Choose days outside of that." in plain(answer)


def test_a_stale_save_shows_both_values(client: Client, ada: User, alder: Cooperative, board: Committee) -> None:
    as_(client, ada).post(at(alder, "committee", board.pk), {"name": "Directors", "version": 1})
    answer = client.post(at(alder, "committee", board.pk), {"name": "Managers", "version": 1})
    assert answer.status_code == 409
    assert "Directors" in plain(answer)
    assert "Managers" in plain(answer)
    board.refresh_from_db()
    assert board.name == "Directors"


def test_hostile_text_is_shown_as_text(client: Client, ada: User, alder: Cooperative, bens: Membership) -> None:
    row = found_committee(SYSTEM, alder, name=HOSTILE, purpose=HOSTILE)
    seat_member(SYSTEM, row, member=bens, starts_on=days(0))
    as_(client, ada)
    for name, keys in (("committees", ()), ("committee", (row.pk,)), ("committee_end", (row.pk,)), ("seat_new", (row.pk,))):
        page = plain(client.get(at(alder, name, *keys)))
        assert HOSTILE not in page
        assert "&lt;img" in page


def test_more_committees_and_terms_take_no_more_queries(
    client: Client, ada: User, alder: Cooperative, board: Committee, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    as_(client, ada)
    counts = []
    for more in (0, 2, 20):
        for number in range(more):
            row = found_committee(SYSTEM, alder, name=f"Group {more} {number}")
            seat_member(SYSTEM, row, member=a_member(alder, None, name=f"Ina {number}"), starts_on=days(0))
        with django_assert_max_num_queries(15) as taken:
            client.get(at(alder, "committees"))
        counts.append(len(taken))
    assert len(set(counts)) == 1, counts


# --- API ------------------------------------------------------------------------------------------------------------


def get(client: Client, user: User, address: str = API) -> Any:
    return client.get(address, headers=bearer(tokens.issue(user).access))


def test_what_a_committee_shows(client: Client, ben: User, alder: Cooperative, board: Committee, bens: Membership) -> None:
    answer = get(client, ben)
    seat = Seat.objects.get()
    assert answer.json()["results"] == [
        {
            "id": board.pk,
            "cooperative": alder.pk,
            "name": "Board",
            "purpose": "Leads.",
            "ended_on": None,
            "seats": [
                {
                    "id": seat.pk,
                    "membership": str(bens.public_id),
                    "user": str(ben.public_id),
                    "name": "Ben Oduya",
                    "position": "chair",
                    "starts_on": days(0).isoformat(),
                    "ends_on": days(700).isoformat(),
                }
            ],
            "version": 1,
        }
    ]
    one = get(client, ben, f"{API}{board.pk}/")
    assert (one.json(), one["ETag"]) == (answer.json()["results"][0], '"1"')


def test_strangers_find_none_and_nothing_is_written_here(client: Client, ada: User, stranger: User, board: Committee) -> None:
    assert get(client, stranger).json()["results"] == []
    assert get(client, stranger, f"{API}{board.pk}/").json() == get(client, stranger, f"{API}999999/").json()
    headers = bearer(tokens.issue(ada).access)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(API, {}, content_type="application/json", headers=headers).status_code == 405
    assert client.get(API).status_code == 401


def test_lists_are_narrowed(client: Client, ada: User, alder: Cooperative, board: Committee) -> None:
    end_committee(SYSTEM, found_committee(SYSTEM, alder, name="Jubilee"), version=1)

    def names(query: str) -> list[str]:
        return [row["name"] for row in get(client, ada, f"{API}?{query}").json()["results"]]

    assert names("") == ["Board", "Jubilee"]
    assert names("ended=true") == ["Jubilee"]
    assert names("ended=false") == ["Board"]
    assert names(f"cooperative={alder.pk}&ended=false") == ["Board"]
    assert names("cooperative=999999") == []
    assert get(client, ada, f"{API}?cooperative={uuid4()}").status_code == 400


def test_more_committees_take_no_more_queries_in_the_api(
    client: Client, ada: User, alder: Cooperative, board: Committee, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    headers = bearer(tokens.issue(ada).access)
    with django_assert_max_num_queries(12) as one:
        client.get(API, headers=headers)
    for number in range(3):
        row = found_committee(SYSTEM, alder, name=f"Group {number}")
        seat_member(SYSTEM, row, member=a_member(alder, None, name=f"Ina {number}"), starts_on=days(0))
    with django_assert_max_num_queries(12) as four:
        client.get(API, headers=headers)
    assert len(one) == len(four)
