"""Leaving: what stands in the way, what stays, what is gone at once."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from cooperatives.actions import RuleBroken
from cooperatives.events import Occurrence
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import admit, end_membership, grant_role, pause
from members.checkups import grants_end_with_memberships
from members.models import Building, Household, Membership, Occupancy, Occupant, Person, RoleGrant, Unit, User
from members.queries import LEAVING_OBSTACLES, Obstacle, held_homes, obstacles_of, standings_of
from members.roles import Role

from ..factories import a_member, acting, days, refused
from .acts import member_of, roles, spans
from .conftest import told


def a_home(cooperative: Cooperative, person: Person, code: str = "N-101", **facts: Any) -> Occupant:
    """An agreement of a unit that the person holds since 90 days."""
    agreed = {"starts_on": days(-90), "ends_on": facts.pop("until", None)}
    with enter([cooperative.pk]):
        building, _made = Building.objects.get_or_create(cooperative=cooperative, name="North")
        unit = Unit.objects.create(cooperative=cooperative, building=building, code=code)
        household = Household.objects.create(cooperative=cooperative, name=person.name)
        occupancy = Occupancy.objects.create(cooperative=cooperative, unit=unit, household=household, **agreed)
        said = {"starts_on": days(-90), "is_holder": True, **facts}
        return Occupant.objects.create(cooperative=cooperative, occupancy=occupancy, person=person, **said)


@pytest.fixture
def keys() -> Iterator[list[Obstacle]]:
    """What another room says stands in the way: to be filled by the test."""
    found: list[Obstacle] = []

    def answer(*, member: Membership, on: date) -> list[Obstacle]:
        return found

    LEAVING_OBSTACLES.answer(answer)
    yield found
    LEAVING_OBSTACLES._answers.remove(answer)


# --- The day ----------------------------------------------------------------------------------------------------------


def test_leaving_keeps_reason_note_and_the_name_as_it_was(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        end_membership(actor, member_of(alder, ben), reason="moved", note=" To the coast ")
        left = member_of(alder, ben)
        assert (left.left_on, left.left_reason, left.left_note, left.left_name, left.version) == (
            days(0), "moved", "To the coast", "Ben Oduya", 2,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "code", "field"),
    [
        ({"reason": "boredom"}, "unknown_reason", "reason"),
        ({"note": "x" * 501}, "invalid_value", "note"),
        ({"note": "\x00"}, "invalid_value", "note"),
        ({"on": days(367)}, "too_far_ahead", "on"),
        ({"on": days(-1)}, "before_joining", "on"),
    ],
)
def test_what_cannot_be_said_of_a_leaving_is_named(
    ada: User, ben: User, alder: Cooperative, said: dict[str, Any], code: str, field: str
) -> None:
    with acting(ada) as actor:
        with refused(code) as caught:
            end_membership(actor, member_of(alder, ben), **said)
        assert caught.value.field == field
        assert member_of(alder, ben).left_on is None
    assert roles(alder, ben) == {"member"}


def test_a_leaving_that_is_planned_ends_the_standing_on_its_day(
    ada: User, ben: User, alder: Cooperative, written: list[Occurrence]
) -> None:
    with acting(ben) as actor:
        end_membership(actor, member_of(alder, ben), on=days(30))
    standing = standings_of(ben)[alder.pk]
    assert standing.until is not None
    assert (standing.roles, standing.until.date()) == ({"member"}, days(30))
    assert told(written) == [("members.leaves", {"user_id": str(ben.public_id), "on": days(30).isoformat()})]
    assert written[0].kind.standing


@pytest.mark.parametrize("anew", [5, 60])
def test_a_planned_leaving_is_planned_anew_and_its_roles_go_with_it(ada: User, ben: User, alder: Cooperative, anew: int) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        grant_role(actor, member, role=Role.TREASURER, starts_on=days(40))
        end_membership(actor, member, on=days(30))
        assert spans(member, Role.TREASURER) == [(days(40), days(40))]
        end_membership(actor, member, on=days(anew))
        assert member_of(alder, ben).left_on == days(anew)
        assert spans(member, Role.MEMBER) == [(days(0), days(anew))]
        assert list(grants_end_with_memberships(cooperative=alder)) == []
        end_membership(actor, member)
    assert standings_of(ben) == {}


def test_nobody_is_two_members_on_one_day_by_staying_longer(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        end_membership(actor, member, on=days(30))
        again = admit(actor, alder, user=ben, on=days(30))
        assert (again.number, again.person_id) == (member.number + 1, member.person_id)
        with refused("already_member") as caught:
            end_membership(actor, member, on=days(31))
        assert caught.value.field == "on"
        end_membership(actor, member, on=days(29))
        assert end_membership(actor, again, on=days(90)).left_on == days(90)
    assert standings_of(ben)[alder.pk].membership_id == member.pk


def test_officers_enter_late_what_happened_and_members_do_not(ada: User, ben: User, cleo: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        for user in (ben, cleo):
            member = member_of(alder, user)
            Membership.objects.filter(pk=member.pk).update(joined_on=days(-400))
            member.grants.update(starts_on=days(-400))
        grant_role(actor, member_of(alder, ben), role=Role.OBSERVER)
    with acting(ben) as actor, refused("in_the_past"):
        end_membership(actor, member_of(alder, ben), on=days(-7))
    with acting(cleo) as actor:
        end_membership(actor, member_of(alder, ben), on=days(-7), reason="deceased")
        member = member_of(alder, ben)
        assert member.left_on == days(-7)
        assert spans(member, Role.MEMBER) == [(days(-400), days(-7))]
        assert spans(member, Role.OBSERVER) == [(days(0), days(0))]
        assert list(grants_end_with_memberships(cooperative=alder)) == []


def test_who_joins_later_may_be_taken_off_before_and_has_never_stood(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = admit(actor, alder, name="Olga Berg", on=days(30))
        end_membership(actor, member)
        assert member_of(alder, "Olga Berg").left_on == days(30)
        with refused("has_left"):
            end_membership(actor, member)
        assert admit(actor, alder, name="Olga Berg").number == member.number + 1


# --- Who may ----------------------------------------------------------------------------------------------------------


def test_a_secretary_removes_members_but_no_officers(ada: User, ben: User, cleo: User, alder: Cooperative) -> None:
    with acting(cleo) as actor:
        end_membership(actor, member_of(alder, ben), reason="excluded")
        with refused("forbidden"):
            end_membership(actor, member_of(alder, ada))
        treasurer = a_member(alder, None, Role.TREASURER, name="Tom Till")
        with refused("forbidden"):
            end_membership(actor, treasurer)
        end_membership(actor, member_of(alder, cleo))
    assert standings_of(cleo) == {}


# --- What stands in the way --------------------------------------------------------------------------------------------


def test_an_agreement_that_is_held_stands_in_the_way(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        a_home(alder, member.person)
        with pytest.raises(RuleBroken) as caught:
            end_membership(actor, member)
        assert (caught.value.code, caught.value.status) == ("open_matters", 422)
        sentence = "The agreement for N-101 is open: end it or let somebody else of the household hold it."
        assert caught.value.extra == {"open": [{"kind": "agreement", "sentence": sentence}]}
        assert caught.value.sentence == f"Settle this first: {sentence}"
    assert roles(alder, ben) == {"member"}


@pytest.mark.parametrize(
    ("facts", "on", "held"),
    [
        ({}, 0, ["N-101"]),
        ({"until": days(10)}, 0, ["N-101"]),
        ({"until": days(10)}, 10, []),
        ({"ends_on": days(0)}, 0, []),
        ({"ends_on": days(1)}, 0, ["N-101"]),
        ({"is_holder": False}, 0, []),
    ],
)
def test_which_homes_are_held_on_the_day(ben: User, alder: Cooperative, facts: dict[str, Any], on: int, held: list[str]) -> None:
    with acting(ben):
        member = member_of(alder, ben)
        a_home(alder, member.person, **facts)
        assert held_homes(member, on=days(on)) == held


def test_every_room_answers_and_somebody_elses_home_is_no_obstacle(
    ada: User, ben: User, alder: Cooperative, keys: list[Obstacle]
) -> None:
    keys.append(Obstacle("keys", "Two keys are not back."))
    with acting(ben):
        member = member_of(alder, ben)
        a_home(alder, member_of(alder, ada).person)
        assert [one.kind for one in obstacles_of(member, on=days(0))] == ["keys"]
        a_home(alder, member.person, "N-102")
        assert [one.kind for one in obstacles_of(member, on=days(0))] == ["agreement", "keys"]


def test_an_admin_lets_somebody_go_despite_it_and_says_why(
    ada: User, ben: User, cleo: User, alder: Cooperative, keys: list[Obstacle], written: list[Occurrence]
) -> None:
    keys.append(Obstacle("keys", "Two keys are not back."))
    for user in (ben, cleo):
        with acting(user) as actor, refused("forbidden") as caught:
            end_membership(actor, member_of(alder, ben), despite="I promise")
        assert caught.value.field == "despite"
    with acting(ada) as actor:
        with refused("open_matters"):
            end_membership(actor, member_of(alder, ben), despite="  ")
        end_membership(actor, member_of(alder, ben), despite="Lock was changed")
    said = {"user_id": str(ben.public_id), "open": ["keys"], "reason": "Lock was changed"}
    assert told(written)[0] == ("members.left_despite", said)
    assert [kind for kind, _payload in told(written)] == ["members.left_despite", "members.role_ended", "members.left"]
    assert (written[0].kind.audience.value, written[0].kind.outside) == ("officers", False)


def test_a_reason_where_nothing_stands_in_the_way_is_no_event(
    ada: User, ben: User, alder: Cooperative, written: list[Occurrence]
) -> None:
    with acting(ada) as actor:
        end_membership(actor, member_of(alder, ben), despite="Just in case")
    assert [kind for kind, _payload in told(written)] == ["members.role_ended", "members.left"]


# --- What stays, what is gone ------------------------------------------------------------------------------------------


def test_the_history_of_who_left_stays_and_stays_counted(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        end_membership(actor, member)
        assert RoleGrant.objects.filter(membership=member).count() == 1
        assert Membership.objects.count() == 2
        assert str(member_of(alder, ben)) == "Ben Oduya"


@pytest.mark.parametrize(
    ("name", "left_name", "shown"),
    [("Ben Smith", "Ben Oduya", "Ben Smith"), ("", "Ben Oduya", "Ben Oduya"), ("", "", "Former member 2")],
)
def test_where_the_name_is_gone_the_number_stands(
    ada: User, ben: User, alder: Cooperative, name: str, left_name: str, shown: str
) -> None:
    with acting(ada) as actor:
        end_membership(actor, member_of(alder, ben))
        Membership.objects.filter(user=ben).update(left_name=left_name)
        Person.objects.filter(memberships__user=ben).update(name=name)
        assert str(Membership.objects.select_related("person").get(user=ben)) == shown


def test_access_is_gone_with_the_next_request(client: Client, ada: User, ben: User, alder: Cooperative) -> None:
    client.force_login(ben)
    address = f"/c/{alder.slug}/members/"
    assert client.get(address).status_code == 200
    with acting(ada) as actor:
        end_membership(actor, member_of(alder, ben))
    assert client.get(address).status_code == 404
    assert client.get(f"/api/v1/cooperatives/{alder.pk}/members/").status_code == 404


def test_access_to_what_the_office_does_is_gone_with_a_pause(client: Client, ada: User, cleo: User, alder: Cooperative) -> None:
    from_api = f"/api/v1/chamas/{alder.pk}/members/"
    client.force_login(cleo)
    assert client.post(from_api, {"name": "Olga Berg"}, content_type="application/json").status_code == 201
    with enter([alder.pk]):
        pause(SYSTEM, member_of(alder, cleo))
    assert client.post(from_api, {"name": "Olga Berg"}, content_type="application/json").status_code == 403
    assert client.get(from_api).status_code == 200
