"""One examination: the host, then the rows of all cooperatives, then each cooperative by its own rules."""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import replace

from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper

from ..backup.errors import Refused
from ..backup.view import one_moment, whole_view
from ..checkups import Checkup, Finding, checkups, doubtful, wrong
from ..queries import each_cooperative

_SIGHT = "sight"


def examine(connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Every finding: what is wrong by itself, what is well in one line for each checkup. Read-only, memory bounded."""
    yield from _told(checkups("host"), connection=connection)
    try:
        with ExitStack() as stack:
            sees_all = _look(connection, stack)
            yield _sight(sees_all)
            if sees_all:
                yield from _told(checkups("rows"), connection=connection)
            yield from _each()
    except DatabaseError as error:
        reason = str(error).partition("\n")[0]
        yield replace(wrong(f"the rows could not be read: {reason}", "Mend what stands above first."), name=_SIGHT)


def _look(connection: BaseDatabaseWrapper, stack: ExitStack) -> bool:
    """Begin to read one moment: as the owner, or else as the application, who sees one cooperative at a time."""
    try:
        stack.enter_context(whole_view(connection))
    except Refused:
        stack.enter_context(one_moment(connection))
        return False
    return True


def _sight(sees_all: bool) -> Finding:
    if sees_all:
        return Finding("ok", "the rows of all cooperatives are seen at one moment", name=_SIGHT)
    cure = "Run the doctor with DATABASE_OWNER_URL, and `migrate` if the fences have drifted."
    return replace(
        doubtful("keys between cooperatives, files and tokens were not looked at: row security hides rows", cure), name=_SIGHT
    )


def _told(asked: Iterable[Checkup], **question: object) -> Iterator[Finding]:
    for checkup in asked:
        found = checkup.findings(**question)
        yield from found or [Finding("ok", checkup.well, name=checkup.name)]


def _each() -> Iterator[Finding]:
    asked = checkups("cooperative")
    well, number = {checkup.name for checkup in asked}, 0
    for cooperative in each_cooperative():
        number += 1
        for checkup in asked:
            if found := checkup.findings(cooperative=cooperative):
                well.discard(checkup.name)
                yield from found
    for checkup in asked:
        if checkup.name in well:
            yield Finding("ok", f"{checkup.well} ({number} cooperatives)", name=checkup.name)
