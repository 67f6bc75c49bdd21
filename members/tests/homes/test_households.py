"""Households: who belongs to one from when to when, and who answers for a child."""

from datetime import date
from typing import Any

import pytest

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import (
    change_household,
    end_guardianship,
    end_household,
    end_occupancy,
    house,
    join_household,
    leave_household,
    make_household,
    name_guardian,
)
from members.models import Guardianship, Household, HouseholdMember, Occupant, Unit, User

from ..factories import a_cooperative, acting, refused
from .conftest import APRIL, FEB, JAN, MARCH, MAY


def people(household: Household) -> dict[str, tuple[str, date | None, date | None]]:
    """By name: relation, from, until."""
    rows = HouseholdMember.objects.filter(household=household).select_related("person")
    return {row.person.name: (row.relation, row.starts_on, row.ends_on) for row in rows}


def part(household: Household, name: str) -> HouseholdMember:
    found: HouseholdMember = HouseholdMember.objects.get(household=household, person__name=name)
    return found


def test_a_household_is_entered_with_its_people(quists: Household) -> None:
    assert people(quists) == {
        "Amy Quist": ("adult", JAN, None), "Bo Quist": ("adult", JAN, None), "Cleo Quist": ("child", JAN, None),
    }  # fmt: skip


def test_a_household_is_called_anew(actor: Actor, quists: Household) -> None:
    changed = change_household(actor, quists, version=1, name=" Quist  and Ode ", external_id="H7")
    assert (changed.name, changed.external_id, changed.version) == ("Quist and Ode", "H7", 2)
    with refused("no_name"):
        change_household(actor, quists, version=2, name="")
    with refused("stale"):
        change_household(actor, quists, version=1, name="X")


def test_a_person_joins_leaves_and_comes_back(actor: Actor, quists: Household, person: Any) -> None:
    eve = person("Eve")
    made = join_household(actor, quists, eve, relation="other", starts_on=FEB)
    with refused("in_household"):
        join_household(actor, quists, eve, starts_on=MARCH)
    with refused("ends_before_start"):
        leave_household(actor, made, on=JAN)
    leave_household(actor, made, on=MARCH)
    with refused("has_left"):
        leave_household(actor, made, on=APRIL)
    join_household(actor, quists, eve, starts_on=MARCH, ends_on=MAY)
    spans = HouseholdMember.objects.filter(person=eve).order_by("starts_on").values_list("starts_on", "ends_on")
    assert list(spans) == [(FEB, MARCH), (MARCH, MAY)]
    assert Household.objects.get(pk=quists.pk).version == 4


def test_an_unknown_beginning_lies_before_every_day(actor: Actor, alder: Cooperative, person: Any) -> None:
    eve = person("Eve")
    made = make_household(actor, alder, name="Old", adults=[eve])
    with refused("in_household"):
        join_household(actor, made, eve, starts_on=JAN)
    leave_household(actor, part(made, "Eve"), on=FEB)
    with refused("in_household"):
        join_household(actor, made, eve, ends_on=JAN)
    join_household(actor, made, eve, starts_on=FEB)


@pytest.mark.parametrize("moves_out", [True, False])
def test_who_leaves_the_household_leaves_its_home_unless_told_otherwise(
    actor: Actor, n101: Unit, quists: Household, moves_out: bool
) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    leave_household(actor, part(quists, "Bo Quist"), on=MARCH, moves_out=moves_out)
    stays = dict(Occupant.objects.filter(occupancy=made).values_list("person__name", "ends_on"))
    assert stays == {"Amy Quist": None, "Bo Quist": MARCH if moves_out else None, "Cleo Quist": None}


def test_ending_a_household_ends_everybodys_time_the_same_day(actor: Actor, quists: Household, person: Any) -> None:
    join_household(actor, quists, person("Late"), starts_on=MAY)
    join_household(actor, quists, person("Early"), starts_on=JAN, ends_on=FEB)
    ended = end_household(actor, quists, version=3, on=APRIL)
    assert (ended.ended_on, ended.version) == (APRIL, 4)
    assert people(quists) == {
        "Amy Quist": ("adult", JAN, APRIL),
        "Bo Quist": ("adult", JAN, APRIL),
        "Cleo Quist": ("child", JAN, APRIL),
        "Early": ("adult", JAN, FEB),
    }
    with refused("has_ended"):
        end_household(actor, quists, version=4, on=MAY)
    with refused("household_ended"):
        join_household(actor, quists, person("Eve"), starts_on=FEB)
    join_household(actor, quists, person("Fay"), starts_on=FEB, ends_on=APRIL)


def test_a_household_with_a_home_ends_after_its_agreement(actor: Actor, n101: Unit, quists: Household) -> None:
    made = house(actor, n101, quists, starts_on=FEB)
    with refused("has_home") as caught:
        end_household(actor, quists, version=1, on=MAY)
    assert caught.value.sentence == "This household has N-101 from 1 February 2026 on. End that agreement first."
    end_occupancy(actor, made, version=1, on=APRIL)
    with refused("has_home"):
        end_household(actor, quists, version=1, on=MARCH)
    assert end_household(actor, quists, version=1, on=APRIL).ended_on == APRIL


def test_nobody_of_another_cooperative_joins(actor: Actor, otto: User, quists: Household) -> None:
    second = a_cooperative(otto, "Cedar Court")
    with acting(otto) as both:
        theirs = make_household(both, second, name="Cedar")
        foreign = second_person(second)
        with refused("other_cooperative"):
            join_household(both, quists, foreign)
        with refused("relation"):
            join_household(both, theirs, foreign, relation="cat")
        with refused("other_cooperative"):
            name_guardian(both, foreign, part(quists, "Amy Quist").person)


def second_person(cooperative: Cooperative) -> Any:
    from_there = HouseholdMember._meta.get_field("person").related_model
    return from_there.objects.filter(cooperative=cooperative).first()


def test_adults_answer_for_a_child(actor: Actor, quists: Household, person: Any) -> None:
    amy, cleo = part(quists, "Amy Quist").person, part(quists, "Cleo Quist").person
    made = name_guardian(actor, cleo, amy)
    with refused("is_guardian"):
        name_guardian(actor, cleo, amy)
    for child, guardian in ((cleo, cleo), (amy, cleo), (cleo, person("Ltd", is_organization=True))):
        with refused("guardian"):
            name_guardian(actor, child, guardian)
    end_guardianship(actor, made)
    assert not Guardianship.objects.exists()
    with refused("not_found"):
        end_guardianship(actor, made)
