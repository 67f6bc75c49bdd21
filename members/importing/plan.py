"""What a file says and what would become of it: plain data, before anything is written."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from cooperatives.reading import Order, Table

from .columns import Column

VERDICTS = ("create", "update", "skip", "ask", "error")
UnitKey = tuple[str, str]


class Weight(StrEnum):
    """How much a problem weighs: it keeps the row out, waits for an answer, drops a cell, or is only said."""

    ERROR = "error"
    ASK = "ask"
    DROPPED = "dropped"
    SAID = "said"


@dataclass(frozen=True)
class Problem:
    """Something about a row (0: about the file). `kind` is for programs; `more` fills its sentence."""

    row: int
    column: str
    kind: str
    weight: Weight
    related: int = 0
    more: dict[str, Any] = field(default_factory=dict, hash=False, compare=False)
    index: int = -1


@dataclass(frozen=True)
class Choices:
    """What somebody decided: country of numbers, order of dates, columns, answers for all rows (code -> choice).

    `edits`: row -> what was typed, by column index as text; "?code" is the row's own answer. Without `has_homes` nothing
    is read about units, and nobody is housed.
    """

    today: date
    country: str = ""
    order: Order | None = None
    columns: dict[int, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    edits: dict[int, dict[str, str]] = field(default_factory=dict)
    fill_down: bool = False
    has_homes: bool = True

    def answer(self, row: int, code: str) -> str:
        """The answer to a question about a row; empty while there is none."""
        return self.edits.get(row, {}).get(f"?{code}", "") or self.answers.get(code, "")


@dataclass
class Entry:
    """One person in one unit, as one row says it; or a unit alone. `facts` are in canonical fields; missing is empty."""

    row: int
    slot: int
    facts: dict[str, Any]
    unit: UnitKey | None = None
    household: tuple[Any, ...] | None = None
    person: str = ""
    is_first: bool = True

    @property
    def name(self) -> str:
        """What the person or organisation is called."""
        parts = (self.facts.get("first_name", ""), self.facts.get("last_name", ""))
        own = " ".join(part for part in parts if part)
        return str(self.facts["organization"] if self.is_organization else own or self.facts.get("organization", ""))

    @property
    def is_organization(self) -> bool:
        """Whether an organisation is meant, not a person."""
        return bool(self.facts.get("as_organization"))

    @property
    def has_person(self) -> bool:
        """Whether it is about somebody, not only about a unit."""
        return bool(self.name)


@dataclass(frozen=True)
class Change:
    """A field that would become something else."""

    field: str
    old: str
    new: str


@dataclass
class RowPlan:
    """What becomes of a row."""

    number: int
    verdict: str
    names: list[str]
    unit: str
    problems: list[Problem]
    does: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)


@dataclass
class Reading:
    """A file, read: its entries, what is wrong with them, and who and what was found in it, grouped."""

    table: Table
    columns: list[Column]
    entries: list[Entry]
    problems: list[Problem]

    def questions(self) -> dict[str, list[Problem]]:
        """What is asked or said, by code."""
        found: dict[str, list[Problem]] = {}
        for problem in self.problems:
            if problem.weight in (Weight.ASK, Weight.SAID):
                found.setdefault(problem.kind, []).append(problem)
        return found

    def errors(self) -> list[Problem]:
        """What is wrong with rows or cells."""
        return [problem for problem in self.problems if problem.weight in (Weight.ERROR, Weight.DROPPED)]

    def blocked(self) -> dict[int, str]:
        """The rows that write nothing, each with its verdict: error or ask."""
        verdicts: dict[int, str] = {}
        for problem in self.problems:
            if problem.row and problem.weight in (Weight.ERROR, Weight.ASK) and verdicts.get(problem.row) != "error":
                verdicts[problem.row] = problem.weight.value
        return verdicts

    def found(self, entries: Iterable[Entry] | None = None) -> dict[str, int]:
        """How many people, units, households, occupancies and agreements these entries (all) speak of."""
        some = self.entries if entries is None else list(entries)
        people = [entry for entry in some if entry.person]
        housed = [entry for entry in people if entry.unit]
        return {
            "people": len({entry.person for entry in people}),
            "units": len({entry.unit for entry in some if entry.unit}),
            "households": len({entry.household for entry in people if entry.household}),
            "occupancies": len({(entry.person, entry.unit) for entry in housed}),
            "agreements": len({(entry.household, entry.unit) for entry in housed}),
        }


def counts(rows: Iterable[RowPlan]) -> dict[str, int]:
    """How many rows have which verdict; they add up to the rows."""
    tally = Counter(row.verdict for row in rows)
    return {verdict: tally[verdict] for verdict in VERDICTS}
