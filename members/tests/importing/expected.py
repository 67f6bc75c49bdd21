"""Beside each real file stands what it should be read as; these compare a reading with that."""

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from cooperatives.reading import Table, read_table
from members.importing import Choices, Reading, likes, read

TODAY = date(2026, 11, 20)
COUNTRIES = {
    "condo-contacts.xlsx": "US", "cohiva-people.xlsx": "CH", "gather-users.csv": "US", "hitobito-people-en.csv": "CH",
    "jverein-mitglieder.csv": "DE", "buildium-tenants.xlsx": "US", "linden-court-messy.csv": "DE",
}  # fmt: skip
FILES = list(COUNTRIES)
LABELS = {"row", "person_key", "household_key", "slot"}
OURS = {"as_organization", "charge_frequency", "household_id", "children"}


@dataclass
class Case:
    """A file with its expected reading."""

    name: str
    table: Table
    expected: dict[str, Any]

    def read(self, **choices: Any) -> Reading:
        """The reading, with choices beside the file's country."""
        return read(self.table, Choices(**{"today": TODAY, "country": COUNTRIES[self.name], **choices}))

    def answered(self, **choices: Any) -> Reading:
        """The reading when every question has its suggested answer."""
        return self.read(answers=SUGGESTED, **choices)


SUGGESTED = {
    "shared_email": "suggested", "charge_repeated": "once", "same_external_id_twice": "one",
    "organization_or_person": "organization", "two_email_columns_differ": "first", "left_member": "former",
}  # fmt: skip


def case(testdata: Path, name: str) -> Case:
    """A file of the shared test data."""
    folder = testdata / "imports"
    expected = json.loads((folder / f"{name.rsplit('.', 1)[0]}.expected.json").read_text())
    return Case(name, read_table((folder / name).read_bytes(), likes=likes), expected)


def plain(value: Any) -> Any:
    """A fact as an expected file writes it."""
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


def facts_of(reading: Reading, leave_out: frozenset[str] = frozenset()) -> dict[int, list[dict[str, Any]]]:
    """What each row says, person by person, in canonical fields."""
    found: dict[int, list[dict[str, Any]]] = {}
    for entry in reading.entries:
        facts = {name: plain(value) for name, value in entry.facts.items() if name not in OURS | leave_out}
        if "household_name" in facts:
            facts["household"] = facts.pop("household_name")
        found.setdefault(entry.row, []).append(facts)
    return found


def expected_facts(rows: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    """What each row should say; a role that stands alone is written without a list there."""
    found: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        facts = {name: value for name, value in row.items() if name not in LABELS}
        if isinstance(facts.get("role"), str):
            facts["role"] = [facts["role"]]
        found.setdefault(row["row"], []).append(facts)
    return found


def groups(pairs: list[tuple[Any, Any]]) -> set[frozenset[Any]]:
    """Which members stand together, whatever the groups are called."""
    found: dict[Any, set[Any]] = {}
    for member, label in pairs:
        found.setdefault(label, set()).add(member)
    return {frozenset(members) for members in found.values()}
