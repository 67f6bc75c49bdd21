"""The active cooperatives: which tenants the present thread, task or request may see.

`enter()` only sets a context variable. On PostgreSQL every statement then carries the set in
its own message, so that nothing can leak through a connection pool and reads need no transaction.
"""

from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper


class Entered(NamedTuple):
    """The cooperatives that are active, in ascending order, and the user who acts (None: a system job)."""

    cooperatives: tuple[int, ...]
    user: int | None


class NotEntered(RuntimeError):
    """An owned row was asked for while no cooperative is active: a defect in the caller, never in the input."""


class Crossed(RuntimeError):
    """A row of a cooperative outside the active ones was about to be written or was read by raw SQL."""


_entered: ContextVar[Entered | None] = ContextVar("entered", default=None)
_FAILED_TRANSACTION = 3  # psycopg's TransactionStatus.INERROR


@contextmanager
def enter(cooperatives: Iterable[int] = (), user: int | None = None) -> Iterator[None]:
    """Make these cooperatives the active ones until the block ends; what was active before is restored.

    An empty set sees no owned row. `user` lets that user's own memberships be found.
    """
    ids = tuple(sorted({int(cooperative) for cooperative in cooperatives}))
    token = _entered.set(Entered(ids, int(user) if user else None))
    try:
        yield
    finally:
        _entered.reset(token)


def entered() -> Entered:
    """The active cooperatives. Raises NotEntered when `enter()` was not called."""
    now = _entered.get()
    if now is None:
        raise NotEntered("enter() a cooperative first")
    return now


def entering_each(chunks: Iterable[Any], now: Entered) -> Iterator[Any]:
    """Draw a streamed body inside what was active when it was made: it is read after the request has left."""
    steps = iter(chunks)
    while True:
        # A `with` around the yield would leak into whoever consumes the stream.
        with enter(*now):
            try:
                chunk = next(steps)
            except StopIteration:
                return
        yield chunk


async def entering_each_async(chunks: AsyncIterable[Any], now: Entered) -> AsyncIterator[Any]:
    """The same as `entering_each` for an asynchronous body."""
    steps = aiter(chunks)
    while True:
        with enter(*now):
            try:
                chunk = await anext(steps)
            except StopAsyncIteration:
                return
        yield chunk


def carry(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Put the active set in front of one statement, in the same message to PostgreSQL.

    Raises NotImplementedError for executemany, which cannot carry a prefix.
    """
    connection, now = context["connection"], _entered.get()
    if now is None and not connection.in_atomic_block:
        return execute(sql, params, many, context)
    if connection.connection.info.transaction_status == _FAILED_TRANSACTION:
        return execute(sql, params, many, context)  # only ROLLBACK TO may run, and it must stand alone
    if many:
        raise NotImplementedError("executemany cannot carry the active cooperatives; use bulk_create")
    result = execute(_prefix(now) + sql, params, many, context)
    cursor = context["cursor"].cursor
    cursor.nextset()
    cursor.nextset()
    return result


def _prefix(now: Entered | None) -> str:
    # Ids are ints by construction. Inside a transaction an unentered statement sends empty
    # values, so that leaving really leaves.
    ids, user = (",".join(map(str, now.cooperatives)), now.user or "") if now else ("", "")
    return f"SET LOCAL app.cooperatives = '{{{ids}}}'; SET LOCAL app.\"user\" = '{user}'; "


def install_carrier(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created`: wrappers outlive a reconnect, so add ours once."""
    if connection.vendor == "postgresql" and carry not in connection.execute_wrappers:
        connection.execute_wrappers.append(carry)
