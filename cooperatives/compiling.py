"""Questions that are asked with every request, written into SQL once: Django takes longer to write than a database to answer.

What is compiled is an ordinary queryset, with marks where its values stand; its predicate of the active cooperatives is
marked in the same way. So nothing is written by hand, and the walls are those of every other question.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from weakref import WeakSet

from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.models import QuerySet, prefetch_related_objects
from django.db.transaction import TransactionManagementError

from .tenancy import Entered, enter, entered

MOST_COOPERATIVES = 8  # who stands in more asks the ordinary way
# Positive and of 32 bits: Django leaves out a comparison with a number that the column cannot hold.
_INT, _ACTIVE, _USER = 2_040_000_000, 2_050_000_000, 2_060_000_000
Kind = type[int] | type[str] | type[date] | type[datetime]


def _mark(kind: Kind, place: int) -> Any:
    """A value that no row holds, by which the place of a parameter is found again."""
    if kind is int:
        return _INT + place
    if kind is datetime:
        return datetime(1900, 1, 1, 0, 0, place, tzinfo=UTC)
    return date(1900, 1, 1 + place) if kind is date else f"\x01{place}"


def _is_special(value: Any) -> bool:
    """What Django writes in another way than a value of its column: nothing, and numbers that no column holds."""
    return value is None or (isinstance(value, int) and not -(2**63) <= value < 2**63)


def _like(one: Any, **other: Any) -> Any:
    """A shallow copy in which some things are different: a queryset or a compiler of Django, which copy themselves at length."""
    made = object.__new__(type(one))
    made.__dict__.update(one.__dict__, **other)
    return made


class _Ready:
    """The SQL of one question for a number of active cooperatives. It never changes, so that all threads ask by the same one."""

    def __init__(self, question: "Compiled", cooperatives: int, connection: Any) -> None:
        marks = {name: _mark(kind, place) for place, (name, kind) in enumerate(question.kinds.items(), 1)}
        active: list[Any] = [_ACTIVE + place for place in range(cooperatives)]
        self.ops = connection.ops
        self.adapt = {name: self._adapter(kind) for name, kind in question.kinds.items()}
        with enter(active, _USER):
            self.queryset: Any = question.build(**marks)
            self.compiler: Any = self.queryset.query.get_compiler(using=self.queryset.db)
            self.sql, params = self.compiler.as_sql()
        self.converters = self.compiler.get_converters([one for one, *_ in self.compiler.select])
        self.params: list[Any] = list(params)
        named = {self.adapt[name](mark): name for name, mark in marks.items()}
        plain = [(at, one) for at, one in enumerate(params) if isinstance(one, int | str | date)]
        self.places = [(at, named[one]) for at, one in plain if one in named]
        self.active = [(at, active.index(one)) for at, one in plain if one in active]
        self.user = [at for at, one in plain if one == _USER]
        if {name for _at, name in self.places} != set(marks):
            raise ValueError("a value does not stand in the SQL as it was given")

    def _adapter(self, kind: Kind) -> Callable[[Any], Any]:
        ops = self.ops
        adapters: dict[Any, Callable[[Any], Any]] = {date: ops.adapt_datefield_value, datetime: ops.adapt_datetimefield_value}
        return adapters.get(kind, lambda value: value)

    def rows(self, values: dict[str, Any], now: Entered, connection: Any) -> list[Any]:
        """Ask. Raises TransactionManagementError for a lock that nothing would hold, which Django notices only in writing SQL."""
        if self.queryset.query.select_for_update and not connection.in_atomic_block:
            raise TransactionManagementError("select_for_update cannot be used outside of a transaction.")
        params = list(self.params)
        for at, name in self.places:
            params[at] = self.adapt[name](values[name])
        for at, place in self.active:
            params[at] = now.cooperatives[place]
        for at in self.user:
            params[at] = now.user
        rows = list(self.queryset._iterable_class(self._asked(tuple(params), connection)))
        if wanted := self.queryset._prefetch_related_lookups:
            prefetch_related_objects(rows, *wanted)
        return rows

    def _asked(self, params: tuple[Any, ...], connection: Any) -> Any:
        """The queryset with these values, for one reading with one connection."""
        written = {"as_sql": lambda *_args, **_kwargs: (self.sql, params), "get_converters": lambda _columns: self.converters}
        compiler = _like(self.compiler, connection=connection, **written)
        query = _like(self.queryset.query, get_compiler=lambda *_args, **_kwargs: compiler)
        return _like(self.queryset, _query=query)


_questions: "WeakSet[Compiled]" = WeakSet()


def forget() -> None:
    """Have every question written anew at its next use: for who changes how SQL is written, as tests do."""
    for question in list(_questions):
        question._known.clear()


class Compiled:
    """A question that is compiled at its first use. `build` gives the queryset for its values by name.

    `kinds` names the type of each value; every value must reach the SQL as it is. `owned` questions are asked within the
    active cooperatives. Answers rows, or tuples for `values_list`.
    """

    def __init__(self, build: Callable[..., "QuerySet[Any, Any]"], *, owned: bool = True, **kinds: Kind) -> None:
        self.build, self.owned, self.kinds = build, owned, kinds
        self._known: dict[int, _Ready] = {}
        _questions.add(self)

    def __call__(self, **values: Any) -> list[Any]:
        """The rows for these values. Raises NotEntered for an owned question while nothing is entered."""
        now = entered() if self.owned else Entered((), None)
        if len(now.cooperatives) > MOST_COOPERATIVES or any(map(_is_special, values.values())):
            return list(self.build(**values))
        connection = connections[DEFAULT_DB_ALIAS]
        try:
            return self._ready(len(now.cooperatives), connection).rows(values, now, connection)
        except EmptyResultSet:  # no cooperative is active
            return []

    def _ready(self, cooperatives: int, connection: Any) -> _Ready:
        found = self._known.get(cooperatives)
        if found is None:  # two threads that come first at once both write it, and either text will do
            found = self._known[cooperatives] = _Ready(self, cooperatives, connection)
        return found

    def first(self, **values: Any) -> Any:
        """The first row, or None."""
        return next(iter(self(**values)), None)
