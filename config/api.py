"""The API under /api/v1/. An app's `api.py` may define `routes(router)` for viewsets and `urlpatterns` for the rest."""

from typing import Any

from rest_framework.routers import SimpleRouter

from .rooms import modules


def urlpatterns() -> list[Any]:
    """All addresses of version 1, collected from the rooms in order of rank."""
    router = SimpleRouter()
    others: list[Any] = []
    for module in modules("api"):
        if hasattr(module, "routes"):
            module.routes(router)
        others += getattr(module, "urlpatterns", [])
    return [*others, *router.urls]
