"""One try: an actor knocks at a door with a valid request, and what came of it is said in one word."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.core import mail
from django.core.cache import cache
from django.db import connection

from ...kept import undone
from ..bodies import body
from ..knocking import Answer, Knock, Knocker
from ..surface import OPEN, SAFE, Door
from ..world import World
from .listening import listen
from .stock import desk_body, values_for

YES, NOTHING, SIGN_IN, PROVE, ELSEWHERE, WRITES = "yes", "nothing", "sign-in", "re-auth", "elsewhere", "WRITES"
_WRITE = re.compile(r'\b(INSERT|UPDATE|DELETE)(?: OR IGNORE)?(?: INTO| FROM)?\s+"(\w+)"')
_SESSION = "django_session"
NOTES = {_SESSION, "usersessions_usersession"}


@dataclass
class Try:
    """What came of it: one word, the tables that were written, the data and the text that were sent back."""

    word: str
    wrote: set[str] = field(default_factory=set)
    data: Any = None
    text: str = ""


@contextmanager
def written() -> Iterator[set[str]]:
    """The tables that statements of the block changed, and `mail` when one was sent; it fills as they run."""
    tables: set[str] = set()

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        result = execute(sql, params, many, context)
        match = _WRITE.search(sql)
        # An insert that returns its key has counted no row yet.
        if match and (match[1] == "INSERT" or context["cursor"].rowcount != 0) and not _is_note(*match.groups()):
            tables.add(match[2])
        return result

    sent = len(mail.outbox)
    with connection.execute_wrapper(watch):
        yield tables
    if len(mail.outbox) > sent:
        tables.add("mail")


def _is_note(verb: str, table: str) -> bool:
    # A session notes when it was last used and which messages wait; only its end is an effect.
    return table in NOTES and verb != "DELETE"


def attempt(world: World, door: Door, actor: str) -> Try:
    """Let an actor try a door of here with the valid body that its room gives, and undo it."""
    with undone():
        if door.method == OPEN:
            code, heard = listen(world, door, actor)
            return Try(str(code) if code else YES, data=heard, text=str(heard))
        answer, tables = knock(world, door, actor, valid(world, door))
        word = word_of(door, answer, tables)
        is_json = word == YES and "json" in answer.headers.get("Content-Type", "")
        return Try(word, tables, json.loads(answer.body) if is_json else None, answer.body.decode(errors="replace"))


def valid(world: World, door: Door) -> dict[str, Any] | None:
    """The valid body for a writing door: of its room, or of a desk over a table that no room owns."""
    if door.method in SAFE:
        return None
    return body(world, door) or desk_body(world, door) or {}


def knock(world: World, door: Door, actor: str, sent: Any) -> tuple[Answer, set[str]]:
    """The answer and what it wrote: a browser with its session at pages, a program with its token at the API."""
    headers: dict[str, str] = {}
    if door.kind == "api":
        headers["Authorization"] = f"Bearer {world.token(actor)}" if world.token(actor) else ""
    if door.method not in SAFE:
        cache.clear()  # knocking is counted there, and nobody here has knocked before
    with written() as tables:
        answer = Knocker(world)(Knock(actor, door, values_for(world, door), body=sent, headers=headers))
    return answer, tables


def word_of(door: Door, answer: Answer, tables: set[str]) -> str:
    """What came of it in one word, as the table's preface explains."""
    if answer.status >= 400:
        return str(answer.status)
    if answer.status >= 300:
        path = urlsplit(answer.headers["Location"]).path
        if "/reauthenticate/" in path:
            return PROVE
        if path.endswith("/login/"):
            return SIGN_IN
        if door.method in SAFE:
            return ELSEWHERE
    if door.method in SAFE:
        return WRITES if tables - NOTES else YES
    return YES if tables else NOTHING
