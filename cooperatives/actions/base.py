"""How every action runs: one durable transaction that checks, locks, changes and records."""

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn, ParamSpec, TypeVar

from django.db import IntegrityError, OperationalError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from ..events import Gathered, Occurrence, _gathered, subscribers_of, write
from ..policy import Actor, cooperative_of, may, may_each
from ..tenancy import enter

P = ParamSpec("P")
R = TypeVar("R")
_WAVES = 20  # a subscriber may record in turn; a ring of them must end as an error, not as a hang

_GAVE_WAY = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock
_COLLIDES = gettext_lazy("This collides with something saved at the same moment. Reload and try again.")


class RuleBroken(Exception):
    """A rule says no. `code` is for programs, `sentence` names the cure, `field` is the input that is wrong."""

    status = 422
    code = "rule_broken"

    def __init__(self, code: str = "", sentence: str | Promise = "", field: str | None = None, **extra: Any) -> None:
        super().__init__(code or self.code)
        self.code = code or self.code
        self._sentence = sentence
        self.field = field
        self.extra = extra

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language."""
        return str(self._sentence)

    def __str__(self) -> str:
        return self.sentence or self.code


class Invalid(RuleBroken):
    """The input cannot be read."""

    status, code = 400, "invalid"


class Forbidden(RuleBroken):
    """A member without the right."""

    status, code = 403, "forbidden"


class NotFound(RuleBroken):
    """No such thing, or not of this actor's cooperatives: the same answer."""

    status, code = 404, "not_found"


class Conflict(RuleBroken):
    """The world has moved on: a double act, a full lane, a vanished neighbour."""

    status, code = 409, "conflict"


class TooMany(RuleBroken):
    """Too often within a span; `wait` is the number of seconds until the next try."""

    status, code = 429, "throttled"

    def __init__(self, code: str = "", sentence: str | Promise = "", *, wait: int) -> None:
        super().__init__(code, sentence)
        self.wait = wait


class Stale(Conflict):
    """The row was changed by somebody since the actor saw it; `current` is the row as it is now."""

    code = "stale"

    def __init__(self, current: Any) -> None:
        sentence = gettext_lazy("Somebody changed this in the meantime. Look at both versions and save again.")
        super().__init__(self.code, sentence, "version")
        self.current = current


def action(function: Callable[P, R]) -> Callable[P, R]:
    """Run the function as an action: the outermost is one durable transaction, a nested one joins it.

    What was recorded is agreed to by its subscribers and written last, with the event heads locked in order
    of cooperative, so that no head is held while anything else happens.
    """

    @functools.wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _gathered.get() is not None:
            return function(*args, **kwargs)
        with acting():
            return function(*args, **kwargs)

    return run


@contextmanager
def acting() -> Iterator[Gathered]:
    """The outermost action as a block; gives what is recorded in it. Raises RuntimeError inside another action."""
    if _gathered.get() is not None:
        raise RuntimeError("this must be the outermost action")
    with _spoken_constraints(), transaction.atomic(durable=True), _gathering() as gathered:
        yield gathered
        agree(gathered)
        write(gathered)


@contextmanager
def _gathering() -> Iterator[Gathered]:
    gathered = Gathered()
    token = _gathered.set(gathered)
    try:
        yield gathered
    finally:
        _gathered.reset(token)


def agree(gathered: Gathered) -> None:
    """Let the subscribers of everything gathered act, then those of what they recorded in turn, wave by wave."""
    for _wave in range(_WAVES):
        if gathered.agreed == len(gathered):
            return
        wave, gathered.agreed = gathered[gathered.agreed :], len(gathered)
        for occurrence in wave:
            _tell(occurrence)
    raise RuntimeError(f"subscribers answer each other without end: {gathered[-1].kind.name}")


def _tell(occurrence: Occurrence) -> None:
    with enter([occurrence.cooperative_id], occurrence.actor.user_id):
        for subscriber in subscribers_of(occurrence.kind.name):
            subscriber(occurrence)


@contextmanager
def _spoken_constraints() -> Iterator[None]:
    # Deferred keys speak at COMMIT, so this stands around the transaction, never inside it.
    try:
        yield
    except IntegrityError as error:
        raise Conflict("constraint", _COLLIDES) from error
    except OperationalError as error:
        # Locks are taken in one order; where a deadlock comes about all the same, nothing was written.
        if getattr(error.__cause__, "sqlstate", "") not in _GAVE_WAY:
            raise
        raise Conflict("gave_way", _COLLIDES) from error


def check(actor: Actor, name: str, obj: Any = None) -> None:
    """Raise NotFound for a stranger to the object's cooperative and Forbidden for a member without the right."""
    if not may(actor, name, obj):
        _refuse(actor, obj)


def check_each(actor: Actor, name: str, objs: Sequence[Any]) -> None:
    """The same for each of many objects, in as many statements as for one; the first that is refused decides."""
    for obj, held in zip(objs, may_each(actor, name, objs), strict=True):
        if not held:
            _refuse(actor, obj)


def _refuse(actor: Actor, obj: Any) -> NoReturn:
    if obj is not None and cooperative_of(obj) is not None and actor.standing(cooperative_of(obj)) is None:
        raise NotFound("not_found", gettext_lazy("There is nothing at this address."))
    raise Forbidden("forbidden", gettext_lazy("Your role does not include this. Ask an administrator of the cooperative."))


def expect(row: Any, version: int | None) -> None:
    """Raise Stale unless the row still has the version the actor saw (None: the actor saw none)."""
    if version is None or row.version != version:
        raise Stale(row)
