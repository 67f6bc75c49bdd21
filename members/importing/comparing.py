"""A reading beside the register: what each row creates, changes, leaves as it is, or asks."""

from .linking import conflicts, link
from .matching import PersonPlan, match
from .parts import Plan, built
from .plan import Choices, Entry, Problem, Reading, Weight
from .register import Register
from .saying import rows_of


def plan(reading: Reading, register: Register, choices: Choices) -> Plan:
    """Compare a reading with the register. Problems that only the register shows are added to the reading's."""
    column = next((one.header for one in reading.columns if one.field in ("full_name", "last_name")), "")
    first = built(reading, register)
    blocked = reading.blocked()
    entries: dict[str, Entry] = {}
    for entry in reading.entries:
        if entry.person and entry.row not in blocked:
            entries.setdefault(entry.person, entry)
    taken: dict[int, PersonPlan] = {}
    for person in first.people.values():
        if problem := match(person, entries[person.key], register, choices, column) or _beside(person, taken, column):
            reading.problems.append(problem)
    link(first)
    reading.problems += conflicts(first)
    final = built(reading, register)
    for person in final.people.values():
        before = first.people[person.key]
        person.known, person.changes = before.known, before.changes
    link(final)
    final.rows = rows_of(final)
    return final


def _beside(person: PersonPlan, taken: dict[int, PersonPlan], column: str) -> Problem | None:
    """What the register and the rows above say about somebody whom the register knows; `taken` grows by them."""
    known, left = person.known, person.facts.get("left_on")
    if known is None:
        return None
    other = taken.setdefault(known.id, person)
    if other is not person:
        return Problem(person.rows[0], column, "same_person_twice", Weight.ERROR, other.rows[0], {"name": known.name})
    if left and person.is_member and known.number is not None and known.left_on is None:
        more = {"name": known.name, "value": left.isoformat()}
        return Problem(person.rows[0], column, "left_in_file", Weight.SAID, more=more)
    return None
