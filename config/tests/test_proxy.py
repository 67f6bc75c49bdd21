"""The proxy of `make run-full`: what it passes on, what it refuses to, and where."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from config.dev.proxy import Proxy, _rewritten

PEER = b"10.1.2.3"


def headers(*lines: bytes) -> list[bytes]:
    return _rewritten(b"GET / HTTP/1.1", list(lines), PEER).split(b"\r\n")[1:-2]


def test_what_a_visitor_claims_about_itself_is_dropped() -> None:
    claimed = (b"X-Forwarded-For: 1.1.1.1", b"x-forwarded-proto: https", b"Forwarded: for=1.1.1.1", b"X-Real-IP: 1.1.1.1")
    assert headers(b"Host: a", *claimed) == [
        b"Host: a",
        b"X-Forwarded-For: " + PEER,
        b"X-Forwarded-Proto: http",
        b"Connection: close",
    ]


def test_a_name_with_an_underscore_cannot_pose_as_another() -> None:
    assert not [line for line in headers(b"X_Forwarded_For: 1.1.1.1") if b"1.1.1.1" in line]


def test_a_plain_request_is_the_only_one_of_its_connection() -> None:
    assert headers(b"Connection: keep-alive", b"Keep-Alive: timeout=5")[-1] == b"Connection: close"


def test_an_upgrade_stays_one() -> None:
    assert headers(b"Connection: Upgrade", b"Upgrade: websocket")[0] == b"Upgrade: websocket"
    assert headers(b"Connection: Upgrade", b"Upgrade: websocket")[-1] == b"Connection: Upgrade"


async def echoing(name: bytes, path: Path) -> asyncio.Server:
    """A server that answers with its name and all it was sent."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0)
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + name + b"|" + head + await reader.readexactly(length))
        await writer.drain()
        writer.close()

    return await asyncio.start_unix_server(answer, path)


@pytest.fixture
async def port(tmp_path: Path) -> AsyncIterator[int]:
    """A proxy in front of two echoing servers."""
    servers = [await echoing(name.encode(), tmp_path / name) for name in ("pages", "sockets")]
    proxy = await Proxy(str(tmp_path / "pages"), str(tmp_path / "sockets")).serve("127.0.0.1", 0)
    yield proxy.sockets[0].getsockname()[1]
    for server in (proxy, *servers):
        server.close()


async def sent(port: int, request: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


@pytest.mark.parametrize(
    ("path", "name"), [(b"/", b"pages"), (b"/ws/projects/1/", b"sockets"), (b"/wsx/", b"pages"), (b"/a/ws/", b"pages")]
)
async def test_routes_by_path(port: int, path: bytes, name: bytes) -> None:
    assert b"\r\n\r\n" + name + b"|GET " + path in await sent(port, b"GET " + path + b" HTTP/1.1\r\nHost: a\r\n\r\n")


async def test_a_large_body_arrives_whole(port: int) -> None:
    body = bytes(range(256)) * 4000
    head = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + str(len(body)).encode() + b"\r\n\r\n"
    assert (await sent(port, head + body)).endswith(body)


async def test_a_head_without_end_is_refused(port: int) -> None:
    assert (await sent(port, b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000)).startswith(b"HTTP/1.1 431")


async def test_a_line_that_is_no_request_goes_to_the_pages(port: int) -> None:
    assert b"pages|nonsense" in await sent(port, b"nonsense\r\n\r\n")


async def test_while_nothing_stands_behind_it_says_so(tmp_path: Path) -> None:
    proxy = await Proxy(str(tmp_path / "none"), str(tmp_path / "none")).serve("127.0.0.1", 0)
    answer = await sent(proxy.sockets[0].getsockname()[1], b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    proxy.close()
    assert answer.startswith(b"HTTP/1.1 502")
    assert b"Try again in a moment" in answer
