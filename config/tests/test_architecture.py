"""Rank, forbidden modules, imports inside functions: the rooms stay apart (docs/architecture.md)."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.tests.source import product, relative, tree

pytestmark = pytest.mark.gate
RANKS = {
    "cooperatives": 0, "activity": 1, "members": 2, "documents": 3, "notifications": 3, "tasks": 4, "voting": 4,
    "contributions": 5, "finance": 6, "maintenance": 7, "scorecards": 8,
}  # fmt: skip
SHARED = {"models", "queries", "actions", "policy", "events"}
DOORS = {"web", "rest", "desk", "live"}  # the bases of pages, API, admin and sockets, in the two lowest ranks
TOOLS = {"reading"}  # what is about no row of ours: tables that people bring
ROOMS = {*RANKS, "config"}


def imported(node: ast.AST) -> Iterator[tuple[str, str]]:
    """(room, module) for each of our own rooms that an absolute import names."""
    if isinstance(node, ast.Import):
        dotted = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.level == 0:
        dotted = [f"{node.module}.{alias.name}" for alias in node.names]
    else:
        dotted = []
    for name in dotted:
        room, _, rest = name.partition(".")
        if room in ROOMS:
            yield room, rest.partition(".")[0]


def fault(home: str, room: str, module: str) -> str:
    """Why code of `home` may not import this, or nothing."""
    if home == room:
        return ""
    if home not in RANKS:
        return "the wiring names rooms by string only"
    if room not in RANKS:
        return "nobody imports the wiring"
    if RANKS[room] >= RANKS[home]:
        return f"rank {RANKS[room]} is not above rank {RANKS[home]}"
    allowed = SHARED | DOORS | TOOLS if RANKS[room] <= 1 else SHARED
    return "" if module in allowed else f"only {', '.join(sorted(allowed))} may be imported"


def homes() -> Iterator[tuple[Path, str]]:
    return ((path, relative(path).partition("/")[0]) for path in product() if relative(path).partition("/")[0] in ROOMS)


def test_rooms_import_only_what_they_may() -> None:
    faults = [
        f"{relative(path)}:{node.lineno} imports {room}.{module}: {why}"
        for path, home in homes()
        for node in ast.walk(tree(path))
        for room, module in imported(node)
        if (why := fault(home, room, module))
    ]
    assert not faults, "\n".join(faults)


def test_no_imports_inside_functions() -> None:
    faults = [
        f"{relative(path)}:{inner.lineno}"
        for path, _ in homes()
        for function in ast.walk(tree(path))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and not (path.name == "apps.py" and function.name == "ready")
        for inner in ast.walk(function)
        if isinstance(inner, ast.Import | ast.ImportFrom)
    ]
    assert not faults, "imports inside functions:\n" + "\n".join(faults)


@pytest.mark.parametrize(
    ("home", "statement", "wrong"),
    [
        ("tasks", "from members.models import User", False),
        ("tasks", "from activity.live import hub", False),
        ("tasks", "from members.live import hub", True),
        ("members", "from tasks.models import Task", True),
        ("tasks", "import voting.models", True),
        ("tasks", "from config import settings", True),
        ("config", "from tasks import models", True),
        ("tasks", "from members.demo.load import load", True),
        ("tasks", "from .models import Task", False),
    ],
)
def test_the_rule_itself(home: str, statement: str, wrong: bool) -> None:
    node = ast.parse(statement).body[0]
    assert any(fault(home, room, module) for room, module in imported(node)) is wrong


def test_no_room_has_a_forbidden_name() -> None:
    forbidden = {"utils.py", "helpers.py", "services.py", "signals.py", "common.py"}
    assert [relative(path) for path, _ in homes() if path.name in forbidden] == []
    # Celery would look for jobs in a room's tasks.py; deeper down it is only a noun of the tasks room.
    assert [relative(path) for path, home in homes() if relative(path) == f"{home}/tasks.py"] == []
