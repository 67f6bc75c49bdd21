"""One part of a person's data, and what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.utils.functional import Promise


class Fate(StrEnum):
    """What becomes of a part."""

    GOES = "goes"
    STAYS = "stays"


@dataclass(frozen=True)
class Part:
    """Rows of one kind. `act` erases what is personal in them; without one they stay, and `why` says the reason."""

    key: str
    label: str | Promise
    rows: Any = field(repr=False)
    act: Callable[[Any], object] | None = field(default=None, repr=False)
    why: str | Promise = ""

    @property
    def fate(self) -> Fate:
        """Whether it goes."""
        return Fate.GOES if self.act else Fate.STAYS

    @property
    def count(self) -> int:
        """How many rows it has now."""
        return len(self.rows) if isinstance(self.rows, list) else int(self.rows.count())
