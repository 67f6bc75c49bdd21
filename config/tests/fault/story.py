"""A run in which everything went well, small enough to be spoilt in one place at a time."""

from collections import Counter

from config.dev.fault.checks import TARGETS
from config.dev.fault.evidence import Evidence, Record, Row
from config.dev.fault.journal import Answer, Heard, Journal, Listener, Write

HOME, BEFORE = 1, 1  # the cooperative; its head before the witness came


def record(
    seq: int, kind: str = "tasks.updated", task: int = 7, version: int = 1, title: str = "fault 1", lane: int = 3
) -> Record:
    """One event about a task."""
    facts = {"title": title, "version": version, "lane_id": lane, "issue_id": task}
    return Record(HOME, seq, f"uid{seq}", kind, "tasks.task", task, facts)


def good() -> tuple[Journal, Evidence]:
    """A task is added, renamed and moved; somebody listens; each target has been told, one of them twice."""
    records = [
        Record(HOME, 1, "uid1", "cooperatives.founded", "cooperatives.cooperative", HOME, {"name": "Linden"}),
        record(2, "tasks.created"),
        record(3, "tasks.updated", version=2, title="fault 2"),
        record(4, "tasks.moved", version=3, title="fault 2", lane=4),
    ]
    evidence = Evidence(
        records=records,
        tasks={7: Row("fault 2", "fault 2", 3, 4), 1: Row("From the demo", "", 5, 1)},
        heads={HOME: 4},
        cursors={(HOME, name): 4 for name in TARGETS},
        acts=Counter(["uid2", "uid3", "uid4"]),
        effects=Counter(["uid1", "uid2", "uid3", "uid4"]),
        told=[(HOME, 1, "uid1"), (HOME, 2, "uid2"), (HOME, 3, "uid3"), (HOME, 2, "uid2"), (HOME, 3, "uid3"), (HOME, 4, "uid4")],
        since={HOME: BEFORE},
    )
    journal = Journal(
        writes=[
            Write("create", "fault 1", "acknowledged", 7, 1),
            Write("change", "fault 2", "acknowledged", 7, 2),
            Write("move", "fault 3", "acknowledged", 7, 3),
            Write("create", "fault 4", "unknown"),
            Write("create", "fault 5", "refused"),
        ],
        answers=[
            Answer("page", True, 200, 0.1, ("Valkey away", "Valkey away")),
            Answer("api", False, 503, 0.1, ("database away", "calm")),
        ],
        listeners=[Listener(HOME, 1, [heard(2, "issue.created"), heard(3), heard(3), heard(4)])],
    )
    return journal, evidence


def heard(seq: int, kind: str = "issue.updated", task: int = 7) -> Heard:
    """One live message about a task."""
    return Heard(HOME, seq, f"uid{seq}", kind, task)
