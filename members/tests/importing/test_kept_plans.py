"""Leafing through a preview plans a file once; whatever a plan depends on makes it anew; few are kept, and none for long."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from cooperatives.reading import Unreadable
from members.actions import decide
from members.models import (
    Building,
    Household,
    HouseholdMember,
    ImportBatch,
    Membership,
    Occupancy,
    Occupant,
    Person,
    Unit,
)
from members.queries import mark_of, plan_of, plans, shown_plan_of

from .files import again, apply, bring, start
from .test_import_pages import desk, page, upload

__all__ = ["desk"]
pytestmark = pytest.mark.django_db
MANY = "Unit;Name;E-mail\n" + "".join(f"N-{at};Ann{at} Abel;p{at}@example.org\n" for at in range(120)) + "N-900;Bo Berg;bad\n"


@pytest.fixture
def in_alder(alder: Cooperative) -> Iterator[Cooperative]:
    """The cooperative, entered for the whole test."""
    with enter([alder.pk]):
        yield alder


@pytest.fixture
def planned(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the files that were planned since, in order; at first nothing is kept."""
    runs: list[int] = []
    honest = plans.planned

    def counted(batch: ImportBatch, *facts: Any) -> Any:
        runs.append(batch.pk)
        return honest(batch, *facts)

    monkeypatch.setattr(plans, "planned", counted)
    plans._kept.clear()
    return runs


def test_a_file_is_planned_once_for_all_its_pages(desk: Client, alder: Cooperative, planned: list[int]) -> None:
    batch = upload(desk, alder, MANY)
    address = page(alder, "import_file", batch.public_id)
    first = desk.get(address)
    assert [len(planned), first.context["pager"].pages] == [1, 3]
    for query in ("?page=2", "?page=3", "?verdict=error", "?verdict=create&page=2", ""):
        shown = desk.get(address + query)
        assert (shown.context["mark"], shown.context["counts"]) == (first.context["mark"], first.context["counts"])
    assert [row["number"] for row in desk.get(f"{address}?verdict=error").context["pager"].items] == [122]
    assert desk.get(page(alder, "import_row", batch.public_id) + "?number=122").context["number"] == 122
    assert b"".join(desk.get(page(alder, "import_errors", batch.public_id)).streaming_content).count(b"\n") == 2  # type: ignore[attr-defined]
    assert planned == [batch.pk]


def test_a_page_turn_does_not_read_the_bytes_of_the_file(desk: Client, alder: Cooperative, planned: list[int]) -> None:
    address = page(alder, "import_file", upload(desk, alder, MANY).public_id)
    reads = []
    for _turn in range(2):
        with CaptureQueriesContext(connection) as asked:
            desk.get(address)
        reads.append(sum('"members_importbatch"."content"' in one["sql"] for one in asked.captured_queries))
    assert reads == [1, 0]


def test_what_was_mended_or_answered_is_planned_anew(desk: Client, alder: Cooperative, planned: list[int]) -> None:
    batch = upload(desk, alder, MANY)
    address = page(alder, "import_file", batch.public_id)
    assert desk.get(address).context["counts"]["error"] == 1
    desk.post(address, {"version": 1, "row": "122", "cell-2": "bo@berg.example", "held-2": "bad"})
    assert desk.get(address).context["counts"]["error"] == 0
    desk.post(address, {"version": 2, "was-2": "email", "column-2": ""})
    desk.get(address)
    assert planned == [batch.pk] * 3


@pytest.mark.parametrize(
    "decided",
    [
        {"edits": {2: {"1": "Anna Abel"}}},
        {"edits": {2: {"?same_person": "new"}}},
        {"answers": {"shared_email": "first"}},
        {"columns": {3: ""}},
        {"order": "mdy"},
        {"country": "KE"},
        {"fill_down": True},
        {"encoding": "mac-roman"},
        {"delimiter": ";"},
        {"header_row": 1},
    ],
    ids=lambda decided: next(iter(decided)),
)
def test_each_decision_is_planned_anew(in_alder: Cooperative, planned: list[int], decided: dict[str, Any]) -> None:
    batch = start(in_alder)
    shown_plan_of(batch)
    now = decide(SYSTEM, batch, decided=decided, version=1)
    for _look in range(2):
        assert shown_plan_of(again(now)).rows == plan_of(again(now)).rows
    assert planned == [batch.pk] * 2


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (Person, {"email": "else@example.org"}),
        (Person, {"erased_at": datetime(2026, 1, 1, tzinfo=UTC)}),
        (Membership, {"number": 900}),
        (Building, {"name": "North"}),
        (Unit, {"floor": 3}),
        (Household, {"external_id": "H-1"}),
        (HouseholdMember, None),
        (Occupancy, {"ends_on": date(2030, 1, 1)}),
        (Occupant, None),
        (Cooperative, {"currency": "JPY"}),
        (Cooperative, {"kind": "chama"}),
    ],
)
def test_whatever_changes_in_the_register_is_planned_anew_whoever_wrote_it(
    alder: Cooperative, planned: list[int], model: Any, said: dict[str, Any] | None
) -> None:
    bring(alder)
    with enter([alder.pk]):
        batch = start(alder)
        shown_plan_of(batch)
        rows = model.objects.filter(pk=alder.pk if model is Cooperative else model.objects.latest("pk").pk)
        rows._raw_delete(rows.db) if said is None else rows.update(**said)
        for _look in range(2):
            assert mark_of(shown_plan_of(again(batch))) == mark_of(plan_of(again(batch)))
    assert planned == [batch.pk] * 2


def test_another_day_or_language_is_planned_anew(
    in_alder: Cooperative, planned: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    batch = start(in_alder)
    here = shown_plan_of(batch)
    with translation.override("de"):
        assert shown_plan_of(batch) is not here
    monkeypatch.setattr("members.queries.importing.today_in", lambda _zone: date(2030, 1, 1))
    assert shown_plan_of(batch).register.today == date(2030, 1, 1)
    assert planned == [batch.pk] * 3


def test_who_imports_does_not_trust_what_is_kept(in_alder: Cooperative, planned: list[int]) -> None:
    batch = start(in_alder)
    kept = shown_plan_of(batch)
    kept.people.clear()  # what is shown is only shown
    apply(batch)
    assert list(Person.objects.exclude(name="Ada Quist").values_list("name", flat=True)) == ["Ann Abel", "Bo Berg", "Cem Demir"]


def test_few_plans_are_kept_the_ones_looked_at_last(
    in_alder: Cooperative, planned: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plans, "MOST_ROWS", 7)
    one, two, three = (start(in_alder) for _file in range(3))  # of three rows each
    for batch in (one, two, one, three, one):
        shown_plan_of(batch)
    assert planned == [one.pk, two.pk, three.pk]
    assert list(plans._kept) == [three.pk, one.pk]
    shown_plan_of(start(in_alder, MANY))
    assert [len(kept.plan.rows) for kept in plans._kept.values()] == [121]


def test_no_plan_is_kept_for_long(in_alder: Cooperative, planned: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("members.queries.plans.time.monotonic", lambda: now)
    old, young = start(in_alder), start(in_alder)
    shown_plan_of(old)
    now += plans.KEPT_FOR
    shown_plan_of(young)
    assert list(plans._kept) == [old.pk, young.pk]
    now += 1
    shown_plan_of(young)
    assert list(plans._kept) == [young.pk]
    assert planned == [old.pk, young.pk]


def test_a_file_that_cannot_be_read_any_more_is_not_kept(in_alder: Cooperative, planned: list[int]) -> None:
    batch = start(in_alder)
    ImportBatch.objects.filter(pk=batch.pk).update(content=b"")
    with pytest.raises(Unreadable):
        shown_plan_of(again(batch))
    assert not plans._kept
