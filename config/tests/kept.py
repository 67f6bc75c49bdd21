"""What is made once for a whole file of tests, in a transaction that stays open; every test's own changes are undone.

Such a file holds no tests with real commits: they would flush it away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction


@contextmanager
def undone() -> Iterator[None]:
    """Everything inside is rolled back, as a test's own transaction is: actions may be durable in it."""
    with transaction.atomic():
        connection.atomic_blocks[-1]._from_testcase = True
        try:
            yield
        finally:
            transaction.set_rollback(True)


@contextmanager
def kept(blocker: Any) -> Iterator[None]:
    """For a fixture of a module, with `django_db_blocker`: what is made inside stands in all its tests."""
    with blocker.unblock(), pytest.MonkeyPatch.context() as patch, undone():
        # Every test ends by closing the connection that the transaction lives in.
        patch.setattr(connection, "close", lambda: None)
        yield
