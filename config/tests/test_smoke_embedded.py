"""The real `manage.py serve`: one process with everything in it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import keys
from config.dev.processes import Served, Visitor, embedded, from_nothing
from config.env import BASE_DIR
from config.tests import story

pytestmark = pytest.mark.smoke


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    house = embedded(tmp_path_factory.mktemp("embedded"))
    house.start()
    yield house
    house.stop()


def test_a_page_answers(served: Served) -> None:
    status, page = Visitor(served.url).get("/")
    assert status == 200
    assert "Cooperator" in page


def test_it_is_ready(served: Served) -> None:
    story.it_becomes_ready(served)


def test_static_files_come_with_their_type(served: Served) -> None:
    assert Visitor(served.url).get("/static/icons.svg")[0] == 200
    assert Visitor(served.url).get("/static/nothing.css")[0] == 404


def test_a_written_task_reaches_an_open_socket(served: Served) -> None:
    story.a_written_task_reaches_an_open_socket(served)


def test_an_idle_socket_stays_open(served: Served) -> None:
    story.an_idle_socket_stays_open(served)


def test_strangers_are_refused(served: Served) -> None:
    story.strangers_are_refused(served)


def test_a_second_one_on_the_same_port_says_so(served: Served, tmp_path: Path) -> None:
    second = Served([sys.executable, "manage.py", "serve", f"--port={served.port}"], tmp_path)
    done = subprocess.run(second.command, cwd=BASE_DIR, env=second.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"Port {served.port} is taken by another program. Cure: `PORT={served.port + 1} make run`." in done.stderr


def test_it_refuses_a_redis_address(tmp_path: Path) -> None:
    house = Served([sys.executable, "manage.py", "serve"], tmp_path, REDIS_URL="redis://localhost:1/0")
    done = subprocess.run(house.command, cwd=BASE_DIR, env=house.environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "REDIS_URL is set" in done.stderr


def test_it_starts_again_with_what_was_written_and_stops_by_itself(served: Served) -> None:
    _, project = story.first_board(story.entered(served))
    served.stop()
    assert served.process.returncode == 0
    served.start()
    assert story.first_board(story.entered(served))[1] == project
    visitor = story.entered(served)
    with story.listening(served, visitor, "notifications"):
        served.stop()
        assert served.process.returncode == 0, "an open socket does not hold it up until it is killed"
    assert served.left_over() == []
    assert "Traceback" not in served.said()


def test_a_first_start_as_shipped_serves_its_static_files(tmp_path: Path) -> None:
    """As `.env.example` has it, DEBUG is off: files are collected and named by their content before the first page.

    It begins with no database at all, and then holds the demo."""
    own = {"DEBUG": "off", "SECRET_KEY": keys.fresh("SECRET_KEY"), "STATIC_ROOT": str(tmp_path / "static")}
    house = from_nothing(tmp_path, **own)
    assert not (tmp_path / "db.sqlite3").exists()
    house.start()
    try:
        assert story.first_board(story.entered(house))
        page = Visitor(house.url).get("/")[1]
        hashed = re.findall(r'(/static/css/\w+\.[0-9a-f]{12}\.css)"', page)
        assert len(hashed) > 5
        assert [Visitor(house.url).get(path)[0] for path in hashed] == [200] * len(hashed)
    finally:
        house.stop()
