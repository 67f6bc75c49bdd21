"""A reading beside the register: what each row creates, changes, leaves as it is, or asks."""

from .linking import conflicts, link
from .matching import match
from .parts import Plan, built
from .plan import Choices, Entry, Reading
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
    for person in first.people.values():
        if problem := match(person, entries[person.key], register, choices, column):
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
