"""The first steps: seven facts that are looked up; put away for good; shown to admins alone."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cooperatives.actions import Forbidden, change_cooperative
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may, visible
from cooperatives.queries import enter
from cooperatives.web import panels_for
from members.actions import dismiss_beginning, fill_sample, grant_role
from members.models import Beginning, Building, Invitation, Membership, Unit, User
from members.queries.beginning import first_steps
from members.roles import Role
from tasks.actions import create_project, create_task

from ..factories import a_cooperative, a_member, acting, days

HOUSING = ["basics", "register", "roles", "homes", "invited", "board", "task"]
CHAMA = ["basics", "register", "roles", "joined", "invited", "board", "task"]


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def done(user: User, cooperative: Cooperative) -> list[str]:
    with acting(user) as actor, enter([cooperative.pk], user.pk):
        return [step.key for step in first_steps(actor, cooperative) if step.is_done]


def test_a_new_cooperative_has_seven_steps_before_it(ada: User, alder: Cooperative) -> None:
    other = a_cooperative(ada, "Devs", kind="chama")
    with acting(ada) as actor:
        assert [step.key for step in first_steps(actor, alder)] == HOUSING
        assert [step.key for step in first_steps(actor, other)] == CHAMA
        assert all(step.url.startswith(f"/c/{alder.slug}/") for step in first_steps(actor, alder))
    assert done(ada, alder) == done(ada, other) == []


def test_each_step_is_done_when_it_is_true(ada: User, alder: Cooperative) -> None:
    own = {"cooperative": alder}
    with acting(ada) as actor:
        change_cooperative(actor, alder, version=1, description="48 homes")
        alder.refresh_from_db()
        assert done(ada, alder) == ["basics"]
        member = a_member(alder, name="Petra Paper")
        assert done(ada, alder) == ["basics", "register"]
        grant_role(actor, member, role=Role.TREASURER)
        assert done(ada, alder) == HOUSING[:3]
        Unit.objects.create(**own, building=Building.objects.create(**own, name="North"), code="N-1")
        assert done(ada, alder) == HOUSING[:4]
        Invitation.objects.create(**own, way="link", expires_at=timezone.now())
        project = create_project(actor, alder, name="House", key="H")
        assert done(ada, alder) == HOUSING[:6]
        create_task(actor, project, title="Sweep")
        assert done(ada, alder) == HOUSING


def test_sample_data_are_no_step(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        fill_sample(actor, alder)
    assert done(ada, alder) == []


def test_a_role_that_is_over_does_not_count(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        grant = grant_role(actor, Membership.objects.get(user=ben), role=Role.SECRETARY)
        type(grant).objects.filter(pk=grant.pk).update(starts_on=days(-5), ends_on=days(0))
    assert done(ada, alder) == ["register"]


def test_the_first_login_beside_the_founders_is_a_step_of_a_chama(ada: User, ben: User) -> None:
    devs = a_cooperative(ada, "Devs", kind="chama")
    a_member(devs, name="Petra Paper")
    assert done(ada, devs) == ["register"]
    a_member(devs, ben)
    assert done(ada, devs) == ["register", "joined"]


def panels(user: User, cooperative: Cooperative) -> list[str]:
    with acting(user) as actor:
        return [panel.key for panel in panels_for(actor, "overview", cooperative)]


def test_they_stand_on_the_overview_until_they_are_put_away(ada: User, ben: User, alder: Cooperative) -> None:
    client, place = browser(ada), f"/c/{alder.slug}/"
    assert panels(ada, alder)[0] == "beginning"
    assert "beginning" not in panels(ben, alder)
    part = client.get(f"{place}first-steps/", headers={"HX-Request": "true"}).content.decode()
    assert part.count('id="step-') == 7
    assert "<html" not in part
    assert "Done: 1 of 7." in client.get(f"{place}first-steps/").content.decode()
    assert "First steps" in client.get(place).content.decode()
    said = client.post(f"{place}first-steps/away/", follow=True).content.decode()
    assert "The first steps are put away." in said
    assert "beginning" not in panels(ada, alder)
    assert "Put the first steps away" not in client.get(f"{place}first-steps/").content.decode(), "the page itself stays"
    with acting(ada) as actor:
        dismiss_beginning(actor, alder)
        assert Beginning.objects.count() == 1


@pytest.mark.parametrize("part", ["", "away/", "sample/"])
def test_others_are_not_led_through_them(ben: User, alder: Cooperative, stranger: User, part: str) -> None:
    address = f"/c/{alder.slug}/first-steps/{part}"
    send = "post" if part else "get"
    assert getattr(browser(ben), send)(address).status_code == 403
    assert getattr(browser(stranger), send)(address).status_code == 404
    with acting(ben) as actor, pytest.raises(Forbidden):
        dismiss_beginning(actor, alder)


def test_both_faces_of_the_rule_agree(ada: User, alder: Cooperative) -> None:
    other = a_cooperative(ada, "Birch Lane")
    with acting(ada) as actor:
        dismiss_beginning(actor, other)
        rows = visible(actor, "members.begins", Cooperative.objects.order_by("pk"))
        assert list(rows) == [one for one in Cooperative.objects.order_by("pk") if may(actor, "members.begins", one)] == [alder]
    assert not may(Actor(), "members.begins", alder)


def test_the_page_costs_the_same_for_few_and_many_people(ada: User, alder: Cooperative) -> None:
    client = browser(ada)
    counts: list[Any] = []
    for name in ("One More", "Two More", "Three More"):
        a_member(alder, name=name)
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/c/{alder.slug}/first-steps/")
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]
