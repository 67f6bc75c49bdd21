"""Many who house and move at one instant, by action and through the API: a unit is nobody's twice."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from activity.models import Event
from activity.verifying import verify
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import (
    add_building,
    add_occupant,
    add_unit,
    change_unit,
    end_occupancy,
    house,
    join_household,
    make_household,
    remove_unit,
    swap,
    transfer,
)
from members.models import Household, HouseholdMember, Occupancy, Occupant, Person, Unit, User

from ..factories import a_cooperative, a_user
from .conftest import APRIL, FEB, JAN, MARCH

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 6
Act = Callable[[Actor, int], Any]


class House:
    """Alder Yard with as many households and units as there are writers, by real commits."""

    def __init__(self, user: User, cooperative: Cooperative, at_once: Callable[..., list[Any]]) -> None:
        self.user, self.cooperative, self.at_once = user, cooperative, at_once
        actor = Actor.of(user)
        building = add_building(actor, cooperative, name="North")
        self.units = [add_unit(actor, building, code=f"N-{number}") for number in range(MANY)]
        self.families = [self.family(actor, f"Family {number}") for number in range(MANY)]

    def family(self, actor: Actor, name: str) -> Household:
        """A household of one."""
        person = Person.objects.create(cooperative=self.cooperative, name=f"Head of {name}")
        made: Household = make_household(actor, self.cooperative, name=name, adults=[person], on=JAN)
        return made

    def together(self, act: Act, writers: int = MANY) -> list[Any]:
        """What came of it: results, and refusals that are rules. Any other error fails."""

        def one(index: int) -> Any:
            with enter([self.cooperative.pk], self.user.pk):
                return act(Actor.of(self.user), index)

        answers = self.at_once(one, writers)
        odd = [repr(answer) for answer in answers if isinstance(answer, Exception) and not isinstance(answer, RuleBroken)]
        assert odd == []
        return answers


def codes(answers: list[Any]) -> list[str]:
    """The codes of the refusals."""
    return [answer.code for answer in answers if isinstance(answer, RuleBroken)]


def done(answers: list[Any]) -> list[Any]:
    """What was not refused."""
    return [answer for answer in answers if not isinstance(answer, Exception)]


@pytest.fixture
def yard(transactional_db: None, at_once: Any) -> Any:
    """Ada's cooperative, entered."""
    user = a_user("Ada Quist")
    cooperative = a_cooperative(user)
    with enter([cooperative.pk], user.pk):
        yield House(user, cooperative, at_once)


def test_of_many_agreements_for_one_unit_exactly_one_is_made(yard: House) -> None:
    answers = yard.together(lambda actor, index: house(actor, yard.units[0], yard.families[index], starts_on=FEB).pk)
    assert codes(answers) == ["unit_taken"] * (MANY - 1)
    assert [row.pk for row in Occupancy.objects.all()] == done(answers)
    assert Occupant.objects.count() == 1
    assert Event.objects.filter(kind="members.moved_in").count() == 1
    assert verify(yard.cooperative).faults == []


def test_of_many_requests_for_one_unit_exactly_one_is_answered_201(yard: House) -> None:
    session = Client()
    session.force_login(yard.user)
    cookie = session.cookies["sessionid"].value

    def request(index: int) -> tuple[int, Any]:
        client = Client()
        client.cookies["sessionid"] = cookie
        body = {
            "unit": str(yard.units[0].public_id), "household": str(yard.families[index].public_id), "starts_on": "2026-02-01"
        }  # fmt: skip
        answer = client.post("/api/v1/occupancies/", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    answers = yard.at_once(request, MANY)
    assert sorted(status for status, _body in answers) == [201, *[409] * (MANY - 1)], answers
    made = next(body for status, body in answers if status == 201)
    refused = [body for status, body in answers if status == 409]
    assert {(body["code"], body["occupancy"]) for body in refused} == {("unit_taken", made["id"])}
    assert Occupancy.objects.count() == 1


def test_of_two_transfers_into_one_unit_exactly_one_is_made(yard: House) -> None:
    actor = Actor.of(yard.user)
    homes = [house(actor, yard.units[index], yard.families[index], starts_on=FEB) for index in range(2)]
    answers = yard.together(lambda one, index: transfer(one, homes[index], yard.units[2], version=1, on=MARCH).pk, writers=2)
    assert codes(answers) == ["unit_taken"]
    moved = Occupancy.objects.get(unit=yard.units[2])
    assert [moved.pk] == done(answers)
    stayed = Occupancy.objects.get(ends_on=None, unit__in=yard.units[:2])
    assert (stayed.version, stayed.household_id != moved.household_id) == (1, True)  # a move is whole or not at all


def test_two_who_transfer_one_household_at_once_move_it_once(yard: House) -> None:
    home = house(Actor.of(yard.user), yard.units[0], yard.families[0], starts_on=FEB)
    answers = yard.together(lambda one, index: transfer(one, home, yard.units[1 + index], version=1, on=MARCH).pk, writers=2)
    assert codes(answers) == ["stale"]
    assert Occupancy.objects.filter(household=yard.families[0], ends_on=None).count() == 1


def test_two_swaps_of_the_same_homes_are_one(yard: House) -> None:
    actor = Actor.of(yard.user)
    one, other = (house(actor, yard.units[index], yard.families[index], starts_on=FEB) for index in range(2))
    pairs = [(one, other), (other, one)]
    answers = yard.together(lambda actor, index: len(swap(actor, *pairs[index], version=1, on=MARCH)), writers=2)
    assert (codes(answers), done(answers)) == (["stale"], [2])
    now = Occupancy.objects.filter(ends_on=None).order_by("unit__code").values_list("household__name", flat=True)
    assert list(now) == ["Family 1", "Family 0"]


def test_a_unit_that_is_ended_while_others_move_in_is_ended_or_lived_in(yard: House) -> None:
    ways: list[Act] = [
        lambda actor, _index: change_unit(actor, yard.units[0], version=1, active_to=MARCH).pk,
        lambda actor, index: house(actor, yard.units[0], yard.families[index], starts_on=FEB).pk,
    ]
    answers = yard.together(lambda actor, index: ways[index](actor, index), writers=2)
    ended = Unit.objects.get(pk=yard.units[0].pk).active_to is not None
    assert codes(answers) == (["unit_inactive"] if ended else ["unit_in_use"])
    assert Occupancy.objects.exists() is not ended


def test_a_unit_that_is_removed_while_others_move_in(yard: House) -> None:
    ways: list[Act] = [
        lambda actor, _index: remove_unit(actor, yard.units[0], version=1),
        lambda actor, index: house(actor, yard.units[0], yard.families[index], starts_on=FEB).pk,
    ]
    answers = yard.together(lambda actor, index: ways[index](actor, index), writers=2)
    assert codes(answers) in (["unit_referenced"], ["not_found"])
    assert Unit.objects.filter(pk=yard.units[0].pk).exists() is Occupancy.objects.exists()


def test_who_ends_an_agreement_twice_ends_it_once(yard: House) -> None:
    home = house(Actor.of(yard.user), yard.units[0], yard.families[0], starts_on=FEB)
    answers = yard.together(lambda actor, _index: end_occupancy(actor, home, version=1, on=MARCH).pk)
    assert codes(answers) == ["stale"] * (MANY - 1)
    assert Event.objects.filter(kind="members.moved_out").count() == 1


def test_the_next_move_in_on_the_day_the_last_move_out(yard: House) -> None:
    home = house(Actor.of(yard.user), yard.units[0], yard.families[0], starts_on=FEB)
    end_occupancy(Actor.of(yard.user), home, version=1, on=APRIL)
    answers = yard.together(lambda actor, index: house(actor, yard.units[0], yard.families[index], starts_on=APRIL).pk)
    assert codes(answers) == ["unit_taken"] * (MANY - 1)
    assert Occupancy.objects.count() == 2


def test_one_person_in_many_homes_at_once_lives_in_one(yard: House) -> None:
    lodger = Person.objects.create(cooperative=yard.cooperative, name="Lodger")
    homes = [house(Actor.of(yard.user), yard.units[index], yard.families[index], starts_on=FEB) for index in range(MANY)]
    answers = yard.together(lambda actor, index: add_occupant(actor, homes[index], lodger).pk)
    assert codes(answers) == ["lives_elsewhere"] * (MANY - 1)
    assert Occupant.objects.filter(person=lodger).count() == 1


def test_one_person_joins_a_household_once(yard: House) -> None:
    lodger = Person.objects.create(cooperative=yard.cooperative, name="Lodger")
    answers = yard.together(lambda actor, _index: join_household(actor, yard.families[0], lodger).pk)
    assert codes(answers) == ["in_household"] * (MANY - 1)
    assert HouseholdMember.objects.filter(person=lodger).count() == 1
