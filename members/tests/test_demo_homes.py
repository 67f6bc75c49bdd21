"""The homes of Linden Court: what there is, who lives in them, and that removing and repeating hold for them, too."""

from collections import Counter
from datetime import date, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.demo.days import first_of
from members.demo.homes import Family, homes
from members.demo.people import DEMO
from members.models import (
    Building,
    Committee,
    Guardianship,
    Household,
    HouseholdMember,
    Membership,
    Occupancy,
    Occupant,
    Person,
    Seat,
    Unit,
    User,
)
from members.queries import (
    lasting_on,
    members_now,
    offers_to,
    over_occupied,
    today_in,
    under_occupied,
    vacant_on,
    waiting_of,
    who_lived,
)

Relation = HouseholdMember.Relation


@pytest.fixture
def linden(loaded: list[Cooperative], db: None, settings: Any) -> Any:
    """Linden Court as the demo loads it, entered."""
    settings.DEMO = True
    with enter([loaded[0].pk]):
        yield loaded[0]


def codes(units: Any) -> list[str]:
    return [unit.code for unit in units]


def living_in(code: str, day: date) -> list[str]:
    return [row.person.name for row in who_lived(Unit.objects.get(code=code), day)]


# --- The plan -------------------------------------------------------------------------------------------------------


def test_every_adult_of_the_plan_lives_in_one_household_and_every_unit_of_it_is_there() -> None:
    plan = homes()
    adults = Counter(name for family in plan.families for name in family.adults)
    assert set(adults.values()) == {1}
    assert adults.keys() == {person.name for person in DEMO[0].people}
    names = [name for family in plan.families for name, _age in family.children]
    names += [name for family in plan.families for name in family.others]
    assert len(names) == len(set(names)) == 29 + 4
    assert not set(names) & adults.keys()
    flats = [flat.code for house in plan.houses for flat in house.flats(plan.sizes)]
    named = {unit for family in plan.families for unit in (family.unit, family.before) if unit}
    assert len(flats) == 48
    assert set(flats) == named


def test_a_household_is_called_by_the_family_names_of_its_adults() -> None:
    assert Family("N-401", ("Klaus Richter", "Olena Kovalenko")).name == "Richter, Kovalenko"
    assert Family("N-206", ("Mei-Ling Chan", "David Chan")).name == "Chan"
    assert Family("S-202", ("Sanne de Vries",)).name == "de Vries"


@pytest.mark.parametrize(
    ("months", "day"),
    [(0, date(2028, 2, 1)), (1, date(2028, 1, 1)), (2, date(2027, 12, 1)), (72, date(2022, 2, 1)), (-11, date(2029, 1, 1))],
)
def test_days_are_counted_in_months_from_the_day_of_loading(months: int, day: date) -> None:
    assert first_of(date(2028, 2, 29), months) == day


# --- What there is --------------------------------------------------------------------------------------------------


def test_there_are_48_units_in_two_buildings(linden: Cooperative) -> None:
    floors = Counter(Unit.objects.values_list("building__name", "floor"))
    assert floors == {
        ("North", 1): 7, ("North", 2): 7, ("North", 3): 7, ("North", 4): 7,
        ("South", 1): 7, ("South", 2): 7, ("South", 3): 6,
    }  # fmt: skip
    assert codes(Unit.objects.order_by("code"))[::9] == ["N-101", "N-203", "N-305", "N-407", "S-202", "S-304"]
    assert set(Unit.objects.values_list("kind", flat=True)) == {"flat"}


def test_their_charges_are_those_of_the_budget(linden: Cooperative) -> None:
    assert Counter(Unit.objects.values_list("type", "rooms", "monthly_charge")) == {
        ("One bedroom", 2, 78000): 12,
        ("Two bedrooms", 3, 96000): 20,
        ("Three bedrooms", 4, 112000): 12,
        ("Four bedrooms", 5, 124000): 4,
    }
    assert sum(Unit.objects.values_list("monthly_charge", flat=True)) == 46_960_00


def test_71_adults_29_children_and_four_others_live_there(linden: Cooperative) -> None:
    assert Counter(HouseholdMember.objects.values_list("relation", flat=True)) == {"adult": 71, "child": 29, "other": 4}
    adults = HouseholdMember.objects.filter(relation=Relation.ADULT).values_list("person", flat=True)
    assert sorted(adults) == sorted(members_now([linden.pk]).values_list("person", flat=True))
    assert not Membership.objects.filter(person__households__relation__in=["child", "other"]).exists()
    assert not Person.objects.filter(is_sample=True).exists()


def test_one_unit_is_vacant_one_changes_hands_and_46_go_on(linden: Cooperative) -> None:
    today = today_in(linden.time_zone)
    assert codes(vacant_on(today)) == ["S-104"]
    open_ended = Occupancy.objects.filter(lasting_on(today), ends_on=None, starts_on__lt=today.replace(day=1))
    assert open_ended.values("unit").distinct().count() == 46
    fifteenth = today.replace(day=15)
    assert living_in("N-305", fifteenth - timedelta(days=1)) == ["Walter Schmid"]
    assert living_in("N-305", fifteenth) == ["Milena Stojanova"]


def test_nobody_lives_in_two_homes_and_everybody_lives_within_their_agreement(linden: Cooperative) -> None:
    today = today_in(linden.time_zone)
    for day in (today, today.replace(day=15), first_of(today, 1), first_of(today, 3), first_of(today, 40)):
        people = Occupant.objects.filter(lasting_on(day), lives_there=True).values_list("person", flat=True)
        assert len(people) == len(set(people)), day
    for row in Occupant.objects.select_related("occupancy", "person"):
        whole = row.occupancy
        assert whole.starts_on <= row.starts_on, row
        assert row.ends_on == whole.ends_on, row
        assert row.ends_on is None or row.starts_on < row.ends_on, row
        assert row.is_holder is Membership.objects.filter(person=row.person).exists(), row


def test_the_house_has_a_past(linden: Cooperative) -> None:
    today = today_in(linden.time_zone)
    moved = first_of(today, 1)
    family = ["Alma Castellanos", "Paula Castellanos", "Ruben Castellanos"]
    assert sorted(living_in("S-104", moved - timedelta(days=1))) == family
    assert sorted(living_in("S-302", moved)) == family
    assert living_in("S-104", moved) == []
    assert living_in("N-401", first_of(today, 31)) == ["Klaus Richter"]
    assert "Olena Kovalenko" in living_in("N-401", first_of(today, 30))


def test_one_home_is_large_for_who_lives_there(linden: Cooperative) -> None:
    today = today_in(linden.time_zone)
    assert codes(under_occupied(today)) == ["S-202"]
    assert codes(over_occupied(today)) == []


def test_children_stand_in_lists_by_family_and_have_those_who_answer_for_them(linden: Cooperative) -> None:
    children = Person.objects.filter(households__relation=Relation.CHILD).order_by("sort_name")
    assert [child.sort_name for child in children][:2] == ["almeida, tomas", "byrne, saba"]
    today = today_in(linden.time_zone)
    assert all(child.birth_date and child.birth_date < today for child in children)
    assert len({child.birth_date.month for child in children}) > 6
    homes_of = dict(HouseholdMember.objects.values_list("person", "household"))
    pairs = list(Guardianship.objects.values_list("child", "guardian"))
    assert {child for child, _guardian in pairs} == {child.pk for child in children}
    assert all(homes_of[child] == homes_of[guardian] for child, guardian in pairs)


def test_the_board_has_seven_seats_three_of_which_are_to_be_elected(linden: Cooperative) -> None:
    board, today = Committee.objects.get(), today_in(linden.time_zone)
    seats = Seat.objects.filter(lasting_on(today), committee=board).select_related("membership__person")
    assert sorted((row.position, row.membership.person.name) for row in seats) == [
        ("chair", "Aoife Brennan"),
        ("member", "Giulia Conti"),
        ("member", "Marta Lindqvist"),
        ("member", "Sanne de Vries"),
        ("member", "Tomasz Zieliński"),
        ("member", "Yusuf Demir"),
        ("vice", "Ingrid Solheim"),
    ]
    assert Counter(row.ends_on for row in seats) == {first_of(today, -1): 3, first_of(today, -12): 4}
    assert all(row.starts_on == first_of(row.ends_on, 24) for row in seats if row.ends_on)


def test_thirty_seven_wait_and_the_vacant_home_is_offered_to_the_second_of_them(linden: Cooperative) -> None:
    rows = list(waiting_of(linden))
    assert len(rows) == 37
    assert sorted(row.name for row in rows if row.person) == sorted(row.name for row in rows if row.is_transfer)
    assert [(row.name, row.refusals) for row in rows[:2]] == [("Beyza Öztürk", 1), ("Wanjiru Kamau", 0)]
    assert [[offer.unit.code for offer in row.open_offers] for row in rows] == [[], ["S-104"], *[[]] * 35]
    wanjiru = User.objects.get(name="Wanjiru Kamau")
    assert [offer.unit.code for offer in offers_to(Actor.of(wanjiru))] == ["S-104"]


def test_building_and_seating_is_in_the_record_and_the_chama_has_no_homes(linden: Cooperative) -> None:
    kinds = Counter(Event.objects.values_list("kind", flat=True))
    assert (kinds["members.building_added"], kinds["members.committee_founded"], kinds["members.seat_taken"]) == (2, 1, 7)
    kilele = Cooperative.objects.get(slug="kilele-dev-chama")
    with enter([kilele.pk]):
        assert not Building.objects.exists()
        assert not Household.objects.exists()
        assert not Committee.objects.exists()


# --- Pages ----------------------------------------------------------------------------------------------------------


def test_the_homes_are_shown(linden: Cooperative, client: Client) -> None:
    client.force_login(User.objects.get(name="Marta Lindqvist"))
    pages = {}
    for building in Building.objects.all():
        page = client.get(reverse("members:homes", args=[linden.slug]), {"building": building.pk})
        pages[building.name] = page.content.decode()
        assert [code for code in codes(building.units.all()) if code not in pages[building.name]] == []
    assert "Richter, Kovalenko" in pages["North"]
    unit = Unit.objects.get(code="S-302")
    page = client.get(reverse("members:unit", args=[linden.slug, unit.public_id])).content.decode()
    assert "Castellanos" in page
    assert "1,120.00" in page


# --- Again and away -------------------------------------------------------------------------------------------------


def test_what_was_done_with_the_homes_stays_when_it_is_loaded_again(linden: Cooperative) -> None:
    Unit.objects.filter(code="S-104").update(monthly_charge=1)
    Building.objects.filter(name="North").update(name="Upper North")
    call_command("load_demo", stdout=StringIO())
    assert sorted(Building.objects.values_list("name", flat=True)) == ["South", "Upper North"]
    assert Unit.objects.get(code="S-104").monthly_charge == 1
    assert Unit.objects.count() == 48
