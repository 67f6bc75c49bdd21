"""The hub: sockets that open, rights looked up again, time."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest

from activity.live import frames
from activity.live.hub import MOST_WAITING, Hub
from activity.live.parcel import RECHECK, Parcel
from activity.live.socket import Admission, Refused, Socket

from .wires import Wire, joined, say, turns, until


@pytest.fixture
def hub():
    hub = Hub()
    hub.host()
    return hub


async def opening_with(hub, *parcels, seq=0, user="u1", groups=("a",)):
    """A socket during whose opening these parcels pass."""
    wire = Wire()
    admission = Admission(user, groups, 7, seq)
    asked = []

    async def still():
        asked.append(1)
        return admission

    async with hub.opening() as mark:
        for parcel in parcels:
            hub.publish(parcel)
        await turns(len(parcels) + 20)
        socket = Socket(hub, wire.send, wire, admission, still)
        hub.join(socket, mark)
    socket.release()
    await turns()
    return wire, asked


async def test_what_passes_while_a_socket_opens_is_not_missed(hub):
    wire, _ = await opening_with(hub, say("x", seq=6), say("y", "b", seq=7), say("z", seq=8))
    assert wire.texts == ["x", "z"]


async def test_what_the_greeting_already_counts_is_not_said_again(hub):
    wire, _ = await opening_with(hub, say("old", seq=5), say("new", seq=6), say("other", seq=1, cooperative=0), seq=5)
    assert wire.texts == ["new", "other"]


async def test_a_right_that_changes_while_a_socket_opens_is_asked_for_again(hub):
    _, asked = await opening_with(hub, Parcel(RECHECK, ("member.u1",)))
    assert asked
    _, asked = await opening_with(hub, Parcel(RECHECK, ("member.u2",)))
    assert not asked


async def test_more_than_can_be_remembered_while_a_socket_opens_is_a_resync(hub):
    wire, asked = await opening_with(hub, *[say("x", "b", seq=1)] * (MOST_WAITING + 5))
    assert asked
    assert [json.loads(text)["type"] for text in wire.texts] == ["resync"]


async def test_nothing_is_remembered_when_nothing_opens(hub):
    await joined(hub, "a")
    hub.publish(say("x"))
    await turns()
    assert len(hub._log) == 0


async def test_a_recheck_holds_delivery_at_once_and_a_lost_right_hears_nothing_more(hub):
    asked = asyncio.Event()
    answer = asyncio.Event()

    async def verify():
        asked.set()
        await answer.wait()
        raise Refused(frames.NO_RIGHT)

    _, wire = await joined(hub, "a", verify=verify)
    hub.publish(say("before"))
    await turns()
    hub.publish(Parcel(RECHECK, ("member.u1",)))
    hub.publish(say("after"))
    await asked.wait()
    await turns()
    assert wire.texts == ["before"]
    answer.set()
    await until(lambda: wire.code)
    assert (wire.texts, wire.code, len(hub)) == (["before"], frames.NO_RIGHT, 0)


async def test_a_right_that_still_stands_hears_everything_in_order(hub):
    _, wire = await joined(hub, "a")
    hub.publish(Parcel(RECHECK, ("member.u1",)))
    for number in range(3):
        hub.publish(say(str(number)))
    await until(lambda: len(wire.texts) == 3)
    assert wire.texts == ["0", "1", "2"]


async def test_a_recheck_concerns_all_sockets_of_that_user_and_nobody_else(hub):
    async def refuse():
        raise Refused(frames.NOT_SIGNED_IN)

    mine = [(await joined(hub, group, verify=refuse))[1] for group in ("a", "b")]
    _, other = await joined(hub, "a", user="u2", verify=refuse)
    hub.publish(Parcel(RECHECK, ("member.u1",)))
    await until(lambda: all(wire.code for wire in mine))
    assert other.code is None


async def test_a_right_is_asked_for_a_second_time_because_a_sign_out_is_told_of_before_it_is_done(hub):
    answers = []

    async def verify():
        answers.append(1)
        if len(answers) == 2:
            raise Refused(frames.NOT_SIGNED_IN)
        return Admission("u1", ("a",), 7, 0)

    _, wire = await joined(hub, "a", verify=verify)
    hub.publish(Parcel(RECHECK, ("member.u1",)))
    await until(lambda: wire.code)
    assert wire.code == frames.NOT_SIGNED_IN


async def test_a_recheck_during_a_recheck_asks_once_more(hub):
    asked, answer = [], asyncio.Event()

    async def verify():
        asked.append(1)
        await answer.wait()
        return Admission("u1", ("a",), 7, 0)

    socket, wire = await joined(hub, "a", verify=verify)
    socket.recheck()
    await turns()
    socket.recheck()
    socket.recheck()
    answer.set()
    await turns()
    assert len(asked) == 2
    hub.publish(say("x"))
    await turns()
    assert wire.texts == ["x"]


async def test_when_nobody_can_say_whether_it_may_a_socket_is_closed(hub):
    async def verify():
        raise ConnectionError("the database is away")

    socket, wire = await joined(hub, "a", verify=verify)
    socket.recheck()
    await until(lambda: wire.code)
    assert wire.code == frames.TRY_LATER


async def test_other_groups_after_a_recheck_are_heard_and_the_old_are_not(hub):
    async def verify():
        return Admission("u1", ("b",), 7, 0)

    socket, wire = await joined(hub, "a", verify=verify)
    socket.recheck()
    await turns()
    hub.publish(say("old", "a"))
    hub.publish(say("new", "b"))
    await turns()
    assert wire.texts == ["new"]


async def test_after_a_gap_every_right_is_asked_for_and_every_client_looks_again(hub):
    async def verify():
        return Admission("u1", ("a",), 7, 41)

    async def refuse():
        raise Refused(frames.NO_RIGHT)

    _, wire = await joined(hub, "a", verify=verify)
    _, lost = await joined(hub, "a", user="u2", verify=refuse)
    hub.distrust()
    await until(lambda: wire.texts and lost.code)
    assert [json.loads(text) for text in wire.texts] == [{"type": "resync", "seq": 41}]
    assert (lost.texts, lost.code) == ([], frames.NO_RIGHT)


async def test_the_hub_pings_after_a_heartbeat_and_not_before(hub):
    socket, wire = await joined(hub, "a")
    await hub.tick(socket.pinged + frames.HEARTBEAT - 0.1)
    await turns()
    assert wire.texts == []
    await hub.tick(socket.pinged + frames.HEARTBEAT)
    await turns()
    assert wire.texts == ['{"type":"ping"}']


async def test_a_socket_that_says_nothing_is_closed(hub):
    socket, wire = await joined(hub, "a")
    await hub.tick(socket.heard + frames.SILENCE)
    assert (wire.code, len(hub)) == (frames.DEAD, 0)


async def test_the_last_socket_is_told_why_it_is_closed_even_by_the_task_that_ends_with_it(hub):
    """The keeper closes it, and is itself ended when nobody is left."""
    socket, wire = await joined(hub, "a", flow=False)
    socket.heard -= frames.SILENCE

    async def slowly(message):
        await asyncio.sleep(0.001)
        wire.sent.append(message)

    socket.send = slowly
    await until(lambda: wire.code)
    assert wire.code == frames.DEAD


async def test_at_the_end_of_its_right_a_socket_is_closed(hub):
    past = datetime.now(UTC) - timedelta(milliseconds=1)
    _, wire = await joined(hub, "a", ends=past)
    hub.publish(say("before the tick"))
    await hub.tick(0)
    hub.publish(say("too late"))
    await until(lambda: wire.code)
    assert wire.code == frames.RIGHT_ENDED
    assert "too late" not in wire.texts


async def test_a_right_that_was_prolonged_stays_open_with_its_new_end(hub):
    now = datetime.now(UTC)

    async def verify():
        return Admission("u1", ("a",), 7, 0, now + timedelta(hours=1))

    socket, wire = await joined(hub, "a", ends=now, verify=verify)
    await hub.tick(0)
    await turns()
    assert wire.code is None
    assert socket.admission.ends == now + timedelta(hours=1)


async def test_a_token_that_ends_says_that_nobody_is_signed_in(hub):
    now = datetime.now(UTC)

    async def verify():
        return Admission("u1", ("a",), 7, 0, now, frames.NOT_SIGNED_IN)

    _, wire = await joined(hub, "a", ends=now, verify=verify)
    await hub.tick(0)
    await until(lambda: wire.code)
    assert wire.code == frames.NOT_SIGNED_IN
