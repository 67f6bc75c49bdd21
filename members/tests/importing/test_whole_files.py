"""Real files of seven systems, brought into an empty cooperative, brought again, taken back."""

from pathlib import Path
from typing import Any

import pytest

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import undo_import
from members.models import HouseholdMember, Membership, Person, Unit

from .expected import FILES, case
from .files import apply, given, shown, totals
from .test_expected import LINDEN, MENDED

CLEAN = [name for name in FILES if name != LINDEN]
LEFT_OUT = {"hitobito-people-en.csv": (2, 2), "jverein-mitglieder.csv": (2, 2)}
"""Rows with an error, and the people who are in no other row."""
pytestmark = pytest.mark.django_db


def grown(cooperative: Cooperative, before: dict[str, int]) -> dict[str, int]:
    """How many rows of each kind are new."""
    after = totals(cooperative)
    return {name: after[name] - before[name] for name in after}


@pytest.mark.parametrize("name", CLEAN)
def test_what_is_written_is_what_the_expected_file_says(testdata: Path, alder: Cooperative, name: str) -> None:
    before, wanted = totals(alder), case(testdata, name).expected["counts"]
    with enter([alder.pk]):
        batch = given(alder, testdata, name)
        done = apply(batch, leave_out=True)
    made = grown(alder, before)
    rows, people = LEFT_OUT.get(name, (0, 0))
    assert (done.counts["rows"], done.counts["error"]) == (wanted["data_rows"], rows)
    assert made["person"] == wanted["people"] - people
    assert (made["unit"], made["household"]) == (wanted["units"], wanted["households"])
    assert (made["occupancy"], made["occupant"]) == (wanted["agreements"], wanted["occupancies"])
    verdicts = ("create", "update", "skip", "ask", "error")
    assert sum(done.counts[verdict] for verdict in verdicts) == done.counts["rows"]


def test_the_messy_list_is_written_as_it_is_but_for_its_ten_errors(testdata: Path, alder: Cooperative) -> None:
    before = totals(alder)
    with enter([alder.pk]):
        batch = given(alder, testdata, LINDEN)
        wanted = shown(batch).reading.found(shown(batch).written())
        done = apply(batch, leave_out=True)
    made = grown(alder, before)
    assert (done.counts["create"], done.counts["error"], done.counts["rows"]) == (46, 10, 56)
    assert {name: made[kind] for name, kind in (("people", "person"), ("units", "unit"), ("occupancies", "occupant"))} == {
        name: wanted[name] for name in ("people", "units", "occupancies")
    }


def test_the_messy_list_mended_is_the_whole_house(testdata: Path, alder: Cooperative) -> None:
    before, wanted = totals(alder), case(testdata, LINDEN).expected["counts_when_all_is_fixed"]
    with enter([alder.pk]):
        done = apply(given(alder, testdata, LINDEN, edits=MENDED), leave_out=True)
        assert done.counts["error"] == 3  # rows that only a hand that knows the households can tell apart
        made = grown(alder, before)
        assert (made["unit"], made["person"], made["occupant"]) == (
            wanted["units"], wanted["adult_members"], wanted["occupancies"],
        )  # fmt: skip
        assert made["occupancy"] == wanted["agreements"]
        charges = sum(Unit.objects.values_list("monthly_charge", flat=True))
        assert f"{charges // 100}.{charges % 100:02d}" == wanted["sum_of_charges_in_rows"]
        assert Person.objects.filter(email="").count() == wanted["adults_without_own_email"]
        assert list(Membership.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 73))


@pytest.mark.parametrize("name", FILES)
def test_the_same_file_again_changes_nothing(testdata: Path, alder: Cooperative, name: str) -> None:
    with enter([alder.pk]):
        done = apply(given(alder, testdata, name), leave_out=True)
        before = totals(alder)
        plan = shown(given(alder, testdata, name))
    assert (plan.counts["create"], plan.counts["update"], plan.counts["ask"]) == (0, 0, 0)
    assert plan.counts["error"] == done.counts["error"]
    assert totals(alder) == before


@pytest.mark.parametrize("name", FILES)
def test_taken_back_everything_is_as_before(testdata: Path, alder: Cooperative, name: str) -> None:
    before = totals(alder)
    with enter([alder.pk]):
        batch = apply(given(alder, testdata, name), leave_out=True)
        assert totals(alder) != before
        undo_import(SYSTEM, batch)
    assert totals(alder) == before


def test_children_and_those_who_answer_for_them(testdata: Path, alder: Cooperative) -> None:
    expected: dict[str, Any] = case(testdata, "gather-users.csv").expected
    children = [row for row in expected["rows"] if row.get("is_child")]
    with enter([alder.pk]):
        apply(given(alder, testdata, "gather-users.csv"))
        found = HouseholdMember.objects.filter(relation=HouseholdMember.Relation.CHILD)
        assert found.count() == len(children)
        assert not Membership.objects.filter(person__in=found.values("person")).exists()
    assert totals(alder)["guardianship"] == sum(len(row.get("guardians", ())) for row in children)
