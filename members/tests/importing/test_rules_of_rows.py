"""Rules about rows and about what is written that stood in no test of their own."""

from typing import Any

import pytest

from cooperatives.actions import Conflict
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.importing import Reading, day, doing, sentence
from members.models import ImportBatch, Membership, Person, Unit
from members.stages import Stage

from .files import LIST, again, apply, bring, shown, start
from .test_columns import read_text

HEAD = "Unit;Name;E-mail;Move in date\n"


def told(reading: Reading, kind: str) -> list[tuple[int, str, int, str]]:
    """Row, column, related row and sentence of each problem of a kind."""
    return [(one.row, one.column, one.related, sentence(one)) for one in reading.problems if one.kind == kind]


# --- Who belongs together ----------------------------------------------------------------------------------------------


def test_a_family_name_alone_makes_no_household() -> None:
    alone = read_text("Name;E-mail\nAnn Abel;ann@x.example\nAl Abel;al@x.example\n")
    assert [one.household for one in alone.entries] == [None, None]
    apart = read_text("Unit;Name\nN-1;Ann Abel\nN-2;Al Abel\n")
    assert apart.found() == {"people": 2, "units": 2, "households": 2, "occupancies": 2, "agreements": 2}
    together = read_text("Unit;Name\nN-1;Ann Abel\nN-1;Bo Berg\n")
    assert together.found()["households"] == 1


def test_more_addresses_than_people_are_said_and_the_first_ones_count() -> None:
    reading = read_text("Unit;Name;E-mail\nN-1;Ann Abel;ann@x.example, spare@x.example\n")
    assert reading.entries[0].facts["email"] == "ann@x.example"
    words = "More addresses than people: ann@x.example, spare@x.example. Those left over are not imported."
    assert told(reading, "several_emails_in_cell") == [(2, "E-mail", 0, words)]
    assert not reading.errors()


def test_columns_that_are_left_out_are_named_unless_they_are_empty_or_nobodys_data() -> None:
    reading = read_text("Unit;Name;Shoe size;Hat;Remarks\nN-1;Ann Abel;38;;likes tea\n")
    assert told(reading, "unmapped_columns_with_data") == [(0, "", 0, "These columns are not imported: Shoe size.")]


# --- One home at a time ------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("second", "verdict"),
    [
        ("N-2;Ann Abel;ann@x.example;2021-01-01;;Flat", "error"),
        ("N-2;Ann Abel;ann@x.example;2021-01-01;;Parking", "create"),
        ("N-2;Ann Abel;ann@x.example;2022-01-01;;Flat", "create"),
    ],
    ids=["at the same time", "a parking space", "afterwards"],
)
def test_a_file_gives_nobody_two_homes_at_a_time(alder: Cooperative, second: str, verdict: str) -> None:
    text = "Unit;Name;E-mail;Move in date;Move out date;Type\nN-1;Ann Abel;ann@x.example;2020-01-01;2021-12-31;Flat\n"
    with enter([alder.pk]):
        plan = shown(start(alder, f"{text}{second}\n"))
        assert [row.verdict for row in plan.rows][1] == verdict
        words = "Ann Abel lives in N-1 at that time already. Write when they moved out there."
        expected = [(3, "Unit", 2, words)] if verdict == "error" else []
        assert told(plan.reading, "second_home") == expected


@pytest.mark.django_db
def test_who_has_a_home_in_the_register_gets_no_second_one_from_a_file(alder: Cooperative) -> None:
    bring(alder)
    with enter([alder.pk]):
        plan = shown(start(alder, f"{HEAD}N-900;Ann Abel;ann@abel.example;2024-01-01\n"))
        words = "Ann Abel lives in N-101 at that time already. Write when they moved out there."
        assert told(plan.reading, "second_home") == [(2, "Unit", 0, words)]
        assert [row.verdict for row in plan.rows] == ["error"]


# --- What a row does ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_row_says_in_words_what_becomes_of_people_the_register_knows_and_does_not(alder: Cooperative) -> None:
    bring(alder)
    with enter([alder.pk]):
        Person.objects.create(cooperative=alder, name="Dee Dorn", email="dee@dorn.example")
        rows = (
            "N-101;Ann Abel;ann@abel.example;;;",
            "N-101;Kim Abel;;2015-06-01;yes;",
            "N-200;Dee Dorn;dee@dorn.example;;;",
            "N-300;Ola Orr;ola@orr.example;;;Observer",
        )
        plan = shown(start(alder, "Unit;Name;E-mail;Birth date;Child;Role\n" + "\n".join(rows) + "\n"))
        assert [[doing(*one) for one in row.does] for row in plan.rows] == [
            [],
            ["new child Kim Abel", "joins the household in N-101"],
            ["new unit N-200", "Dee Dorn becomes a member", f"moves into N-200 on {_today(plan)}"],
            ["new unit N-300", "new member Ola Orr", f"moves into N-300 on {_today(plan)}"],
        ]


def _today(plan: Any) -> str:
    return day(plan.register.today.isoformat())


# --- While it is written -----------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("stage", "model", "changed"), [(Stage.PEOPLE, Person, {"phone": "+49301"}), (Stage.HOMES, Unit, {"floor": 9})]
)
def test_what_moved_while_an_import_was_being_written_stops_all_of_it(
    alder: Cooperative, monkeypatch: pytest.MonkeyPatch, stage: Stage, model: Any, changed: dict[str, Any]
) -> None:
    bring(alder, LIST.replace("Member since", "Member since;Phone;Floor").replace("-01\n", "-01;+493055501;2\n"), country="DE")
    with enter([alder.pk]):
        row = model.objects.get(**({"name": "Ann Abel"} if model is Person else {"code": "N-101"}))
        text = "Unit;Name;E-mail;Phone;Floor\nN-101;Ann Abel;ann@abel.example;+493055502;3\nN-500;New Nora;nora@x.example;;\n"

        def meanwhile(_batch: ImportBatch, now: Stage) -> None:
            if now == stage:
                model.objects.filter(pk=row.pk).update(**changed)  # by a program that knows no lock of ours

        batch = start(alder, text, country="DE")
        monkeypatch.setattr("members.actions.importing.applying.say", meanwhile)
        with pytest.raises(Conflict) as refusal:
            apply(batch)
        assert (refusal.value.code, refusal.value.status) == ("register_moved", 409)
        assert again(batch).state == ImportBatch.State.READ
        assert not Person.objects.filter(name="New Nora").exists()
        assert Membership.objects.count() == 4
