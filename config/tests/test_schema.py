"""The API's description has no warnings and is the checked-in one."""

from io import StringIO

import pytest
import yaml
from django.core.management import call_command

from config.env import BASE_DIR

pytestmark = pytest.mark.gate
FILE = BASE_DIR / "docs" / "openapi.yaml"


def test_the_description_is_the_checked_in_one() -> None:
    drawn = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=drawn)
    assert yaml.safe_load(drawn.getvalue()) == yaml.safe_load(FILE.read_text()), (
        "run: .venv/bin/python manage.py spectacular --file docs/openapi.yaml"
    )
