"""What stands on the demo boards, read from boards.json: invented work, with days counted from the day it is loaded."""

import json
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class DemoTask:
    """One card. `due` is in days from today, `estimate` in minutes; a step that begins with + is done."""

    title: str
    people: list[str] = field(default_factory=list)
    due: int | None = None
    text: str = ""
    kind: str = "task"
    priority: int = 3
    points: int | None = None
    estimate: int | None = None
    labels: list[str] = field(default_factory=list)
    steps: dict[str, list[str]] = field(default_factory=dict)
    comments: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class DemoLane:
    """One lane with its cards, top to bottom."""

    name: str
    tasks: list[DemoTask]
    limit: int | None = None
    is_done: bool = False


@dataclass(frozen=True)
class DemoBoard:
    """One project with its labels and their colours, and how its tasks stand to each other, by title."""

    name: str
    key: str
    description: str
    lanes: list[DemoLane]
    labels: dict[str, str] = field(default_factory=dict)
    relations: list[tuple[str, str, str]] = field(default_factory=list)


@cache
def boards() -> dict[str, tuple[DemoBoard, ...]]:
    """The boards of each demo cooperative, by its address."""
    stored = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    return {slug: tuple(_board(**board) for board in mine) for slug, mine in stored.items()}


def _board(lanes: list[dict[str, Any]], **facts: Any) -> DemoBoard:
    return DemoBoard(**facts, lanes=[_lane(**lane) for lane in lanes])


def _lane(tasks: list[dict[str, Any]], **facts: Any) -> DemoLane:
    return DemoLane(**facts, tasks=[DemoTask(**task) for task in tasks])
