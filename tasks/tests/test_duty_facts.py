"""What duties answer to lower rooms: panel, my work, the figure, the demo, the doctor."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from cooperatives.web import panels_for
from members.models import Membership, User
from members.tests.factories import a_cooperative, a_member, acting
from tasks.actions import cancel_turn, confirm_part, give_place, mark_done, sign_up
from tasks.checkups import turns_hold_their_people
from tasks.demo.duties import add_duties, duties
from tasks.duty_facts import figures, my_work
from tasks.models import Duty, Effort, Part, Turn

from .rota import MONDAY, a_duty, turn_of, who


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


def test_my_work_names_my_parts_until_they_are_done(actor: Actor, linden: Cooperative, monday: Any) -> None:
    turn = turn_of(a_duty(actor, linden, place="Yard"))
    assert my_work(actor=actor, limit=7) == []
    part = sign_up(actor, turn)
    (found,) = my_work(actor=actor, limit=7)
    assert (found["title"], found["detail"], found["due_date"], found["cooperative"]) == (
        "Bins out",
        "Yard",
        date(2026, 6, 3),
        linden,
    )
    assert found["url"] == f"/c/linden-court/work/turns/{turn.pk}/"
    assert my_work(actor=SYSTEM, limit=7) == []
    monday.shift(timedelta(days=2))
    mark_done(actor, part)
    assert my_work(actor=actor, limit=7) == []


def test_the_panel_is_for_those_who_take_part(actor: Actor, linden: Cooperative, hassan: User) -> None:
    assert "my-duties" in [panel.key for panel in panels_for(actor, "overview", linden)]
    with acting(hassan) as observer:
        assert "my-duties" not in [panel.key for panel in panels_for(observer, "overview", linden)]


def test_the_figure_counts_filled_places_of_the_month(
    actor: Actor, linden: Cooperative, yusuf_member: Membership, outsider: User
) -> None:
    assert figures(actor=actor, cooperative=linden) == []
    bins = turn_of(a_duty(actor, linden, places=3, times=1))
    sign_up(actor, bins)
    give_place(actor, bins, member=yusuf_member)
    a_duty(actor, linden, title="Stairs", places=2, times=1)
    off = turn_of(a_duty(actor, linden, title="Off", times=1))
    sign_up(actor, off)
    cancel_turn(actor, off, version=1, reason="Rain")
    a_duty(actor, linden, title="Next month", starts_on=date(2026, 7, 1), opens_before=60, times=1)
    (found,) = figures(actor=actor, cooperative=linden)
    assert (found["label"], found["value"], found["note"]) == ("Duty places filled", 2, "of 5, this month")
    assert found["why"]["steps"] == [{"label": "Bins out (3)", "value": 2}, {"label": "Stairs (2)", "value": 0}]
    assert found["why"]["total"]["value"] == sum(step["value"] for step in found["why"]["steps"])
    with acting(outsider) as stranger:
        assert figures(actor=stranger, cooperative=linden) == []


def test_the_record_links_the_turn(actor: Actor, linden: Cooperative, client: Any, marta: User) -> None:
    turn = turn_of(a_duty(actor, linden))
    sign_up(actor, turn)
    client.force_login(marta)
    page = client.get("/c/linden-court/activity/").content.decode()
    assert f"/c/linden-court/work/turns/{turn.pk}/" in page
    assert "signed up for" in page and Event.objects.filter(kind="tasks.signed_up").exists()


def test_the_demo_sets_its_duties_up_once(db: None, marta: User) -> None:
    for slug, name in (("linden-court", "Linden Court"), ("kilele-dev-chama", "Kilele Dev Chama")):
        cooperative = a_cooperative(marta, name, slug=slug, is_demo=True)
        a_member(cooperative, name="Nora Varga")
        with enter([cooperative.pk], marta.pk):
            actor = Actor.of(marta)
            assert add_duties(cooperative=cooperative, actor=actor) == len(duties()[slug])
            assert add_duties(cooperative=cooperative, actor=actor) == 0
            assert Turn.objects.exists() and Duty.objects.count() == len(duties()[slug])
            assert not Turn.objects.filter(late=True).exists()
    with enter([cooperative.pk], marta.pk):
        assert Part.objects.filter(how="rotation").exists()
        cooperative.is_demo = False
        assert add_duties(cooperative=cooperative, actor=Actor.of(marta)) == 0


def test_the_doctor_sees_too_many_people_and_what_the_ledger_lacks(
    actor: Actor, linden: Cooperative, yusuf: User, yusuf_member: Membership, monday: Any
) -> None:
    def found() -> list[str]:
        return [finding.sentence for finding in turns_hold_their_people(cooperative=linden)]

    turn = turn_of(a_duty(actor, linden, places=2))
    part = sign_up(actor, turn)
    give_place(actor, turn, member=yusuf_member)
    monday.shift(timedelta(days=2))
    mark_done(actor, part)
    with acting(yusuf) as peer:
        confirm_part(peer, part)
    assert (found(), len(who(turn)), Effort.objects.count()) == ([], 2, 1)
    Turn.objects.filter(pk=turn.pk).update(places=1)
    Part.objects.filter(member=yusuf_member).update(done_at=timezone.now(), confirmed_at=timezone.now())
    lacking = Part.objects.get(member=yusuf_member)
    assert found() == [f"turn {turn.pk} has 2 people for 1 places", f"part {lacking.pk} is confirmed and not in the ledger"]
