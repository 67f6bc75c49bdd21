"""Kinds and actions that exist for these tests only."""

from typing import Any

from cooperatives.actions import action
from cooperatives.events import Audience, kind, record
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter

NOTED = kind("trial.noted", "{actor} noted {text} on {subject}", payload={"text": str})
CARD = kind(
    "trial.card_changed",
    "{actor} changed {subject}",
    payload={"project_id": int, "text": str},
    live="card.updated",
    rooms=("project",),
)
SEALED = kind("trial.sealed", "{actor} sealed {text}", payload={"text": str}, audience=Audience.OFFICERS)
WHISPERED = kind("trial.whispered", "{actor} told you {text}", payload={"user_id": str, "text": str}, audience=Audience.PERSON)
STOOD = kind("trial.stood", "{subject} stands otherwise", payload={"user_id": str}, standing=True)


@action
def note(cooperative: Cooperative, text: str = "a note", *, actor: Actor = SYSTEM, what: Any = NOTED, **more: Any) -> None:
    """Record one event of a kind whose payload has a text."""
    with enter([cooperative.pk]):
        record(what, actor, cooperative, text=text, **more)


@action
def notes(cooperative: Cooperative, count: int) -> None:
    """Record many events in one action."""
    with enter([cooperative.pk]):
        for number in range(count):
            record(NOTED, SYSTEM, cooperative, text=f"note {number}")


@action
def note_in_all(*cooperatives: Cooperative) -> None:
    """Record one event in each cooperative, in the order given."""
    for cooperative in cooperatives:
        with enter([cooperative.pk]):
            record(NOTED, SYSTEM, cooperative, text="in all")


@action
def note_and_fail(cooperative: Cooperative) -> None:
    """Record an event and fall over."""
    with enter([cooperative.pk]):
        record(NOTED, SYSTEM, cooperative, text="never")
        raise ZeroDivisionError


@action
def stand(cooperative: Cooperative, user: Any) -> None:
    """Say that a user's right to listen may have changed."""
    with enter([cooperative.pk]):
        record(STOOD, SYSTEM, cooperative, user_id=str(user.public_id))
