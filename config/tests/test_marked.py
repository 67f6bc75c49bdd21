"""The files that hold the tests of a mark: no test of it stands anywhere else."""

import re

import pytest

from config.dev.check import marked
from config.env import BASE_DIR


@pytest.mark.parametrize(
    ("mark", "one"), [("browser", "cooperatives/tests/test_frame_browser.py"), ("gate", "config/tests/test_sizes.py")]
)
def test_files_are_found_by_what_they_say(mark: str, one: str) -> None:
    option, name, *files = marked(mark)
    assert (option, name) == ("-m", mark)
    assert one in files
    assert all((BASE_DIR / file).is_file() for file in files)
    assert "config/tests/test_fuzz.py" not in files


def test_a_mark_stands_in_the_file_of_its_tests() -> None:
    """Put on from elsewhere, a test would not be found."""
    files = [path for room in BASE_DIR.iterdir() if (room / "tests").is_dir() for path in (room / "tests").rglob("*.py")]
    elsewhere = [path for path in [BASE_DIR / "conftest.py", *files] if not path.name.startswith("test_")]
    own = re.compile(r"mark\.(browser|gate|smoke)\b|add_marker")
    assert [path.name for path in elsewhere if own.search(path.read_text())] == []
