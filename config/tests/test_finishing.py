"""A request that the server cancels is told that its client has gone, and comes to its end by itself."""

import asyncio
from typing import Any

from config.asgi import application, pages
from config.finishing import GONE, Finishing

SCOPE = {"type": "http"}


async def never() -> dict[str, Any]:
    """A client that says nothing more."""
    await asyncio.Event().wait()
    raise AssertionError


async def ignored(message: dict[str, Any]) -> None:
    """Nobody is there to hear it."""


async def test_the_pages_are_wrapped() -> None:
    assert isinstance(pages, Finishing)
    assert application.application_mapping["http"] is pages


async def test_a_cancelled_request_hears_that_its_client_has_gone_and_ends() -> None:
    heard, given_back = [], asyncio.Event()

    async def view(scope: Any, receive: Any, send: Any) -> None:
        heard.append(await receive())
        heard.append(await receive())
        given_back.set()

    request = asyncio.ensure_future(Finishing(view)(SCOPE, never, ignored))
    await asyncio.sleep(0)
    request.cancel()
    async with asyncio.timeout(20):
        await given_back.wait()
    assert heard == [GONE, GONE]
    assert request.cancelled()


async def test_what_the_server_says_and_what_the_view_raises_goes_through() -> None:
    async def said() -> dict[str, Any]:
        return {"type": "http.request", "body": b"hello"}

    async def view(scope: Any, receive: Any, send: Any) -> None:
        raise LookupError((await receive())["body"])

    try:
        await Finishing(view)(SCOPE, said, ignored)
    except LookupError as error:
        assert error.args == (b"hello",)
    else:
        raise AssertionError


async def test_an_error_after_the_client_has_gone_concerns_nobody() -> None:
    ended = asyncio.Event()

    async def view(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        ended.set()
        raise LookupError

    wrapped = Finishing(view)
    request = asyncio.ensure_future(wrapped(SCOPE, never, ignored))
    await asyncio.sleep(0)
    request.cancel()
    async with asyncio.timeout(20):
        await ended.wait()
        while wrapped._ending:  # noqa: ASYNC110  (it ends in a turn or two)
            await asyncio.sleep(0)
    assert request.cancelled()
