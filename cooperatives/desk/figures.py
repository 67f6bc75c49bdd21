"""The figures of the start page: rank 0 asks, the rooms answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

from ..models import Cooperative
from ..queries import fact
from ..web.frame import SWITCHABLE
from .base import actor_of, desks_of


@dataclass(frozen=True)
class Figure:
    """One number about a cooperative, and where it comes from."""

    label: str | Promise
    value: int
    url: str


FIGURES = fact("desk_figures")
"""Asked with actor=, cooperatives=; each answer maps keys of cooperatives to a list of Figure the actor may see. An
answer takes as many queries for one cooperative as for all."""


def figures_of(request: Any) -> Iterator[tuple[Cooperative, list[Figure]]]:
    """The cooperatives of the actor about which there is something to tell, by name."""
    own = desks_of(request)[:SWITCHABLE]
    answers = FIGURES.ask(actor=actor_of(request), cooperatives=own) if own else []
    for cooperative in own:
        if found := [figure for answer in answers for figure in answer.get(cooperative.pk, ())]:
            yield cooperative, found
