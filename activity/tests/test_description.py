"""docs/asyncapi.yaml says what the sockets say: drawn from the kinds, checked against real messages."""

from io import StringIO
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from jsonschema import Draft202012Validator

from activity.live import frames
from activity.live.description import describe
from activity.live.messages import parcel_of
from activity.models import Event
from cooperatives.queries import enter

from .acts import CARD, WHISPERED, note, stand

FILE = Path(__file__).resolve().parents[2] / "docs" / "asyncapi.yaml"


def schema_of(name):
    """The schema of one message, with the kinds of these tests."""
    return Draft202012Validator(describe()["components"]["messages"][name]["payload"])


@pytest.mark.gate
def test_the_description_is_the_checked_in_one():
    drawn = StringIO()
    call_command("asyncapi", skip=["trial."], stdout=drawn)
    assert yaml.safe_load(drawn.getvalue()) == yaml.safe_load(FILE.read_text()), (
        "run: .venv/bin/python manage.py asyncapi --file docs/asyncapi.yaml"
    )


def test_it_is_written_to_a_file(tmp_path):
    file = tmp_path / "asyncapi.yaml"
    call_command("asyncapi", file=file)
    assert yaml.safe_load(file.read_text()) == describe()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("hello", frames.hello(5)),
        ("hello", frames.hello(None)),
        ("ping", frames.PING),
        ("resync", frames.resync(5)),
        ("resync", frames.resync(None)),
        ("caught_up", frames.caught_up(5)),
        ("error", frames.error("since", "words")),
    ],
)
def test_what_the_server_says_of_itself_is_as_described(name, text):
    schema_of(name).validate(yaml.safe_load(text))


def test_what_is_said_of_records_is_as_described(db, linden, marta):
    note(linden, "x", what=CARD, project_id=3)
    note(linden, "y")
    note(linden, "z", what=WHISPERED, user_id=str(marta.public_id))
    stand(linden, marta)
    with enter([linden.pk]):
        events = list(Event.objects.select_related("detail", "actor"))
        said = [(event.kind, parcel_of(event)) for event in events]
    assert {kind for kind, _ in said} > {"cooperatives.founded", "members.joined", "trial.card_changed"}
    for kind, parcel in said:
        schema_of(kind).validate(yaml.safe_load(parcel.frame))


def test_every_socket_lists_what_it_hears_and_officers_records_are_on_none():
    channels = describe()["channels"]
    assert {name: channel["address"] for name, channel in channels.items()} == {
        "notifications": "/ws/notifications/",
        "cooperative": "/ws/cooperatives/{id}/",
        "project": "/ws/projects/{id}/",
    }
    assert "trial.card_changed" in channels["project"]["messages"]
    assert "trial.noted" not in channels["project"]["messages"]
    assert "trial.noted" in channels["cooperative"]["messages"]
    assert set(channels["notifications"]["messages"]) >= {"announcement", "trial.whispered", "hello"}
    assert not any("trial.sealed" in channel["messages"] for channel in channels.values())


def test_every_reference_leads_somewhere():
    description = describe()
    for operation in description["operations"].values():
        for message in operation["messages"]:
            _, _, channel, _, name = message["$ref"].split("/")
            reference = description["channels"][channel]["messages"][name]["$ref"]
            assert reference.split("/")[-1] in description["components"]["messages"]
