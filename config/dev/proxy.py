"""A small proxy for one machine: /ws/ to Daphne, all else to gunicorn. In production nginx does this (config/docker)."""

import asyncio
from contextlib import suppress

LARGEST_HEAD = 64 * 1024
BACKLOG = 1024
_OURS = (b"x-forwarded-", b"forwarded", b"x-real-ip")
_UNAVAILABLE = (
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/plain\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"
    b"Cooperator is starting. Try again in a moment.\n"
)
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Proxy:
    """Routes by path. One request for each connection keeps it small and leaves nothing to smuggle."""

    def __init__(self, pages: str, sockets: str) -> None:
        self._pages, self._sockets = pages, sockets

    async def serve(self, host: str, port: int) -> asyncio.Server:
        """Listen. Raises OSError when the port is taken."""
        return await asyncio.start_server(self._handle, host, port, limit=LARGEST_HEAD, backlog=BACKLOG)

    async def _handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            try:
                await self._relay(reader, writer)
            except asyncio.LimitOverrunError:
                writer.write(_TOO_LARGE)
            except (FileNotFoundError, ConnectionRefusedError):
                writer.write(_UNAVAILABLE)
            await writer.drain()
        writer.close()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        request, *headers = head[:-4].split(b"\r\n")
        to_sockets = request.split(b" ")[1:2][0:1] and request.split(b" ")[1].startswith(b"/ws/")
        back_reader, back_writer = await asyncio.open_unix_connection(self._sockets if to_sockets else self._pages)
        try:
            peer = str(writer.get_extra_info("peername")[0]).encode()
            back_writer.write(_rewritten(request, headers, peer))
            upstream = asyncio.create_task(_pump(reader, back_writer))
            await _pump(back_reader, writer)
            upstream.cancel()
        finally:
            back_writer.close()


def _rewritten(request: bytes, headers: list[bytes], peer: bytes) -> bytes:
    """The head for the server behind: forwarded facts are ours alone, and the connection ends with the answer."""
    upgrade = any(header.lower().startswith(b"upgrade:") for header in headers)
    kept = [header for header in headers if _passes(header.split(b":")[0].strip().lower())]
    kept += [b"X-Forwarded-For: " + peer, b"X-Forwarded-Proto: http", b"Connection: " + (b"Upgrade" if upgrade else b"close")]
    return b"\r\n".join([request, *kept]) + b"\r\n\r\n"


def _passes(name: bytes) -> bool:
    return name not in (b"connection", b"keep-alive") and b"_" not in name and not name.startswith(_OURS)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(64 * 1024):
            writer.write(chunk)
            await writer.drain()
