"""Questions of rank 0: which cooperatives are active, and facts that lower ranks ask and higher ones answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from .models import Cooperative
from .tenancy import Crossed, Entered, NotEntered, enter, entered

__all__ = ["SEARCH", "Crossed", "Entered", "Fact", "Found", "NotEntered", "each_cooperative", "enter", "entered", "fact"]


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


def each_cooperative() -> Iterator[Cooperative]:
    """Enter every cooperative in turn, for system jobs. Bounded memory: ids first, then one row at a time."""
    for pk in Cooperative.objects.order_by("pk").values_list("pk", flat=True).iterator(chunk_size=500):
        with enter([pk]):
            yield Cooperative.objects.get(pk=pk)
