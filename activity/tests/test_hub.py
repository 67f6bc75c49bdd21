"""The hub: fan-out, coalescing, overflow, slow readers, threads."""

import asyncio
import json
import threading

import pytest

from activity.live.hub import MOST_WAITING, Hub
from activity.live.parcel import RECHECK, Parcel
from activity.live.socket import MOST_PENDING

from .wires import joined, say, turns, until


@pytest.fixture
def hub():
    hub = Hub()
    hub.host()
    return hub


async def test_a_frame_reaches_every_socket_of_its_group_and_no_other(hub):
    (_, one), (_, two), (_, other) = [await joined(hub, group) for group in ("a", "a", "b")]
    hub.publish(say("x"))
    await turns()
    assert (one.texts, two.texts, other.texts) == (["x"], ["x"], [])


async def test_a_socket_in_two_groups_of_one_parcel_hears_it_once(hub):
    _, wire = await joined(hub, "a", "b")
    hub.publish(say("x", "a", "b"))
    await turns()
    assert wire.texts == ["x"]


async def test_all_sockets_are_sent_the_very_same_message(hub):
    wires = [(await joined(hub, "a"))[1] for _ in range(3)]
    hub.publish(say("x"))
    await turns()
    assert len({id(wire.sent[0]) for wire in wires}) == 1


async def test_frames_come_in_the_order_in_which_they_were_published(hub):
    _, wire = await joined(hub, "a")
    for number in range(50):
        hub.publish(say(str(number)))
    await turns(100)
    assert wire.texts == [str(number) for number in range(50)]


async def test_publishing_is_safe_from_many_threads(hub):
    asyncio.get_running_loop().set_debug(True)  # then whatever is not safe from a thread raises
    _, wire = await joined(hub, "a")

    def work(name):
        for number in range(200):
            hub.publish(say(f"{name}.{number}"))

    threads = [threading.Thread(target=work, args=[name]) for name in range(8)]
    for thread in threads:
        thread.start()
    await until(lambda: len(wire.texts) == 1600)
    for name in range(8):
        mine = [text for text in wire.texts if text.startswith(f"{name}.")]
        assert mine == [f"{name}.{number}" for number in range(200)]


async def test_between_two_frames_the_server_has_its_turn(hub):
    _, wire = await joined(hub, "a")
    seen = []

    def look():
        seen.append(len(wire.texts))
        if len(wire.texts) < 5:
            asyncio.get_running_loop().call_soon(look)

    for number in range(5):
        hub.publish(say(str(number)))
    look()
    await turns()
    assert set(seen) == {0, 1, 2, 3, 4, 5}


async def test_who_has_left_hears_nothing(hub):
    socket, wire = await joined(hub, "a")
    hub.leave(socket)
    hub.leave(socket)
    hub.publish(say("x"))
    await turns()
    assert (wire.texts, len(hub)) == ([], 0)


async def test_a_lost_connection_is_taken_out_and_the_others_hear(hub):
    _, gone = await joined(hub, "a")
    _, here = await joined(hub, "a")
    gone.is_gone = True
    hub.publish(say("x"))
    await turns()
    assert (here.texts, len(hub)) == (["x"], 1)


async def test_without_sockets_the_hub_holds_no_task(hub):
    sockets = [(await joined(hub, "a"))[0] for _ in range(2)]
    for socket in sockets:
        hub.leave(socket)
    await turns()
    assert (hub._tasks, hub._groups, hub._sockets) == ({}, {}, set())


def test_publishing_where_nobody_ever_listened_does_nothing(hub):
    hub.publish(say("x"))


def test_a_hub_moves_to_a_new_loop(hub):
    for _ in range(2):
        asyncio.run(_hears(hub))


async def _hears(hub):
    _, wire = await joined(hub, "a")
    hub.publish(say("x"))
    await until(lambda: wire.texts == ["x"])


async def test_while_the_reader_is_slow_frames_wait_and_then_come_in_order(hub):
    _, wire = await joined(hub, "a")
    wire.paused = True
    for number in range(5):
        hub.publish(say(str(number)))
    await turns()
    assert wire.texts == []
    wire.resume()
    hub.publish(say("5"))
    await turns()
    assert wire.texts == ["0", "1", "2", "3", "4", "5"]


async def test_of_one_object_only_the_newest_waits_at_the_place_of_the_newest(hub):
    _, wire = await joined(hub, "a")
    wire.paused = True
    for text, key in (("card1 v1", "card1"), ("card2 v1", "card2"), ("news", ""), ("card1 v2", "card1"), ("news", "")):
        hub.publish(say(text, key=key))
    await turns()
    wire.resume()
    await turns()
    assert wire.texts == ["card2 v1", "news", "card1 v2", "news"]


async def test_too_much_for_a_slow_reader_becomes_one_resync(hub):
    _, wire = await joined(hub, "a")
    _, quick = await joined(hub, "a")
    wire.paused = True
    for number in range(1, 2 * MOST_PENDING):
        hub.publish(say(str(number), seq=number))
        await turns(3)
    wire.resume()
    await turns()
    assert [json.loads(text) for text in wire.texts] == [{"type": "resync", "seq": 2 * MOST_PENDING - 1}]
    assert len(quick.texts) == 2 * MOST_PENDING - 1
    hub.publish(say("after"))
    await turns()
    assert wire.texts[1:] == ["after"]


async def test_as_many_as_may_wait_are_not_dropped(hub):
    socket, wire = await joined(hub, "a")
    wire.paused = True
    for number in range(MOST_PENDING):
        socket.keep(say(str(number)))
    wire.resume()
    await turns(MOST_PENDING)
    assert len(wire.texts) == MOST_PENDING


async def test_a_thousand_versions_of_ten_cards_leave_ten_frames_waiting(hub):
    socket, wire = await joined(hub, "a")
    wire.paused = True
    for number in range(1000):
        hub.publish(say(f"v{number}", key=f"card{number % 10}"))
    await turns(1100)
    assert len(socket.pending) == 10
    wire.resume()
    await turns()
    assert wire.texts == [f"v{number}" for number in range(990, 1000)]


async def test_pausing_again_while_flushing_stops_the_flush(hub):
    socket, wire = await joined(hub, "a")
    wire.paused = True
    for number in range(4):
        socket.keep(say(str(number)))

    async def send_two(message):
        wire.sent.append(message)
        wire.paused = len(wire.sent) == 2

    socket.send = send_two
    wire.resume()
    await turns()
    assert wire.texts == ["0", "1"]
    wire.resume()
    await turns()
    assert wire.texts == ["0", "1", "2", "3"]


async def test_a_server_without_flow_gets_a_writer_and_a_blocked_one_holds_up_nobody(hub):
    socket, slow = await joined(hub, "a", flow=False)
    _, quick = await joined(hub, "a", flow=False)
    may_go = asyncio.Event()

    async def blocked(message):
        await may_go.wait()
        slow.sent.append(message)

    socket.send = blocked
    for number in range(3):
        hub.publish(say(str(number), key="card", seq=number))
    await until(lambda: quick.texts[-1:] == ["2"])
    assert slow.texts == []
    may_go.set()
    await until(lambda: slow.texts[-1:] == ["2"])


async def test_a_loop_that_cannot_keep_up_tells_everyone_to_look_and_stays_bounded(hub):
    _, wire = await joined(hub, "a")
    for number in range(1, MOST_WAITING + 10):
        hub.receive(say(str(number), seq=number))
    assert len(hub._inbox) < MOST_WAITING
    await turns(100)
    assert json.loads(wire.texts[0])["type"] == "resync"


@pytest.mark.parametrize(
    "parcel",
    [
        say('{"type":"x","text":"two\\nlines ü 👩‍🚀"}', "cooperative.7", "project.3", key="trial:tasks.task:5", seq=9),
        Parcel(RECHECK, ("member.1",)),
        say("line\nline\n"),
    ],
)
def test_a_parcel_arrives_as_it_was_packed(parcel):
    assert Parcel.unpack(parcel.pack()) == parcel


@pytest.mark.parametrize("data", [b"", b"nonsense", b"say 1 2\n{}", b"say x 2 - a\n{}", b"\xff\n"])
def test_what_is_no_parcel_is_refused(data):
    with pytest.raises(ValueError):
        Parcel.unpack(data)
