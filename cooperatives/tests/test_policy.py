"""Rules: the answer for one object and the condition for rows must agree, whoever asks."""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db.models import Q

from cooperatives.actions import NotFound, check, check_each, found
from cooperatives.actions.base import Forbidden
from cooperatives.models import Cooperative
from cooperatives.policy import (
    ANONYMOUS,
    RULES,
    SYSTEM,
    Actor,
    Rule,
    Standing,
    anyone,
    has_role,
    may,
    member,
    nobody,
    own_membership,
    owner,
    rule_for,
    signed_in,
    system_admin,
    table,
    visible,
)
from cooperatives.queries import enter
from members.models import Membership, Person, RoleGrant, User
from members.tests.factories import refused

Pair = tuple[Cooperative, Actor]

BASIC: dict[str, Rule] = {
    "member": member(),
    "admin": has_role("admin"),
    "treasurer": has_role("treasurer"),
    "either": has_role("treasurer", "observer"),
    "owner": owner("user_id"),
    "own membership": own_membership("pk"),
    "signed in": signed_in(),
    "system admin": system_admin(),
    "anyone": anyone(),
    "nobody": nobody(),
}
COMBINED: dict[str, Rule] = {
    **BASIC,
    **{f"not {name}": ~rule for name, rule in BASIC.items()},
    **{f"{a} and {b}": BASIC[a] & BASIC[b] for a, b in itertools.combinations(BASIC, 2)},
    **{f"{a} or {b}": BASIC[a] | BASIC[b] for a, b in itertools.combinations(BASIC, 2)},
    **{f"{a} and not {b}": BASIC[a] & ~BASIC[b] for a, b in itertools.combinations(BASIC, 2)},
}


def cast(linden: Pair, kilele: Pair, person: Callable[[str], User]) -> dict[str, Actor]:
    observer = person("Hassan")
    return {
        "visitor": ANONYMOUS,
        "outsider": Actor.of(person("Nobody")),
        "founder": linden[1],
        "founder of the other": kilele[1],
        "observer": Actor(observer, {linden[0].pk: Standing(linden[0].pk, 10**9, frozenset({"observer"}))}),
        "in both": Actor(
            observer,
            {
                linden[0].pk: Standing(linden[0].pk, 10**9, frozenset({"treasurer"})),
                kilele[0].pk: Standing(kilele[0].pk, 10**9, frozenset({"observer"})),
            },
        ),
        "keeper": Actor(User.objects.create_superuser("root@example.org", "a long pass phrase", name="Root")),
    }


def test_both_faces_agree(linden: Pair, kilele: Pair, person: Callable[[str], User]) -> None:
    with enter([linden[0].pk, kilele[0].pk]):
        rows = list(Membership.objects.all())
        assert len(rows) == 2
        for who, actor in cast(linden, kilele, person).items():
            for name, rule in COMBINED.items():
                one_by_one = {row.pk for row in rows if rule.holds(actor, row)}
                by_rows = set(Membership.objects.filter(rule.rows(actor, Membership)).values_list("pk", flat=True))
                assert one_by_one == by_rows, (who, name)
                at_once = rule.each(actor, rows)
                assert {row.pk for row, held in zip(rows, at_once, strict=True) if held} == by_rows, (who, name)
                assert rule.each(actor, []) == []


def test_both_faces_agree_for_cooperatives(linden: Pair, kilele: Pair, person: Callable[[str], User]) -> None:
    rule = rule_for("cooperatives.change")
    for who, actor in cast(linden, kilele, person).items():
        one_by_one = {row.pk for row in Cooperative.objects.all() if rule.holds(actor, row)}
        by_rows = set(Cooperative.objects.filter(rule.rows(actor, Cooperative)).values_list("pk", flat=True))
        assert one_by_one == by_rows, who


def test_every_rule_of_the_product_agrees_on_owned_rows(linden: Pair, kilele: Pair, person: Callable[[str], User]) -> None:
    with enter([linden[0].pk, kilele[0].pk]):
        rows = list(Person.objects.all())
        for actor in cast(linden, kilele, person).values():
            for name in ("members.see", "members.admit", "members.grant"):
                by_rows = set(visible(actor, name, Person.objects.all()).values_list("pk", flat=True))
                assert {row.pk for row in rows if may(actor, name, row)} == by_rows


def test_the_system_may_and_sees_all(linden: Pair) -> None:
    assert may(SYSTEM, "cooperatives.change", linden[0])
    assert list(visible(SYSTEM, "cooperatives.see", Cooperative.objects.all())) == [linden[0]]


def test_of_many_objects_the_first_that_is_refused_decides(linden: Pair, kilele: Pair, person: Callable[[str], User]) -> None:
    house, actor = linden
    with enter([house.pk, kilele[0].pk]):
        stranger = Actor.of(person("Nobody"))
        check_each(actor, "cooperatives.change", [house, house])
        check_each(SYSTEM, "cooperatives.change", [house, kilele[0]])
        check_each(actor, "cooperatives.change", [])
        with refused("not_found"):
            check_each(actor, "cooperatives.change", [house, kilele[0]])
        with refused("not_found"):
            check_each(stranger, "cooperatives.change", [house])


def test_a_rule_is_asked_only_of_what_the_others_leave_open() -> None:
    class Odd(Rule):
        def __init__(self) -> None:
            self.asked: list[list[int]] = []

        def holds(self, actor: Actor, obj: int) -> bool:
            return bool(obj % 2)

        def rows(self, actor: Actor, model: object) -> Q:
            return Q()

        def each(self, actor: Actor, objs: Sequence[int]) -> list[bool]:
            self.asked.append(list(objs))
            return super().each(actor, objs)

    class Small(Odd):
        def holds(self, actor: Actor, obj: int) -> bool:
            return obj < 3

    numbers = [0, 1, 2, 3, 4, 5]
    odd, small = Odd(), Small()
    assert (small & odd).each(ANONYMOUS, numbers) == [False, True, False, False, False, False]
    assert (small.asked, odd.asked) == ([numbers], [[0, 1, 2]])
    odd, small = Odd(), Small()
    assert (small | odd).each(ANONYMOUS, numbers) == [True, True, True, True, False, True]
    assert (small.asked, odd.asked) == ([numbers], [[3, 4, 5]])
    assert (~Odd()).each(ANONYMOUS, numbers) == [True, False, True, False, True, False]


def test_an_action_without_a_row_is_an_error() -> None:
    with pytest.raises(KeyError):
        may(ANONYMOUS, "cooperatives.unheard_of")


def test_a_row_given_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match=r"cooperatives\.see"):
        table({"cooperatives.see": member()})
    assert isinstance(RULES["cooperatives.see"], Rule)


def test_a_stranger_and_a_member_without_the_right_get_different_answers(linden: Pair, kilele: Pair) -> None:
    with pytest.raises(NotFound):
        check(kilele[1], "cooperatives.change", linden[0])
    observer = Actor(kilele[1].user, {linden[0].pk: Standing(linden[0].pk, 1, frozenset({"observer"}))})
    with pytest.raises(Forbidden):
        check(observer, "cooperatives.change", linden[0])
    check(linden[1], "cooperatives.change", linden[0])


@pytest.mark.django_db
def test_an_actor_knows_where_it_stands(person: Callable[[str], User]) -> None:
    user = person("Wanjiru")
    first = found(Actor.of(user), name="First", kind="housing")
    second = found(Actor.of(user), name="Second", kind="chama")
    actor = Actor.of(user)
    assert actor.cooperative_ids == (first.pk, second.pk)
    standing = actor.standing(first.pk)
    assert standing is not None
    assert standing.roles == {"admin", "member"}
    assert actor.standing(None) is None
    assert (actor.name, ANONYMOUS.name, SYSTEM.user_id) == ("Wanjiru", "The system", None)
    assert not actor.is_system_admin


def test_looking_up_standings_takes_two_queries(linden: Pair, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        Actor.of(linden[1].user)


def test_a_membership_without_a_role_is_no_standing(linden: Pair) -> None:
    with enter([linden[0].pk]):
        RoleGrant.objects.update(ends_on="2020-01-01", starts_on="2019-01-01")
    assert Actor.of(linden[1].user).standings == {}
