"""The register's verbs: numbers, roles, the last admin; and what sixteen at once can do to them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cooperatives import events
from cooperatives.actions import RuleBroken
from cooperatives.events import Occurrence
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may, visible
from cooperatives.queries import Crossed, enter
from members.actions import admit, end_membership, end_role, grant_role
from members.models import Membership, Person, RoleGrant, User
from members.queries import admins_of, roles_of, standings_of, today_in
from members.roles import Role

from .factories import a_cooperative, a_member, a_user, acting, days, refused


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Occurrence]]:
    """What was recorded, beside what the activity room writes."""
    seen: list[Occurrence] = []
    writer = events._writer

    def listen(occurrences: list[Occurrence]) -> None:
        seen.extend(occurrences)
        if writer:
            writer(occurrences)

    monkeypatch.setattr(events, "_writer", listen)
    yield seen


def kinds(written: list[Occurrence]) -> list[str]:
    return [occurrence.kind.name for occurrence in written]


def member_of(cooperative: Cooperative, user: User) -> Membership:
    found: Membership = Membership.objects.select_related("person", "user", "cooperative").get(cooperative=cooperative, user=user)
    return found


def roles(cooperative: Cooperative, user: User) -> set[str]:
    standing = standings_of(user).get(cooperative.pk)
    return set(standing.roles) if standing else set()


# --- Founding and admitting -------------------------------------------------------------------------------------------


def test_the_founder_is_the_first_member_and_admin(ada: User, written: list[Occurrence]) -> None:
    alder = a_cooperative(ada)
    with acting(ada):
        first = Membership.objects.get()
        assert (first.number, first.person.name, first.person.email) == (1, "Ada Quist", ada.email)
    assert kinds(written) == [
        "cooperatives.founded", "members.joined", "members.role_granted", "members.role_granted",
    ]  # fmt: skip
    assert {occurrence.cooperative_id for occurrence in written} == {alder.pk}


def test_what_the_system_founds_has_no_member(db: None) -> None:
    alder = a_cooperative(None)
    with enter([alder.pk]):
        assert not Membership.objects.exists()


def test_a_secretary_admits_and_the_number_is_the_next(
    ada: User, ben: User, alder: Cooperative, written: list[Occurrence]
) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.SECRETARY)
    written.clear()
    with acting(ben) as actor:
        new = admit(actor, alder, name="  Cleo Park  ", email="cleo@example.org")
        assert (new.number, new.person.name, new.user, new.person.email) == (3, "Cleo Park", None, "cleo@example.org")
        assert [grant.role for grant in new.grants.all()] == ["member"]
    assert [(item.kind.name, item.payload) for item in written] == [
        ("members.joined", {"user_id": "", "number": 3}),
        ("members.role_granted", {"user_id": "", "role": "member", "starts_on": days(0).isoformat(), "ends_on": ""}),
    ]


def test_a_secretary_makes_nobody_an_admin(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.SECRETARY)
    with acting(ben) as actor:
        with refused("forbidden"):
            admit(actor, alder, name="Cleo Park", roles=(Role.ADMIN,))
        with refused("forbidden"):
            grant_role(actor, member_of(alder, ben), role=Role.ADMIN)
        assert Person.objects.count() == 2


def test_members_admit_nobody_and_strangers_find_nothing(ben: User, stranger: User, alder: Cooperative) -> None:
    with acting(ben) as actor, refused("forbidden"):
        admit(actor, alder, name="Cleo Park")
    with acting(stranger) as actor, refused("not_found"):
        admit(actor, alder, name="Cleo Park")


@pytest.mark.parametrize(("facts", "code"), [({"name": " "}, "no_name"), ({"name": "C", "roles": ("king",)}, "unknown_role")])
def test_what_cannot_be_admitted_is_named(ada: User, alder: Cooperative, facts: dict[str, Any], code: str) -> None:
    with acting(ada) as actor:
        with refused(code):
            admit(actor, alder, **facts)
        assert Membership.objects.count() == 1


@pytest.mark.parametrize("left", [None, 5])
def test_nobody_is_a_member_twice(ada: User, ben: User, alder: Cooperative, left: int | None) -> None:
    with acting(ada) as actor:
        Membership.objects.filter(user=ben).update(left_on=days(left) if left else None)
        with refused("already_member"):
            admit(actor, alder, name="Ben Oduya", user=ben)


def test_who_has_left_may_come_back_under_a_new_number(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        end_membership(actor, member_of(alder, ben))
        again = admit(actor, alder, name="Ben Oduya", user=ben)
        assert again.number == 3
    assert roles(alder, ben) == {"member"}


def test_a_member_of_one_cooperative_cannot_be_entered_into_another(ada: User, stranger: User, alder: Cooperative) -> None:
    with acting(ada), pytest.raises(Crossed):
        Person.objects.create(cooperative=Cooperative.objects.get(name="Birch Lane"), name="Cleo Park")


# --- Roles ----------------------------------------------------------------------------------------------------------


def test_a_role_is_granted_and_ended(ada: User, ben: User, alder: Cooperative, written: list[Occurrence]) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.TREASURER)
        assert roles(alder, ben) == {"member", "treasurer"}
        end_role(actor, member_of(alder, ben), role=Role.TREASURER)
    assert roles(alder, ben) == {"member"}
    changes = [(item.kind.name, item.payload["user_id"]) for item in written if item.payload.get("role") == "treasurer"]
    assert changes == [("members.role_granted", str(ben.public_id)), ("members.role_ended", str(ben.public_id))]
    assert all(item.kind.standing for item in written[-2:])


def test_a_role_ended_today_may_be_granted_again_today(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        for _ in range(2):
            grant_role(actor, member, role=Role.TREASURER)
            end_role(actor, member, role=Role.TREASURER)
        grant_role(actor, member, role=Role.TREASURER)
    assert roles(alder, ben) == {"member", "treasurer"}


def test_granting_twice_ending_nothing_and_unknown_roles_are_refused(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        with refused("has_role"):
            grant_role(actor, member, role=Role.MEMBER)
        with refused("has_not_role"):
            end_role(actor, member, role=Role.TREASURER)
        with refused("unknown_role"):
            grant_role(actor, member, role="king")


def test_the_last_admin_stays(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        mine = member_of(alder, ada)
        with refused("last_admin"):
            end_role(actor, mine, role=Role.ADMIN)
        with refused("last_admin"):
            end_membership(actor, mine)
        grant_role(actor, member_of(alder, ben), role=Role.ADMIN)
        end_role(actor, mine, role=Role.ADMIN)
    assert roles(alder, ada) == {"member"}
    assert roles(alder, ben) == {"admin", "member"}


def test_an_admin_without_a_login_does_not_release_the_last_one(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        paper = admit(actor, alder, name="Petra Paper")
        grant_role(actor, paper, role=Role.ADMIN)
        with refused("last_admin"):
            end_role(actor, member_of(alder, ada), role=Role.ADMIN)


def test_who_was_admin_when_the_page_was_drawn_but_is_no_more_is_refused(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        grant_role(actor, member_of(alder, ben), role=Role.ADMIN)
        stale = Actor.of(ben)
        end_role(actor, member_of(alder, ben), role=Role.ADMIN)
        with refused("forbidden"):
            end_role(stale, member_of(alder, ada), role=Role.ADMIN)


# --- Leaving --------------------------------------------------------------------------------------------------------


def test_a_member_may_leave_and_their_history_stays(ben: User, alder: Cooperative, written: list[Occurrence]) -> None:
    with acting(ben) as actor:
        end_membership(actor, member_of(alder, ben))
        left = Membership.objects.get(user=ben)
        assert (left.left_on, left.version) == (today_in(alder.time_zone), 2)
        assert RoleGrant.objects.filter(membership=left).count() == 1
    assert standings_of(ben) == {}
    assert kinds(written) == ["members.role_ended", "members.left"]


def test_the_policy_says_who_may_end_which_membership(ben: User, ada: User, alder: Cooperative) -> None:
    for user, ends in ((ada, {ada, ben}), (ben, {ben})):
        with acting(user) as actor:
            everyone = list(Membership.objects.select_related("user"))
            assert {row.user for row in everyone if may(actor, "members.end", row)} == ends
            assert {row.user for row in visible(actor, "members.end", Membership.objects.select_related("user"))} == ends


def test_members_end_nobody_elses_membership(ben: User, ada: User, alder: Cooperative) -> None:
    with acting(ben) as actor, refused("forbidden"):
        end_membership(actor, member_of(alder, ada))


def test_leaving_twice_is_refused_and_recorded_once(ada: User, ben: User, alder: Cooperative, written: list[Occurrence]) -> None:
    with acting(ada) as actor:
        member = member_of(alder, ben)
        end_membership(actor, member)
        with refused("has_left"):
            end_membership(actor, member)
        with refused("has_left"):
            grant_role(actor, member, role=Role.TREASURER)
    assert kinds(written).count("members.left") == 1


def test_a_member_leaves_a_cooperative_that_never_had_an_admin(db: None) -> None:
    alder = a_cooperative(None)
    user = a_user()
    a_member(alder, user)
    with acting(user) as actor:
        end_membership(actor, member_of(alder, user))
    assert standings_of(user) == {}


# --- What the database itself refuses -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"number": 1},
        {"left_on": days(-3000)},
    ],
)
def test_the_database_refuses_a_membership_that_cannot_be(ben: User, alder: Cooperative, change: dict[str, Any]) -> None:
    with acting(ben), pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=ben).update(**change)


def test_the_database_refuses_a_second_open_grant_of_a_role(ben: User, alder: Cooperative) -> None:
    with acting(ben), pytest.raises(IntegrityError), transaction.atomic():
        member = member_of(alder, ben)
        RoleGrant.objects.create(cooperative=alder, membership=member, role=Role.MEMBER, starts_on=days(-1))


# --- At once --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_sixteen_admitted_at_once_get_sixteen_numbers_without_a_gap(at_once: Callable[..., list[Any]]) -> None:
    ada = a_user()
    alder = a_cooperative(ada)

    def enter_one(index: int) -> int:
        with acting(ada) as actor:
            return admit(actor, alder, name=f"Person {index}").number

    assert sorted(at_once(enter_one, 16)) == list(range(2, 18))


@pytest.mark.django_db(transaction=True)
def test_a_user_admitted_by_sixteen_at_once_is_one_member(at_once: Callable[..., list[Any]]) -> None:
    ada, ben = a_user(), a_user("Ben Oduya")
    alder = a_cooperative(ada)

    def enter_ben(_index: int) -> int:
        with acting(ada) as actor:
            return admit(actor, alder, name="Ben Oduya", user=ben).number

    results = at_once(enter_ben, 16)
    assert [result for result in results if isinstance(result, int)] == [2]
    assert {result.code for result in results if isinstance(result, RuleBroken)} == {"already_member"}
    with acting(ada):
        assert Person.objects.count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("leave", [False, True])
def test_admins_who_remove_each_other_at_once_never_leave_none(at_once: Callable[..., list[Any]], leave: bool) -> None:
    people = [a_user(f"Admin {number:02}") for number in range(16)]
    alder = a_cooperative(people[0])
    for person in people[1:]:
        a_member(alder, person, Role.ADMIN, Role.MEMBER)

    # All have opened the page before the first one acts: who comes late and is out by then is still refused, not lost.
    actors = [Actor.of(person) for person in people]
    with enter([alder.pk]):
        members = [member_of(alder, person) for person in people]

    def demote_the_next(index: int) -> None:
        actor, member = actors[index], members[(index + 1) % 16]
        with enter([alder.pk], actor.user_id):
            end_membership(actor, member) if leave else end_role(actor, member, role=Role.ADMIN)

    results = at_once(demote_the_next, 16)
    assert all(result is None or isinstance(result, RuleBroken) for result in results), results
    with enter([alder.pk]):
        left = admins_of(alder).count()
    assert left >= 1
    assert left == 16 - results.count(None)


@pytest.mark.django_db(transaction=True)
def test_sixteen_admins_who_step_down_at_once_leave_exactly_one(at_once: Callable[..., list[Any]]) -> None:
    people = [a_user(f"Admin {number:02}") for number in range(16)]
    alder = a_cooperative(people[0])
    for person in people[1:]:
        a_member(alder, person, Role.ADMIN, Role.MEMBER)

    def step_down(index: int) -> None:
        with acting(people[index]) as actor:
            end_role(actor, member_of(alder, people[index]), role=Role.ADMIN)

    results = at_once(step_down, 16)
    assert results.count(None) == 15
    assert [result.code for result in results if result is not None] == ["last_admin"]
    with enter([alder.pk]):
        assert admins_of(alder).count() == 1


def test_roles_are_listed_the_foremost_first(ada: User, alder: Cooperative) -> None:
    member = a_member(alder, None, Role.MEMBER, Role.SECRETARY, Role.ADMIN, name="Petra Paper")
    with acting(ada):
        member.standing_grants = list(member.grants.all())  # type: ignore[attr-defined]
        assert roles_of(member) == ["admin", "secretary", "member"]
