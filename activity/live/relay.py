"""The way from hub to hub through Redis or Valkey: one channel, one subscription for each process."""

import asyncio
import logging
import random
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import redis
import redis.asyncio
from redis.asyncio.retry import Retry as LaterRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

from ..dispatch import Away
from .parcel import Parcel

QUIET = 15.0  # seconds without a message after which the line is tested
PATIENCE = 1.0  # seconds that publishing may take
FIRST, LONGEST = 0.1, 5.0  # seconds between attempts to listen again
_log = logging.getLogger(__name__)


class Relay:
    """Publishes from any thread, listens on the server's loop."""

    def __init__(self, url: str, channel: str) -> None:
        self.url, self.channel = url, channel
        self._mine = threading.local()
        self._is_listening = asyncio.Event()

    def publish(self, parcel: Parcel) -> None:
        """Send a parcel to every process that listens. Raises Away when the store cannot be reached in time."""
        try:
            self._client().publish(self.channel, parcel.pack())
        except (redis.RedisError, OSError) as error:
            raise Away(repr(error)) from error

    def _client(self) -> redis.Redis:
        if not hasattr(self._mine, "client"):
            short = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
            # One retry: a connection that the store has closed meanwhile is opened again at once.
            self._mine.client = redis.Redis.from_url(self.url, retry=Retry(NoBackoff(), 1), **short)
        client: redis.Redis = self._mine.client
        return client

    def begin(self) -> None:
        """Forget a former loop; called on the loop that will listen."""
        self._is_listening = asyncio.Event()

    @property
    def is_listening(self) -> bool:
        """Whether the subscription stands, so that the store answers."""
        return self._is_listening.is_set()

    async def heard(self) -> None:
        """Wait until the subscription stands; not for ever, because it is repaired behind open sockets too."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_listening.wait(), PATIENCE)

    async def listen(self, deliver: Callable[[Parcel], Awaitable[None]], distrust: Callable[[], None]) -> None:
        """Hand on every parcel, for ever. After each gap `distrust` is called: what was published in it is lost."""
        delay, was_lost = FIRST, False
        while True:
            try:
                async with self._listener() as client, client.pubsub() as pubsub:
                    await self._subscribe(pubsub)
                    if was_lost:
                        distrust()
                    delay, was_lost = FIRST, True
                    await self._read(pubsub, deliver)
            except Exception as error:  # noqa: BLE001  (a hub that stops listening is worse than any error)
                was_lost = True
                _log.warning("the live channel is lost, trying again: %r", error)
            finally:
                self._is_listening.clear()
            await asyncio.sleep(delay * random.uniform(0.5, 1.0))  # noqa: S311  (no secret: it spreads the load)
            delay = min(LONGEST, delay * 2)

    def _listener(self) -> redis.asyncio.Redis:
        # socket_timeout None: with redis-py 8 the default of 5 s would end a quiet subscription.
        return redis.asyncio.Redis.from_url(
            self.url, socket_timeout=None, socket_connect_timeout=PATIENCE, retry=LaterRetry(NoBackoff(), 0)
        )

    async def _subscribe(self, pubsub: redis.asyncio.client.PubSub) -> None:
        await pubsub.subscribe(self.channel)
        async with asyncio.timeout(PATIENCE):
            while (message := await pubsub.get_message(timeout=PATIENCE)) is None or message["type"] != "subscribe":
                pass
        self._is_listening.set()

    async def _read(self, pubsub: redis.asyncio.client.PubSub, deliver: Callable[[Parcel], Awaitable[None]]) -> None:
        is_asked = False
        while True:
            message = await pubsub.get_message(timeout=QUIET)
            if message is None:
                if is_asked:
                    raise redis.ConnectionError("no answer to a ping")
                await pubsub.ping()
            elif message["type"] == "message":
                await deliver(Parcel.unpack(message["data"]))
            is_asked = message is None
