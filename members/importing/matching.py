"""Whether the register knows somebody already: by number, else by address, else by name and birthday; else it is asked."""

from dataclasses import dataclass, field
from typing import Any

from ..names import folded
from .names import same_name
from .plan import Change, Choices, Entry, Problem, Weight
from .register import KnownPerson, Register
from .roles import granted, is_member

NEW = "new"


@dataclass
class PersonPlan:
    """Somebody as the file's good rows say it together, and who they are in the register (`known`, else new)."""

    key: str
    rows: list[int]
    facts: dict[str, Any]
    known: KnownPerson | None = None
    changes: list[Change] = field(default_factory=list)

    @property
    def is_member(self) -> bool:
        """Whether they belong to the cooperative: everybody but children and guests."""
        return not self.facts.get("is_child") and is_member(self.facts.get("role", []))

    @property
    def joins(self) -> bool:
        """Whether a membership is written: for a member who has none that reaches to that day."""
        if not self.is_member:
            return False
        if self.known is None or self.known.number is None:
            return True
        joined = self.facts.get("joined_on")
        return bool(self.known.left_on and joined and joined >= self.known.left_on)

    @property
    def roles(self) -> list[str]:
        """The roles that the file gives besides membership."""
        return [str(role) for role in granted(self.facts.get("role", []))]


def people_of(entries: list[Entry]) -> dict[str, PersonPlan]:
    """Everybody of these entries: of several rows the first filled cell counts, the earliest joining, the latest leaving."""
    found: dict[str, PersonPlan] = {}
    for entry in entries:
        if not entry.person:
            continue
        plan = found.setdefault(entry.person, PersonPlan(entry.person, [], {}))
        if entry.row not in plan.rows:
            plan.rows.append(entry.row)
        _merge(plan.facts, entry)
    return found


def _merge(facts: dict[str, Any], entry: Entry) -> None:
    more = {**entry.facts, "name": entry.name}
    if facts.get("joined_on") and more.get("joined_on"):
        facts["joined_on"] = min(facts["joined_on"], more["joined_on"])
    if facts and (not facts.get("left_on") or not more.get("left_on")):
        more.pop("left_on", None)
        facts.pop("left_on", None)
    facts["role"] = list(dict.fromkeys([*facts.get("role", []), *more.pop("role", [])]))
    for name, value in more.items():
        facts.setdefault(name, value)


def match(plan: PersonPlan, entry: Entry, register: Register, choices: Choices, column: str) -> Problem | None:
    """Find who somebody is in the register; what stays open is a question about their row."""
    answer = choices.answer(entry.row, "same_person")
    if answer == NEW:
        return None
    if answer.startswith("same:") and answer[5:].isdigit() and int(answer[5:]) in register.by_id:
        plan.known = register.by_id[int(answer[5:])]
    else:
        sure, possible = _candidates(plan, entry, register)
        plan.known = sure
        if sure is None and possible:
            shown = [[one.id, one.name, one.number or 0] for one in possible[:5]]
            return Problem(entry.row, column, "same_person", Weight.ASK, more={"name": entry.name, "candidates": shown})
    if plan.known:
        plan.changes = changes_of(plan, plan.known)
    return None


def _candidates(plan: PersonPlan, entry: Entry, register: Register) -> tuple[KnownPerson | None, list[KnownPerson]]:
    """Who it surely is, else who it may be."""
    facts = plan.facts
    if (number := facts.get("external_id")) and (known := register.by_number.get(number, [])):
        return (known[0], []) if len(known) == 1 else (None, known)
    named = [one for one in register.by_name.get(folded(plan.facts["name"]), []) if _fits(one, facts)]
    mailed = register.by_mail.get(facts.get("email", ""), []) if facts.get("email") else []
    for sure in (
        [one for one in mailed if same_name(one.name, facts["name"])],
        [one for one in named if facts.get("birth_date") and one.birth_date == facts["birth_date"]],
        [one for one in named if entry.unit and any(home.unit == entry.unit for home in register.homes.get(one.id, []))],
        [one for one in named if facts.get("phone") and facts["phone"] == one.phone],
        [one for one in named if facts.get("joined_on") and facts["joined_on"] == one.joined_on and not entry.unit],
    ):
        if len(sure) == 1:
            return sure[0], []
    return None, named or [one for one in mailed if _alike(one.name, facts["name"])]


def _fits(known: KnownPerson, facts: dict[str, Any]) -> bool:
    """Whether nothing says that two of one name are two: another birthday, another number elsewhere."""
    for name in ("birth_date", "external_id"):
        if facts.get(name) and getattr(known, name) and facts[name] != getattr(known, name):
            return False
    return True


def _alike(first: str, second: str) -> bool:
    """Whether two names share a word: with one address they may be one person, else they are two who share it."""
    return bool(set(folded(first).split()) & set(folded(second).split()))


def changes_of(plan: PersonPlan, known: KnownPerson) -> list[Change]:
    """What the file says otherwise; an empty cell says nothing."""
    changes = []
    for name, value in person_facts(plan.facts).items():
        old = getattr(known, name, "")
        if value in (None, "") or name == "is_organization" or value == old:
            continue
        if name == "phone" and value in known.other_phones.split(", "):
            continue
        if name == "other_phones" and set(value.split(", ")) <= {known.phone, *known.other_phones.split(", ")}:
            continue
        if name in ("name", "given_name", "family_name") and same_name(plan.facts["name"], known.name):
            continue
        changes.append(Change(name, str(old or ""), str(value)))
    return changes


def person_facts(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts as the register's verbs take them."""
    is_organization = bool(facts.get("as_organization"))
    others = [*facts.get("extra_phones", []), *([facts["phone2"]] if facts.get("phone2") else [])]
    found: dict[str, Any] = {
        "name": facts["name"][:150],
        "given_name": "" if is_organization else facts.get("first_name", ""),
        "family_name": "" if is_organization else facts.get("last_name", ""),
        "is_organization": is_organization,
        "email": facts.get("email", ""),
        "phone": facts.get("phone", ""),
        "other_phones": ", ".join(others)[:200],
        "birth_date": facts.get("birth_date"),
        "external_id": facts.get("external_id", ""),
    }
    return {name: value for name, value in found.items() if value not in (None, "")}
