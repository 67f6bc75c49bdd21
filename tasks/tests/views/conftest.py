"""What the tests of the views share: labels, people on tasks, today."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cooperatives.models import Cooperative
from members.models import Membership, User
from tasks.models import Label, Labelling, Project, Task, Watch


@pytest.fixture
def today(linden: Cooperative) -> date:
    """As the cooperative's clock says."""
    return timezone.localdate(timezone=linden.zone)


@pytest.fixture
def marta_member(marta: User, project: Project) -> Membership:
    """Marta's membership."""
    member: Membership = Membership.objects.select_related("user", "person").get(user=marta, cooperative=project.cooperative)
    return member


@pytest.fixture
def garden(project: Project) -> Label:
    """A label."""
    label: Label = Label.objects.create(cooperative=project.cooperative, project=project, name="garden")
    return label


@pytest.fixture
def roofs(project: Project) -> Label:
    """Another label."""
    label: Label = Label.objects.create(cooperative=project.cooperative, project=project, name="roofs")
    return label


@pytest.fixture
def put() -> Callable[..., None]:
    """Put a label on tasks."""

    def on(label: Label, *tasks: Task) -> None:
        Labelling.objects.bulk_create(Labelling(cooperative=task.cooperative, task=task, label=label) for task in tasks)

    return on


@pytest.fixture
def watch() -> Callable[..., None]:
    """Let somebody watch tasks."""

    def by(member: Membership, *tasks: Task) -> None:
        Watch.objects.bulk_create(Watch(cooperative=task.cooperative, task=task, member=member) for task in tasks)

    return by


@pytest.fixture
def statements(page: Client) -> Callable[[str], int]:
    """How many statements a page costs."""

    def of(url: str, **more: Any) -> int:
        page.get(url, **more)  # what is asked once in a process
        with CaptureQueriesContext(connection) as caught:
            assert page.get(url, **more).status_code == 200
        return len(caught)

    return of
