"""The supervisor of `make run-full`: starts the fallen again, leaves nobody behind."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from config.dev.supervisor import Child, Supervisor

STEADY = "import signal; signal.pause()"
FALLING = "import sys; sys.exit(3)"
WITH_GRANDCHILD = """
import pathlib, subprocess, sys, signal
deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); signal.pause()"
grandchild = subprocess.Popen([sys.executable, "-c", deaf])
pathlib.Path(sys.argv[1]).write_text(str(grandchild.pid))
signal.pause()
"""


def child(name: str, code: str, *arguments: str) -> Child:
    return Child(name, [sys.executable, "-c", code, *arguments])


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def until(condition: object) -> None:
    async with asyncio.timeout(20):
        while not condition():  # type: ignore[operator]  # noqa: ASYNC110  (a process sends no event)
            await asyncio.sleep(0.01)


async def test_a_fallen_child_starts_again_and_a_line_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    falling = child("worker", FALLING)
    supervisor = Supervisor([falling], dict(os.environ))
    running = asyncio.create_task(supervisor.run())
    await until(lambda: falling.process is not None)
    first = falling.process
    await until(lambda: falling.process is not first)
    supervisor.stop()
    await asyncio.wait_for(running, 20)
    assert "worker ended with 3; it starts again in 1 s" in capsys.readouterr().out


async def test_whom_a_killed_child_leaves_behind_goes_too(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent = child("parent", WITH_GRANDCHILD, str(note))
    supervisor = Supervisor([parent], dict(os.environ))
    running = asyncio.create_task(supervisor.run())
    await until(lambda: note.exists() and note.read_text())
    grandchild, first = int(note.read_text()), parent.process
    assert first is not None
    first.kill()
    await until(lambda: parent.process is not first)
    assert not is_alive(grandchild), "it would serve beside the next one"
    supervisor.stop()
    await asyncio.wait_for(running, 20)


async def test_stopping_takes_grandchildren_along(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    parent, other = child("parent", WITH_GRANDCHILD, str(note)), child("other", STEADY)
    supervisor = Supervisor([parent, other], dict(os.environ))
    running = asyncio.create_task(supervisor.run())
    await until(lambda: note.exists() and note.read_text())
    assert is_alive(int(note.read_text()))
    supervisor.stop()
    await asyncio.wait_for(running, 20)
    await until(lambda: not is_alive(int(note.read_text())))
    assert parent.process is not None
    assert other.process is not None
    assert (parent.process.returncode, other.process.returncode) == (-15, -15)
