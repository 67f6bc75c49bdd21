"""What hangs on a row, read in the statement that reads the row."""

import json
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Subquery


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
