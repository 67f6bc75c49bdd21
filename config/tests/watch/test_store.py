"""Figures of several processes: real ones, forked and killed, in one folder."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from config.env import BASE_DIR
from config.watch import store

# A process that counts, opens sockets, tells that it is done and waits to be ended.
WORKER = """
import os, sys
from pathlib import Path
from config.watch import store
store.begin(Path(sys.argv[1]))
from prometheus_client import Counter, Gauge
done = Counter("done", "Done.")
opened = Gauge("opened", "Open.", multiprocess_mode="livesum")
done.inc(); opened.inc(2)
if sys.argv[2] == "fork" and not os.fork():
    done.inc(10); opened.inc(20)
    os.write(1, store.name().encode() + b"\\n")
    sys.stdin.read()
    os._exit(0)
os.write(1, store.name().encode() + b"\\n")
sys.stdin.read()
"""
READER = """
import sys
from pathlib import Path
from config.watch import store
store.begin(Path(sys.argv[1]))
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
if sys.argv[2:] == ["clear"]:
    store.clear(Path(sys.argv[1]))
store.bury()
registry = CollectorRegistry()
MultiProcessCollector(registry, sys.argv[1])
print(generate_latest(registry).decode())
"""


def worker(folder: Path, way: str = "alone") -> tuple[subprocess.Popen[str], list[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER, str(folder), way], cwd=BASE_DIR, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    return process, [process.stdout.readline().strip() for _ in range(2 if way == "fork" else 1)]


def read(folder: Path, *how: str) -> dict[str, float]:
    command = [sys.executable, "-c", READER, str(folder), *how]
    done = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=True)
    return {line.split()[0]: float(line.split()[1]) for line in done.stdout.splitlines() if line and not line.startswith("#")}


def test_processes_add_up_and_the_dead_hold_nothing_open(tmp_path: Path) -> None:
    (first, _), (second, two) = worker(tmp_path), worker(tmp_path, "fork")
    assert len(set(two)) == 2, "a forked child has a name of its own"
    assert read(tmp_path) == {"done_total": 12.0, "opened": 24.0}
    first.kill()
    first.wait()
    assert read(tmp_path) == {"done_total": 12.0, "opened": 22.0}
    child = max(int(name.rpartition("-")[2]) for name in two if int(name.rpartition("-")[2]) != second.pid)
    os.kill(child, signal.SIGKILL)
    second.kill()
    second.communicate()
    assert read(tmp_path) == {"done_total": 12.0}
    assert read(tmp_path, "clear") == {}


def test_clearing_leaves_those_that_run(tmp_path: Path) -> None:
    (gone, _), (here, _) = worker(tmp_path), worker(tmp_path)
    gone.kill()
    gone.communicate()
    assert read(tmp_path, "clear") == {"done_total": 1.0, "opened": 2.0}
    here.communicate()


def test_nothing_to_clear(tmp_path: Path) -> None:
    store.clear(None)
    store.clear(tmp_path / "none")
    assert list(tmp_path.iterdir()) == []


def test_a_name_never_holds_what_separates_names() -> None:
    assert "_" not in store.name()
