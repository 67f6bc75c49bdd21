"""What operators do at the terminal: the same import, answered in words or as JSON."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import ImportBatch

from .files import LIST, totals

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "list.csv"
    file.write_text(LIST)
    return file


def run(capsys: pytest.CaptureFixture[str], file: Path, cooperative: Cooperative, *more: str) -> str:
    call_command("import_members", str(file), "--cooperative", cooperative.slug, *more)
    return capsys.readouterr().out


def as_json(capsys: pytest.CaptureFixture[str], file: Path, cooperative: Cooperative, *more: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(capsys, file, cooperative, "--json", *more))
    return found


def test_a_dry_run_counts_and_writes_nothing(capsys: pytest.CaptureFixture[str], listed: Path, alder: Cooperative) -> None:
    before = totals(alder)
    answer = as_json(capsys, listed, alder, "--dry-run")
    assert answer == {
        "rows": 3, "counts": {"create": 3, "update": 0, "skip": 0, "ask": 0, "error": 0}, "people": 3, "units": 3,
        "households": 3, "occupancies": 3, "problems": [], "dry_run": True,
    }  # fmt: skip
    assert totals(alder) == before
    with enter([alder.pk]):
        assert list(ImportBatch.objects.values_list("state", flat=True)) == ["dropped"]


def test_an_import_and_the_same_again(capsys: pytest.CaptureFixture[str], listed: Path, alder: Cooperative) -> None:
    answer = as_json(capsys, listed, alder)
    assert (answer["dry_run"], answer["written"]["person"], answer["changed"]) == (False, 3, {})
    assert totals(alder)["person"] == 4
    again = as_json(capsys, listed, alder)
    assert (again["dry_run"], again["counts"]["skip"]) == (True, 3)
    assert totals(alder)["person"] == 4
    assert "3 rows: 0 create, 0 update, 3 skip, 0 ask, 0 error." in run(capsys, listed, alder)


def test_the_messy_list_is_refused_whole_or_its_good_rows_taken(
    capsys: pytest.CaptureFixture[str], testdata: Path, alder: Cooperative
) -> None:
    file = testdata / "imports" / "linden-court-messy.csv"
    with pytest.raises(CommandError, match="14 rows are wrong or ask something"):
        run(capsys, file, alder)
    assert totals(alder)["person"] == 1
    answers = ("--answer", "shared_email=first", "--answer", "charge_repeated=once")
    answer = as_json(capsys, file, alder, "--apply-good", *answers)
    assert sum(answer["counts"].values()) == answer["rows"] == 56
    assert (answer["people"], answer["units"], answer["households"], answer["occupancies"]) == (64, 42, 42, 64)
    assert (totals(alder)["person"] - 1, totals(alder)["unit"], totals(alder)["occupant"]) == (64, 42, 64)
    assert [(one["row"], one["column"], one["kind"]) for one in answer["problems"] if one["weight"] == "error"][:2] == [
        (9, "Moved in", "bad_date"), (14, "Moved out", "overlap"),
    ]  # fmt: skip
    assert all(one["message"] and one["message"] != one["kind"] for one in answer["problems"])
    again = as_json(capsys, file, alder, "--apply-good", *answers)
    assert (again["dry_run"], again["counts"]["skip"]) == (True, 46)
    words = run(capsys, file, alder, "--dry-run", *answers)
    assert "Row 9, Moved in: The date “31.02.2019” does not exist." in words
    assert words.endswith("Nothing was written.\n")


def test_what_cannot_be_done_is_said(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, listed: Path, alder: Cooperative
) -> None:
    with pytest.raises(CommandError, match="no cooperative with the address nowhere"):
        call_command("import_members", str(listed), "--cooperative", "nowhere")
    with pytest.raises(CommandError, match="No such file"):
        run(capsys, tmp_path / "none.csv", alder)
    with pytest.raises(CommandError, match="QUESTION=ANSWER"):
        run(capsys, listed, alder, "--answer", "shared_email")
    (tmp_path / "empty.csv").write_bytes(b"")
    with pytest.raises(CommandError, match="There is nothing in this file"):
        run(capsys, tmp_path / "empty.csv", alder)
