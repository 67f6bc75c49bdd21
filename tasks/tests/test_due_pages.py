"""What is due soon: a panel of the overview and a page of its own."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members.models import Membership, User
from tasks.actions import change_task
from tasks.models import Lane, Project

from .boards import add, fill, lane_named

DUE = "/c/linden-court/work/due/"
PART = {"HX-Request": "true"}


def text(answer: Any) -> str:
    return str(answer.content.decode())


@pytest.fixture
def today(linden: Cooperative) -> date:
    """As the cooperative's clock says."""
    return timezone.localdate(timezone=linden.zone)


def test_the_overview_shows_the_panel(page: Client) -> None:
    shown = text(page.get("/c/linden-court/"))
    assert f'hx-get="{DUE}"' in shown and f'href="{DUE}">Show “Due soon”</a>' in shown
    assert 'href="/c/linden-court/work/">All work</a>' in shown


def test_late_and_near_tasks_of_everybody_in_order(
    page: Client, actor: Actor, project: Project, todo: Lane, yusuf_member: Membership, today: date
) -> None:
    add(actor, todo, "In a week", due_date=today + timedelta(days=7))
    add(actor, todo, "Undated")
    add(actor, todo, "Soon", due_date=today + timedelta(days=6))
    add(actor, todo, "Late", due_date=today - timedelta(days=3), assignees=[yusuf_member])
    add(actor, lane_named(project, "done"), "Done", due_date=today)
    (gone,) = add(actor, todo, "Archived", due_date=today)
    change_task(actor, gone, version=1, archived=True)
    part = text(page.get(DUE, headers=PART))
    assert "<html" not in part
    assert part.index("Late") < part.index("Soon")
    assert "House committee · Yusuf Demir" in part and "House committee · nobody yet" in part and "3 days late" in part
    assert not [title for title in ("In a week", "Undated", "Done", "Archived") if f">{title}</a>" in part]


def test_nothing_due_says_so(page: Client) -> None:
    assert "Nothing is due this week" in text(page.get(DUE, headers=PART))
    assert "Nothing is due this week" in text(page.get(DUE))


def test_the_panel_is_short_and_leads_to_the_rest(page: Client, todo: Lane, today: date) -> None:
    fill(todo, 60, due_date=today)
    part = text(page.get(DUE, headers=PART))
    assert part.count('id="due-') == 1 + 8 and "Show all 60 that are due" in part
    assert text(page.get(DUE)).count('id="due-') == 1 + 50
    assert text(page.get(f"{DUE}?page=2")).count('id="due-') == 1 + 10


def test_titles_are_text(page: Client, actor: Actor, todo: Lane, today: date) -> None:
    add(actor, todo, "<script>alert(1)</script> שלום", due_date=today)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; שלום" in text(page.get(DUE, headers=PART))


def test_observers_see_it_and_strangers_do_not(hassan: User, outsider: User, project: Project, signed_in: Any) -> None:
    assert signed_in(hassan).get(DUE).status_code == 200
    assert signed_in(outsider).get(DUE).status_code == 404
