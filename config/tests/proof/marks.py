"""By what one side's things are known in an answer, and how two answers are laid side by side."""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote, unquote

from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.utils.functional import cached_property

from .knocking import Answer
from .ledger import rows_of
from .world import MARK, SIDES, World

_KEY = re.compile(r"(?<!\d)\d{8}(?!\d)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_HASH = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{64}|[0-9a-f]{32})(?![0-9a-f])")
_CURSOR = re.compile(r"cursor=([\w%=-]+)")
# What differs from answer to answer and says nothing.
_PASSING = (
    re.compile(r"nonce-[\w+/=-]+"),
    re.compile(r'nonce="[^"]*"'),
    re.compile(r'(?<=content=")[A-Za-z0-9]{64}(?=")'),
    re.compile(r'(?<=value=")[A-Za-z0-9]{64}(?=")'),
    re.compile(r'(?<=name="key" value=")[^"]*(?=")'),
    re.compile(r'<input[^>]*name="once_key"[^>]*>'),
    re.compile(r"(?<=csrftoken=)\w+"),
    re.compile(r"(?<=sessionid=)\w+"),
    re.compile(r"(?i)(?<=x-request-id: )\S+"),
    re.compile(r"(?i)content-length: \d+"),
    re.compile(r'<span class="avatar"[^>]*>[^<]*</span>'),
)


def own_words(world: World, actor: str) -> tuple[str, ...]:
    """What is known of an actor wherever they stand: it is theirs to see."""
    user = world.users.get(actor)
    return own_words_of(user) if user else ()


def own_words_of(user: Any) -> tuple[str, ...]:
    """Name, address and ids of a login."""
    return user.name, user.email, str(user.public_id), str(user.pk)


def public_words(world: World) -> tuple[str, ...]:
    """The same of everybody with a login: those who keep the installation look after logins."""
    return tuple(word for user in world.users.values() for word in (*own_words_of(user), user.about))


class Marks:
    """What each side's rows are known by: the mark in every text, keys, public ids, hashes and salts."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known = {side: self._of(side) for side in SIDES}

    def _of(self, side: str) -> frozenset[str]:
        cooperative = self.world.cooperatives[side]
        people = [self.world.users[name] for name in self.world.people(side)]
        text = " ".join(str(cell) for row in rows_of(cooperative.pk) for cell in row)
        own = {str(cooperative.pk), *(str(user.public_id) for user in people), *(str(user.pk) for user in people)}
        return frozenset({*own, *_KEY.findall(text), *_UUID.findall(text), *_HASH.findall(text)})

    @cached_property
    def _apart(self) -> dict[str, frozenset[str]]:
        """What is one side's alone: the names of people who are met on both are nobody's."""
        here, there = (self.known[side] for side in SIDES)
        return dict(zip(SIDES, (here - there, there - here), strict=True))

    def found(self, side: str, text: str) -> set[str]:
        """Everything of a side that a text holds."""
        seen = {*_KEY.findall(text), *_UUID.findall(text), *_HASH.findall(text)} & self._apart[side]
        if MARK[side].lower() in text.lower():
            at = text.lower().index(MARK[side].lower())
            seen.add(" ".join(text[max(at - 40, 0) : at + 20].split()))
        return seen


def plain(answer: Answer) -> str:
    """Headers, cookies and body as one text, with what is folded into it: messages in their cookie, cursors in addresses."""
    text, said = answer.text, []
    if "messages" in answer.cookies and (value := answer.cookies["messages"].value):
        text = text.replace(answer.cookies["messages"].OutputString(), "")
        said = [str(message) for message in CookieStorage(HttpRequest())._decode(value) or []]
    said += [_unfolded(found) for found in _CURSOR.findall(text)]
    return "\n".join([*said, text])


def _unfolded(cursor: str) -> str:
    try:
        return b64decode(unquote(cursor)).decode(errors="replace")
    except binascii.Error:
        return ""


def without(text: str, sent: Iterable[Any]) -> str:
    """The text with the ids of the request taken out, however they are spelled in it."""
    spellings = {spelling for value in map(str, sent) for spelling in (value, quote(value), quote(value, safe=""))}
    for spelling in sorted(spellings, key=len, reverse=True):
        text = text.replace(spelling, "<id>")
    return text


def normal(text: str, sent: Iterable[Any]) -> str:
    """An answer without what may differ: the ids of the request, nonces, tokens, lengths."""
    for pattern in _PASSING:
        text = pattern.sub("", text)
    return without(text, sent)
