"""Registers the witness: with the bus, inside every transaction, and with the dispatcher, after it."""

import os
from datetime import timedelta
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.module_loading import import_string

from . import deeds, plants

QUICK = {"lease": timedelta(seconds=5), "delays": (0.5,) * 200}


class WitnessConfig(AppConfig):
    """No tables of Django's own: the run makes them, after the product has settled its rules."""

    name = "config.dev.fault.witness"

    def ready(self) -> None:
        """Subscribe to everything that happens to work, and become two targets."""
        target, register = import_string("activity.dispatch.Target"), import_string("activity.dispatch.register")
        mistake: Any = plants.PLANTS.get(os.environ.get("FAULT_PLANT", ""), plants.Honest)()
        for name in [name for name in _kinds() if name.startswith("tasks.")]:
            import_string("cooperatives.events.subscribe")(name)(mistake.act)
        register(target("witness", mistake.tell, where="web", **QUICK))
        register(target("effects", mistake.take_effect, where="worker", **QUICK))
        connection_created.connect(deeds.confine)
        mistake.settle()


def _kinds() -> dict[str, Any]:
    import_string("tasks.events.CREATED")  # declares the kinds of that room
    kinds: dict[str, Any] = import_string("cooperatives.events.KINDS")
    return kinds
