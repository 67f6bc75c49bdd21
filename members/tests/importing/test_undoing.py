"""Taking an import back: everything as before, or refused with what stands in the way."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activity.models import Event
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import admit, forget_imports, grant_role, undo_import
from members.jobs import forget_imported_files
from members.models import (
    Household,
    HouseholdMember,
    ImportBatch,
    ImportedRow,
    Membership,
    Occupancy,
    Pause,
    Person,
    Unit,
    User,
)
from members.queries import mark_of, plan_of
from members.roles import Role

from ..factories import a_cooperative, a_user, acting, refused
from .files import LIST, again, apply, bring, start, totals

pytestmark = pytest.mark.django_db


def undo(batch: ImportBatch) -> ImportBatch:
    with enter([batch.cooperative_id]):
        return undo_import(SYSTEM, batch)


def test_what_was_new_is_gone_and_its_numbers_are_free(alder: Cooperative) -> None:
    before = totals(alder)
    batch = bring(alder)
    done = undo(batch)
    assert totals(alder) == before
    assert (done.state, bytes(done.content), done.choices) == ("undone", b"", {})
    assert done.undone_at is not None
    with enter([alder.pk]):
        assert admit(SYSTEM, alder, name="Next One").number == 2
        newest = Event.objects.filter(kind="members.import_undone")
        assert newest.count() == 1


def test_what_was_changed_has_its_old_values_and_a_new_version(alder: Cooperative) -> None:
    first = bring(alder)
    text = "Unit;Name;E-mail;Born;Moved out;Area\nN-101;Ann Abel;ann@abel.example;1980-05-01;2026-06-30;61,50\n"
    batch = bring(alder, text)
    with enter([alder.pk]):
        person = Person.objects.get(name="Ann Abel")
        assert (person.birth_date, person.version) == (date(1980, 5, 1), 2)
        assert Occupancy.objects.get(unit__code="N-101").ends_on == date(2026, 6, 30)
    undo(batch)
    with enter([alder.pk]):
        person = Person.objects.get(name="Ann Abel")
        assert (person.birth_date, person.version) == (None, 3)
        home = Occupancy.objects.select_related("unit").get(unit__code="N-101")
        assert (home.ends_on, home.unit.area) == (None, None)
        assert list(home.occupants.values_list("ends_on", flat=True)) == [None]
    undo(first)
    assert totals(alder)["person"] == 1


def test_what_was_changed_before_a_later_import_still_stands_in_the_way(alder: Cooperative) -> None:
    first = bring(alder)
    with enter([alder.pk]):
        Person.objects.filter(name="Ann Abel").update(note="Loud", version=2)
    undo(bring(alder, "Name;E-mail;Born\nAnn Abel;ann@abel.example;1980-05-01\n"))
    with refused("depended_on"):
        undo(first)


def test_an_import_is_taken_back_once(alder: Cooperative) -> None:
    batch = bring(alder)
    undo(batch)
    with refused("cannot_undo"):
        undo(batch)
    with enter([alder.pk]):
        waiting = start(alder)
    with refused("cannot_undo"):
        undo(waiting)


def test_after_thirty_days_it_stays(alder: Cooperative) -> None:
    batch = bring(alder)
    with enter([alder.pk]):
        ImportBatch.objects.filter(pk=batch.pk).update(created_at=timezone.now() - timedelta(days=31))
    with refused("cannot_undo"):
        undo(batch)


# --- What stands in the way -------------------------------------------------------------------------------------------


def changed(alder: Cooperative) -> str:
    Person.objects.filter(name="Bo Berg").update(email="new@berg.example", version=2)
    return "Bo Berg was changed"


def login(alder: Cooperative) -> str:
    Membership.objects.filter(person__name="Bo Berg").update(user=a_user("Bo Berg"))
    return "Bo Berg has a login"


def later(alder: Cooperative) -> str:
    admit(SYSTEM, alder, name="Late Larry")
    return "Late Larry has joined since as no. 5, and numbers have no gaps"


def office(alder: Cooperative) -> str:
    grant_role(SYSTEM, Membership.objects.get(person__name="Bo Berg"), role=Role.TREASURER)
    return "roles: 1"


def paused(alder: Cooperative) -> str:
    Pause.objects.create(cooperative=alder, membership=Membership.objects.get(person__name="Bo Berg"), starts_on=date(2026, 1, 1))
    return "pauses: 1"


def moved(alder: Cooperative) -> str:
    Occupancy.objects.filter(unit__code="N-102").update(ends_on=date(2026, 1, 1), version=2)
    unit, household = Unit.objects.get(code="N-102"), Household.objects.create(cooperative=alder, name="New")
    Occupancy.objects.create(cooperative=alder, unit=unit, household=household, starts_on=date(2026, 1, 1))
    return "N-102 · Berg was changed"


def joined(alder: Cooperative) -> str:
    household = Household.objects.get(name="Berg")
    HouseholdMember.objects.create(cooperative=alder, household=household, person=Person.objects.get(name="Ada Quist"))
    return "people of households: 1"


def quietly_moved(alder: Cooperative) -> str:
    HouseholdMember.objects.filter(person__name="Bo Berg").update(relation=HouseholdMember.Relation.OTHER)
    return "Bo Berg was changed"


def removed(alder: Cooperative) -> str:
    HouseholdMember.objects.filter(person__name="Bo Berg").delete()
    return "1 of “people of households” were removed"


@pytest.mark.parametrize("happens", [changed, login, later, office, paused, moved, joined, quietly_moved, removed])
def test_what_depends_on_it_is_named(alder: Cooperative, happens: Callable[[Cooperative], str]) -> None:
    batch = bring(alder)
    with enter([alder.pk]):
        wanted = happens(alder)
    before = totals(alder)
    with refused("depended_on") as caught:
        undo(batch)
    assert wanted in caught.value.extra["blockers"]
    assert wanted in caught.value.sentence
    assert totals(alder) == before


def test_a_later_import_that_fills_the_same_homes_stands_in_the_way(alder: Cooperative) -> None:
    first = bring(alder)
    second = bring(alder, "Unit;Name;E-mail;Member since\nN-109;Zoe Zorn;zoe@zorn.example;2024-01-01\n")
    with refused("depended_on") as caught:
        undo(first)
    assert "Zoe Zorn has joined since as no. 5, and numbers have no gaps" in caught.value.extra["blockers"]
    undo(second)
    undo(first)
    assert totals(alder)["membership"] == 1


def test_the_cost_of_taking_back_does_not_grow_with_the_rows(ada: User) -> None:
    counts = []
    for rows in (1, 3):
        cooperative = a_cooperative(ada, f"Yard {rows}")
        batch = bring(cooperative, "\n".join(LIST.splitlines()[: rows + 1]))
        with CaptureQueriesContext(connection) as asked:
            undo(batch)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_only_officers_take_back(alder: Cooperative, ben: User, stranger: User) -> None:
    batch = bring(alder)
    for user, code in ((ben, "forbidden"), (stranger, "not_found")):
        with enter([alder.pk], user.pk), refused(code):
            undo_import(Actor.of(user), batch)


@pytest.mark.django_db(transaction=True)
def test_taken_back_by_eight_at_once_it_is_taken_back_once(at_once: Callable[..., list[Any]]) -> None:
    ada = a_user()
    alder = a_cooperative(ada)
    before = totals(alder)
    with acting(ada) as actor:
        batch = start(alder, actor=actor)
        apply(batch, actor=actor)

    def take_back(_index: int) -> str:
        with acting(ada) as mine:
            return undo_import(mine, batch).state

    results = at_once(take_back, 8)
    assert [result for result in results if isinstance(result, str)] == ["undone"]
    assert {result.code for result in results if isinstance(result, RuleBroken)} == {"cannot_undo"}
    assert totals(alder) == before


@pytest.mark.django_db(transaction=True)
def test_imported_and_taken_back_at_once_both_ways_end_whole(at_once: Callable[..., list[Any]]) -> None:
    ada = a_user()
    alder = a_cooperative(ada)
    with acting(ada) as actor:
        first = apply(start(alder, actor=actor), actor=actor)
        second = start(alder, "Name;E-mail;Member since\nZoe Zorn;zoe@zorn.example;2024-01-01\n", actor=actor)
        mark = mark_of(plan_of(second))

    def write(index: int) -> str:
        with acting(ada) as mine:
            if index:
                return undo_import(mine, first).state
            again(second)
            return apply_second(mine, second, mark)

    at_once(write, 2)
    with enter([alder.pk]):
        found = list(Membership.objects.order_by("number").values_list("number", flat=True))
    assert found == list(range(1, len(found) + 1))
    assert len(found) in (2, 5)


def apply_second(actor: Actor, batch: ImportBatch, mark: str) -> str:
    return apply(batch, actor=actor).state if mark else ""


# --- Forgetting -------------------------------------------------------------------------------------------------------


def test_after_thirty_days_files_and_old_values_are_forgotten(alder: Cooperative, ada: User) -> None:
    old, waiting = bring(alder), None
    with enter([alder.pk]):
        waiting = start(alder)
        ImportBatch.objects.update(created_at=timezone.now() - timedelta(days=30, minutes=1))
        new = start(alder)
    other = a_cooperative(ada, "Beech Yard")
    fresh = bring(other)
    forget_imported_files()
    with enter([alder.pk, other.pk]):
        assert {row.pk: (row.state, bool(row.content)) for row in ImportBatch.objects.all()} == {
            old.pk: ("applied", False), waiting.pk: ("dropped", False), new.pk: ("read", True), fresh.pk: ("applied", True),
        }  # fmt: skip
        assert set(ImportedRow.objects.values_list("batch", flat=True)) == {fresh.pk}
        assert totals(alder)["person"] == 4
        assert forget_imports(SYSTEM, now=timezone.now()) == 0
