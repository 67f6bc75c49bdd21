"""Who decides is written to when somebody asks to join: each once, whatever is tried again."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from activity.dispatch import sweep
from activity.models import Cursor
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import pause, request_to_join, withdraw_request
from members.models import JoinRequest, User
from members.roles import Role
from members.tests.factories import a_member, a_user

DECIDE = ["ada.quist@example.org", "cleo.park@example.org"]


@pytest.fixture
def asked_of(alder: Cooperative, stranger: User) -> JoinRequest:
    """Sam asks Alder Yard, which has more officers than two who decide."""
    a_member(alder, a_user("Cleo Park"), Role.SECRETARY, Role.MEMBER)
    a_member(alder, a_user("Tom Till"), Role.TREASURER)
    a_member(alder, a_user("Olga Off", is_active=False), Role.ADMIN)
    a_member(alder, a_user("Dana Demo", is_demo=True), Role.ADMIN)
    with enter([alder.pk]):
        pause(SYSTEM, a_member(alder, a_user("Rune Rest"), Role.ADMIN), reason="At sea")
    Cooperative.objects.filter(pk=alder.pk).update(is_listed=True)
    return request_to_join(Actor.of(stranger), alder, answers=[])


def told() -> list[str]:
    """Sweep; to whom a mail went, in all."""
    sweep()
    return sorted(message.to[0] for message in mail.outbox)


def test_admins_and_secretaries_are_told_once(asked_of: JoinRequest) -> None:
    assert told() == DECIDE
    assert (mail.outbox[0].subject, str(asked_of.public_id) in mail.outbox[0].body) == (
        "Sam Stranger asks to join Alder Yard",
        True,
    )
    with enter([asked_of.cooperative_id]):
        Cursor.objects.filter(target="requests").update(seq=0)  # a crash before the cursor moved
    assert told() == DECIDE


def test_what_was_taken_back_meanwhile_is_not_told(asked_of: JoinRequest, stranger: User) -> None:
    withdraw_request(Actor.of(stranger), asked_of, version=1)
    assert told() == []


def test_one_letter_that_fails_is_tried_again_alone(asked_of: JoinRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    sending, failing = EmailMessage.send, {"cleo.park@example.org"}

    def send(message: Any, **options: Any) -> int:
        if set(message.to) & failing:
            raise OSError("full")
        return sending(message, **options)

    monkeypatch.setattr(EmailMessage, "send", send)
    assert told() == DECIDE[:1]
    failing.clear()
    with enter([asked_of.cooperative_id]):
        Cursor.objects.filter(target="requests").update(retry_at=timezone.now() - timedelta(seconds=1))
    assert told() == DECIDE
