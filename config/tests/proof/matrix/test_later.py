"""What is added later and stands in no table is found and named: an address, a method, a socket, a secret column."""

from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.http import HttpResponse
from django.urls import path
from rest_framework.response import Response
from rest_framework.views import APIView

from activity.live import LiveConsumer, route
from activity.live.routing import websocket_application
from config import urls

from ..ledger import _WRITTEN
from ..surface import doors
from ..world import World
from .secrets import ADDRESSES, NEVER, OPEN, Secrets, sounding, values
from .test_doors import without_line
from .trying import _WRITE
from .walking import walked


def throw_away(request: Any) -> HttpResponse:
    """A page that nobody has spoken of."""
    return HttpResponse("left open")


class ThrowAway(APIView):
    """An address of the API that nobody has spoken of."""

    def get(self, request: Any) -> Response:
        """Read."""
        return Response({})

    def delete(self, request: Any) -> Response:
        """Worse."""
        return Response({})


class ThrowAwaySocket(LiveConsumer):
    """A socket that nobody has spoken of."""


@pytest.fixture
def later(settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The installation of next year, with three more doors."""
    wider = ModuleType("wider_urls")
    more = [path("c/<slug:slug>/throw-away/", throw_away, name="throw_away"), path("api/v1/throw-away/", ThrowAway.as_view())]
    wider.urlpatterns = [*more, *urls.urlpatterns]  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = wider
    monkeypatch.setattr(websocket_application, "routes", [route("throw-away", ThrowAwaySocket), *websocket_application.routes])
    doors.cache_clear()
    yield
    doors.cache_clear()


def test_a_door_without_a_line_is_named(later: None) -> None:
    assert set(without_line(walked())) >= {
        "api DELETE /api/v1/throw-away/",
        "api GET /api/v1/throw-away/",
        "page GET /c/{slug}/throw-away/",
        "page POST /c/{slug}/throw-away/",
        "socket OPEN /ws/throw-away/{key}/",
    }


def test_every_column_that_sounds_secret_is_known_for_what_it_is() -> None:
    assert not sounding() - NEVER - ADDRESSES - OPEN.keys(), "say in secrets.py who may read these"
    assert not (NEVER | ADDRESSES | OPEN.keys()) - sounding(), "these are gone"


def test_a_secret_column_that_comes_later_is_named() -> None:
    model = type("Later", (models.Model,), {"__module__": "members.models", "api_token": models.CharField(max_length=9)})
    try:
        assert sounding() - NEVER - ADDRESSES - OPEN.keys() >= {"members.later.api_token"}
    finally:
        del apps.all_models["members"][model.__name__.lower()]
        apps.clear_cache()


def test_every_secret_has_a_value_that_would_be_found(stocked: World) -> None:
    secrets = Secrets(stocked, "member")
    for label in NEVER:
        assert values(label), f"stock.py makes no {label}"
        for value in values(label):
            assert label in secrets.found_in(f"<p>{value}</p>")
    own, other = stocked.users["member"].email, stocked.users["admin"].email
    assert secrets.found_in(f"{own} and {other}") == {other}
    assert Secrets(stocked, "keeper").found_in(f"{own} and {other}") == set()
    assert Secrets(stocked, "keeper").found_in("grace@nowhere.example") == set()


def test_a_write_is_seen_however_an_engine_puts_it() -> None:
    for sql in ('INSERT INTO "a_b" VALUES', 'INSERT OR IGNORE INTO "a_b" VALUES', 'UPDATE "a_b" SET', 'DELETE FROM "a_b"'):
        assert [found[found.re.groups] for found in (_WRITE.search(sql), _WRITTEN.search(sql)) if found] == ["a_b"] * 2, sql
    for sql in ('SELECT 1 FROM "a_b" FOR UPDATE', 'SELECT 1 FROM "a_b" FOR NO KEY UPDATE OF "a_b"'):
        assert (_WRITE.search(sql), _WRITTEN.search(sql)) == (None, None), sql
