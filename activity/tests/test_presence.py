"""Who has a room open: by sockets alone, across processes, for as long as they are there."""

import asyncio
import json
import time

import pytest

from activity.live import presence as here
from activity.live.hub import Hub
from activity.live.parcel import HERE, Parcel
from activity.live.presence import BEAT, FACES, FORGOTTEN
from activity.live.relay import Relay
from activity.live.socket import Admission

from .test_relay import store  # noqa: F401  (a fixture)
from .wires import joined, say, turns, until

ROOM = "project.3"


@pytest.fixture
def hub(monkeypatch):
    """A hub that tells at once."""
    monkeypatch.setattr(here, "PAUSE", 0.001)
    hub = Hub()
    hub.host()
    return hub


async def seen_by(hub, user, name, room=ROOM):
    """A socket of somebody who is shown in a room."""
    admission = Admission(user, (room,), 7, 0, name=name, shown=room)
    socket, wire = await joined(hub, room, user=user)
    hub.move(socket, admission)
    return socket, wire


def last(wire):
    """Who was said to be there most recently: names, and the number."""
    said = [message for text in wire.texts if text.startswith('{"type":"presence"') and (message := json.loads(text))]
    return ([one["name"] for one in said[-1]["people"]], said[-1]["count"]) if said else None


async def test_who_comes_and_goes_is_told_to_those_who_are_there(hub):
    _, ann = await seen_by(hub, "u1", "Ann")
    await until(lambda: last(ann) == (["Ann"], 1))
    second, bob = await seen_by(hub, "u2", "Bob")
    await until(lambda: last(ann) == last(bob) == (["Ann", "Bob"], 2))
    hub.leave(second)
    await until(lambda: last(ann) == (["Ann"], 1))
    assert last(bob) == (["Ann", "Bob"], 2)  # nothing more is said to who has left


async def test_two_pages_of_one_person_are_one_face_until_both_are_closed(hub):
    one, _ = await seen_by(hub, "u1", "Ann")
    other, wire = await seen_by(hub, "u1", "Ann")
    await until(lambda: last(wire) == (["Ann"], 1))
    _, bob = await seen_by(hub, "u2", "Bob")
    hub.leave(one)
    await until(lambda: last(bob) == (["Ann", "Bob"], 2))
    hub.leave(other)
    await until(lambda: last(bob) == (["Bob"], 1))


async def test_a_crowd_is_a_handful_of_names_and_a_number(hub):
    wires = [(await seen_by(hub, f"u{number}", f"Person {number}"))[1] for number in range(9)]
    names = [f"Person {number}" for number in range(FACES)]
    await until(lambda: {str(last(wire)) for wire in wires} == {str((names, 9))})


async def test_many_who_come_at_once_are_told_of_once(hub, monkeypatch):
    monkeypatch.setattr(here, "PAUSE", 60.0)
    wires = [(await seen_by(hub, f"u{number}", f"Person {number:03}"))[1] for number in range(50)]
    assert len(hub.presence._due) == 1
    hub.presence._say(ROOM)
    await until(lambda: all(last(wire) and last(wire)[1] == 50 for wire in wires))
    assert [len(wire.texts) for wire in wires] == [1] * 50


async def test_rooms_are_apart_and_who_is_shown_nowhere_hears_of_nobody(hub):
    _, ann = await seen_by(hub, "u1", "Ann")
    _, bob = await seen_by(hub, "u2", "Bob", room="project.4")
    _, program = await joined(hub, ROOM, user="u3")
    await until(lambda: last(ann) == (["Ann"], 1) and last(bob) == (["Bob"], 1))
    assert last(program) is None


async def test_a_right_that_is_lost_is_a_face_that_goes(hub):
    ann, _ = await seen_by(hub, "u1", "Ann")
    _, bob = await seen_by(hub, "u2", "Bob")
    await until(lambda: last(bob) == (["Ann", "Bob"], 2))
    await ann.shut(4403)
    await until(lambda: last(bob) == (["Bob"], 1))


async def test_presence_is_no_record_and_delays_none(hub):
    _, ann = await seen_by(hub, "u1", "Ann")
    hub.publish(say("news", ROOM, seq=9))
    await until(lambda: last(ann) is not None and "news" in ann.texts)
    assert not any('"seq"' in text for text in ann.texts)


@pytest.fixture
def pair(store, monkeypatch):  # noqa: F811
    """The hubs of two processes at one store, which say nothing twice."""
    monkeypatch.setattr(here, "PAUSE", 0.001)
    monkeypatch.setattr(here, "BEAT", 3600.0)
    if store.process is None:
        store.start()
    channel = f"present:{time.monotonic()}"
    return Hub(Relay(store.url, channel)), Hub(Relay(store.url, channel))


async def test_faces_of_other_processes_are_shown_and_go(pair):
    one, two = pair
    first, ann = await seen_by(one, "u1", "Ann")
    await until(lambda: last(ann) == (["Ann"], 1))
    second, bob = await seen_by(two, "u2", "Bob")  # asks, and is told of those who were there before
    await until(lambda: last(ann) == last(bob) == (["Ann", "Bob"], 2))
    one.leave(first)
    await until(lambda: last(bob) == (["Bob"], 1))
    _, again = await seen_by(one, "u1", "Ann")
    await until(lambda: last(again) == last(bob) == (["Ann", "Bob"], 2))
    two.leave(second)
    await until(lambda: last(again) == (["Ann"], 1))


async def test_a_process_that_dies_is_forgotten(hub, monkeypatch):
    _, ann = await seen_by(hub, "u1", "Ann")
    said = {"process": "gone", "asks": False, "people": {"u2": "Bob"}}
    await hub.deliver(Parcel(HERE, (ROOM,), json.dumps(said)))
    await until(lambda: last(ann) == (["Ann", "Bob"], 2))
    now = time.monotonic()
    hub.presence.tick(now + FORGOTTEN - 1)
    await asyncio.sleep(0.01)
    assert last(ann) == (["Ann", "Bob"], 2)
    hub.presence.tick(now + FORGOTTEN + BEAT)
    await until(lambda: last(ann) == (["Ann"], 1))


async def test_a_process_says_again_who_is_with_it_once_a_beat(pair, monkeypatch):
    one, _ = pair
    await seen_by(one, "u1", "Ann")
    told = []
    monkeypatch.setattr(one, "publish", told.append)
    monkeypatch.setattr(here, "BEAT", BEAT)
    begun = one.presence._beat
    one.presence.tick(begun + BEAT - 0.1)
    assert [parcel for parcel in told if parcel.act == HERE] == []
    one.presence.tick(begun + BEAT)
    (parcel,) = [parcel for parcel in told if parcel.act == HERE]
    assert json.loads(parcel.frame)["people"] == {"u1": "Ann"}
    one.relay.begin()  # the store is away: nobody would hear it, and each try would wait
    one.presence.tick(begun + 2 * BEAT)
    assert [parcel for parcel in told if parcel.act == HERE] == [parcel]


async def test_what_processes_say_to_each_other_is_not_said_to_readers(hub):
    """Not even to a socket that is just opening, in whose room it is."""
    said = {"process": "far", "asks": False, "people": {"u2": "Bob"}}
    wires = []
    async with hub.opening():
        await hub.deliver(Parcel(HERE, (ROOM,), json.dumps(said)))
        wires.append((await seen_by(hub, "u1", "Ann"))[1])
    await until(lambda: last(wires[0]) == (["Ann", "Bob"], 2))
    assert not any("process" in text for text in wires[0].texts)


async def test_nothing_is_held_when_nobody_is_here(hub):
    socket, _ = await seen_by(hub, "u1", "Ann")
    hub.leave(socket)
    await asyncio.sleep(0.01)
    await turns()
    assert (hub.rooms(), hub._tasks, hub.presence.people(ROOM)) == ([], {}, {})
