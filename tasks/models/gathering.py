"""What hangs on a row, read in the statement that reads the row."""

import json
from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Func, Subquery


class _Keys(models.TextField):  # type: ignore[type-arg]
    """A list of keys: an array of PostgreSQL, JSON of SQLite."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[Any]:
        return list(json.loads(value) if isinstance(value, str) else value)


class _Ids(_Keys):
    """A list of public ids."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> list[Any]:
        return [str(UUID(str(one))) for one in super().from_db_value(value, expression, connection)]


class Keys(Subquery):
    """The keys that a subquery finds in its one column, `one`, as a list in its order."""

    output_field: Any = _Keys()
    template = "ARRAY(%(subquery)s)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        """SQLite has no arrays, but writes lists as JSON."""
        return self.as_sql(compiler, connection, template='(SELECT json_group_array("one") FROM (%(subquery)s))', **context)


class PublicIds(Keys):
    """The same of public ids."""

    output_field = _Ids()


class Number(Subquery):
    """How many rows a subquery finds that have something in its one column, `one`: 0 when there are none."""

    output_field: Any = models.IntegerField()
    template = '(SELECT COUNT("one") FROM (%(subquery)s) counted)'


class Among(Func):
    """Whether a key is one of many, given as JSON text: one value however many there are, so that SQL is written once."""

    output_field: Any = models.BooleanField()
    _HOW: ClassVar = {
        "postgresql": "{} = ANY(ARRAY(SELECT one::bigint FROM jsonb_array_elements({}::jsonb) AS one))",
        "sqlite": "{} IN (SELECT value FROM json_each({}))",
    }

    def as_sql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:  # type: ignore[override]
        """As each engine takes a list apart."""
        (key, more), (keys, values) = map(compiler.compile, self.source_expressions)
        return self._HOW[connection.vendor].format(key, keys), (*more, *values)
