"""Who of the file is who here: a suggestion by equal names, never more than that.

Addresses are not looked at: a file with guessed handles would then tell its sender which address is whose.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from .plan import PersonPlan

Key = TypeVar("Key")
_APART = re.compile(r"[\W_]+")


def suggested(people: Iterable[PersonPlan], members: Mapping[Key, str]) -> dict[str, Key]:
    """For people whose name is that of exactly one member, or whose handle is a member's whole or first name: that member.

    `members`: names by key. Case, accents, spaces and signs do not matter. Two people never become one member.
    """
    whole, first = _index(members.items(), _squeezed), _index(members.items(), _first)
    found: dict[str, Key] = {}
    taken: set[Key] = set()
    for person in people:
        for word, names in ((person.name, whole), (person.handle, whole), (person.handle, first)):
            keys = names.get(_squeezed(word), [])
            if len(keys) == 1 and keys[0] not in taken:
                found[person.source_id] = keys[0]
                taken.add(keys[0])
                break
    return found


def _index(members: Iterable[tuple[Key, str]], form: Callable[[str], str]) -> dict[str, list[Key]]:
    found: dict[str, list[Key]] = {}
    for key, name in members:
        if word := form(name):
            found.setdefault(word, []).append(key)
    return found


def _squeezed(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    return _APART.sub("", "".join(sign for sign in decomposed if not unicodedata.combining(sign)))


def _first(name: str) -> str:
    return _squeezed(name.split()[0]) if name.split() else ""
