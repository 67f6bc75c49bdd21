"""The frame around every page: navigation by right, the cooperative, the one live connection."""

from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property

from ..models import Cooperative
from ..policy import ANONYMOUS, Actor
from ..queries import fact
from .places import Place, places_for

SWITCHABLE = 30


@dataclass(frozen=True)
class Shown:
    """A place as the frame draws it."""

    label: str
    icon: str
    url: str
    current: bool
    count: int = 0


class Frame:
    """What stands around a page; nothing is looked up before a template asks for it."""

    def __init__(self, request: Any) -> None:
        self.request = request
        self.actor: Actor = getattr(request, "actor", ANONYMOUS)
        self.cooperative: Cooperative | None = getattr(request, "cooperative", None)
        self.demo: bool = settings.DEMO
        self.debug: bool = settings.DEBUG
        self.mail_folder: str = "" if settings.EMAIL_HOST else Path(settings.EMAIL_FILE_PATH).name

    @cached_property
    def _places(self) -> list[tuple[Place, Shown]]:
        here = self.cooperative
        return [(place, self._shown(place, here)) for place in places_for(self.actor, here)] if here else []

    def _shown(self, place: Place, cooperative: Cooperative) -> Shown:
        url = reverse(place.url_name, args=[cooperative.slug])
        here = self.request.path
        root = reverse("cooperatives:overview", args=[cooperative.slug])
        roots = [url, reverse(place.also, args=[cooperative.slug])] if place.also else [url]
        current = here == url if url == root else here.startswith(tuple(roots))
        return Shown(str(place.label), place.icon, url, current)

    @property
    def groups(self) -> list[list[Shown]]:
        """The places the actor may use, in groups."""
        return [[shown for _, shown in group] for _, group in groupby(self._places, key=lambda pair: pair[0].group)]

    @property
    def bar(self) -> list[Shown]:
        """Those that stand at a phone's foot; the fifth is always the way to the rest."""
        return [shown for place, shown in self._places if place.bar][:4]

    @cached_property
    def cooperatives(self) -> list[Cooperative]:
        """Those the actor can switch to, by name."""
        if self.cooperative is not None and self.actor.cooperative_ids == (self.cooperative.pk,):
            return [self.cooperative]
        return list(Cooperative.objects.filter(pk__in=self.actor.cooperative_ids)[:SWITCHABLE])

    @property
    def live_url(self) -> str:
        """The socket of this page: its room's when the view named one, else the cooperative's, else the personal one."""
        if not self.actor.is_signed_in:
            return ""
        named = getattr(self.request, "live_url", "")
        if named or self.cooperative is None:
            return named or "/ws/notifications/"
        return f"/ws/cooperatives/{self.cooperative.pk}/"

    @property
    def search_url(self) -> str:
        """Where the search box leads: this cooperative, else all of mine."""
        if self.cooperative is None:
            return reverse("cooperatives:search_all")
        return reverse("cooperatives:search", args=[self.cooperative.slug])

    @cached_property
    def seq(self) -> int:
        """The last event that this page already shows: what the view read before all else, or taken when the page was drawn."""
        if (read := getattr(self.request, "seq", None)) is not None:
            return int(read)
        return next(iter(fact("head").ask(cooperative=self.cooperative)), 0) if self.cooperative else 0

    @property
    def hue(self) -> int:
        """The accent."""
        return self.cooperative.hue if self.cooperative else 155

    @property
    def role_label(self) -> str:
        """What the actor is here, in a word."""
        return next(iter(fact("role_label").ask(actor=self.actor, cooperative=self.cooperative)), "")

    @property
    def demo_logins(self) -> list[Any]:
        """Who can be entered without a password: in a demo installation only."""
        return [login for logins in fact("demo_logins").ask() for login in logins] if self.demo else []


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor."""
    return {"frame": Frame(request)}
