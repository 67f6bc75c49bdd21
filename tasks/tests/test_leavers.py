"""Work of members who leave: theirs as long as they are there, and named afterwards even without a name."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members import tokens
from members.actions import end_membership
from members.models import Membership, Person, User
from members.tests.factories import bearer, days, refused
from tasks.actions import create_task
from tasks.models import Project, Task
from tasks.queries import members_to_assign


@pytest.mark.parametrize(("last", "may"), [(0, False), (1, False), (9, True), (None, True)])
def test_who_leaves_later_is_given_work_until_then(
    actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership, last: int | None, may: bool
) -> None:
    if last is not None:
        end_membership(actor, yusuf_member, on=max(days(0), timezone.now().date() + timedelta(days=last)))
        yusuf_member.refresh_from_db()
    assert (yusuf_member in members_to_assign(linden.pk)) is may
    if may:
        assert create_task(actor, project, title="Roof", assignees=[yusuf_member]).people == [yusuf_member]
    else:
        with refused("assignees"):
            create_task(actor, project, title="Roof", assignees=[yusuf_member])


def test_a_card_of_somebody_whose_name_is_gone_says_which_member_it_was(
    client: Client, actor: Actor, marta: User, linden: Cooperative, project: Project, yusuf_member: Membership
) -> None:
    create_task(actor, project, title="Roof", assignees=[yusuf_member])
    create_task(actor, project, title="Door")
    end_membership(actor, yusuf_member)
    Membership.objects.filter(pk=yusuf_member.pk).update(left_name="")
    Person.objects.filter(pk=yusuf_member.person_id).update(name="", sort_name="")
    assert Task.objects.get(title="Roof").people == [yusuf_member]
    answer: Any = client.get(f"/api/v1/projects/{project.pk}/board/", headers=bearer(tokens.issue(marta).access))
    named = {card["title"]: card["assigned_name"] for lane in answer.json()["lanes"] for card in lane["tasks"]}
    assert named == {"Roof": "Former member 2", "Door": None}
    client.force_login(marta)
    page = client.get(reverse("tasks:board", args=[linden.slug, project.pk]))
    assert (page.status_code, b"Former member 2" in page.content) == (200, True)
