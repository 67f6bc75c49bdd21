"""Questions of rank 0: which cooperatives are active, and facts that lower ranks ask and higher ones answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model

from .checkups import Finding, checkup, doubtful, wrong
from .compiling import Compiled
from .models import Cooperative
from .tenancy import Crossed, Entered, NotEntered, enter, entered

__all__ = [
    "CHAIN_ENDS", "LEFT_OUT", "SEARCH", "Compiled", "Crossed", "Entered", "Fact", "Finding", "Found", "NotEntered", "checkup",
    "doubtful", "each_cooperative", "each_user", "enter", "entered", "fact", "wrong",
]  # fmt: skip


class Fact:
    """A named question which a lower package declares and higher ones answer: upward needs never import."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._answers: list[Callable[..., Any]] = []

    def answer(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Register `function` as one answerer; a decorator."""
        self._answers.append(function)
        return function

    def ask(self, **question: Any) -> list[Any]:
        """Every answerer's answer, in the order of registration (the order of INSTALLED_APPS)."""
        return [answer(**question) for answer in self._answers]


_facts: dict[str, Fact] = {}


def fact(name: str) -> Fact:
    """The fact of this name, declared on first use so that the order of imports does not matter."""
    return _facts.setdefault(name, Fact(name))


@dataclass(frozen=True)
class Found:
    """One hit of the search box."""

    title: str
    url: str
    kind: str
    detail: str = ""
    icon: str = "search"


SEARCH = fact("search")
"""Asked with actor=, cooperative_ids=, text=, limit=; each answer is a list of Found the actor may see."""

LEFT_OUT = fact("left_out_of_backups")
"""Asked with nothing; each answer maps labels of models whose rows no backup keeps to the reason."""

CHAIN_ENDS = fact("chain_ends")
"""Asked with cooperative=; each answer maps the name of a hash chain to where it ends: {"seq", "hash"}."""


def each_cooperative() -> Iterator[Cooperative]:
    """Enter every cooperative in turn, for system jobs. Bounded memory: ids first, then one row at a time."""
    for pk in Cooperative.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=500):
        with enter([pk]):
            yield Cooperative.objects.get(pk=pk)


def each_user() -> Iterator[int]:
    """Enter every user in turn, in no cooperative: for system jobs over personal rows."""
    for pk in get_user_model()._default_manager.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=500):
        with enter((), pk):
            yield pk
