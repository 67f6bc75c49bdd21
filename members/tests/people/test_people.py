"""Who is entered with what, and who may correct which of it."""

from datetime import date
from typing import Any

import pytest

from cooperatives.actions import Forbidden, RuleBroken
from cooperatives.events import Occurrence
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import admit, correct_person, end_membership
from members.models import Membership, Person, User
from members.roles import Role

from ..factories import a_member, acting, days, refused
from .acts import member_of, roles
from .conftest import told

FACTS: dict[str, Any] = {
    "given_name": "Olga",
    "family_name": "Berg",
    "email": "olga@example.org",
    "phone": "+47 22 33",
    "other_phones": "44 55",
    "address": "Kirkegata 3\n0153 Oslo",
    "birth_date": date(1971, 5, 31),
    "locale": "en",
    "skills": "Plumbing",
    "note": "Pays in cash",
    "external_id": "A-17",
    "contact_person": "Ola",
}


def person(name: str) -> Person:
    found: Person = Person.objects.get(name=name)
    return found


# --- Entering ---------------------------------------------------------------------------------------------------------


def test_a_secretary_enters_somebody_with_all_there_is_to_say(cleo: User, alder: Cooperative) -> None:
    with acting(cleo) as actor:
        admit(actor, alder, **FACTS)
        olga = person("Olga Berg")
        assert {key: getattr(olga, key) for key in FACTS} == FACTS
        assert (olga.sort_name, olga.shown, olga.version) == ("berg, olga", [], 1)


def test_an_organisation_is_entered_with_who_speaks_for_it(cleo: User, alder: Cooperative) -> None:
    with acting(cleo) as actor:
        admit(actor, alder, name="Bakery of the Yard", is_organization=True, contact_person="Petra Paper")
        bakery = person("Bakery of the Yard")
        assert (bakery.is_organization, bakery.contact_person, bakery.given_name) == (True, "Petra Paper", "")


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({}, "no_name", "name"),
        ({"name": "\u200b"}, "invisible", "name"),
        ({"name": "x" * 151}, "invalid_value", "name"),
        ({"name": "Nul\x00"}, "invalid_value", "name"),
        ({"name": "Olga", "email": "olga at home"}, "invalid_value", "email"),
        ({"name": "Olga", "phone": "1" * 41}, "invalid_value", "phone"),
        ({"name": "Olga", "address": "x" * 501}, "invalid_value", "address"),
        ({"name": "Olga", "note": "\ud800"}, "invalid_value", "note"),
        ({"name": "Olga", "locale": "tlh"}, "locale", "locale"),
        ({"name": "Olga", "birth_date": days(1)}, "birth_date", "birth_date"),
        ({"name": "Olga", "birth_date": date(1899, 12, 31)}, "birth_date", "birth_date"),
        ({"name": "Olga", "shown": ["shoe size"]}, "unknown_choice", "shown"),
        ({"name": "Olga", "on": days(367)}, "too_far_ahead", "on"),
        ({"name": "Olga", "on": date(1899, 12, 31)}, "too_long_ago", "on"),
        ({"name": "Olga", "roles": ("king",)}, "unknown_role", "role"),
    ],
)
def test_what_cannot_be_entered_is_named_and_nobody_is(
    ada: User, alder: Cooperative, facts: dict[str, Any], code: str, field: str
) -> None:
    with acting(ada) as actor:
        with refused(code) as caught:
            admit(actor, alder, **facts)
        assert caught.value.field == field
        assert Person.objects.count() == Membership.objects.count() == 1


@pytest.mark.parametrize("on", [days(0), days(366), days(-9000)])
def test_the_day_of_joining_may_lie_ahead_or_long_back(ada: User, alder: Cooperative, on: date) -> None:
    with acting(ada) as actor:
        member = admit(actor, alder, name="Olga Berg", on=on)
        assert (member.joined_on, member.grants.get().starts_on) == (on, on)


def test_who_comes_back_keeps_their_entry_and_gets_another_number(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        first = member_of(alder, ben)
        end_membership(actor, first)
        again = admit(actor, alder, name="Ben Oduya-Smith", user=ben, phone="123")
        assert (again.number, again.person_id, again.user_id) == (first.number + 1, first.person_id, ben.pk)
        assert (again.person.name, again.person.phone, again.person.version) == ("Ben Oduya-Smith", "123", 2)
        assert Membership.objects.get(pk=first.pk).left_name == "Ben Oduya"
        assert Person.objects.filter(email=ben.email).count() == 1
    assert roles(alder, ben) == {"member"}


def test_somebody_the_register_knows_is_admitted_without_saying_it_all_again(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        child = Person.objects.create(cooperative=alder, name="Kit Berg", address="Kirkegata 3")
        member = admit(actor, alder, person=child)
        assert (member.person_id, member.person.address) == (child.pk, "Kirkegata 3")
        with refused("already_member"):
            admit(actor, alder, person=child)
        end_membership(actor, member)
        assert admit(actor, alder, person=child).number == member.number + 1


def test_an_erased_person_who_comes_back_begins_with_an_empty_page(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        first = member_of(alder, ben)
        end_membership(actor, first)
        Person.objects.filter(pk=first.person_id).update(name="", erased_at="2026-01-01T00:00Z")
        assert admit(actor, alder, name="Ben Oduya", user=ben).person_id != first.person_id


# --- Correcting -------------------------------------------------------------------------------------------------------


def test_the_office_corrects_all_of_an_entry(cleo: User, ben: User, alder: Cooperative, written: list[Occurrence]) -> None:
    with acting(cleo) as actor:
        row = correct_person(actor, person("Ben Oduya"), version=1, **FACTS)
        assert {key: getattr(row, key) for key in FACTS} == FACTS
        assert (row.name, row.version) == ("Olga Berg", 2)
    assert told(written) == [("members.corrected", {"user_id": str(ben.public_id), "changed": sorted([*FACTS])})]


def test_what_was_corrected_is_not_told_to_all_and_not_outside(cleo: User, alder: Cooperative, written: list[Occurrence]) -> None:
    with acting(cleo) as actor:
        correct_person(actor, person("Cleo Park"), version=1, note="Knows the plumber")
    assert (written[0].kind.audience.value, written[0].kind.outside) == ("officers", False)
    assert "plumber" not in str(written[0])


@pytest.mark.parametrize("key", ["email", "phone", "other_phones", "address", "contact_person", "locale", "skills"])
def test_people_correct_their_own_contact_data(ben: User, alder: Cooperative, key: str) -> None:
    with acting(ben) as actor:
        assert getattr(correct_person(actor, person("Ben Oduya"), version=1, **{key: FACTS[key]}), key) == FACTS[key]


@pytest.mark.parametrize("key", ["name", "given_name", "family_name", "birth_date", "note", "external_id", "is_organization"])
def test_what_the_office_keeps_is_not_for_the_person(ben: User, alder: Cooperative, key: str) -> None:
    said = {**FACTS, "name": "King Ben", "is_organization": True}[key]
    with acting(ben) as actor:
        with pytest.raises(Forbidden) as caught:
            correct_person(actor, person("Ben Oduya"), version=1, **{key: said})
        assert (caught.value.code, caught.value.field) == ("not_yours", key)
        assert person("Ben Oduya").version == 1


def test_what_stays_as_it_is_may_be_sent_along_and_changes_nothing(ben: User, alder: Cooperative, written: list[Any]) -> None:
    with acting(ben) as actor:
        row = correct_person(actor, person("Ben Oduya"), version=1, name="Ben Oduya", note="", email=ben.email)
        assert row.version == 1
    assert written == []


def test_what_is_shown_a_person_decides_who_can(ada: User, ben: User, alder: Cooperative) -> None:
    a_member(alder, None, name="Petra Paper")
    with acting(ben) as actor:
        row = correct_person(actor, person("Ben Oduya"), version=1, shown=["phone", "email", "email"])
        assert row.shown == ["email", "phone"]
    with acting(ada) as actor:
        with refused("not_yours"):
            correct_person(actor, person("Ben Oduya"), version=2, shown=[])
        assert correct_person(actor, person("Petra Paper"), version=1, shown=["phone"]).shown == ["phone"]


def test_nobody_corrects_somebody_else_and_strangers_find_nobody(ben: User, stranger: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        ada = person("Ada Quist")
    with acting(ben) as actor, refused("forbidden"):
        correct_person(actor, ada, version=1, phone="1")
    with acting(stranger) as actor, refused("not_found"):
        correct_person(actor, ada, version=1, phone="1")


def test_a_stale_version_and_a_missing_one_change_nothing(cleo: User, alder: Cooperative) -> None:
    with acting(cleo) as actor:
        correct_person(actor, person("Cleo Park"), version=1, phone="1")
        for version in (1, None, 9):
            with refused("stale"):
                correct_person(actor, person("Cleo Park"), version=version, phone="2")
        assert person("Cleo Park").phone == "1"


def test_who_was_erased_is_not_written_again(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        Person.objects.filter(name="Ben Oduya").update(erased_at="2026-01-01T00:00Z")
        with refused("erased"):
            correct_person(actor, person("Ben Oduya"), version=1, phone="1")


@pytest.mark.parametrize("facts", [{"name": " "}, {"name": "", "given_name": "", "family_name": ""}])
def test_a_name_is_not_taken_away(cleo: User, alder: Cooperative, facts: dict[str, Any]) -> None:
    with acting(cleo) as actor, refused("no_name"):
        correct_person(actor, person("Cleo Park"), version=1, **facts)


def test_a_fact_that_is_none_is_a_mistake_of_ours(cleo: User, alder: Cooperative) -> None:
    with acting(cleo) as actor, pytest.raises(TypeError):
        correct_person(actor, person("Cleo Park"), version=1, sort_name="aaa")


def test_a_right_that_was_lost_while_the_page_was_open_is_lost(ada: User, cleo: User, ben: User, alder: Cooperative) -> None:
    stale = Actor.of(cleo)
    with enter([alder.pk]):
        end_membership(SYSTEM, member_of(alder, cleo))
        with pytest.raises(RuleBroken) as caught:
            correct_person(stale, person("Ben Oduya"), version=1, phone="1")
    assert caught.value.code == "not_found"


def test_a_name_corrected_before_a_planned_leaving_is_the_one_that_stays(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        end_membership(actor, member_of(alder, ben), on=days(9))
        correct_person(actor, person("Ben Oduya"), version=1, name="Ben Smith")
        assert member_of(alder, ben).left_name == "Ben Smith"


def test_an_admin_admitted_by_a_secretary_is_refused(cleo: User, alder: Cooperative) -> None:
    with acting(cleo) as actor, refused("forbidden"):
        admit(actor, alder, name="Olga", roles=(Role.TREASURER,))
