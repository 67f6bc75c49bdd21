"""Who is the same person, who lives together, and in which unit; and what does not fit together in a file."""

import re
from collections.abc import Iterable
from typing import Any

from ..names import folded
from .cells import Reader
from .columns import unmapped_with_data
from .plan import Entry, UnitKey, Weight
from .roles import meaning

_TOKENS = re.compile(r"[^\W\d_]+|\d+")
MONTHLY = {"", "monthly", "month", "per month", "monatlich", "mensuel", "mensual", "12"}


def kind_of(unit_type: str) -> str:
    """The kind of unit (members.models.Unit.Kind) that a type in words is; a flat when nothing says otherwise."""
    kinds = (
        ("parking", r"parking|garage|carport|stellplatz"),
        ("storage", r"warehouse|stor(e|age)\b|cellar|keller|bike|locker|loft|hobby"),
        ("commercial", r"shop|office|commercial|gewerbe"),
        ("house", r"\bhouse\b|haus\b|villa"),
        ("room", r"^room$|^zimmer$"),
    )  # fmt: skip
    return next((kind for kind, words in kinds if re.search(words, unit_type, re.IGNORECASE)), "flat")


def code_key(code: str) -> str:
    """A unit's code for comparing: `n 206`, `N206` and `N-206` are one unit, `1-1` and `11` are two."""
    return "-".join(_TOKENS.findall(folded(code))) or folded(code)


def unit_key(building: str, code: str) -> UnitKey:
    """By what a unit is known again: its building, and its code for comparing."""
    return folded(building), code_key(code)


def is_dwelling(unit_type: str) -> bool:
    """Whether people live in a unit of this type; an empty type says so."""
    return kind_of(unit_type) in ("flat", "house", "room")


class Groups:
    """Gives every entry its unit, person and household, and says what does not fit. `known_units`: those of the register."""

    def __init__(self, reader: Reader, entries: list[Entry], known_units: Iterable[UnitKey] = ()) -> None:
        self.reader, self.entries = reader, entries
        self.known = set(known_units)
        self.types: dict[UnitKey, str] = {}
        self._find_units()
        self._inherit_types()
        self._find_people()
        self._find_households()
        self._charges()
        self._mails()
        self._spans()
        self._others()

    def _ask(self, entry: Entry, field: str, kind: str, related: int, **more: Any) -> str:
        """The answer to a blocking question about a row; asked where there is none."""
        answer = self.reader.choices.answer(entry.row, kind)
        if not answer:
            self.reader.say(entry.row, self.reader.column(field), kind, Weight.ASK, related, **more)
        return answer

    # Units

    def _find_units(self) -> None:
        describing = [self.reader.column(name) for name in ("building", "unit_type", "charge")]
        described = {code_key(str(entry.facts["unit"])) for entry in self.entries if _describes(entry)}
        described |= {code for _building, code in self.known}
        # A cell that cannot be read describes a unit, too: it is said to be wrong where it stands.
        indexes = {column.index for column in describing if column}
        broken = {problem.row for problem in self.reader.problems if problem.index in indexes}
        described |= {code_key(str(one.facts["unit"])) for one in self.entries if one.row in broken and one.facts.get("unit")}
        buildings = self._buildings()
        above: dict[str, str] = {}
        for entry in self.entries:
            code = str(entry.facts.get("unit", ""))
            if not code:
                continue
            key = code_key(code)
            building = entry.facts.get("building") or above.get(key) or buildings.get(key, "")
            above[key] = building
            entry.unit = unit_key(building, code)
            if building:
                entry.facts["building"] = building
            if any(describing) and key not in described:
                if entry.is_first:
                    self.reader.wrong(entry.row, self.reader.column("unit"), "unknown_unit", value=code)
                continue
            self._type(entry)

    def _buildings(self) -> dict[str, str]:
        """The building of each code that stands in one only; what the register knows counts, too."""
        found: dict[str, set[str]] = {}
        for building, code in self.known:
            found.setdefault(code, set()).add(building)
        for entry in self.entries:
            if entry.facts.get("unit") and entry.facts.get("building"):
                found.setdefault(code_key(str(entry.facts["unit"])), set()).add(str(entry.facts["building"]))
        return {code: next(iter(names)) for code, names in found.items() if len({folded(name) for name in names}) == 1}

    def _type(self, entry: Entry) -> None:
        """A unit has one type; a second one, written otherwise, is a doubled row."""
        unit, named = entry.unit, str(entry.facts.get("unit_type", ""))
        assert unit is not None  # noqa: S101 - only entries with a unit come here
        if named and unit in self.types and folded(self.types[unit]) != folded(named):
            if entry.is_first:
                typed = (one.row for one in self.entries if one.unit == unit and one.facts.get("unit_type"))
                more = {"value": named, "other": self.types[unit]}
                self.reader.wrong(entry.row, self.reader.column("unit"), "duplicate_unit", next(typed, 0), **more)
            return
        if named:
            self.types.setdefault(unit, named)

    def _inherit_types(self) -> None:
        """A row that goes on with a unit has the type that an earlier one gave it."""
        for entry in self.entries:
            if entry.unit in self.types and entry.has_person:
                entry.facts.setdefault("unit_type", self.types[entry.unit])

    # People

    def _find_people(self) -> None:
        found: dict[tuple[Any, ...], str] = {}
        first: dict[str, Entry] = {}
        for entry in self.entries:
            if not entry.has_person:
                continue
            keys = _identities(entry)
            entry.person = next((found[key] for key in keys if key in found), f"{entry.row}.{entry.slot}")
            if entry.facts.get("external_id") and self._same_number(entry, first.get(entry.person)) == "two":
                entry.person = f"{entry.row}.{entry.slot}"
                entry.facts.pop("external_id")
                keys = _identities(entry)
            for key in keys:
                found.setdefault(key, entry.person)
            if entry.person in first and not entry.facts.get("external_id"):
                self._again(entry, first[entry.person])
            first.setdefault(entry.person, entry)

    def _same_number(self, entry: Entry, other: Entry | None) -> str:
        if other is None or other.row == entry.row:
            return ""
        return self._ask(entry, "external_id", "same_external_id_twice", other.row, value=entry.facts["external_id"])

    def _again(self, entry: Entry, other: Entry) -> None:
        column = self.reader.column("full_name", "last_name")
        if entry.unit and entry.unit != other.unit:
            self.reader.say(entry.row, column, "same_person_on_several_units", related=other.row, value=entry.name)
        else:
            column = self.reader.column("email") if entry.facts.get("email") else column
            self.reader.say(entry.row, column, "same_person_on_several_rows", related=other.row, value=entry.name)

    # Households

    def _find_households(self) -> None:
        homes: dict[str, tuple[Any, ...]] = {}
        for entry in self.entries:
            if entry.person and not entry.is_organization:
                entry.household = self._household(entry)
                if entry.household and entry.unit and is_dwelling(self.types.get(entry.unit, "")):
                    homes.setdefault(entry.person, entry.household)
        for entry in self.entries:
            if entry.unit and not is_dwelling(self.types.get(entry.unit, "")) and entry.person in homes:
                entry.household = homes[entry.person]

    def _household(self, entry: Entry) -> tuple[Any, ...] | None:
        facts = entry.facts
        if number := facts.get("household_id"):
            return ("id", str(number))
        if (named := facts.get("household_name")) and self.reader.column("household_name"):
            return ("name", folded(named), entry.unit)
        return ("unit", entry.unit, facts.get("move_out")) if entry.unit else None

    # What does not fit together

    def _charges(self) -> None:
        first: dict[UnitKey, Entry] = {}
        doubled = {problem.row for problem in self.reader.problems if problem.kind == "duplicate_unit"}
        for entry in self.entries:
            if entry.unit is None or "charge" not in entry.facts or entry.row in doubled:
                continue
            other = first.setdefault(entry.unit, entry)
            if other is not entry:
                self._ask(entry, "charge", "charge_repeated", other.row, value=str(entry.facts["charge"]))
                entry.facts.pop("charge")
        for entry in self.entries:
            if entry.is_first and (often := _frequency(entry)) not in MONTHLY:
                self.reader.say(entry.row, self.reader.column("charge_frequency"), "charge_frequency", value=often)

    def _mails(self) -> None:
        first: dict[str, Entry] = {}
        for entry in self.entries:
            mail = entry.facts.get("email")
            if not mail or not entry.person:
                continue
            other = first.setdefault(mail, entry)
            if other.person == entry.person or other.row == entry.row:
                continue
            if other.household == entry.household:
                if self._ask(entry, "email", "shared_email", other.row, value=mail) == "first":
                    entry.facts.pop("email")
            else:
                self.reader.wrong(
                    entry.row, self.reader.column("email"), "duplicate_email", other.row, value=mail, other=other.name
                )

    def _spans(self) -> None:
        """Two households do not have one unit at the same time."""
        spans: dict[UnitKey, dict[Any, list[Entry]]] = {}
        for entry in self.entries:
            if entry.unit and entry.household and entry.facts.get("move_in"):
                spans.setdefault(entry.unit, {}).setdefault(entry.household, []).append(entry)
        for households in spans.values():
            groups = sorted(households.values(), key=lambda group: group[0].row)
            for at, group in enumerate(groups):
                other = next((one for one in groups[:at] if _overlap(one, group)), None)
                if other:
                    entry = group[0]
                    column = self.reader.column("move_out" if entry.facts.get("move_out") else "move_in", "move_in")
                    more = {"other": other[0].name, "since": other[0].facts["move_in"].isoformat()}
                    self.reader.wrong(entry.row, column, "overlap", other[0].row, **more)

    def _others(self) -> None:
        """What is said or asked about single rows, and about the file."""
        reader, has_units = self.reader, any(entry.unit for entry in self.entries)
        for entry in self.entries:
            if not entry.person or not entry.is_first:
                continue
            if has_units and not entry.unit:
                reader.say(entry.row, reader.column("unit"), "person_without_unit", value=entry.name)
            if entry.facts.get("left_on") and entry.unit and not entry.facts.get("move_out"):
                answer = self._ask(entry, "left_on", "left_member", 0, value=entry.facts["left_on"].isoformat())
                entry.facts.pop("left_on") if answer == "current" else None
        self._file()

    def _file(self) -> None:
        reader = self.reader
        codes: dict[str, set[str]] = {}
        for entry in self.entries:
            if entry.unit:
                codes.setdefault(entry.unit[1], set()).add(entry.unit[0])
        if repeated := sorted(code for code, buildings in codes.items() if len(buildings) > 1):
            reader.say(0, reader.column("unit"), "unit_repeated_across_buildings", units=repeated[:20])
        words = sorted({word for entry in self.entries for word in entry.facts.get("role", [])})
        if any(not meaning(word) for word in words):
            reader.say(0, reader.column("role"), "role_to_map", values=words)
        if left := unmapped_with_data(reader.columns, reader.table):
            reader.say(0, None, "unmapped_columns_with_data", columns=left)
        if reader.column("full_name", "last_name", "first_name", "organization", "unit") is None:
            reader.say(0, None, "no_names")
        days = [one.header for one in reader.columns if one.field == "move_in" or "lease" in one.header.casefold()]
        if len(days) > 1 and reader.column("move_in"):
            reader.say(0, reader.column("move_in"), "two_date_columns", columns=days)


def _describes(entry: Entry) -> bool:
    return bool(entry.facts.get("unit")) and any(entry.facts.get(name) for name in ("building", "unit_type", "charge"))


def _frequency(entry: Entry) -> str:
    return str(entry.facts.get("charge_frequency", "")).casefold()


def _identities(entry: Entry) -> list[tuple[Any, ...]]:
    """By what somebody is known again within a file, the surest first."""
    facts, name = entry.facts, folded(entry.name)
    if number := facts.get("external_id"):
        return [("number", number)]
    sure = (("mail", facts.get("email")), ("born", facts.get("birth_date")), ("phone", facts.get("phone")), ("unit", entry.unit))
    return [(kind, name, value) for kind, value in sure if value]


def _overlap(one: list[Entry], two: list[Entry]) -> bool:
    (first, end), (second, last) = _span(one), _span(two)
    return (end is None or second < end) and (last is None or first < last)


def _span(group: list[Entry]) -> tuple[Any, Any]:
    ends = [entry.facts.get("move_out") for entry in group]
    return min(entry.facts["move_in"] for entry in group), None if None in ends else max(filter(None, ends))
