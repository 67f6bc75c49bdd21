"""What higher ranks show on pages of lower ones: places in the navigation, panels on a page."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise

from ..models import Cooperative
from ..policy import Actor, may


@dataclass(frozen=True)
class Place:
    """A place in the navigation of a cooperative."""

    key: str
    label: str | Promise
    icon: str
    url_name: str
    action: str
    group: int
    order: int
    bar: bool = False
    also: str = ""


@dataclass(frozen=True)
class Panel:
    """A section which an app shows on a page of a lower rank; loaded by htmx when it is revealed."""

    key: str
    title: str | Promise
    url_name: str
    action: str
    on: str
    order: int = 0
    all_label: str | Promise = ""
    all_url_name: str = ""


@dataclass
class _Registry:
    places: dict[str, Place] = field(default_factory=dict)
    panels: dict[str, Panel] = field(default_factory=dict)


_registry = _Registry()


def place(
    key: str,
    label: str | Promise,
    icon: str,
    url_name: str,
    action: str,
    group: int,
    order: int,
    bar: bool = False,
    *,
    also: str = "",
) -> None:
    """Register a place: who may not do `action` in a cooperative does not see it there. `bar`: also at a phone's foot.

    Pages under the address named `also` belong to the place, too.
    """
    _registry.places[key] = Place(key, label, icon, url_name, action, group, order, bar, also)


def panel(
    key: str,
    title: str | Promise,
    url_name: str,
    action: str,
    on: str,
    order: int = 0,
    *,
    all_label: str | Promise = "",
    all_url_name: str = "",
) -> None:
    """Register a panel on the page named `on`; `all_label` and `all_url_name` lead from its head to the whole list."""
    _registry.panels[key] = Panel(key, title, url_name, action, on, order, all_label, all_url_name)


def places_for(actor: Actor, cooperative: Cooperative) -> list[Place]:
    """The places of one cooperative that the actor may use, in order."""
    open_to = (item for item in _registry.places.values() if may(actor, item.action, cooperative))
    return sorted(open_to, key=lambda item: (item.group, item.order))


def panels_for(actor: Actor, on: str, obj: Any) -> Sequence[Panel]:
    """The panels of a page that the actor may see."""
    open_to = (item for item in _registry.panels.values() if item.on == on and may(actor, item.action, obj))
    return sorted(open_to, key=lambda item: item.order)
