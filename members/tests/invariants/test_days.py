"""2: agreements of a unit stand apart. 3: what is inside stays inside. 4: one home. 12: too many and too few are counted.

Whatever is done to homes, in whatever order, these hold after every act; and what an agreement may be is told by an oracle
that counts days one by one, for the actions and for the database alone.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from itertools import combinations
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given, strategies as st

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.actions import (
    add_occupant,
    add_unit,
    change_occupancy,
    change_unit,
    end_household,
    end_occupancy,
    end_occupant,
    house,
    join_household,
    leave_household,
    make_household,
    remove_unit,
    swap,
    transfer,
)
from members.models import Building, Household, HouseholdMember, Occupancy, Occupant, Person, Unit
from members.queries import over_occupied, under_occupied, units_with_people, vacant_on, who_lived

from .raw import built, day, insert, stood, trials, undone, update

SPAN = 12  # days that are played with
LAST = SPAN * 3
DAY = st.integers(0, SPAN)


class Wanted(NamedTuple):
    """An agreement that somebody would like."""

    starts: int
    ends: int | None
    shared: bool = False

    def days(self) -> set[int]:
        return set(range(self.starts, LAST if self.ends is None else self.ends))

    def meets(self, other: "Wanted") -> bool:
        return bool(self.days() & other.days()) and not (self.shared and other.shared)

    def facts(self) -> dict[str, Any]:
        return {"starts_on": day(self.starts), "ends_on": day(self.ends), "is_shared": self.shared}


WANTED = st.builds(
    lambda starts, length, shared: Wanted(starts, None if length is None else starts + length, shared),
    DAY,
    st.none() | st.integers(0, SPAN),
    st.booleans(),
)
WISHES = st.lists(WANTED, min_size=2, max_size=7)


@pytest.fixture
def homes(actor: Actor, alder: Cooperative, north: Building, person: Any) -> "Homes":
    """Three flats and a parking space; three households, one with a child."""
    units = [add_unit(actor, north, code=f"N-{number}", fewest=1, most=2) for number in range(3)]
    units.append(add_unit(actor, north, code="P-1", kind="parking"))
    families = [
        make_household(
            actor,
            alder,
            name=f"Family {number}",
            adults=[person(f"Adult {number}")],
            children=[person(f"Child {number}")] * (number == 0),
            on=day(0),
        )
        for number in range(3)
    ]
    return Homes(actor, units, families)


class Homes(NamedTuple):
    """Where it is played, and who plays."""

    actor: Actor
    units: list[Unit]
    families: list[Household]


# --- 2 -----------------------------------------------------------------------------------------------------------------


@trials(25)
@given(wishes=WISHES)
def test_2_an_agreement_stands_exactly_when_it_shares_no_day(wishes: list[Wanted], homes: Homes) -> None:
    stand: list[Wanted] = []
    with undone():
        for number, wish in enumerate(wishes):
            may = wish.ends != wish.starts and not any(wish.meets(other) for other in stand)
            did = True
            try:
                house(homes.actor, homes.units[0], homes.families[number % 3], **wish.facts(), holders=[], occupants=[])
            except RuleBroken as broken:
                did = False
                assert broken.code in {"unit_taken", "ends_before_start"}
            assert did is may, (wish, stand)
            stand += [wish] * did
        assert Occupancy.objects.count() == len(stand)


@trials(25)
@given(wishes=WISHES)
def test_2_the_database_alone_says_the_same(wishes: list[Wanted], homes: Homes, alder: Cooperative) -> None:
    stand: list[Wanted] = []
    with undone():
        for wish in wishes:
            row = built(Occupancy, alder, unit=homes.units[0], household=homes.families[0], **wish.facts())
            may = not any(wish.meets(other) for other in stand)
            assert stood(lambda row=row: insert(row)) is may, (wish, stand)
            stand += [wish] * may


@trials(25)
@given(stand=WANTED, other=WANTED, wish=WANTED)
def test_2_the_database_alone_keeps_them_apart_when_one_moves(
    stand: Wanted, other: Wanted, wish: Wanted, homes: Homes, alder: Cooperative
) -> None:
    with undone():
        rows = [built(Occupancy, alder, unit=unit, household=homes.families[0]) for unit in homes.units[:2]]
        for row, facts in zip(rows, (stand, other), strict=True):
            for name, value in facts.facts().items():
                setattr(row, name, value)
            row.save()
        columns = {**wish.facts(), "unit_id": homes.units[0].pk}
        assert stood(lambda: update(rows[1], **columns)) is not wish.meets(stand)


@trials(25)
@given(stand=WANTED, wish=WANTED)
def test_2_a_changed_agreement_is_asked_like_a_new_one(stand: Wanted, wish: Wanted, homes: Homes) -> None:
    with undone(), suppress(RuleBroken):  # what cannot be an agreement to begin with is no example
        house(homes.actor, homes.units[0], homes.families[0], **stand.facts())
        row = house(homes.actor, homes.units[0], homes.families[1], starts_on=day(LAST + 1), ends_on=day(LAST + 2))
        may = wish.ends != wish.starts and not wish.meets(stand)
        try:
            change_occupancy(homes.actor, row, version=1, **wish.facts())
        except RuleBroken as broken:
            assert (may, broken.code in {"unit_taken", "ends_before_start"}) == (False, True)
            assert Occupancy.objects.get(pk=row.pk).starts_on == day(LAST + 1)
        else:
            assert may
            assert Occupancy.objects.get(pk=row.pk).starts_on == day(wish.starts)


PARTS = st.tuples(WANTED, st.sampled_from(["member", "member", "sublet", "guest"]), st.booleans())


@trials(20)
@given(wishes=st.lists(PARTS, min_size=2, max_size=3))
def test_4_a_person_lives_in_one_home_as_a_member_on_any_day(wishes: list[Any], homes: Homes) -> None:
    who = Person.objects.get(name="Adult 1")
    stand: list[set[int]] = []
    with undone():
        for place, (wish, kind, holds) in enumerate(wishes):
            lives = kind == "member" and any(wish.days() & days for days in stand)
            people = {"holders": [who] if holds else [], "occupants": [who]}
            try:
                house(homes.actor, homes.units[place], homes.families[0], **wish.facts(), kind=kind, **people)
            except RuleBroken as broken:
                assert broken.code == ("ends_before_start" if wish.ends == wish.starts else "lives_elsewhere")
                assert lives or wish.ends == wish.starts
            else:
                assert not lives
                stand += [wish.days()] if kind == "member" else []


# --- 3 and 4 -----------------------------------------------------------------------------------------------------------

Pick = Callable[[Any], Any]


def _housed(homes: Homes, pick: Pick, when: int) -> Any:
    ends = pick([None, when + 1, when + 5])
    kind = pick(["member", "member", "sublet", "guest"])
    facts = {"starts_on": day(when), "ends_on": day(ends), "kind": kind, "is_shared": pick([False, True])}
    return house(homes.actor, pick(homes.units), pick(homes.families), **facts)


def _changed(homes: Homes, pick: Pick, when: int) -> Any:
    row = pick(list(Occupancy.objects.order_by("pk")))
    facts = pick(
        [
            {"starts_on": day(when)},
            {"ends_on": day(when)},
            {"ends_on": None},
            {"kind": pick(["member", "guest"])},
            {"is_shared": pick([True, False])},
        ]
    )
    return change_occupancy(homes.actor, row, version=row.version, **facts)


def _ended(homes: Homes, pick: Pick, when: int) -> Any:
    row = pick(list(Occupancy.objects.order_by("pk")))
    return end_occupancy(homes.actor, row, version=row.version, on=day(when))


def _transferred(homes: Homes, pick: Pick, when: int) -> Any:
    row = pick(list(Occupancy.objects.order_by("pk")))
    return transfer(homes.actor, row, pick(homes.units), version=row.version, on=day(when))


def _swapped(homes: Homes, pick: Pick, when: int) -> Any:
    rows = list(Occupancy.objects.order_by("pk"))
    one, other = pick(rows), pick(rows)
    return swap(homes.actor, one, other, version=one.version, on=day(when))


def _let_in(homes: Homes, pick: Pick, when: int) -> Any:
    row, who = pick(list(Occupancy.objects.order_by("pk"))), pick(list(Person.objects.order_by("pk")))
    days = {"starts_on": pick([None, day(when)]), "ends_on": pick([None, day(when + 2)])}
    return add_occupant(homes.actor, row, who, is_holder=pick([True, False]), lives_there=pick([True, False]), **days)


def _let_out(homes: Homes, pick: Pick, when: int) -> Any:
    return end_occupant(homes.actor, pick(list(Occupant.objects.order_by("pk"))), on=day(when))


def _joined(homes: Homes, pick: Pick, when: int) -> Any:
    days = {"starts_on": pick([None, day(when)]), "ends_on": pick([None, day(when + 3)])}
    return join_household(homes.actor, pick(homes.families), pick(list(Person.objects.order_by("pk"))), **days)


def _left(homes: Homes, pick: Pick, when: int) -> Any:
    row = pick(list(HouseholdMember.objects.order_by("pk")))
    return leave_household(homes.actor, row, on=day(when), moves_out=pick([True, False]))


def _dissolved(homes: Homes, pick: Pick, when: int) -> Any:
    row = Household.objects.get(pk=pick(homes.families).pk)
    return end_household(homes.actor, row, version=row.version, on=day(when))


def _unit_ended(homes: Homes, pick: Pick, when: int) -> Any:
    row = Unit.objects.get(pk=pick(homes.units).pk)
    return change_unit(homes.actor, row, version=row.version, **{pick(["active_from", "active_to"]): pick([None, day(when)])})


ACTS = [
    _housed, _housed, _housed, _changed, _changed, _ended, _transferred, _swapped, _let_in, _let_in, _let_out, _joined, _left,
    _dissolved, _unit_ended,
]  # fmt: skip


def shared_day(one: Any, other: Any) -> bool:
    """Whether two spans of days meet: open ends are far away."""
    first = max(one.starts_on or date.min, other.starts_on or date.min)
    return first < min(one.ends_on or date.max, other.ends_on or date.max)


def inside(one: Any, starts: date | None, ends: date | None) -> bool:
    """Whether a span lies inside these days."""
    begins_there = starts is None or (one.starts_on is not None and one.starts_on >= starts)
    return begins_there and (ends is None or (one.ends_on is not None and one.ends_on <= ends))


def faults() -> Iterator[str]:
    """What is wrong with the homes as they are stored."""
    agreements = list(Occupancy.objects.select_related("unit", "household"))
    for one, other in combinations(agreements, 2):
        if one.unit_id == other.unit_id and shared_day(one, other) and not (one.is_shared and other.is_shared):
            yield f"2: {one} and {other} share a day"
    for one in agreements:
        lasts = one.ends_on is None or one.ends_on > one.starts_on
        if lasts and not inside(one, one.unit.active_from, one.unit.active_to):
            yield f"2: {one} lasts when the unit is not in use"
        if lasts and not inside(one, None, one.household.ended_on):
            yield f"3: {one} outlasts its household"
    people = list(Occupant.objects.select_related("occupancy__unit", "person"))
    for one in people:
        if not inside(one, one.occupancy.starts_on, one.occupancy.ends_on):
            yield f"3: {one} is outside of {one.occupancy}"
        if one.lives_there and one.occupancy.unit.kind == "parking":
            yield f"3: {one} lives in a parking space"
    for one, other in combinations(people, 2):
        if one.person_id != other.person_id or not shared_day(one, other):
            continue
        if one.occupancy_id == other.occupancy_id:
            yield f"3: {one} is twice in {one.occupancy}"
        elif one.lives_there and other.lives_there and one.occupancy.kind == other.occupancy.kind == "member":
            yield f"4: {one} lives in two homes"
    family = list(HouseholdMember.objects.select_related("household", "person"))
    yield from (f"3: {one} outlasts the household" for one in family if not inside(one, None, one.household.ended_on))
    for one, other in combinations(family, 2):
        if (one.person_id, one.household_id) == (other.person_id, other.household_id) and shared_day(one, other):
            yield f"3: {one} is twice in a household"


@pytest.mark.parametrize("seed", range(5))
def test_2_to_4_hold_after_whatever_is_done_to_homes(seed: int, homes: Homes) -> None:
    dice, done = Random(seed), Counter[str]()
    for number in range(2):
        house(homes.actor, homes.units[number], homes.families[number], starts_on=day(0))
    for _ in range(40):
        act, when = dice.choice(ACTS), dice.randint(0, SPAN)
        before = Occupancy.objects.count(), Occupant.objects.count(), HouseholdMember.objects.count()
        try:
            act(homes, dice.choice, when)
            done[act.__name__] += 1
        except RuleBroken as broken:
            assert broken.sentence, broken.code
            after = Occupancy.objects.count(), Occupant.objects.count(), HouseholdMember.objects.count()
            assert after == before, "what is refused leaves nothing behind"
        assert list(faults()) == [], (act.__name__, done)
    assert sum(done.values()) >= 8, "most programs would be refused: they prove nothing"


def test_3_people_end_with_their_agreement_and_never_later(homes: Homes, person: Any) -> None:
    home = house(homes.actor, homes.units[0], homes.families[0], starts_on=day(0))
    lodger = add_occupant(homes.actor, home, person("Lodger"), starts_on=day(2), ends_on=day(8))
    end_occupancy(homes.actor, Occupancy.objects.get(pk=home.pk), version=2, on=day(5))
    assert set(home.occupants.values_list("ends_on", flat=True)) == {day(5)}
    change_occupancy(homes.actor, home, version=3, ends_on=day(4))
    lodger.refresh_from_db()
    assert (lodger.starts_on, lodger.ends_on) == (day(2), day(4))


@pytest.mark.parametrize(("change", "kind"), [({"ends_on": None}, "member"), ({"kind": "member"}, "guest")])
def test_4_no_change_of_an_agreement_gives_anybody_a_second_home(change: dict[str, Any], kind: str, homes: Homes) -> None:
    ends = day(3) if kind == "member" else None
    home = house(homes.actor, homes.units[0], homes.families[1], starts_on=day(0), ends_on=ends, kind=kind)
    house(homes.actor, homes.units[1], homes.families[1], starts_on=day(5))
    with pytest.raises(RuleBroken) as broken:
        change_occupancy(homes.actor, home, version=1, **change)
    assert broken.value.code == "lives_elsewhere"
    assert Occupancy.objects.filter(pk=home.pk, version=1, ends_on=ends, kind=kind).exists()


# --- 11 and 12 ---------------------------------------------------------------------------------------------------------


@trials(15)
@given(
    parts=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), WANTED, st.booleans(), st.booleans()), max_size=8),
    on=st.integers(0, SPAN + 3),
    fewest=st.none() | st.integers(1, 2),
)
def test_12_too_few_and_too_many_follow_from_who_lives_there_on_the_day(
    parts: list[Any], on: int, fewest: int | None, homes: Homes, alder: Cooperative
) -> None:
    with undone():
        people = [Person.objects.create(cooperative=alder, name=f"Person {number}") for number in range(6)]
        Unit.objects.filter(pk__in=[unit.pk for unit in homes.units]).update(fewest=fewest, most=2)
        let, lives = set(), {unit.pk: set() for unit in homes.units[:3]}
        for place, who, wanted, lives_there, is_guest in parts:
            facts = {"unit": homes.units[place], "household": homes.families[place], "kind": "guest" if is_guest else "member"}
            row = built(Occupancy, alder, **facts, **{**wanted.facts(), "is_shared": True})
            row.save()
            dates = {"starts_on": row.starts_on, "ends_on": row.ends_on}
            own = {"cooperative": alder, "occupancy": row, "person": people[who]}
            Occupant.objects.create(**own, **dates, is_holder=True, lives_there=lives_there)
            if on in wanted.days():
                let.add(row.unit_id)
                lives[row.unit_id] |= {people[who].pk} if lives_there and not is_guest else set()
        asked = day(on)
        counted = {unit.pk: unit.people_count for unit in units_with_people(asked) if unit.kind == "flat"}
        assert counted == {pk: len(who) for pk, who in lives.items()}
        assert {row.pk for row in over_occupied(asked)} == {pk for pk, who in lives.items() if len(who) > 2}
        few = {pk for pk, who in lives.items() if pk in let and fewest is not None and len(who) < fewest}
        assert {row.pk for row in under_occupied(asked)} == few
        assert {row.pk for row in vacant_on(asked) if row.kind == "flat"} == set(lives) - let
        for unit in homes.units[:3]:
            assert lives[unit.pk] <= {row.person_id for row in who_lived(unit, asked)}


def test_11_a_unit_that_anything_refers_to_is_ended_and_stays(homes: Homes) -> None:
    unit, spare = homes.units[:2]
    home = house(homes.actor, unit, homes.families[0], starts_on=day(0))
    end_occupancy(homes.actor, home, version=1, on=day(0))
    with pytest.raises(RuleBroken) as broken:
        remove_unit(homes.actor, unit, version=1)
    assert broken.value.code == "unit_referenced", "not even an agreement that never began is forgotten"
    ended = change_unit(homes.actor, unit, version=1, active_to=day(0))
    assert (ended.active_to, Unit.objects.filter(pk=unit.pk).exists()) == (day(0), True)
    remove_unit(homes.actor, spare, version=1)
    assert not Unit.objects.filter(pk=spare.pk).exists()
