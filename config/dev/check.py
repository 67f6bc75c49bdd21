"""`make check`: the gates of the architecture, without running the product."""

import sys
from configparser import ConfigParser

from config.dev.steps import Steps
from config.env import BASE_DIR

PYTEST = [sys.executable, "-m", "pytest", "-q", "--no-header"]


def marked(mark: str) -> list[str]:
    """Arguments of pytest for the tests of one mark. Only files that speak of it are read: reading all takes longer than most."""
    settings = ConfigParser()
    settings.read(BASE_DIR / "pytest.ini")
    files = [file for room in settings["pytest"]["testpaths"].split() for file in sorted((BASE_DIR / room).rglob("test_*.py"))]
    return ["-m", mark, *(str(file.relative_to(BASE_DIR)) for file in files if f"mark.{mark}" in file.read_text())]


def check(steps: Steps) -> None:
    """Style, types, and the tests marked as gates."""
    steps.run("ruff", [sys.executable, "-m", "ruff", "check", "."])
    steps.run("ruff format", [sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."])
    steps.run("mypy", [sys.executable, "-m", "mypy", "."])
    steps.run("gates", [*PYTEST, *marked("gate")])


if __name__ == "__main__":
    all_steps = Steps()
    check(all_steps)
    all_steps.finish()
