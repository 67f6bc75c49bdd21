"""Rows become people: households in a cell, in columns and in several rows are unfolded."""

from dataclasses import replace
from typing import Any

from cooperatives.reading import Line

from ..names import folded
from .cells import LONGEST, Reader
from .columns import PERSON_FIELDS
from .names import Split, is_vacant, split_names
from .plan import Entry, Weight
from .roles import is_office, meaning

OF_AGE = 18
_HOME = (
    "building",
    "unit",
    "unit_type",
    "floor",
    "rooms",
    "area",
    "charge",
    "charge_frequency",
    "children",
    "move_in",
    "move_out",
)
_SHARED_DAYS = ("joined_on", "left_on")


def entries_of(reader: Reader) -> list[Entry]:
    """Every person of every row, and rows that are about a unit alone."""
    slots = sorted({column.slot for column in reader.columns if column.field in PERSON_FIELDS and column.slot})
    found: list[Entry] = []
    above: dict[str, Any] = {}
    for line in _edited(reader):
        row = reader.facts(line, 0)
        if reader.choices.fill_down:
            above = {name: row.get(name, above.get(name)) for name in ("building", "unit")}
            row = {**{name: value for name, value in above.items() if value}, **row}
        _joined_unit(row)
        found += _wide(reader, line, row, slots) if slots else _narrow(reader, line, row)
    return found


def _edited(reader: Reader) -> list[Line]:
    """The rows with what was typed in the preview."""
    lines = []
    for line in reader.table.lines:
        typed = {int(at): text for at, text in reader.choices.edits.get(line.number, {}).items() if at.isdigit()}
        cells = tuple(typed.get(at, cell) for at, cell in enumerate(line.cells)) if typed else line.cells
        lines.append(replace(line, cells=cells) if typed else line)
    return lines


def _joined_unit(row: dict[str, Any]) -> None:
    suffix = row.pop("unit_suffix", "")
    if row.get("unit") and suffix:
        row["unit"] = f"{row['unit']}-{suffix}"


def _wide(reader: Reader, line: Line, row: dict[str, Any], slots: list[int]) -> list[Entry]:
    """A row with columns for several people: Owner 1 and 2, Resident 1 to 3, a spouse."""
    home = {name: value for name, value in row.items() if name not in PERSON_FIELDS or name in _SHARED_DAYS}
    own = {name: value for name, value in row.items() if name not in home}
    people: list[Entry] = []
    for slot in [0, *slots] if _is_named(own) else slots:
        facts = reader.facts(line, slot) if slot else own
        if slot and slot == slots[0] and not _is_named(own):
            facts = {**own, **facts}
        if not _is_named(facts) and not facts.get("email"):
            continue
        if not facts.get("last_name") and not facts.get("full_name") and people and facts.get("first_name"):
            facts["last_name"] = people[0].facts.get("last_name", "")
        people += _narrow(reader, line, {**home, **facts}, slot, is_first=not people)
    return people or _narrow(reader, line, row)


def _is_named(facts: dict[str, Any]) -> bool:
    return any(facts.get(name) for name in ("full_name", "first_name", "last_name", "organization"))


def _narrow(reader: Reader, line: Line, row: dict[str, Any], slot: int = 0, *, is_first: bool = True) -> list[Entry]:
    """The people whom one cell of names, or one pair of columns, speaks of."""
    whole = row.pop("full_name", "")
    if whole and is_vacant(whole):
        return [_unit_alone(line, row)]
    people = split_names(whole) if whole else [Split(row.get("first_name", ""), row.get("last_name", ""))]
    if not any(person.name for person in people) and not row.get("organization"):
        return [_nobody(reader, line, row, slot)]
    if whole and not all(person.is_sure for person in people):
        reader.say(line.number, reader.column("full_name"), "split_full_name", names=[[p.given, p.family] for p in people])
    made = [_person(line, row, person, slot, at, is_first=is_first and not at) for at, person in enumerate(people)]
    _mails(reader, line, row, made)
    _phones(row, made[0])
    for entry in made:
        _check(reader, entry)
    return made


def _unit_alone(line: Line, row: dict[str, Any]) -> Entry:
    facts = {name: row[name] for name in _HOME if name in row and name not in ("move_in", "move_out")}
    return Entry(line.number, 0, {**facts, "vacant": True})


def _nobody(reader: Reader, line: Line, row: dict[str, Any], slot: int) -> Entry:
    """A row without a name: about a unit alone when nothing in it is about a person."""
    about_people = (PERSON_FIELDS | {"move_in", "move_out", "household_id", "household_name"}) & row.keys()
    if row.get("unit") and not about_people:
        return _unit_alone(line, row)
    broken = any(problem.row == line.number and problem.kind == "formula_cell" for problem in reader.problems[-5:])
    if not broken:
        reader.wrong(line.number, reader.column("full_name", "last_name", "first_name", "organization"), "missing_name")
    return Entry(line.number, slot, {name: row[name] for name in _HOME if name in row})


def _person(line: Line, row: dict[str, Any], person: Split, slot: int, at: int, *, is_first: bool) -> Entry:
    facts = {name: value for name, value in row.items() if name not in ("email", "phone", "phone2", "first_name", "last_name")}
    facts |= {name: value for name, value in (("first_name", person.given), ("last_name", person.family)) if value}
    if not is_first:
        for name in ("charge", "children", "external_id", "iban", "role", "birth_date"):
            facts.pop(name, None) if at or name in ("charge", "children") else None
    return Entry(line.number, slot or at, facts, is_first=is_first)


def _mails(reader: Reader, line: Line, row: dict[str, Any], people: list[Entry]) -> None:
    """Addresses in a cell follow the order of the names; one address for several people is asked about."""
    mails = list(row.get("email", []))
    mails = _second_mail(reader, line, people[0], mails)
    for entry, mail in zip(people, mails, strict=False):
        entry.facts["email"] = mail
    if len(mails) > len(people):
        reader.say(line.number, reader.column("email"), "several_emails_in_cell", value=", ".join(mails))
    if len(mails) == 1 and len(people) > 1 and not _is_clearly_first(mails[0], people):
        answer = reader.choices.answer(line.number, "shared_email")
        if not answer:
            reader.say(line.number, reader.column("email"), "shared_email", Weight.ASK, value=mails[0])
        for entry in people[1:] if answer == "both" else []:
            entry.facts["email"] = mails[0]


def _is_clearly_first(mail: str, people: list[Entry]) -> bool:
    """Whether an address is named after the first of several people. With children it may be the family's: that is asked."""
    local = folded(mail.partition("@")[0])
    first, *others = (folded(entry.facts.get("first_name", "")) for entry in people)
    names_first = bool(first) and first in local and not any(other and other in local for other in others)
    return names_first and not people[0].facts.get("children")


def _second_mail(reader: Reader, line: Line, person: Entry, mails: list[str]) -> list[str]:
    """Where two columns hold addresses: the better one counts; that they differ is asked about."""
    value, column = person.facts.pop("email_second", ([], None))
    best = reader.column("email")
    if not value or not column or not best or not mails or value == mails:
        return mails or value
    answer = reader.choices.answer(line.number, "two_email_columns_differ")
    if not answer:
        both = replace(best, header=f"{min(column, best, key=lambda one: one.index).header} / "
                                    f"{max(column, best, key=lambda one: one.index).header}")  # fmt: skip
        reader.say(line.number, both, "two_email_columns_differ", Weight.ASK, first=mails[0], second=value[0])
    return list(value) if answer == "second" else mails


def _phones(row: dict[str, Any], person: Entry) -> None:
    first, second = list(row.get("phone", [])), list(row.get("phone2", []))
    if not first:
        first, second = second, []
    if first:
        person.facts["phone"] = first[0]
        if first[1:]:
            person.facts["extra_phones"] = first[1:]
    if second and second[0] != person.facts.get("phone"):
        person.facts["phone2"] = second[0]


def _check(reader: Reader, entry: Entry) -> None:
    """What must be right within one person's facts."""
    facts = entry.facts
    for name in [name for name in facts if name.endswith("_second")]:
        value, _column = facts.pop(name)
        facts.setdefault(name.removesuffix("_second"), value)
    for name in ("first_name", "last_name"):
        if len(facts.get(name, "")) > LONGEST["first_name"]:
            reader.wrong(entry.row, reader.column("full_name", name), "too_long", most=LONGEST["first_name"])
    for kind, first, last in (("left_before_joined", "joined_on", "left_on"), ("moved_out_before_in", "move_in", "move_out")):
        if facts.get(first) and facts.get(last) and facts[last] < facts[first]:
            reader.wrong(entry.row, reader.column(last), kind, first=facts[first].isoformat(), last=facts[last].isoformat())
            facts.pop(last)
    _organization(reader, entry)
    _childhood(reader, entry)
    if "former" in (meaning(role) for role in facts.get("role", [])) and not facts.get("left_on"):
        reader.wrong(entry.row, reader.column("left_on", "role"), "missing_left_on")


def _organization(reader: Reader, entry: Entry) -> None:
    name, column = entry.facts.get("organization"), reader.column("organization")
    if not name or column is None:
        return
    if column.is_doubtful:
        answer = reader.choices.answer(entry.row, "organization_or_person")
        if not answer:
            reader.say(entry.row, column, "organization_or_person", Weight.ASK, value=name)
        entry.facts["as_organization"] = answer != "person"
        if entry.facts.get("last_name") and answer != "person":
            entry.facts["contact_person"] = " ".join(
                part for part in (entry.facts.get("first_name", ""), entry.facts["last_name"]) if part
            )
    elif not entry.facts.get("last_name") and not entry.facts.get("first_name"):
        entry.facts["as_organization"] = True


def _childhood(reader: Reader, entry: Entry) -> None:
    born, today = entry.facts.get("birth_date"), reader.choices.today
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day)) if born else OF_AGE
    if age < OF_AGE or entry.facts.get("is_child") or "child" in (meaning(role) for role in entry.facts.get("role", [])):
        entry.facts["is_child"] = True
    else:
        entry.facts.pop("is_child", None)
    if entry.facts.get("is_child") and any(is_office(role) for role in entry.facts.get("role", [])):
        shown = ", ".join(entry.facts["role"])
        reader.wrong(entry.row, reader.column("role"), "child_with_role", value=shown, born=born.isoformat() if born else "")
