"""Schemathesis against the whole API, as a member, as an outsider and signed out: no 5xx, no undocumented answer."""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from cooperatives.actions import found
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import User
from members.tokens import issue
from tasks.actions import create_project, create_task

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
EXAMPLES = {"member": 6, "outsider": 3, "visitor": 2}  # tries for each operation


@pytest.fixture
def one_connection(db: Any) -> Iterator[None]:
    """Requests keep the test's own connection and its transaction, as Django's test client does."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def house(one_connection: None) -> Any:
    """A cooperative with a project and a task, so that a lucky id hits something."""
    user = User.objects.create_user("marta@example.org", "a long pass phrase", name="Marta")
    cooperative = found(Actor.of(user), name="Linden Court", kind="housing")
    actor = Actor.of(user)
    with enter([cooperative.pk], user.pk):
        project = create_project(actor, cooperative, name="House")
        create_task(actor, project, title="Roof")
    return user


@pytest.fixture(params=list(EXAMPLES))
def who(request: pytest.FixtureRequest) -> str:
    """As whom one run is made."""
    return str(request.param)


@pytest.fixture
def headers(who: str, house: User) -> dict[str, str]:
    """Sent with every request of one run."""
    if who == "visitor":
        return {}
    user = house if who == "member" else User.objects.create_user("nobody@example.org", "x", name="Nobody")
    return {"Authorization": f"Bearer {issue(user).access}"}


def test_no_operation_fails_or_answers_what_is_not_described(who: str, headers: dict[str, str]) -> None:
    api = schemathesis.openapi.from_wsgi("/api/schema/?format=json", application)
    operations = [found.ok() for found in api.get_all_operations()]
    assert len(operations) > 20
    for operation in operations:
        fuzz(operation, headers, EXAMPLES[who])


def fuzz(operation: Any, headers: dict[str, str], examples: int) -> None:
    """Hypothesis tries one operation; the answer must be one that the description promises."""

    @settings(max_examples=examples, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def attempt(case: Any) -> None:
        case.validate_response(case.call(headers=headers), checks=CHECKS)

    attempt()
