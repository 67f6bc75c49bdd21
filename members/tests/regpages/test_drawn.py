"""How days, spans, states, numbers and units are written on the register's pages, and how its table is drawn."""

import re
import sys
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from members.actions import add_building, end_membership, grant_role, pause
from members.models import Membership, RoleGrant, Unit, User
from members.templatetags.register import day, number, rooms, span, standing, unit_words

from ..browser import plain
from ..factories import a_member, a_user, days
from .conftest import House, as_, at

MAY, JUNE = date(2026, 5, 3), date(2026, 6, 1)


def bare(html: str) -> str:
    """The words without their markup."""
    return re.sub(r"<[^>]+>", "", html)


# --- Words ----------------------------------------------------------------------------------------------------------


def test_a_day_is_written_for_people_and_for_programs() -> None:
    assert day(MAY) == '<time datetime="2026-05-03">3 May 2026</time>'
    assert day(None) == ""


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        (MAY, JUNE, "3 May 2026 – 1 Jun 2026"),
        (MAY, None, "since 3 May 2026"),
        (None, JUNE, "… – 1 Jun 2026"),
        (None, None, "since an unknown day"),
    ],
)
def test_a_span_says_from_when_until_when(starts: date | None, ends: date | None, words: str) -> None:
    assert bare(span(starts, ends)) == words


@pytest.mark.parametrize(
    ("status", "words", "state"),
    [("ahead", "Joins later", "info"), ("active", "Active", "good"), ("paused", "Paused", "warn"), ("former", "Former", "")],
)
def test_a_standing_is_a_word_with_its_colour(status: str, words: str, state: str) -> None:
    assert standing(status) == f'<span class="pill" data-state="{state}">{words}</span>'


def test_a_standing_that_is_none_is_an_error() -> None:
    with pytest.raises(ValueError, match="nonsense"):
        standing("nonsense")


@pytest.mark.parametrize(
    ("value", "words"),
    [("2.0", "2"), ("2.5", "2.5"), ("0.0", "0"), ("100.00", "100"), ("0.1250", "0.125"), ("-0.0", "0"), ("1E+2", "100")],
)
def test_a_number_has_no_zeros_that_say_nothing(value: str, words: str) -> None:
    assert number(Decimal(value)) == words


def test_a_number_is_written_as_the_reader_writes_it() -> None:
    assert number(None) == ""
    with translation.override("de"):
        assert number(Decimal("61.25")) == "61,25"


@pytest.mark.parametrize(
    ("count", "words"),
    [(None, ""), ("1", "1 room"), ("1.5", "1.5 rooms"), ("0.5", "0.5 room"), ("2", "2 rooms"), ("0", "0 rooms")],
)
def test_rooms_are_counted_and_half_ones_count(count: str | None, words: str) -> None:
    assert rooms(Unit(rooms=None if count is None else Decimal(count))) == words


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "Flat"),
        ({"kind": "parking"}, "Parking space"),
        ({"type": "studio", "rooms": Decimal("1.0")}, "studio, 1 room"),
        ({"rooms": Decimal("2.0"), "area": Decimal("61.50")}, "Flat, 2 rooms, 61.5 m²"),
        ({"area": Decimal("0.00")}, "Flat"),
    ],
)
def test_a_unit_in_a_few_words(facts: dict[str, Any], words: str) -> None:
    assert unit_words(Unit(**facts)) == words


# --- The table ------------------------------------------------------------------------------------------------------


def cells(page: str) -> dict[str, list[str]]:
    """The rows of the table by name: what stands in each cell after it."""
    body = page.split("<tbody>")[1].split("</tbody>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in body.split("</tr>") if "<th" in row]
    return {bare(first): [bare(cell).strip() for cell in rest] for first, *rest in rows}


def test_every_column_is_written_in_its_row(client: Client, ada: User, alder: Cooperative, house_: House) -> None:
    away = a_member(alder, None, name="Pia Rest", email="pia@example.org", phone="030 7", on=days(-90))
    pause(SYSTEM, away, reason="Abroad")
    end_membership(SYSTEM, a_member(alder, None, name="Lea Gone", on=days(-80)), on=days(-9), reason="moved")
    columns = ["number", "status", "roles", "home", "joined", "left", "email", "phone"]
    table = cells(plain(as_(client, ada).get(at(alder, "register"), {"status": "all", "col": columns})))
    joined, left = bare(day(days(-80))), bare(day(days(-9)))
    assert table["Ben Oduya"] == ["2", "Active", "Member", "N-101", bare(day(days(0))), "", "ben.oduya@example.org", ""]
    assert table["Pia Rest"] == ["3", "Paused", "Member", "", bare(day(days(-90))), "", "pia@example.org", "030 7"]
    assert table["Lea Gone"][:2] == ["4", "Former"]
    assert table["Lea Gone"][3:6] == ["", joined, left]


def test_an_office_that_is_over_or_planned_finds_nobody(client: Client, ada: User, bens: Membership, alder: Cooperative) -> None:
    def found(role: str) -> list[str]:
        return [row["name"] for row in as_(client, ada).get(at(alder, "register"), {"role": role}).context["rows"]]

    grant_role(SYSTEM, bens, role="treasurer", starts_on=days(2))
    RoleGrant.objects.create(cooperative=alder, membership=bens, role="observer", starts_on=days(-5), ends_on=days(0))
    assert (found("treasurer"), found("observer"), found("member")) == ([], [], ["Ada Quist", "Ben Oduya"])
    RoleGrant.objects.filter(role="treasurer").update(starts_on=days(0))
    assert found("treasurer") == ["Ben Oduya"]


def test_what_was_chosen_stays_chosen_on_every_part(client: Client, ada: User, alder: Cooperative) -> None:
    for index in range(60):
        a_member(alder, None, name=f"Otto {index:02}")
    asked = {"q": "otto", "status": "active", "role": "member", "sort": "-number", "col": ["number", "left"]}
    answer = as_(client, ada).get(at(alder, "register"), asked)
    page = plain(answer)
    assert answer.context["rows"][0]["name"] == "Otto 59"
    assert '<option value="active" selected' in page
    assert '<option value="member" selected' in page
    assert '<input type="hidden" name="sort" value="-number">' in page
    assert len(re.findall(r'<input type="checkbox" name="col"[^>]* checked', page)) == 2
    [following] = set(re.findall(r'href="(\?[^"]*page=2[^"]*)"', page))
    rest = client.get(at(alder, "register") + following.replace("&amp;", "&"))
    assert [row["name"] for row in rest.context["rows"]] == [f"Otto {index:02}" for index in range(9, -1, -1)]
    assert [head["key"] for head in rest.context["heads"]] == ["name", "number", "left"]


def test_when_nothing_fits_the_way_back_is_shown(client: Client, ada: User, alder: Cooperative) -> None:
    page = plain(as_(client, ada).get(at(alder, "register"), {"status": "former"}))
    assert "No membership fits" in page
    assert 'href="?status=all"' in page
    assert "Show all" in page
    assert ">Show all<" not in plain(client.get(at(alder, "register"), {"sort": "number"}))


def test_a_script_gets_the_table_alone(client: Client, ada: User, alder: Cooperative) -> None:
    as_(client, ada)
    whole, part = client.get(at(alder, "register")), client.get(at(alder, "register"), headers={"HX-Request": "true"})
    assert "<html" in plain(whole)
    assert "<html" not in plain(part)
    assert cells(plain(part)) == cells(plain(whole))


def test_buildings_are_a_filter_where_there_are_some(client: Client, ada: User, alder: Cooperative, inside: None) -> None:
    assert 'name="building"' not in plain(as_(client, ada).get(at(alder, "register")))
    north = add_building(SYSTEM, alder, name="North")
    page = plain(client.get(at(alder, "register"), {"building": north.pk}))
    assert f'<option value="{north.pk}" selected' in page


def test_only_who_admits_is_offered_to(client: Client, sue: User, tom: User, ben: User, alder: Cooperative) -> None:
    door = at(alder, "member_new")
    assert door in plain(as_(client, sue).get(at(alder, "register")))
    assert door not in plain(as_(client, tom).get(at(alder, "register")))
    assert as_(client, ben).get(at(alder, "register")).status_code == 403
    observer = a_user("Olu Sees")
    a_member(alder, observer, "observer")
    assert as_(client, observer).get(at(alder, "register")).status_code == 403


def test_a_large_building_is_drawn_page_by_page(
    client: Client, sue: User, alder: Cooperative, house_: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.modules["members.views.homes"], "DRAWN", 1)
    south = add_building(SYSTEM, alder, name="South")
    top = as_(client, sue).get(at(alder, "homes"))
    below = client.get(at(alder, "homes"), {"page": 2})
    assert [floor.number for answer in (top, below) for floor in answer.context["floors"]] == [2, 1]
    assert "page=2" in plain(top)
    assert f'href="?building={south.pk}"' in plain(below)  # which begins at its own top


def test_a_unit_of_unknown_rooms_is_drawn_with_its_type(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    for kind, said in (("", "Flat"), ("Studio under the roof", "Studio under the roof")):
        Unit.objects.update(rooms=None, type=kind)
        assert f"<small>{said}</small>" in plain(as_(client, sue).get(at(alder, "homes")))
