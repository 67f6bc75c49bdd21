"""Finds what each room offers under an agreed file name, so that the wiring names no room twice."""

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import module_has_submodule


def modules(name: str) -> Iterator[ModuleType]:
    """The modules of this name in our own apps, in order of rank."""
    for label in settings.ROOMS:
        app = apps.get_app_config(label)
        if app.module is not None and module_has_submodule(app.module, name):
            yield import_module(f"{app.name}.{name}")
