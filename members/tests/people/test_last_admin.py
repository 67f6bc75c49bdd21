"""The last admin: on no day, today or later, is a cooperative without somebody who can let people in."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import admit, change_user, correct_person, end_membership, end_role, grant_role, pause, resume
from members.models import Membership, User
from members.queries import FOREVER, admin_days, admins_of
from members.roles import Role

from ..factories import a_cooperative, a_member, a_user, acting, days, refused
from .acts import member_of

ACTS: dict[str, Callable[..., Any]] = {
    "demote": lambda actor, member: end_role(actor, member, role=Role.ADMIN),
    "demote later": lambda actor, member: end_role(actor, member, role=Role.ADMIN, on=days(50)),
    "remove": end_membership,
    "remove later": lambda actor, member: end_membership(actor, member, on=days(50)),
    "pause": pause,
    "pause a week": lambda actor, member: pause(actor, member, ends_on=days(7)),
    "pause later": lambda actor, member: pause(actor, member, starts_on=days(50), ends_on=days(51)),
}
LATER = {"demote later", "remove later", "pause later"}


@pytest.mark.parametrize("act", ACTS)
def test_the_last_admin_stays_whatever_is_tried(ada: User, ben: User, alder: Cooperative, act: str) -> None:
    with acting(ada) as actor:
        with refused("last_admin") as caught:
            ACTS[act](actor, member_of(alder, ada))
        assert (str(days(50).year) in caught.value.sentence) is (act in LATER)
        assert "Make somebody else admin" in caught.value.sentence
        assert admin_days(alder, since=days(0)) == [(days(0), FOREVER)]
        grant_role(actor, member_of(alder, ben), role=Role.ADMIN)
        ACTS[act](actor, member_of(alder, ada))


# Ben is admin, too, but not on every day on which Ada then is not.
@pytest.mark.parametrize(
    ("starts", "ends", "act", "holds"),
    [
        (1, None, "demote", False),
        (50, None, "demote later", True),
        (51, None, "demote later", False),
        (0, 300, "demote", False),
        (0, 300, "pause a week", True),
        (0, 7, "pause a week", True),
        (0, 6, "pause a week", False),
        (1, 7, "pause a week", False),
        (50, 51, "pause later", True),
        (50, None, "remove later", True),
        (49, 50, "remove later", False),
    ],
)
def test_every_day_is_counted(
    ada: User, ben: User, alder: Cooperative, starts: int, ends: int | None, act: str, holds: bool
) -> None:
    with acting(ada) as actor:
        until = None if ends is None else days(ends)
        grant_role(actor, member_of(alder, ben), role=Role.ADMIN, starts_on=days(starts), ends_on=until)
        if holds:
            ACTS[act](actor, member_of(alder, ada))
        else:
            with refused("last_admin"):
                ACTS[act](actor, member_of(alder, ada))


@pytest.mark.parametrize("act", ["end the second", "remove the second", "pause the second"])
def test_a_handover_is_not_undone_from_behind(ada: User, ben: User, alder: Cooperative, act: str) -> None:
    with acting(ada) as actor:
        second = member_of(alder, ben)
        grant_role(actor, second, role=Role.ADMIN, starts_on=days(30))
        end_role(actor, member_of(alder, ada), role=Role.ADMIN, on=days(30))
        assert sorted(admin_days(alder, since=days(0))) == [(days(0), days(30)), (days(30), FOREVER)]
        with refused("last_admin"):
            {
                "end the second": lambda: end_role(actor, second, role=Role.ADMIN),
                "remove the second": lambda: end_membership(actor, second),
                "pause the second": lambda: pause(actor, second, starts_on=days(40), ends_on=days(41)),
            }[act]()


def test_an_admin_on_paper_is_none_and_neither_is_one_who_is_switched_off(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        grant_role(actor, admit(actor, alder, name="Petra Paper"), role=Role.ADMIN)
        grant_role(actor, member_of(alder, ben), role=Role.ADMIN)
        User.objects.filter(pk=ben.pk).update(is_active=False)
        with refused("last_admin"):
            end_role(actor, member_of(alder, ada), role=Role.ADMIN)


def test_a_paused_admin_holds_the_days_after_the_pause(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.ADMIN)
        pause(actor, member_of(alder, ben), ends_on=days(20))
        with refused("last_admin"):
            end_role(actor, member_of(alder, ada), role=Role.ADMIN, on=days(19))
        end_role(actor, member_of(alder, ada), role=Role.ADMIN, on=days(20))
        resume(actor, member_of(alder, ben), on=days(5))


def test_what_takes_no_admin_away_is_not_refused_where_one_is_missing(ada: User, ben: User, alder: Cooperative) -> None:
    """A register that was short of an admin already, from old data, can still be worked with."""
    with enter([alder.pk]):
        member_of(alder, ada).grants.filter(role=Role.ADMIN).update(ends_on=days(30))
        end_membership(SYSTEM, member_of(alder, ben))
        with refused("last_admin"):
            end_role(SYSTEM, member_of(alder, ada), role=Role.ADMIN, on=days(29))
        grant_role(SYSTEM, member_of(alder, ada), role=Role.ADMIN, starts_on=days(30))
        assert max(admin_days(alder, since=days(0))) == (days(30), FOREVER)


@pytest.mark.parametrize(
    ("dates", "spans"),
    [
        ({"left_on": days(9)}, [(days(0), days(9))]),
        ({"joined_on": days(4)}, [(days(4), FOREVER)]),
        ({"joined_on": days(-9), "left_on": days(-3)}, []),
    ],
)
def test_a_grant_counts_within_its_membership_alone(
    ada: User, alder: Cooperative, dates: dict[str, date], spans: list[tuple[date, date]]
) -> None:
    with enter([alder.pk]):
        Membership.objects.filter(user=ada).update(**dates)
        member_of(alder, ada).grants.update(starts_on=days(-99))
        assert admin_days(alder, since=days(0)) == spans


# --- Logins -----------------------------------------------------------------------------------------------------------


def off(actor: Actor, user: User) -> User:
    return change_user(actor, user, version=User.objects.get(pk=user.pk).version, is_active=False)


def test_the_login_of_the_last_admin_is_not_switched_off(ada: User, ben: User, keeper: User, alder: Cooperative) -> None:
    a_cooperative(ada, "Birch Lane")
    with acting(keeper) as actor:
        with refused("last_admin") as caught:
            off(actor, ada)
        assert caught.value.field == "is_active"
        assert User.objects.get(pk=ada.pk).is_active
        off(actor, ben)
    with acting(ada) as mine:
        for cooperative in Cooperative.objects.filter(pk__in=mine.cooperative_ids):
            a_member(cooperative, User.objects.get_or_create(email="eva@example.org", name="Eva")[0], Role.ADMIN)
            with acting(keeper) as actor:
                if cooperative.name == "Alder Yard":
                    with refused("last_admin"):
                        off(actor, ada)
                else:
                    off(actor, ada)


def test_who_is_admin_later_is_not_switched_off_either(ada: User, ben: User, keeper: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.ADMIN, starts_on=days(30))
        end_role(actor, member_of(alder, ada), role=Role.ADMIN, on=days(30))
    with acting(keeper) as actor:
        for user in (ada, ben):
            with refused("last_admin"):
                off(actor, user)


def test_switching_on_and_other_changes_ask_no_register(ada: User, keeper: User, alder: Cooperative) -> None:
    User.objects.filter(pk=ada.pk).update(is_active=False)
    with acting(keeper) as actor:
        assert change_user(actor, ada, version=1, is_active=True).is_active
        assert change_user(actor, ada, version=2, is_active=True, name="Ada Q.").name == "Ada Q."


# --- At once ----------------------------------------------------------------------------------------------------------


def two_admins() -> tuple[Cooperative, list[User]]:
    people = [a_user("Ada Quist"), a_user("Bea Quist")]
    alder = a_cooperative(people[0])
    a_member(alder, people[1], Role.ADMIN, Role.MEMBER)
    return alder, people


def one_stays(alder: Cooperative, results: list[Any]) -> None:
    assert results.count(None) == 1, results
    (lost,) = (result for result in results if result is not None)
    assert isinstance(lost, RuleBroken), results
    assert lost.code in {"last_admin", "forbidden", "not_found"}, results
    with enter([alder.pk]):
        assert admins_of(alder).count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", ["demote", "remove", "pause"])
def test_of_two_admins_who_are_at_each_other_at_once_one_succeeds(at_once: Callable[..., list[Any]], act: str) -> None:
    alder, people = two_admins()
    actors = [Actor.of(person) for person in people]
    with enter([alder.pk]):
        members = [member_of(alder, person) for person in people]

    def strike(index: int) -> None:
        with enter([alder.pk], people[index].pk):
            ACTS[act](actors[index], members[1 - index])

    one_stays(alder, at_once(strike, 2))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", ["demote", "remove", "pause"])
@pytest.mark.parametrize("second", ["demote", "remove", "pause", "switch off"])
def test_of_two_admins_who_go_in_different_ways_at_once_one_stays(
    at_once: Callable[..., list[Any]], first: str, second: str
) -> None:
    alder, people = two_admins()
    keeper = a_user("Kim Keeper", role=User.Role.ADMIN)
    actors = [Actor.of(person) for person in people]
    with enter([alder.pk]):
        members = [member_of(alder, person) for person in people]

    def go(index: int) -> None:
        act = (first, second)[index]
        if act == "switch off":
            with acting(keeper) as actor:
                change_user(actor, people[index], version=1, is_active=False)
            return
        with enter([alder.pk], people[index].pk):
            ACTS[act](actors[index], members[index])

    one_stays(alder, at_once(go, 2))


@pytest.mark.django_db(transaction=True)
def test_people_admitted_while_others_leave_get_numbers_without_a_gap(at_once: Callable[..., list[Any]]) -> None:
    ada = a_user()
    alder = a_cooperative(ada)
    with enter([alder.pk]):
        leaving = [a_member(alder, None, name=f"Leaving {index}") for index in range(4)]

    def come_and_go(index: int) -> None:
        with acting(ada) as actor:
            if index % 2:
                end_membership(actor, Membership.objects.get(pk=leaving[index // 2].pk))
            else:
                member = admit(actor, alder, name=f"Coming {index}")
                correct_person(actor, member.person, version=1, phone=str(index))

    assert at_once(come_and_go, 8) == [None] * 8
    with enter([alder.pk]):
        assert sorted(Membership.objects.values_list("number", flat=True)) == list(range(1, 10))


def test_the_days_of_admins_take_one_query(ada: User, ben: User, alder: Cooperative, django_assert_num_queries: Any) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.ADMIN)
        pause(actor, member_of(alder, ben), starts_on=days(3), ends_on=days(5))
        pause(actor, member_of(alder, ben), starts_on=days(8))
        with django_assert_num_queries(1):
            spans = admin_days(alder, since=days(1))
    expected: list[tuple[date, date]] = [(days(1), days(3)), (days(1), FOREVER), (days(5), days(8))]
    assert sorted(spans) == expected
