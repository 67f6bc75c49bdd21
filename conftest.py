"""Fixtures of the whole suite. Each room's own fixtures stand in its `tests/conftest.py`."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import TransactionTestCase

from config.tests.databases import emptying, from_template

# A run makes millions of objects that live until its end; looking through all of them again and again took a sixth of it.
gc.set_threshold(200_000, 50, 100)
pytest_plugins = ["config.tests.tracing", "config.tests.browsing"]
TESTDATA = Path(__file__).resolve().parent.parent / "shared" / "testdata"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Before the databases are made."""
    from_template(connection)


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """Create and migrate as the owner, then run every test as the application role, as production does."""
    on_postgres = connection.vendor == "postgresql"
    options = connection.settings_dict["OPTIONS"]
    with django_db_blocker.unblock():
        empty = emptying(connection)
        if on_postgres:
            options["assume_role"] = settings.DATABASE_APP_ROLE
            connection.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: empty())
        yield
    if on_postgres:
        options.pop("assume_role")
        with django_db_blocker.unblock():
            connection.close()


@pytest.fixture(scope="session")
def testdata() -> Path:
    """The folder of real-world inputs beside the checkout. Missing: skipped with a word, or failed when required."""
    if not TESTDATA.is_dir():
        if os.environ.get("TESTDATA_REQUIRED") == "1":
            pytest.fail(f"{TESTDATA} is missing and TESTDATA_REQUIRED=1")
        pytest.skip("the shared test data is not beside this checkout")
    return TESTDATA
