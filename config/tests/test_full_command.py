"""`make run-full` says in one sentence what is wrong with its port, before anything is started."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.dev.daemon import Unfit
from config.dev.full import _in_front
from config.env import BASE_DIR


def test_what_is_no_number_is_said_before_anything_starts() -> None:
    environment = {**os.environ, "PORT": "eighty", "ENV_FILE": ""}
    command = [sys.executable, "-m", "config.dev.full"]
    done = subprocess.run(command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (1, "PORT must be a whole number, not 'eighty'")


def test_a_taken_port_and_one_that_is_none_name_the_cure(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unfit, match=f"If port {port} is taken: `PORT={port + 1} make run-full`"):
            asyncio.run(_in_front(tmp_path, port))
    with pytest.raises(Unfit, match="There is no port 80000: the last is 65535"):
        asyncio.run(_in_front(tmp_path, 80000))
