"""What a person is known by, and whether a text holds it."""

import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

from django.db.models import Q
from django.utils.functional import cached_property

from ..models import Membership, Person

_SHORTEST = 3  # what is shorter would be found everywhere
_LARGEST_PART = 64 * 1024 * 1024  # bytes; a larger part of a workbook is taken to hold everybody
_PHONES = re.compile(r"[,;/]")


@dataclass(frozen=True)
class Needles:
    """Names, addresses and telephones of one person."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, person: Person) -> "Needles":
        """All that the register and the login know a person by."""
        said = [person.name, person.email, person.phone, *_PHONES.split(person.other_phones)]
        for member in Membership.objects.filter(person=person).select_related("user"):
            said += [member.left_name, *([member.user.name, member.user.email] if member.user else [])]
        words = {" ".join(text.split()) for text in said}
        return cls(tuple(sorted(word for word in words if len(word) >= _SHORTEST)))

    @cached_property
    def _pattern(self) -> "re.Pattern[str]":
        whole = "|".join(re.escape(word) for word in self.words) or r"(?!)"
        return re.compile(rf"(?<!\w)(?:{whole})(?!\w)", re.IGNORECASE)

    def __contains__(self, text: str) -> bool:
        """Whether the text holds one of them as whole words."""
        return bool(self._pattern.search(text))

    @property
    def spellings(self) -> Iterator[str]:
        """The words as they stand in a text, and in JSON with and without escapes."""
        for word in self.words:
            yield from dict.fromkeys((word, json.dumps(word, ensure_ascii=False)[1:-1], json.dumps(word)[1:-1]))

    def within(self, columns: Iterable[str]) -> Q:
        """The condition for rows of which one of these text columns may hold one; `in` then says whether it does."""
        return Q(*(Q(**{f"{column}__icontains": word}) for column in columns for word in self.spellings), _connector=Q.OR)

    def in_value(self, value: Any) -> bool:
        """Whether a stored value, of whatever kind, holds one."""
        return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)) in self

    def in_file(self, content: bytes) -> bool:
        """Whether a table that somebody brought holds one, in the encodings that such files come in."""
        if zipfile.is_zipfile(BytesIO(content)):
            return self._in_workbook(content)
        return any(content.decode(code, errors="ignore") in self for code in ("utf-8", "cp1252", "utf-16"))

    def _in_workbook(self, content: bytes) -> bool:
        spelled = Needles(tuple({escape(word, quote=False) for word in self.words} | set(self.words)))
        with zipfile.ZipFile(BytesIO(content)) as book:
            return any(
                part.file_size > _LARGEST_PART or book.read(part).decode(errors="ignore") in spelled
                for part in book.infolist()
                if part.filename.endswith(".xml")
            )
