"""What each row of a plan does, row by row."""

from .matching import PersonPlan
from .parts import HomePlan, Plan
from .plan import Entry, Problem, RowPlan


def rows_of(plan: Plan) -> list[RowPlan]:
    """Every row of the file with its verdict, what it does and what it changes."""
    blocked = plan.reading.blocked()
    problems: dict[int, list[Problem]] = {}
    for problem in plan.reading.problems:
        problems.setdefault(problem.row, []).append(problem)
    entries: dict[int, list[Entry]] = {}
    for entry in plan.reading.entries:
        entries.setdefault(entry.row, []).append(entry)
    homes: dict[int, list[HomePlan]] = {}
    for home in plan.homes:
        for number in home.rows:
            homes.setdefault(number, []).append(home)
    rows = []
    for line in plan.reading.table.lines:
        mine = entries.get(line.number, [])
        unit = next((str(entry.facts["unit"]) for entry in mine if entry.facts.get("unit")), "")
        row = RowPlan(line.number, "", [entry.name for entry in mine if entry.name], unit, problems.get(line.number, []))
        if line.number not in blocked:
            _say(plan, row, mine, homes.get(line.number, []))
        made = "create" if row.does else "update" if row.changes else "skip"
        row.verdict = blocked.get(line.number) or made
        rows.append(row)
    return rows


def _say(plan: Plan, row: RowPlan, entries: list[Entry], homes: list[HomePlan]) -> None:
    """What a good row does: each thing is said by the first row that brings it."""
    for entry in entries:
        if entry.unit and (unit := plan.units[entry.unit]).rows[0] == row.number:
            if unit.known is None and not any(kind == "new_unit" for kind, _more in row.does):
                row.does.append(("new_unit", {"unit": unit.code}))
            row.changes += [change for change in unit.changes if change not in row.changes]
        if entry.person and (person := plan.people[entry.person]).rows[0] == row.number:
            _say_person(row, person)
    for home in homes:
        if home.rows[0] == row.number:
            if home.known is None:
                more = {"unit": plan.units[home.unit].code, "on": home.starts_on.isoformat()}
                row.does.append(("moves_in", more))
            row.changes += home.changes
        mine = {entry.person for entry in entries if entry.unit == home.unit} & home.people.keys()
        known = [plan.people[key].known for key in mine]
        if home.known and any(one is None or one.id not in home.known.people for one in known):
            row.does.append(("joins_home", {"unit": plan.units[home.unit].code}))


def _say_person(row: RowPlan, person: PersonPlan) -> None:
    facts = person.facts
    if person.known is None:
        kind = "new_child" if facts.get("is_child") else "new_member" if person.is_member else "new_person"
        left = facts["left_on"].isoformat() if facts.get("left_on") else ""
        joined = facts["joined_on"].isoformat() if facts.get("joined_on") else ""
        row.does.append(
            ("new_former" if left and person.is_member else kind, {"name": facts["name"], "since": joined, "until": left})
        )
    elif person.joins:
        row.does.append(("joins", {"name": facts["name"]}))
    row.changes += person.changes
