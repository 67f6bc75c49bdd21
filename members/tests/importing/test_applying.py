"""Writing an import: what is written, in which order, what is refused, and that two at once are one."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from activity.models import Event
from cooperatives import events
from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import admit, apply_import, decide, drop_import
from members.models import (
    Guardianship,
    Household,
    HouseholdMember,
    ImportBatch,
    ImportedRow,
    Membership,
    Occupancy,
    Occupant,
    Person,
    RoleGrant,
    Unit,
    User,
)
from members.queries import known_register, mark_of, plan_of
from members.roles import Role

from ..factories import a_cooperative, a_member, a_user, acting, refused
from .files import LIST, again, apply, bring, shown, start, totals

pytestmark = pytest.mark.django_db
FAMILY = """Building;Unit;Type;Area;Rooms;Monthly charge;Name;Born;Parents;Role;Member since;Moved in;Moved out
North;N-1;2-bed;61,50;2;960,00;Ann Abel;1980-05-01;;Secretary;2019-01-01;2019-02-01;
North;N-1;;;;;Eli Abel;2016-05-01;Ann Abel;;;2019-02-01;
North;N-2;3-bed;80,00;3,5;1.120,00;Former Fritz;1950-01-01;;Member;2001-01-01;2001-01-01;2018-12-31
South;P-1;Parking;;;40,00;Ann Abel;1980-05-01;;;2019-01-01;2020-01-01;
South;S-9;1-bed;40,00;1;700,00;vacant;;;;;;
"""


def numbers() -> list[tuple[int, str]]:
    return list(Membership.objects.order_by("number").values_list("number", "person__name"))


def test_numbers_follow_the_rows_of_the_file(alder: Cooperative) -> None:
    bring(alder)
    with enter([alder.pk]):
        assert numbers() == [(1, "Ada Quist"), (2, "Ann Abel"), (3, "Bo Berg"), (4, "Cem Demir")]
        assert set(RoleGrant.objects.exclude(membership__number=1).values_list("role", "starts_on")) == {
            ("member", date(2020, 2, 1)), ("member", date(2021, 3, 1)), ("member", date(2022, 4, 1)),
        }  # fmt: skip
        assert admit(SYSTEM, alder, name="Next One").number == 5


def test_who_lives_where_is_written_whole(alder: Cooperative) -> None:
    bring(alder, FAMILY, country="DE")
    with enter([alder.pk]):
        units = {unit.code: unit for unit in Unit.objects.select_related("building")}
        assert {code: (unit.building.name, unit.kind, unit.monthly_charge) for code, unit in units.items()} == {
            "N-1": ("North", "flat", 96_000), "N-2": ("North", "flat", 112_000), "P-1": ("South", "parking", 4_000),
            "S-9": ("South", "flat", 70_000),
        }  # fmt: skip
        assert (units["N-1"].area, units["N-1"].rooms, units["N-1"].type) == (Decimal("61.50"), Decimal("2.0"), "2-bed")
        assert units["N-2"].rooms == Decimal("3.5")
        found = Occupancy.objects.order_by("unit__code").values_list("unit__code", "household__name", "starts_on", "ends_on")
        assert list(found) == [
            ("N-1", "Abel", date(2019, 2, 1), None),
            ("N-2", "Fritz", date(2001, 1, 1), date(2018, 12, 31)),
            ("P-1", "Abel", date(2020, 1, 1), None),
        ]
        people = Occupant.objects.order_by("occupancy__unit__code", "person__name")
        assert list(people.values_list("occupancy__unit__code", "person__name", "is_holder", "lives_there", "ends_on")) == [
            ("N-1", "Ann Abel", True, True, None), ("N-1", "Eli Abel", False, True, None),
            ("N-2", "Former Fritz", True, True, date(2018, 12, 31)), ("P-1", "Ann Abel", True, False, None),
        ]  # fmt: skip
        assert list(Household.objects.order_by("pk").values_list("name", "ended_on")) == [
            ("Abel", None), ("Fritz", date(2018, 12, 31)),
        ]  # fmt: skip
        assert set(HouseholdMember.objects.values_list("person__name", "relation")) == {
            ("Ann Abel", "adult"), ("Eli Abel", "child"), ("Former Fritz", "adult"),
        }  # fmt: skip
        assert list(Guardianship.objects.values_list("child__name", "guardian__name")) == [("Eli Abel", "Ann Abel")]
        assert [name for _number, name in numbers()] == ["Ada Quist", "Ann Abel", "Former Fritz"]
        assert list(Person.objects.filter(name="Ann Abel").values_list("sort_name", flat=True)) == ["abel, ann"]


def test_one_event_says_what_was_brought(alder: Cooperative) -> None:
    with enter([alder.pk]):
        before = Event.objects.count()
    batch = bring(alder)
    with enter([alder.pk]):
        event = Event.objects.order_by("-seq").first()
        assert Event.objects.count() == before + 1
        assert (event.kind, event.detail.subject_label) == ("members.imported", "list.csv")
        assert again(batch).counts == {
            "rows": 3, "create": 3, "update": 0, "skip": 0, "ask": 0, "error": 0, "changed": {},
            "written": {
                "person": 3, "membership": 3, "rolegrant": 3, "building": 1, "unit": 3, "household": 3, "householdmember": 3,
                "occupancy": 3, "occupant": 3,
            },
        }  # fmt: skip


def test_an_office_is_given_only_by_who_may_give_it(alder: Cooperative, ada: User, ben: User) -> None:
    with enter([alder.pk]):
        member = Membership.objects.get(user=ben)
        RoleGrant.objects.create(cooperative=alder, membership=member, role=Role.SECRETARY, starts_on=date(2020, 1, 1))
    with acting(ben) as actor:
        apply(start(alder, FAMILY, actor=actor, country="DE"), actor=actor)
        assert not RoleGrant.objects.filter(membership__person__name="Ann Abel", role=Role.SECRETARY).exists()
    other = a_cooperative(ada, "Beech Yard")
    with acting(ada) as actor:
        apply(start(other, FAMILY, actor=actor, country="DE"), actor=actor)
        assert RoleGrant.objects.filter(cooperative=other, membership__person__name="Ann Abel", role=Role.SECRETARY).count() == 1


def test_a_chama_gets_people_and_no_homes(ada: User) -> None:
    chama = a_cooperative(ada, "Kilele", kind="chama")
    bring(chama)
    assert (totals(chama)["membership"], totals(chama)["unit"], totals(chama)["occupancy"]) == (4, 0, 0)


# --- Refused ----------------------------------------------------------------------------------------------------------


def test_open_rows_are_imported_around_only_on_purpose(alder: Cooperative) -> None:
    with enter([alder.pk]):
        batch = start(alder, LIST + "N-104;Dee Dorn;no-mail;2020-01-01\n")
        with refused("rows_open"):
            apply(batch)
        assert totals(alder)["person"] == 1
        apply(again(batch), leave_out=True)
        assert totals(alder)["person"] == 4


def test_nothing_is_no_import(alder: Cooperative) -> None:
    bring(alder)
    with enter([alder.pk]), refused("nothing_to_import"):
        apply(start(alder))
    with enter([alder.pk]), refused("nothing_to_import"):
        apply(start(alder, "Name;E-mail;Joined\nEve;not-one;2020-01-01\n"), leave_out=True)


def test_what_was_not_looked_at_is_not_written(alder: Cooperative) -> None:
    with enter([alder.pk]):
        batch = start(alder)
        mark = mark_of(plan_of(batch))
        Person.objects.create(cooperative=alder, name="Bo Berg", email="bo@berg.example")
        with refused("plan_changed"):
            apply_import(SYSTEM, batch, mark=mark, version=batch.version)
        with refused("stale"):
            apply_import(SYSTEM, batch, mark=mark, version=batch.version + 1)
        with refused("stale"):
            apply_import(SYSTEM, batch, mark=mark, version=None)
        assert totals(alder)["membership"] == 1


def test_a_file_is_imported_once_and_then_left_alone(alder: Cooperative) -> None:
    with enter([alder.pk]):
        batch = start(alder)
        mark = mark_of(plan_of(batch))
        done = apply_import(SYSTEM, batch, mark=mark, version=batch.version)
        with refused("import_over"):
            apply_import(SYSTEM, batch, mark=mark, version=done.version)
        with refused("import_over"):
            decide(SYSTEM, batch, decided={"country": "DE"}, version=done.version)
        with refused("import_over"):
            drop_import(SYSTEM, batch)
        assert totals(alder)["person"] == 4


def test_plain_members_and_strangers_import_nothing(alder: Cooperative, ada: User, ben: User, stranger: User) -> None:
    with acting(ada) as actor:
        batch = start(alder, actor=actor)
        mark = mark_of(plan_of(batch))
    for user, code in ((ben, "forbidden"), (stranger, "not_found")):
        actor = Actor.of(user)
        with enter([alder.pk], user.pk):
            for act in (
                lambda one: start(alder, actor=one),
                lambda one: decide(one, batch, decided={}, version=1),
                lambda one: apply_import(one, batch, mark=mark, version=1),
                lambda one: drop_import(one, batch),
            ):
                with refused(code):
                    act(actor)


def test_all_or_nothing(alder: Cooperative, monkeypatch: pytest.MonkeyPatch) -> None:
    before = totals(alder)
    with enter([alder.pk]):
        batch = start(alder)
        monkeypatch.setattr(events, "_writer", _is_full)  # the last thing that happens
        with pytest.raises(OSError, match="full"):
            apply(batch)
        assert again(batch).state == ImportBatch.State.READ
    assert totals(alder) == before


def _is_full(_occurrences: Any) -> None:
    raise OSError("the disk is full")


# --- Again ------------------------------------------------------------------------------------------------------------


def test_a_blank_never_overwrites_and_a_value_does(alder: Cooperative) -> None:
    bring(alder)
    changed = "Unit;Name;E-mail;Phone\nN-101;Ann Abel;;+49 30 23125001\nN-102;Bo Berg;bo.new@berg.example;\n"
    with enter([alder.pk]):
        batch = start(alder, changed)
        plan = shown(batch)
        assert [(row.verdict, [(one.field, one.old, one.new) for one in row.changes]) for row in plan.rows] == [
            ("update", [("phone", "", "+493023125001")]),
            ("update", [("email", "bo@berg.example", "bo.new@berg.example")]),
        ]
        done = apply(batch)
        assert set(Person.objects.filter(name__in=["Ann Abel", "Bo Berg"]).values_list("email", "phone", "version")) == {
            ("ann@abel.example", "+493023125001", 2), ("bo.new@berg.example", "", 2),
        }  # fmt: skip
        assert done.counts["changed"] == {"person": 2}
        assert sorted(str(row.before) for row in ImportedRow.objects.filter(batch=done)) == [
            "{'email': 'bo@berg.example'}", "{'phone': ''}",
        ]  # fmt: skip


def test_moving_out_is_written_on_the_agreement_that_is_there(alder: Cooperative) -> None:
    bring(alder)
    with enter([alder.pk]):
        apply(start(alder, "Unit;Name;E-mail;Moved out\nN-101;Ann Abel;ann@abel.example;2026-06-30\n"))
        assert list(Occupancy.objects.filter(unit__code="N-101").values_list("ends_on", flat=True)) == [date(2026, 6, 30)]
        ends = Occupant.objects.filter(occupancy__unit__code="N-101").values_list("ends_on", flat=True)
        assert list(ends) == [date(2026, 6, 30)]


def test_somebody_of_the_same_name_is_asked_about(alder: Cooperative) -> None:
    bring(alder)
    with enter([alder.pk]):
        batch = start(alder, "Unit;Name;E-mail;Member since\nN-109;Ann Abel;other@abel.example;2024-01-01\n")
        assert [row.verdict for row in shown(batch).rows] == ["ask"]
        new = decide(SYSTEM, batch, decided={"edits": {2: {"?same_person": "new"}}}, version=batch.version)
        assert [row.verdict for row in shown(new).rows] == ["create"]
        apply(new)
        assert Person.objects.filter(name="Ann Abel").count() == 2


def test_two_households_in_one_unit_at_a_time_are_refused_before_the_database_does(alder: Cooperative) -> None:
    text = "Unit;Household ID;Name;Member since\nN-1;7;Ann Abel;2020-01-01\nN-1;8;Bo Berg;2021-01-01\n"
    with enter([alder.pk]):
        plan = shown(start(alder, text))
        assert [(row.verdict, [one.kind for one in row.problems]) for row in plan.rows] == [
            ("create", []),
            ("error", ["overlap"]),
        ]
        apply(start(alder, text), leave_out=True)


def test_two_rows_about_one_known_person_are_put_together_by_hand(alder: Cooperative) -> None:
    with enter([alder.pk]):
        Person.objects.create(cooperative=alder, name="Ann Abel", email="ann@abel.example", phone="+493023125001")
        text = "Name;E-mail;Phone;Member since\nAnn Abel;ann@abel.example;;2020-01-01\nAnn Abel;;+493023125001;2020-01-01\n"
        plan = shown(start(alder, text, country="DE"))
        assert [(row.verdict, [one.kind for one in row.problems]) for row in plan.rows][1] == ("error", ["same_person_twice"])


def test_a_departure_in_the_file_ends_no_membership_and_says_so(alder: Cooperative) -> None:
    bring(alder)
    with enter([alder.pk]):
        plan = shown(start(alder, "Name;E-mail;Member since;Left\nAnn Abel;ann@abel.example;2020-02-01;2025-01-01\n"))
        assert [(row.verdict, [one.kind for one in row.problems]) for row in plan.rows] == [("skip", ["left_in_file"])]


# --- At once, and how much it asks -------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_import_that_is_confirmed_by_eight_at_once_is_written_once(at_once: Callable[..., list[Any]]) -> None:
    ada = a_user()
    alder = a_cooperative(ada)
    with acting(ada) as actor:
        batch = start(alder, actor=actor)
        mark = mark_of(plan_of(batch))

    def confirm(_index: int) -> str:
        with acting(ada) as mine:
            return apply_import(mine, batch, mark=mark, version=batch.version).state

    results = at_once(confirm, 8)
    assert [result for result in results if isinstance(result, str)] == ["applied"]
    assert {result.code for result in results if isinstance(result, RuleBroken)} == {"import_over"}
    with enter([alder.pk]):
        assert [number for number, _name in numbers()] == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_the_same_list_sent_twice_and_confirmed_at_once_is_one(at_once: Callable[..., list[Any]]) -> None:
    ada = a_user()
    alder = a_cooperative(ada)
    with acting(ada) as actor:
        batches = [start(alder, actor=actor) for _one in range(4)]
        marks = [mark_of(plan_of(batch)) for batch in batches]

    def confirm(index: int) -> str:
        with acting(ada) as mine:
            return apply_import(mine, batches[index], mark=marks[index], version=1).state

    results = at_once(confirm, 4)
    assert [result for result in results if isinstance(result, str)] == ["applied"]
    assert {result.code for result in results if isinstance(result, RuleBroken)} == {"plan_changed"}
    assert (totals(alder)["person"], totals(alder)["unit"]) == (4, 3)


@pytest.mark.django_db(transaction=True)
def test_members_admitted_during_an_import_get_numbers_without_a_gap(at_once: Callable[..., list[Any]]) -> None:
    ada = a_user()
    alder = a_cooperative(ada)
    with acting(ada) as actor:
        batch = start(alder, actor=actor)
        mark = mark_of(plan_of(batch))

    def write(index: int) -> int:
        with acting(ada) as mine:
            if index == 0:
                return apply_import(mine, batch, mark=mark, version=1).version
            return admit(mine, alder, name=f"Person {index}").number

    results = at_once(write, 8)
    with enter([alder.pk]):
        found = [number for number, _name in numbers()]
    assert not [result for result in results if isinstance(result, Exception)]
    assert found == list(range(1, 12))


def test_the_register_is_read_in_eight_queries_however_much_there_is(
    alder: Cooperative, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for rows in (1, 3):
        bring(alder, "\n".join(LIST.splitlines()[: rows + 1]))
        with enter([alder.pk]), django_assert_num_queries(8):
            known_register(alder)


def test_writing_asks_as_often_for_three_rows_as_for_one(ada: User) -> None:
    counts = []
    for rows in (1, 3):
        cooperative = a_cooperative(ada, f"Yard {rows}")
        with enter([cooperative.pk]):
            batch = start(cooperative, "\n".join(LIST.splitlines()[: rows + 1]))
            mark = mark_of(plan_of(batch))
            with CaptureQueriesContext(connection) as asked:
                apply_import(SYSTEM, batch, mark=mark, version=batch.version)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_people_with_a_login_are_known_again(alder: Cooperative, ben: User) -> None:
    with enter([alder.pk]):
        plan = shown(start(alder, f"Name;E-mail\nBen Oduya;{ben.email}\n"))
        assert [row.verdict for row in plan.rows] == ["skip"]


def test_who_has_left_may_join_again(alder: Cooperative) -> None:
    member = a_member(alder, None, name="Rex Root", on=date(2010, 1, 1))
    with enter([alder.pk]):
        Membership.objects.filter(pk=member.pk).update(left_on=date(2015, 1, 1))
        batch = start(alder, "Name;Member since\nRex Root;2020-01-01\n")
        decided = {"edits": {2: {"?same_person": f"same:{member.person_id}"}}}
        apply(decide(SYSTEM, batch, decided=decided, version=batch.version))
        found = Membership.objects.filter(person=member.person_id).order_by("number")
        assert list(found.values_list("number", "joined_on", "left_on")) == [
            (2, date(2010, 1, 1), date(2015, 1, 1)), (3, date(2020, 1, 1), None),
        ]  # fmt: skip
