"""A board file that was uploaded, and what became of it."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel
from members.models import Membership

from .project import Project


class BoardDraft(OwnedModel):
    """An upload for a project. `packed` is the file until it is imported, and then what became of it. Kept for a day."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", verbose_name=_("project"))
    created_by = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("uploaded by"))
    file_name = models.CharField(_("file"), max_length=200)
    packed = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    imported_at = models.DateTimeField(null=True, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("uploaded board")
        verbose_name_plural = _("uploaded boards")
        indexes: ClassVar = [models.Index(fields=["cooperative", "created_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return self.file_name
