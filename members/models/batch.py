"""An import: the file, what was decided about it, and what it wrote, so that it can be undone."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Versioned

from .register import Membership


class ImportBatch(OwnedModel, Versioned):
    """A file on its way into the register. Its bytes go once it is undone or thrown away, and after 30 days at the latest.

    `choices` holds what somebody decided (columns, order of dates, answers, edits), `counts` the verdicts of the rows and,
    once applied, what was `written`. `digest` is that of the bytes. `ordered` is what a job is asked to import and by whom,
    and afterwards why it could not.
    """

    class State(models.TextChoices):
        READ = "read", _("To be checked")
        APPLYING = "applying", _("Being imported")
        APPLIED = "applied", _("Imported")
        UNDONE = "undone", _("Undone")
        DROPPED = "dropped", _("Thrown away")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(editable=False)
    digest = models.CharField(max_length=64, editable=False)
    choices: Any = models.JSONField(default=dict, editable=False)
    counts = models.JSONField(default=dict, editable=False)
    ordered: Any = models.JSONField(default=dict, editable=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.READ)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    created_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True, editable=False)
    undone_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes: ClassVar = [models.Index(fields=["cooperative", "-created_at"], name="import_by_age")]

    def __str__(self) -> str:
        return self.name


class ImportedRow(OwnedModel):
    """One row of the register that an import made or changed, as long as that can be undone.

    `before` holds what stood in the changed columns, and is None for a row it made; `after` by what it is known to be
    untouched: its version, or its columns. Not append-only: what people were called before is theirs, and is forgotten.
    """

    batch = models.ForeignKey(ImportBatch, models.PROTECT, related_name="written", verbose_name=_("import"))
    kind = models.CharField(max_length=60)
    row_id = models.PositiveBigIntegerField()
    before = models.JSONField(null=True)
    after = models.JSONField(default=dict)

    class Meta(OwnedModel.Meta):
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        indexes: ClassVar = [models.Index(fields=["cooperative", "batch"], name="imported_by_batch")]
