"""Numbers to call, as E.164."""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import phonenumbers

_APART = re.compile(r"\s*(?:[;,|\n]|\s/\s)\s*")
_LABEL = re.compile(r"^(?:tel|phone|mob|mobile|handy|fax|home|privat|p|m|h)[.: ]+", re.IGNORECASE)
LONGEST = 64
"""More signs than this are no longer numbers but a note about them."""


@dataclass(frozen=True)
class Phones:
    """What a cell says: numbers in E.164, or as written where no country makes them one; `fault` where it cannot be read."""

    numbers: tuple[str, ...] = ()
    fault: str = ""


def read_phones(text: str, country: str = "") -> Phones:
    """The numbers in a cell, in their order, each once. `country` (ISO 3166) is that of numbers without a country code."""
    if len(text) > LONGEST:
        return Phones(fault="too_long_phone")
    numbers: list[str] = []
    for part in filter(None, _APART.split(text)):
        number = _one(_LABEL.sub("", part), country)
        if not number:
            return Phones(fault="bad_phone")
        if number not in numbers:
            numbers.append(number)
    return Phones(tuple(numbers))


@cache
def _one(text: str, country: str) -> str:
    digits = re.sub(r"\D", "", text)
    if not 4 <= len(digits) <= 17 or re.search(r"[^\d\s()+./x-]", text, re.IGNORECASE):
        return ""
    for source in (text, f"+{digits}" if len(digits) > 10 and not text.lstrip().startswith("0") else ""):
        try:
            number = phonenumbers.parse(source, country or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return "" if country else " ".join(text.split())


@cache
def country_of_zone(zone: str) -> str:
    """The country (ISO 3166) in which a time zone lies; empty where it says none, as UTC. Source: the tz database."""
    listed = resources.files("tzdata") / "zoneinfo" / "zone.tab"
    for line in listed.read_text().splitlines():
        columns = line.split("\t")
        if len(columns) > 2 and columns[2] == zone:
            return columns[0]
    return ""
