"""One line becomes a task: "Mend the gate @Marta #garden !high due:friday 2h". Nothing here asks the database."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext, override

from .durations import minutes_of
from .models import Priority

LINE_LIMIT = 700
LONGEST_NAME = 5  # words of a name that may follow an @
PERSON, LABEL, PRIORITY, DUE, ESTIMATE = "person", "label", "priority", "due", "estimate"
NAMES_LIMIT = 10  # that one line may mean
_STOPS = ",.;:"
_ESCAPED = re.compile(r"^\\(?=[@#!\d]|\w+:)")
_AHEAD = re.compile(r"\+?(?P<count>\d{1,3})(?P<unit>[dw]?)")


@dataclass(frozen=True)
class Mark:
    """A part of the line that was understood: its kind, how it was written, and what it means."""

    kind: str
    written: str
    value: Any


@dataclass
class Line:
    """What a line says. `title` holds every word that is no mark; `marks` the others in their order."""

    title: str = ""
    marks: list[Mark] = field(default_factory=list)

    def all(self, kind: str) -> list[Any]:
        """The values of a kind that may come several times, each once."""
        return list(dict.fromkeys(mark.value for mark in self.marks if mark.kind == kind))

    def one(self, kind: str) -> Any:
        """The value of a kind that comes once; None when the line does not say it."""
        return next((mark.value for mark in self.marks if mark.kind == kind), None)


def read_line(text: str, *, people: Mapping[int, str], labels: Mapping[int, str], today: date, me: int | None = None) -> Line:
    """Read a line. `people` and `labels` are names by key, `me` is whom `@me` means, `today` what `due:friday` counts from.

    A name stands for somebody when it is whole, or a first name that only one of them has; case does not matter. Of a kind
    that can be said once the first mark counts. What is not understood, and what follows a backslash, stays in the title.
    """
    reader = _Reader(_by_name(people), _by_name(labels, firsts=False), today)
    if me is not None:
        reader.people |= dict.fromkeys(_me(), me)
    words, kept, place = text[:LINE_LIMIT].split(), [], 0
    while place < len(words):
        taken = reader.take(words[place:])
        if not taken:
            kept.append(_ESCAPED.sub("", words[place]))
        place += taken or 1
    return Line(" ".join(kept), reader.marks)


def names_in(text: str, sign: str) -> list[str]:
    """The first words of the names that a line may mean after a sign: `@` of people, `#` of labels; each once, as written.

    A point or comma at the end belongs to the line or, as in "Dr.", to the name: such a word comes both ways. A line that names
    nobody needs nobody looked up, and of one that names a crowd only the first NAMES_LIMIT are.
    """
    words = (word[1:].replace("\x00", "") for word in text[:LINE_LIMIT].split() if word.startswith(sign))
    both = (way for word in words if word.rstrip(_STOPS) for way in (word.rstrip(_STOPS), word))
    return list(dict.fromkeys(both))[:NAMES_LIMIT]


def _me() -> set[str]:
    return {"me", gettext("me").casefold()}


def means_me(names: Iterable[str]) -> bool:
    """Whether one of these names is what the writer calls themselves."""
    return not _me().isdisjoint(name.casefold() for name in names)


def _by_name(names: Mapping[int, str], *, firsts: bool = True) -> dict[str, int]:
    """Keys by whole name, and by first name; a name that two bear stands for neither."""
    whole = [(" ".join(name.casefold().split()), key) for key, name in names.items() if name.split()]
    first = [(name.split()[0], key) for name, key in whole] if firsts else []
    found: dict[str, int] = {}
    for pairs in (first, whole):
        often = Counter(name for name, _key in set(pairs))
        found.update({name: key for name, key in pairs if often[name] == 1})
    return found


class _Reader:
    """Takes marks off the front of a list of words."""

    def __init__(self, people: dict[str, int], labels: dict[str, int], today: date) -> None:
        self.people, self.labels, self.today = people, labels, today
        self.marks: list[Mark] = []

    def take(self, words: list[str]) -> int:
        """How many words the mark at the front has; 0 when there is none."""
        word = words[0]
        if word[0] in "@#":
            return self._name(words, *((PERSON, self.people) if word[0] == "@" else (LABEL, self.labels)))
        for kind, read in self._readers(word):
            value = read()
            if value is not None and not any(mark.kind == kind for mark in self.marks):
                self.marks.append(Mark(kind, word, value))
                return 1
        return 0

    def _readers(self, word: str) -> Iterable[tuple[str, Callable[[], Any]]]:
        if word[0] == "!":
            yield PRIORITY, lambda: _priorities().get(word[1:].casefold())
        name, colon, rest = word.partition(":")
        if colon and name.casefold() in ("due", gettext("due").casefold()):
            yield DUE, lambda: day_meant(rest, self.today)
        if word[0].isdigit():
            yield ESTIMATE, lambda: minutes_meant(word)

    def _name(self, words: list[str], kind: str, names: Mapping[str, int]) -> int:
        for count in range(min(LONGEST_NAME, len(words)), 0, -1):
            written = " ".join(words[:count])
            key = names.get(written[1:].rstrip(_STOPS).casefold())
            if key is not None:
                self.marks.append(Mark(kind, written, key))
                return count
        return 0


def _in_both(names: Callable[[], Mapping[Any, Any]]) -> dict[str, Any]:
    """Values by name, in English and in the reader's language."""
    found = {}
    for language in ("en", None):
        with override(language) if language else nullcontext():
            found.update({str(name).casefold().rstrip("."): value for value, name in names().items()})
    return found


def _priorities() -> dict[str, int]:
    return _in_both(lambda: dict(Priority.choices))


def day_meant(word: str, today: date) -> date | None:
    """The day that a word means, counted from today: today, tomorrow, a weekday (the next one), 2026-05-31, 3d, 2w.

    None for what is no day.
    """
    word = word.casefold()
    ahead = _AHEAD.fullmatch(word)
    if ahead and (ahead["unit"] or word.startswith("+")):
        return today + timedelta(days=int(ahead["count"]) * (7 if ahead["unit"] == "w" else 1))
    days = _in_both(lambda: {0: gettext("today"), 1: gettext("tomorrow")})
    if word in days:
        return today + timedelta(days=days[word])
    weekdays = _in_both(lambda: WEEKDAYS_ABBR) | _in_both(lambda: WEEKDAYS)
    if word in weekdays:
        return today + timedelta(days=(weekdays[word] - today.weekday() - 1) % 7 + 1)
    try:
        return date.fromisoformat(word) if "-" in word else None
    except ValueError:
        return None


def minutes_meant(word: str) -> int | None:
    """The minutes that a word means: 2h, 1.5h, 1h30, 45m. None for what is none; 10:30 may be a time of day."""
    try:
        return None if ":" in word else minutes_of(word)
    except ValueError:
        return None
