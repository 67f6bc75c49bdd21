"""What is wrong, asked or said about a row, in words that name the cure; and what a row does."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from .aliases import FIELDS
from .plan import Problem

SENTENCES: dict[str, str | Promise] = {
    # Cells that cannot be read
    "formula_cell": _("“%(value)s” is a formula. Write the value that it should have."),
    "turning_sign": _("This holds an invisible sign that turns the direction of writing. Type it anew instead of pasting it."),
    "too_long": _("This is too long. At most %(most)s characters."),
    "bad_date": _("The date “%(value)s” does not exist. Write it as 31.12.2026 or 2026-12-31."),
    "bad_number": _("“%(value)s” is no amount that can be right. Write it in digits."),
    "bad_yes_no": _("“%(value)s” is neither yes nor no."),
    "invalid_email": _("“%(value)s” is no e-mail address."),
    "too_long_phone": _("“%(value)s” holds more than numbers to call. Keep the numbers."),
    "bad_phone": _("“%(value)s” is no number to call."),
    "iban_check_digits": _("The account number “%(value)s” has a typing mistake. It is left out."),
    # Rows that contradict themselves or others
    "missing_name": _("Nobody is named here. Write a name, or “vacant” for an empty home."),
    "left_before_joined": _("Left on %(last)s, before joining on %(first)s. Correct one of the two."),
    "moved_out_before_in": _("Moved out on %(last)s, before moving in on %(first)s. Correct one of the two."),
    "missing_left_on": _("A former member needs the day on which they left."),
    "child_with_role": _("A child has the role “%(value)s”. Correct the birthday or empty the role."),
    "unknown_unit": _("No row says what the unit %(value)s is. Is it written like the others?"),
    "duplicate_unit": _("This unit is “%(other)s” in row %(row)s and “%(value)s” here. Is it another unit?"),
    "duplicate_email": _("%(other)s in row %(row)s has the address %(value)s already. Two people of two households need two."),
    "overlap": _("%(other)s lives there since %(since)s. Correct the days, or write when they moved out."),
    "second_home": _("%(name)s lives in %(other)s at that time already. Write when they moved out there."),
    "same_person_twice": _("Row %(row)s is about %(name)s already. Put both rows together."),
    # Questions
    "shared_email": _("Several people share the address %(value)s."),
    "two_email_columns_differ": _("Two columns hold different addresses: %(first)s and %(second)s."),
    "charge_repeated": _("The charge %(value)s stands in row %(row)s for the same unit, too."),
    "same_external_id_twice": _("Row %(row)s has the number %(value)s, too."),
    "organization_or_person": _("Is “%(value)s” an organisation, or somebody to speak to?"),
    "left_member": _("Left on %(value)s, but still in the unit."),
    "ambiguous_date_order": _("“%(value)s” fits both orders of day and month. Choose the order of dates above."),
    "same_person": _("Is this the same %(name)s as in the register?"),
    # Said
    "birthday_without_year": _("The birthday “%(value)s” has no year. It is left out."),
    "excel_day_number": _("“%(value)s” is read as an Excel day number: %(day)s. If that is not the day, write the date."),
    "two_digit_year": _("“%(value)s” is read as %(year)s."),
    "several_phones_in_cell": _("Several numbers: %(value)s. The first one counts, the others are kept beside it."),
    "several_emails_in_cell": _("More addresses than people: %(value)s. Those left over are not imported."),
    "split_full_name": _("Look how the name is split: %(names)s."),
    "same_person_on_several_units": _("%(value)s stands in row %(row)s with another unit: one person with two units."),
    "same_person_on_several_rows": _("%(value)s stands in row %(row)s, too: one person."),
    "person_without_unit": _("%(value)s has no unit."),
    "charge_frequency": _("The charge is “%(value)s”, not monthly. It is left out."),
    "unit_repeated_across_buildings": _(
        "Some unit numbers exist in several buildings: %(units)s. Building and number count together."
    ),
    "role_to_map": _("Roles that are not known here become members without an office: %(values)s."),
    "unmapped_columns_with_data": _("These columns are not imported: %(columns)s."),
    "no_names": _(
        "No column holds names. Choose the one that does, or the row with the names of the columns (“Encoding, dates and more”)."
    ),
    "two_date_columns": _("Several columns could say when somebody moved in: %(columns)s. Only one counts."),
    "left_in_file": _("The file says that %(name)s left on %(value)s. End the membership on their page: imports end none."),
}
"""A sentence for each kind of problem; `row` is the row that it is about, besides the problem's own."""

ANSWERS: dict[str, tuple[tuple[str, str | Promise], ...]] = {
    "shared_email": (("first", _("It is the first person's")), ("both", _("All of them have it"))),
    "two_email_columns_differ": (("first", _("The first one counts")), ("second", _("The second one counts"))),
    "charge_repeated": (("once", _("Charge it once for the unit")),),
    "same_external_id_twice": (("one", _("Both rows are one person")), ("two", _("Two people; the second gets no number"))),
    "organization_or_person": (("organization", _("An organisation")), ("person", _("Somebody to speak to"))),
    "left_member": (("former", _("They have left and moved out")), ("current", _("They are still a member"))),
}
"""The answers that a question allows, for every row and for one."""

CHANGED: dict[str, str | Promise] = {
    "name": _("Name"), "given_name": _("Given name"), "family_name": _("Family name"), "email": _("E-mail"),
    "phone": _("Telephone"), "other_phones": _("Other telephones"), "birth_date": _("Born"),
    "external_id": _("Number in the old system"), "is_organization": _("Is an organisation"), "type": _("Type of unit"),
    "floor": _("Floor"), "rooms": _("Rooms"), "area": _("Area, m²"), "monthly_charge": _("Monthly charge"),
    "move_out": _("Moved out"),
}  # fmt: skip
"""What a field of the register is called where its difference is shown."""

_DOES: dict[str, str | Promise] = {
    "new_unit": _("new unit %(unit)s"),
    "new_child": _("new child %(name)s"),
    "new_person": _("new person %(name)s"),
    "joins": _("%(name)s becomes a member"),
    "moves_in": _("moves into %(unit)s on %(on)s"),
    "joins_home": _("joins the household in %(unit)s"),
}


def sentence(problem: Problem) -> str:
    """What is wrong or asked, in a sentence of the reader's language."""
    more = {key: _shown(value) for key, value in problem.more.items()} | {"row": problem.related}
    words = SENTENCES.get(problem.kind)
    return str(words) % more if words else problem.kind


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(" | ".join(map(str, one)) if isinstance(one, list) else str(one) for one in value)
    return day(value) if isinstance(value, str) else str(value)


def day(text: str) -> str:
    """A date in ISO form as the reader writes dates; any other text as it is."""
    try:
        return date_format(date.fromisoformat(text), "j M Y") if len(text) == 10 else text
    except ValueError:
        return text


def answers(problem: Problem) -> list[tuple[str, str]]:
    """The answers that a question about one row allows; empty for what is no question with a list."""
    if problem.kind == "same_person":
        same = [(f"same:{pk}", _candidate(name, number)) for pk, name, number in problem.more["candidates"]]
        return [*same, ("new", gettext("Someone new"))]
    return [(code, str(words)) for code, words in ANSWERS.get(problem.kind, ())]


def _candidate(name: str, number: int) -> str:
    if not number:
        return gettext("The same: %(name)s") % {"name": name}
    return gettext("The same: %(name)s, no. %(number)s") % {"name": name, "number": number}


def doing(kind: str, more: dict[str, Any]) -> str:
    """One thing that a row does, in words."""
    shown = {key: day(str(value)) for key, value in more.items()}
    if kind == "new_member":
        words = gettext("new member %(name)s since %(since)s") if shown["since"] else gettext("new member %(name)s")
    elif kind == "new_former":
        words = gettext("former member %(name)s, left on %(until)s")
    else:
        words = str(_DOES[kind])
    return words % shown


def called(field: str) -> str:
    """A field that changes, in words."""
    return str(CHANGED.get(field) or FIELDS.get(field, field))
