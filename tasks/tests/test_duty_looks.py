"""How pages of duties look: where there are none, by what turns are called, and that no field of a form is left out."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import User
from tasks.duty_forms import DutyForm, RecurringForm
from tasks.models import Duty, Label, Project

from .rota import MONDAY, a_duty, turn_of

WORK = "/c/linden-court/work/"


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def duty(actor: Actor, linden: Cooperative) -> Duty:
    """Bins out on Wednesday."""
    return a_duty(actor, linden, places=2, place="Yard")


def test_a_cooperative_without_duties_says_what_they_are_for(
    page: Client, yusuf: User, signed_in: Any, actor: Actor, linden: Cooperative
) -> None:
    own, theirs = page.get(f"{WORK}duties/").content.decode(), signed_in(yusuf).get(f"{WORK}duties/").content.decode()
    assert "No duties yet" in own and f'href="{WORK}duties/new/"' in own and "Stairs, bins, snow" in own
    assert "No duties yet" in theirs and f'href="{WORK}duties/new/"' not in theirs
    a_duty(actor, linden, starts_on=date(2031, 6, 4))
    again = page.get(f"{WORK}duties/").content.decode()
    assert "No duties yet" not in again and "No turns ahead" in again
    assert f'href="{WORK}duties/mine/"' in again


def test_the_turns_of_a_duty_are_called_by_their_dates(page: Client, duty: Duty) -> None:
    turn = turn_of(duty)
    shown = page.get(f"{WORK}duties/{duty.pk}/").content.decode()
    link = re.search(rf'href="{WORK}turns/{turn.pk}/">(.*?)</a>', shown)
    assert link and link[1].startswith("<time") and "Bins out" not in link[1]
    assert ">Bins out</a>" in page.get(f"{WORK}duties/").content.decode()
    assert "from 7 days before until it begins" in shown and "Places left over" in shown


@pytest.mark.parametrize(("at", "form"), [("duties/new/", DutyForm), ("{project}/recurring/new/", RecurringForm)])
def test_the_forms_draw_every_field_they_ask_for(page: Client, project: Project, at: str, form: Any) -> None:
    Label.objects.create(cooperative=project.cooperative, project=project, name="garden")
    shown = page.get(f"{WORK}{at.format(project=project.pk)}").content.decode()
    assert [name for name in form.base_fields if f'name="{name}"' not in shown] == []
