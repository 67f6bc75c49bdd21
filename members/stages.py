"""How far an import is, for who looks on: beside the database, where nobody can read yet what is not committed."""

from django.core.cache import cache
from django.db import models
from django.utils.translation import gettext_lazy as _

from .models import ImportBatch

KEPT = 600  # seconds


class Stage(models.IntegerChoices):
    """The steps of an import, in order."""

    WAITS = 0, _("It waits for its turn.")
    READS = 1, _("Reading the rows once more, beside the register as it is now.")
    PEOPLE = 2, _("Writing people and memberships.")
    HOMES = 3, _("Writing homes, households and agreements.")
    JOURNAL = 4, _("Keeping what an undo needs.")


def say(batch: ImportBatch, stage: Stage) -> None:
    """Note how far an import is. What is lost of it is only not shown."""
    cache.set(_key(batch), int(stage), KEPT)


def stage_of(batch: ImportBatch) -> Stage:
    """How far it is."""
    return Stage(cache.get(_key(batch), Stage.WAITS))


def _key(batch: ImportBatch) -> str:
    return f"import-stage:{batch.public_id}"
