"""Sending a thing again: what stands in all tables, which doors take a POST, the forms that a page holds."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser
from threading import Barrier, Lock, Thread
from typing import Any
from unittest.mock import patch

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, connections

from cooperatives.actions import once
from cooperatives.models import OnceKey
from cooperatives.queries import enter
from cooperatives.rest import once as header
from cooperatives.web import forms as pages

from .bodies import body
from .knocking import Answer, Knock, Knocker
from .ledger import past_the_walls
from .surface import Door, doors
from .world import HERE, World

ONCE_FIELD = pages.ONCE
_KERNEL: dict[str, Any] = once.__globals__


def posting(kind: str) -> list[Door]:
    """Every door of ours of one kind that takes a POST."""
    return [door for door in doors() if door.kind == kind and door.method == "POST" and door.is_ours]


def kept(door: Door) -> str:
    """What a door of the API does with an Idempotency-Key; an empty string where its class does not say."""
    return str(getattr(door.viewset, "idempotency", ""))


def state() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours but the one-time keys themselves."""
    models = [model for label in settings.ROOMS for model in apps.get_app_config(label).get_models()]
    rows = {}
    with past_the_walls() as cursor:
        for model in models:
            if model is not OnceKey:
                columns = ", ".join(f'"{one.column}"' for one in model._meta.concrete_fields)
                cursor.execute(f'SELECT {columns} FROM "{model._meta.db_table}" ORDER BY id')
                rows[model._meta.db_table] = [tuple(map(_plain, row)) for row in cursor.fetchall()]
    return rows


def _plain(cell: Any) -> Any:
    return bytes(cell) if isinstance(cell, memoryview) else cell


# --- Forms on pages -----------------------------------------------------------------------------------------------------


class _Forms(HTMLParser):
    """The forms that are posted to an address, with their hidden fields and what their first named button says."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.forms: list[dict[str, str]] = []
        self._open = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._open = said.get("method") == "post" and said.get("action", self.address) == self.address
            if self._open:
                self.forms.append({})
        elif self._open and said.get("name") and (said.get("type") == "hidden" or tag == "button"):
            self.forms[-1].setdefault(said["name"], said.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = False


def forms_done_once(page: bytes, address: str) -> list[dict[str, str]]:
    """The hidden fields and button of each form of a page that is sent to an address with a one-time key."""
    parser = _Forms(address)
    parser.feed(page.decode(errors="replace"))
    return [form for form in parser.forms if ONCE_FIELD in form]


# --- Requests -----------------------------------------------------------------------------------------------------------


_LATE = ("leave", "end")


@dataclass
class Press:
    """One POST that is done once, to be sent as often as one likes; `key` replaces the one it carries."""

    knocker: Knocker
    door: Door
    ids: dict[str, Any]
    body: dict[str, Any]
    query: dict[str, str] = field(default_factory=dict)

    def __call__(self, key: str, **more: Any) -> Answer:
        """Send it under this key, with further or other fields."""
        sent, headers = {**self.body, **more}, {}
        if self.door.kind == "api":
            headers["Idempotency-Key"] = key
        else:
            sent[ONCE_FIELD] = key
        return self.knocker(Knock("admin", self.door, self.ids, self.query, sent, headers))


def anew(world: World) -> None:
    """Read the chosen rows of here again: what was done before has changed them."""
    with enter([world.here.pk], world.users["admin"].pk):
        for row in world.rows[HERE].values():
            with suppress(ObjectDoesNotExist):
                row.refresh_from_db()


def _lateness(door: Door) -> int:
    return _LATE.index(word) + 1 if (word := re.split("[-_]", door.name)[-1]) in _LATE else 0


def presses(world: World, *, aliases: bool = True) -> Iterator[Press]:
    """Every POST that is done once: of the API, and each page whose form carries a one-time key, step after step.

    Without `aliases` a resource that answers under several words is taken under its first one.
    """
    knocker = Knocker(world)
    seen = set()
    # What ends something comes last: where presses stay done, others need it to go on.
    for door in sorted([*posting("api"), *posting("page")], key=_lateness):
        is_alias = door.kind == "api" and (door.viewset, door.action) in seen
        seen.add((door.viewset, door.action))
        anew(world)
        if door.kind == "api":
            if kept(door) != header.REFUSED and (aliases or not is_alias):
                sent = said(world, door)  # which may choose another row
                yield Press(knocker, door, world.ids(door, HERE), sent)
            continue
        body(world, door)  # which may choose another row, too
        ids = world.ids(door, HERE)
        page = knocker(Knock("admin", door.by("GET"), ids))
        if page.status == 200 and forms_done_once(page.body, door.address(ids)):
            yield from _steps(Press(knocker, door, ids, said(world, door)))


def _steps(first: Press) -> Iterator[Press]:
    """A form, and those that its address shows afterwards: the confirmation of what was looked at."""
    yield first
    shown = first("step one")
    address, _, query = shown.headers.get("Location", "").partition("?")
    if query and address == first.door.address(first.ids):
        asked = dict(part.split("=") for part in query.split("&"))
        page = first.knocker(Knock("admin", first.door.by("GET"), first.ids, asked))
        for form in forms_done_once(page.body, address):
            yield Press(first.knocker, first.door, first.ids, form)


def said(world: World, door: Door) -> dict[str, Any]:
    """The valid body of a door. Fails for a POST for which no room gives one."""
    found = body(world, door)
    assert found is not None, f"no room gives a body for {door}: add one to its tests/bodies.py"
    return found


def same(press: Press, first: Answer, again: Answer) -> bool:
    """Whether the second answer is the first one, and an API says so."""
    shown = (first.status, first.body, first.headers.get("ETag"), first.headers.get("Location"))
    told = press.door.kind == "page" or again.headers.get("Idempotent-Replayed") == "true"
    return told and shown == (again.status, again.body, again.headers.get("ETag"), again.headers.get("Location"))


# --- What is watched and broken --------------------------------------------------------------------------------------------


@contextmanager
def counted() -> Iterator[list[int]]:
    """One entry for every time that something keyed was really done."""
    real, done, lock = _KERNEL["_spoken_of"], [], Lock()

    def spoken_of(gathered: Any) -> Any:
        with lock:
            done.append(1)
        return real(gathered)

    with patch.dict(_KERNEL, _spoken_of=spoken_of):
        yield done


def together(act: Callable[[int], Any], count: int) -> list[Any]:
    """Do it that often at one instant, each in a thread and on a connection of its own; results and exceptions."""
    results: list[Any] = [None] * count
    barrier = Barrier(count)

    def one(index: int) -> None:
        barrier.wait()
        try:
            results[index] = act(index)
        except Exception as error:  # noqa: BLE001  (whatever is raised is what the test looks for)
            results[index] = error
        finally:
            connections.close_all()

    threads = [Thread(target=one, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def killed(press: Press, key: str, *, committed: bool) -> None:
    """Let another process send it, and kill that process before the commit, or between commit and answer."""
    connection.close()  # two processes must not share one
    child = os.fork()
    if not child:
        try:
            _die_within(committed)
            press(key)
        finally:
            os._exit(1)
    _pid, ended = os.waitpid(child, 0)
    assert os.WIFSIGNALED(ended), f"{press.door} did not come to where it was to be killed"
    assert os.WTERMSIG(ended) == signal.SIGKILL


def _die_within(committed: bool) -> None:
    def die(*_: Any) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    def commit_and_die(*args: Any) -> Any:
        once(*args)
        die()

    if committed:
        header.once = pages.once = commit_and_die  # type: ignore[attr-defined]
    else:
        _KERNEL["_spoken_of"] = die
