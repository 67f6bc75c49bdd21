"""Sub-pages of the place “Members”: whoever adds a page for the register adds a line in `facts.py`."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may


@dataclass(frozen=True)
class Tab:
    """One sub-page; `action` is asked of the cooperative."""

    key: str
    label: str | Promise
    url_name: str
    action: str
    order: int


@dataclass(frozen=True)
class Shown:
    """A tab as the page draws it."""

    label: str
    url: str
    current: bool


_tabs: dict[str, Tab] = {}


def tab(key: str, label: str | Promise, url_name: str, action: str, order: int) -> None:
    """Register a tab: who may not do `action` in a cooperative does not see it there."""
    _tabs[key] = Tab(key, label, url_name, action, order)


def tabs_for(actor: Actor, cooperative: Cooperative, path: str) -> list[Shown]:
    """The tabs that the actor may use, in order; the one under whose address `path` lies deepest is the current one."""
    found = list(_open(actor, cooperative))
    current = max((url for _tab, url in found if path.startswith(url)), key=len, default="")
    return [Shown(str(item.label), url, url == current) for item, url in found]


def _open(actor: Actor, cooperative: Cooperative) -> Iterator[tuple[Tab, str]]:
    for item in sorted(_tabs.values(), key=lambda each: each.order):
        if may(actor, item.action, cooperative):
            yield item, reverse(item.url_name, args=[cooperative.slug])
