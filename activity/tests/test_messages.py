"""From a record to its message: for whom, with which key, and nothing that could forge what the server says."""

import json
from dataclasses import replace

import pytest

from activity.live.messages import groups_of, parcel_of
from activity.live.parcel import RECHECK, SAY
from activity.live.process import hub
from activity.live.target import LIVE, deliver
from activity.models import Event
from cooperatives.events import KINDS, Audience
from cooperatives.queries import enter

from .acts import CARD, NOTED, SEALED, WHISPERED, note, stand

pytestmark = pytest.mark.django_db


def last(cooperative):
    """The last record, as the dispatcher loads it."""
    return Event.objects.select_related("detail", "actor").order_by("-seq")[0]


@pytest.fixture
def published(monkeypatch):
    """What the hub is asked to publish."""
    parcels = []
    monkeypatch.setattr(hub, "publish", parcels.append)
    return parcels


def test_a_room_hears_with_its_cooperative():
    assert groups_of(CARD, 7, {"project_id": 3}) == ("cooperative.7", "project.3")
    assert groups_of(CARD, 7, {"project_id": None}) == ("cooperative.7",)
    assert groups_of(CARD, 7, {}) == ("cooperative.7",)


def test_what_is_personal_goes_to_the_person_everywhere_and_in_that_cooperative():
    assert groups_of(WHISPERED, 7, {"user_id": "u1"}) == ("member.u1", "member.u1.7")
    assert groups_of(WHISPERED, 7, {"user_id": ""}) == ()


def test_what_the_office_waits_for_goes_to_its_officers_too():
    waited_for = replace(WHISPERED, office=True)
    assert groups_of(waited_for, 7, {"user_id": "u1"}) == ("member.u1", "member.u1.7", "officers.7")
    assert groups_of(waited_for, 7, {"user_id": ""}) == ("officers.7",)
    assert groups_of(replace(SEALED, office=True), 7, {}) == ()


def test_what_is_for_officers_goes_nowhere_even_in_a_room():
    assert groups_of(SEALED, 7, {}) == ()
    assert groups_of(replace(CARD, audience=Audience.OFFICERS), 7, {"project_id": 3}) == ()


def test_only_updates_may_be_dropped_for_newer_ones_of_the_same_kind_and_thing(linden):
    with enter([linden.pk]):
        note(linden, "x", what=CARD, project_id=3)
        assert parcel_of(last(linden)).key == f"trial.card_changed:cooperatives.cooperative:{linden.pk}"
        note(linden, "x")
        assert parcel_of(last(linden)).key == ""


def test_facts_cannot_replace_what_the_server_says(linden, monkeypatch):
    kind = replace(NOTED, payload={"text": str, "type": str, "seq": int, "subject": str, "id": str})
    monkeypatch.setitem(KINDS, "trial.noted", kind)
    with enter([linden.pk]):
        note(linden, "x", what=kind, type="hello", seq=0, subject="Forged", id="0")
        event = last(linden)
        said = json.loads(parcel_of(event).frame)
    assert (said["type"], said["seq"], said["cooperative"]) == ("trial.noted", event.seq, linden.pk)
    assert (said["subject"]["label"], said["id"]) == ("Linden Court", str(event.uid))
    assert said["text"] == "x"


def test_a_message_begins_with_its_type(linden):
    with enter([linden.pk]):
        note(linden, "x", what=CARD, project_id=3)
        assert parcel_of(last(linden)).frame.startswith('{"type":"card.updated","seq":')


def test_forgotten_kinds_and_erased_details_are_not_pushed(linden, monkeypatch):
    with enter([linden.pk]):
        note(linden, "x")
        event = last(linden)
        event.kind = "former.kind"
        assert parcel_of(event) is None
        event = last(linden)
        event.detail.delete()
        assert parcel_of(Event.objects.get(pk=event.pk)) is None


def test_where_a_right_may_change_its_sockets_hold_still_before_anything_is_said(linden, jonas, published):
    with enter([linden.pk]):
        stand(linden, jonas)
        deliver(last(linden))
    assert [(parcel.act, parcel.groups) for parcel in published] == [
        (RECHECK, (f"member.{jonas.public_id}",)),
        (SAY, (f"cooperative.{linden.pk}",)),
    ]


def test_a_record_for_nobody_publishes_nothing(linden, published):
    with enter([linden.pk]):
        note(linden, "x", what=SEALED)
        deliver(last(linden))
    assert published == []


def test_the_live_target_gives_up_soon_and_runs_where_the_commit_was():
    assert (LIVE.where, LIVE.name) == ("web", "live")
    assert sum(LIVE.delays) < 60
