"""What stands on the demo boards, read from boards.json: invented work, with days counted from the day it is loaded."""

import json
from functools import cache
from pathlib import Path
from typing import NamedTuple


class DemoTask(NamedTuple):
    """One card. `due` is in days from today."""

    title: str
    assignee: str = ""
    due: int | None = None
    text: str = ""


class DemoLane(NamedTuple):
    """One lane with its cards, top to bottom."""

    name: str
    tasks: tuple[DemoTask, ...]
    limit: int | None = None
    is_done: bool = False


class DemoBoard(NamedTuple):
    """One project."""

    name: str
    key: str
    description: str
    lanes: tuple[DemoLane, ...]


@cache
def boards() -> dict[str, tuple[DemoBoard, ...]]:
    """The boards of each demo cooperative, by its address."""
    stored = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return {slug: tuple(_board(**board) for board in mine) for slug, mine in stored.items()}


def _board(lanes: list[dict[str, object]], **facts: str) -> DemoBoard:
    return DemoBoard(**facts, lanes=tuple(_lane(**lane) for lane in lanes))  # type: ignore[arg-type]


def _lane(tasks: list[dict[str, str]], **facts: object) -> DemoLane:
    return DemoLane(**facts, tasks=tuple(DemoTask(**task) for task in tasks))  # type: ignore[arg-type]
