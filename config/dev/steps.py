"""Runs named commands one after the other, each with its time, and goes on after a failure so that all are seen."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from config.env import BASE_DIR


class Steps:
    """A list of steps with their outcomes."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.failed = False

    def run(self, title: str, command: list[str], environment: Mapping[str, str] = {}, fine: tuple[int, ...] = (0,)) -> None:
        """Run one command; `fine` are the exit codes that count as passed."""
        print(f"\n== {title}", flush=True)
        began = time.monotonic()
        code = subprocess.run(command, cwd=BASE_DIR, env={**os.environ, **environment}, check=False).returncode
        self.note(title, time.monotonic() - began, code in fine)

    @contextmanager
    def beside(self, title: str, command: list[str], environment: Mapping[str, str] = {}) -> Iterator[None]:
        """Run one command while the steps inside run; what it said is printed when both have ended."""
        began = time.monotonic()
        with tempfile.TemporaryFile("w+") as said:
            there = {**os.environ, **environment}
            process = subprocess.Popen(command, cwd=BASE_DIR, env=there, stdout=said, stderr=subprocess.STDOUT)
            try:
                yield
            finally:
                code = process.wait()
                said.seek(0)
                print(f"\n== {title}\n{said.read()}", flush=True)
                self.note(title, time.monotonic() - began, code == 0)

    def note(self, title: str, seconds: float, passed: bool) -> None:
        """Write down how a step went."""
        self.failed |= not passed
        self._lines.append(f"{'passed' if passed else 'FAILED'}  {seconds:6.1f} s  {title}")

    def finish(self) -> None:
        """Print the summary and exit with 1 when a step failed."""
        print("\n" + "\n".join(self._lines), flush=True)
        sys.exit(1 if self.failed else 0)
