"""Mails leave without a broker, too: an act does not fail because nobody hears of it, and the schedule finds what is due."""

from typing import Any

import pytest
from django.core import mail
from kombu.exceptions import OperationalError

from config.celery import app
from cooperatives.models import Cooperative
from members.actions import invite
from members.jobs import send_invitations
from members.models import User
from members.pictures import qr
from members.tests.factories import acting, refused

pytestmark = pytest.mark.django_db(transaction=True)


def test_without_a_broker_the_schedule_sends(ada: User, alder: Cooperative, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_args: Any, **_facts: Any) -> None:
        raise OperationalError("nobody answers")

    monkeypatch.setattr("members.waking.current_app.send_task", away)
    with acting(ada) as actor:
        invite(actor, alder, email="new@example.org")
    assert mail.outbox == []
    send_invitations()
    send_invitations()
    assert [message.to for message in mail.outbox] == [["new@example.org"]]


def test_what_is_rolled_back_wakes_nobody(ada: User, alder: Cooperative, woken: list[object]) -> None:
    with acting(ada) as actor, refused("no_email"):
        invite(actor, alder, email="no address")
    assert woken == []


def test_the_jobs_say_how_often_they_run() -> None:
    app.loader.import_default_modules()
    rhythms = {name: app.tasks[name].every.total_seconds() for name in ("members.send_invitations", "members.expire_offers")}
    assert rhythms == {"members.send_invitations": 300, "members.expire_offers": 3600}


def test_a_picture_is_square_with_its_quiet_zone() -> None:
    drawn = qr("https://example.org/join/with/" + "0" * 26 + "/")
    size = int(drawn.partition('viewBox="0 0 ')[2].partition(" ")[0])
    modules = [part.partition("h")[0].split() for part in drawn.partition('<path d="M')[2].split("M")]
    places = {(int(x), int(y)) for x, y in modules}
    assert {min(x for x, _y in places), min(y for _x, y in places)} == {4}
    assert {max(x for x, _y in places), max(y for _x, y in places)} == {size - 5}
