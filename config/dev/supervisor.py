"""Keeps named child processes running and, at the end, stops every one of them wholly."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field

from config.dev.daemon import die_with_parent

PATIENCE = 6.0  # seconds between asking a child to stop and killing what is left of its group
STEADY = 10.0  # a child that lived this long starts again without delay


@dataclass
class Child:
    """One role of the stack."""

    name: str
    command: list[str]
    process: asyncio.subprocess.Process | None = field(default=None, init=False)


class Supervisor:
    """Starts children, restarts the fallen with growing delay, stops all."""

    def __init__(self, children: list[Child], environment: dict[str, str]) -> None:
        self._children, self._environment = children, environment
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Begin to stop; safe to call from a signal handler of the loop."""
        self._stopping.set()

    async def run(self) -> None:
        """Keep all children until `stop()`."""
        keepers = [asyncio.create_task(self._keep(child)) for child in self._children]
        await self._stopping.wait()
        await asyncio.gather(*(self._end(child) for child in self._children))
        for keeper in keepers:
            keeper.cancel()

    async def _keep(self, child: Child) -> None:
        delay = 0.5
        while not self._stopping.is_set():
            began = time.monotonic()
            # A group of its own: Ctrl-C reaches us alone, and a kill reaches its grandchildren too.
            child.process = await asyncio.create_subprocess_exec(
                *child.command, env=self._environment, start_new_session=True, preexec_fn=die_with_parent
            )
            code = await child.process.wait()
            # Whom a killed parent has left behind must not serve beside the next one.
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            if self._stopping.is_set():
                return
            delay = 0.5 if time.monotonic() - began > STEADY else min(delay * 2, 8.0)
            print(f"{child.name} ended with {code}; it starts again in {delay:.0f} s", flush=True)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), delay)

    async def _end(self, child: Child) -> None:
        process = child.process
        if process is None:
            return
        if process.returncode is None:
            process.terminate()
            with suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), PATIENCE)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
