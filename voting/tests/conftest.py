"""Real elections, read once."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Published = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def voting(testdata: Path) -> Path:
    """The folder of elections."""
    return testdata / "voting"


@pytest.fixture(scope="session")
def published(voting: Path) -> Published:
    """What is known of an election: read("scottish-stv/edinburgh_2017_ward1")."""

    def read(name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((voting / f"{name}.result.json").read_text())
        return found

    return read
