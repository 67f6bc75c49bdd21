"""What sockets hear, what they miss and get."""

import contextlib
from datetime import datetime

import pytest
from django.db import connection
from django.utils import timezone

from activity.actions import erase
from activity.dispatch import sweep
from activity.live import LiveConsumer, announce, hub, tell
from activity.live.consumer import in_database
from cooperatives.policy import Actor
from cooperatives.queries import enter

from .acts import CARD, SEALED, WHISPERED, note, note_and_fail, notes
from .lines import line, seq_of, signed_in, trial_application

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_ticks")]


async def test_a_record_is_heard_once_it_is_committed(linden, marta, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        await in_database(lambda: note(linden, "ü <b>", actor=Actor.of(marta)))
        message = await socket.hear()
        assert datetime.fromisoformat(message.pop("at")) <= timezone.now()
        assert len(message.pop("id")) == 36
        assert message == {
            "type": "trial.noted",
            "seq": socket.hello["seq"] + 1,
            "actor": {"id": str(marta.public_id), "name": "Marta"},
            "cooperative": linden.pk,
            "subject": {"type": "cooperatives.cooperative", "id": linden.pk, "label": "Linden Court"},
            "text": "ü <b>",
        }


async def test_what_is_rolled_back_is_never_heard(linden, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        with pytest.raises(ZeroDivisionError):
            await in_database(note_and_fail, linden)
        await in_database(note, linden, "after")
        assert (await socket.hear())["text"] == "after"


async def test_a_cooperative_hears_nothing_of_another(linden, kilele, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        await in_database(note, kilele, "foreign")
        await in_database(note, linden, "ours")
        assert (await socket.hear())["text"] == "ours"


async def test_a_room_hears_its_own_records_under_their_live_name(linden, session):
    async with line("/ws/projects/3/", application=trial_application, session=session) as socket:
        await in_database(lambda: note(linden, "elsewhere", what=CARD, project_id=4))
        await in_database(note, linden, "no room")
        await in_database(lambda: note(linden, "here", what=CARD, project_id=3))
        message = await socket.hear()
        assert (message["type"], message["text"], message["project_id"]) == ("card.updated", "here", 3)


async def test_what_is_for_officers_is_pushed_to_nobody(linden, marta, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=await in_database(signed_in, marta)) as socket:
        await in_database(lambda: note(linden, "secret", what=SEALED))
        await in_database(note, linden, "open")
        assert (await socket.hear())["text"] == "open"


async def test_what_is_for_one_person_is_heard_by_that_person_only(linden, marta, jonas, session):
    path = f"/ws/cooperatives/{linden.pk}/"
    async with (
        line(path, session=session) as his,
        line("/ws/notifications/", session=session) as his_own,
        line(path, session=await in_database(signed_in, marta)) as hers,
    ):
        await in_database(lambda: note(linden, "psst", what=WHISPERED, user_id=str(jonas.public_id)))
        await in_database(note, linden, "all")
        assert (await his.hear())["text"] == "psst"
        assert (await his_own.hear())["text"] == "psst"
        assert (await hers.hear())["text"] == "all"


async def test_an_announcement_is_heard_by_everyone_and_a_word_by_one(linden, marta, jonas, session):
    async with (
        line("/ws/notifications/", session=session) as his,
        line("/ws/notifications/", session=await in_database(signed_in, marta)) as hers,
    ):
        tell(str(jonas.public_id), "greeting", text="only you")
        announce("a restart is due")
        first, second = await his.hear(), await his.hear()
        assert (first["type"], first["text"]) == ("greeting", "only you")
        assert (second["type"], second["text"]) == ("announcement", "a restart is due")
        assert (await hers.hear())["text"] == "a restart is due"


async def test_what_a_crash_kept_back_is_heard_when_the_sweep_comes(linden, session, monkeypatch):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        monkeypatch.setattr("activity.actions.wake", lambda cooperative_id: None)
        await in_database(note, linden, "late")
        await in_database(sweep)
        assert (await socket.hear())["text"] == "late"


async def test_no_connection_is_held_by_an_open_socket(linden, session):
    """Each question runs in a thread that gives its connection back; the sockets themselves never touch one."""

    def opened():
        return connection.connection is not None

    lines = [line(f"/ws/cooperatives/{linden.pk}/", session=session) for _ in range(5)]
    async with contextlib.AsyncExitStack() as stack:
        for each in lines:
            await stack.enter_async_context(each)
        assert len(hub) == 5
        assert [await in_database(opened) for _ in range(8)] == [False] * 8


async def test_what_was_missed_is_said_in_order_and_then_that_it_is_all(linden, session):
    before = await in_database(seq_of, linden)
    for text in "abc":
        await in_database(note, linden, text)
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        await socket.there.send_json_to({"type": "catch_up", "since": before + 1})
        missed = [await socket.hear() for _ in range(3)]
    assert [(it["type"], it["seq"]) for it in missed[:2]] == [("trial.noted", before + 2), ("trial.noted", before + 3)]
    assert [it["text"] for it in missed[:2]] == ["b", "c"]
    assert missed[2] == {"type": "caught_up", "seq": before + 3}


async def test_who_missed_nothing_is_told_so(linden, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        now = socket.hello["seq"]
        assert await socket.say(type="catch_up", since=now) == {"type": "caught_up", "seq": now}


async def test_a_replayed_message_is_the_very_one_that_was_pushed(linden, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        await in_database(note, linden, "same")
        pushed = await socket.hear()
        assert await socket.say(type="catch_up", since=pushed["seq"] - 1) == pushed


async def test_catching_up_is_by_room_and_by_audience(linden, marta, jonas, session):
    before = await in_database(seq_of, linden)
    await in_database(lambda: note(linden, "elsewhere", what=CARD, project_id=4))
    await in_database(lambda: note(linden, "here", what=CARD, project_id=3))
    await in_database(lambda: note(linden, "secret", what=SEALED))
    await in_database(lambda: note(linden, "psst", what=WHISPERED, user_id=str(jonas.public_id)))
    await in_database(lambda: note(linden, "not you", what=WHISPERED, user_id=str(marta.public_id)))

    async def caught_up(path, **how):
        async with line(path, session=session, **how) as socket:
            await socket.there.send_json_to({"type": "catch_up", "since": before})
            said = []
            while (message := await socket.hear())["type"] != "caught_up":
                said.append(message["text"])
            return said

    assert await caught_up("/ws/projects/3/", application=trial_application) == ["here"]
    assert await caught_up(f"/ws/cooperatives/{linden.pk}/") == ["elsewhere", "here", "psst"]


async def test_too_much_to_replay_is_a_resync(linden, session):
    before = await in_database(seq_of, linden)
    await in_database(notes, linden, 501)
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        assert await socket.say(type="catch_up", since=before) == {"type": "resync", "seq": before + 501}
        await socket.there.send_json_to({"type": "catch_up", "since": before + 1})
        said = [await socket.hear() for _ in range(501)]
    assert [message["seq"] for message in said] == [*range(before + 2, before + 502), before + 501]


async def test_too_far_to_look_is_a_resync(linden, session, monkeypatch):
    monkeypatch.setattr("activity.live.missed.LONGEST", 2)
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        assert (await socket.say(type="catch_up", since=0))["type"] == "resync"


async def test_a_number_yet_to_come_is_a_resync(linden, session):
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        now = socket.hello["seq"]
        assert await socket.say(type="catch_up", since=now + 1) == {"type": "resync", "seq": now}


async def test_a_personal_socket_cannot_catch_up_only_look(session):
    async with line("/ws/notifications/", session=session) as socket:
        assert await socket.say(type="catch_up", since=0) == {"type": "resync", "seq": None}


async def test_an_erased_detail_is_not_replayed(linden, marta, session):
    before = await in_database(seq_of, linden)
    await in_database(note, linden, "erased")
    await in_database(note, linden, "kept")

    def forget():
        with enter([linden.pk], marta.pk):
            erase(Actor.of(marta), linden, seqs=[before + 1], reason="asked for")

    await in_database(forget)
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        assert (await socket.say(type="catch_up", since=before))["text"] == "kept"


async def test_what_happens_while_catching_up_comes_after_it_and_once(linden, session, monkeypatch):
    before = await in_database(seq_of, linden)
    await in_database(note, linden, "missed")
    reading = LiveConsumer._missed

    def meanwhile(consumer, mine, since):
        note(linden, "seen by the reader")
        found = reading(consumer, mine, since)
        note(linden, "after the reader")
        return found

    monkeypatch.setattr(LiveConsumer, "_missed", meanwhile)
    async with line(f"/ws/cooperatives/{linden.pk}/", session=session) as socket:
        await socket.there.send_json_to({"type": "catch_up", "since": before})
        said = [await socket.hear() for _ in range(4)]
    assert [message.get("text", message["type"]) for message in said] == [
        "missed",
        "seen by the reader",
        "caught_up",
        "after the reader",
    ]
