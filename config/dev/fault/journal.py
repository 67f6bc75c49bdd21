"""What clients and listeners saw from outside: the only memory that no fault reaches."""

from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["acknowledged", "refused", "unknown"]
NO_ANSWER, HUNG = 0, -1  # instead of a status: the line broke; nothing came within the patience of the client


@dataclass(frozen=True)
class Write:
    """One write as its client knows it. `mark` is its text, unlike any other; `version` is what the answer said."""

    op: Literal["create", "change", "move"]
    mark: str
    outcome: Outcome
    task: int | None = None
    version: int | None = None


@dataclass(frozen=True)
class Answer:
    """One request and how it was answered; `weather` is what was wrong when it was sent and when it was answered."""

    door: Literal["page", "api"]
    is_read: bool
    status: int
    seconds: float
    weather: tuple[str, str]
    path: str = ""
    said: str = ""  # what was said when it was not served

    @property
    def is_good(self) -> bool:
        """Served as if nothing were wrong."""
        return 200 <= self.status < 400


@dataclass(frozen=True)
class Heard:
    """One live message."""

    cooperative: int
    seq: int
    uid: str
    type: str
    subject: int | None


@dataclass
class Listener:
    """What one socket heard, over all its connections. `skipped` are stretches it was told to fetch instead."""

    cooperative: int
    start: int | None = None
    heard: list[Heard] = field(default_factory=list)
    skipped: list[tuple[int, int]] = field(default_factory=list)
    connections: int = 0
    resyncs: int = 0


@dataclass
class Journal:
    """Everything of one run. Threads only append."""

    writes: list[Write] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    weather: str = "calm"
    repeats: int = 0  # writes sent again with the same Idempotency-Key

    def acknowledged(self) -> int:
        """Writes that were answered as done."""
        return sum(write.outcome == "acknowledged" for write in self.writes)
