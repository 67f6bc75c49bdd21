"""`make check`: the gates of the architecture, without running the product."""

import sys

from config.dev.steps import Steps

PYTEST = [sys.executable, "-m", "pytest", "-q", "--no-header"]


def check(steps: Steps) -> None:
    """Style, types, and the tests marked as gates."""
    steps.run("ruff", [sys.executable, "-m", "ruff", "check", "."])
    steps.run("ruff format", [sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."])
    steps.run("mypy", [sys.executable, "-m", "mypy", "."])
    steps.run("gates", [*PYTEST, "-m", "gate"])


if __name__ == "__main__":
    all_steps = Steps()
    check(all_steps)
    all_steps.finish()
