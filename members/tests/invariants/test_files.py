"""33: an import is whole or nothing, and goes back whole. 34: blanks overwrite nothing, formulas run nowhere.

Lists are made up by lot: what stands in the register afterwards is what an oracle says, cell by cell.
"""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import DatabaseError
from hypothesis import given, strategies as st

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import apply_import, change_unit, decide, undo_import
from members.models import ImportBatch, Membership, Person, Unit
from members.queries import mark_of, plan_of

from ..factories import refused
from ..importing.files import WRITTEN, apply, start, totals
from .raw import trials, undone

HEADER = ["Unit", "Name", "E-mail", "Phone", "Member since"]
NAMES = ["Ann Abel", "Bo Berg", "Cem Demir", "Dörte Öst", "Eve O'Neil"]
CELLS = {"phone": ["", "030 123456", "+49 30 777888"], "area": ["", "61,50", "74"]}


@pytest.fixture(autouse=True)
def inside(alder: Cooperative) -> Iterator[None]:
    """The test itself stands inside Alder Yard."""
    with enter([alder.pk]):
        yield


def sheet(rows: list[list[str]], header: list[str] = HEADER) -> str:
    """The rows as a file."""
    out = io.StringIO()
    csv.writer(out, delimiter=";").writerows([header, *rows])
    return out.getvalue()


def stored() -> dict[str, list[dict[str, Any]]]:
    """Every row that imports write, without what counts how often it was written."""
    kept = {}
    for model in WRITTEN[:4] + WRITTEN[5:]:
        rows = model._default_manager.order_by("pk").values()
        kept[model.__name__] = [{key: value for key, value in row.items() if key != "version"} for row in rows]
    return kept


LISTS = st.lists(st.tuples(st.sampled_from(CELLS["phone"]), st.sampled_from(CELLS["area"])), min_size=1, max_size=len(NAMES))


def rows_of(cells: list[Any]) -> list[list[str]]:
    """A home for each name, with these cells."""
    return [
        [f"N-{place}", NAMES[place], f"p{place}@example.org", phone, "2020-02-01", area]
        for place, (phone, area) in enumerate(cells)
    ]


@trials(8)
@given(first=LISTS, second=LISTS)
def test_33_and_34_what_a_second_list_leaves_blank_stays_and_taken_back_all_is_as_before(
    first: list[Any], second: list[Any], alder: Cooperative
) -> None:
    header = [*HEADER, "Area"]
    with undone():
        empty = stored()
        one = apply(start(alder, sheet(rows_of(first), header), country="DE"))
        assert Person.objects.count() == 1 + len(first)
        before = stored()
        written = {row.name: row.phone for row in Person.objects.all()}
        areas = {row.code: row.area for row in Unit.objects.all()}
        batch = start(alder, sheet(rows_of(second), header), country="DE")
        if not plan_of(batch).counts["create"] + plan_of(batch).counts["update"]:
            with refused("nothing_to_import"):
                apply(batch)
        else:
            two = apply(batch)
            for place, (phone, area) in enumerate(second):
                person = Person.objects.get(name=NAMES[place])
                unit = Unit.objects.get(code=f"N-{place}")
                assert bool(person.phone) is bool(phone or written.get(person.name)), "34: a blank overwrites nothing"
                if not phone and person.name in written:
                    assert person.phone == written[person.name]
                if not area and unit.code in areas:
                    assert unit.area == areas[unit.code]
            undo_import(SYSTEM, two)
            assert stored() == before
        undo_import(SYSTEM, one)
        assert stored() == empty


@trials(15)
@given(
    text=st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40),
    sign=st.sampled_from(["=", "+", "-", "@", "=HYPERLINK(", "\t=", "＝"]),
)
def test_34_a_formula_is_a_text_or_a_mistake_and_no_name_breaks_the_list(text: str, sign: str, alder: Cooperative) -> None:
    with undone():
        batch = start(alder, sheet([["N-1", sign + text, "", "", ""], ["N-2", "Bo Berg", "", "", "2020-02-01"]]))
        plan = plan_of(batch)
        assert sum(plan.counts[kind] for kind in ("create", "update", "skip", "error", "ask")) == 2
        try:
            apply(batch, leave_out=True)
        except RuleBroken as broken:
            assert broken.sentence
        else:
            assert Person.objects.filter(name="Bo Berg").count() == 1


BREAKS = ["Person", "Membership", "Unit", "Household", "Occupancy", "Occupant"]


@pytest.mark.parametrize("name", BREAKS)
def test_33_whatever_fails_on_the_way_nothing_of_it_is_written(
    name: str, alder: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    model: Any = next(one for one in WRITTEN if one.__name__ == name)
    batch = start(alder, sheet(rows_of([("", "")] * 3), [*HEADER, "Area"]))
    before = totals(alder)

    def fail(*_args: Any, **_more: Any) -> None:
        raise DatabaseError("the disk is full")

    monkeypatch.setattr(type(model.objects.all()), "bulk_create", failing(model, fail))
    with pytest.raises(DatabaseError, match="disk is full"):
        apply(batch)
    monkeypatch.undo()
    assert (totals(alder), ImportBatch.objects.get().state) == (before, "read")
    apply(batch)
    assert totals(alder)["membership"] == before["membership"] + 3


def failing(model: Any, fail: Callable[..., None]) -> Callable[..., Any]:
    """`bulk_create` that fails for one model alone."""
    real = type(model.objects.all()).bulk_create

    def write(rows: Any, *args: Any, **more: Any) -> Any:
        return fail() if rows.model is model else real(rows, *args, **more)

    return write


@pytest.mark.parametrize("what", ["columns", "register", "another file"])
def test_33_what_is_imported_is_what_was_shown(what: str, alder: Cooperative) -> None:
    batch = start(alder, sheet([["N-1", "Ann Abel", "ann@abel.example", "", "2020-02-01"]]))
    mark = mark_of(plan_of(batch))
    if what == "columns":
        batch = decide(SYSTEM, batch, decided={"columns": {"3": ""}, "edits": {2: {"1": "Ann Abelsen"}}}, version=batch.version)
    elif what == "register":
        member = apply(start(alder, sheet([["N-1", "Ann Abel", "ann@abel.example", "", "2020-02-01"]])))
        assert member.state == "applied"
    else:
        batch = start(alder, sheet([["N-1", "Bo Berg", "", "", "2020-02-01"]]))
    before = totals(alder)
    with refused("plan_changed"):
        apply_import(SYSTEM, batch, mark=mark, version=batch.version)
    assert totals(alder) == before
    assert Membership.objects.filter(person__name="Bo Berg").count() == 0


def test_33_imports_go_back_one_after_the_other_the_latest_first(alder: Cooperative) -> None:
    empty = stored()
    areas = ["61", "62", "63"]
    imports = [apply(start(alder, sheet([*rows_of([("", area)])], [*HEADER, "Area"]))) for area in areas]
    for left in (2, 1, 0):
        for earlier in imports[:left]:
            with refused("depended_on"):
                undo_import(SYSTEM, earlier)
        undo_import(SYSTEM, imports[left])
        assert [str(unit.area) for unit in Unit.objects.all()] == [f"{area}.00" for area in areas[left - 1 : left]]
    assert stored() == empty


def test_33_what_somebody_changed_between_two_imports_stays_in_the_way(alder: Cooperative) -> None:
    first = apply(start(alder, sheet(rows_of([("", "61")]), [*HEADER, "Area"])))
    unit = Unit.objects.get()
    change_unit(SYSTEM, unit, version=unit.version, floor=3)
    undo_import(SYSTEM, apply(start(alder, sheet(rows_of([("", "62")]), [*HEADER, "Area"]))))
    with refused("depended_on") as caught:
        undo_import(SYSTEM, first)
    assert "N-0 was changed" in caught.value.sentence
    assert (Unit.objects.get().floor, str(Unit.objects.get().area)) == (3, "61.00")
