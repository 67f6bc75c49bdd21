"""A board file that was uploaded and waits for its confirmation."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel
from members.models import Membership

from .project import Project


class BoardDraft(OwnedModel):
    """The file between preview and import. Removed once imported, and after a day in any case."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="+", verbose_name=_("project"))
    created_by = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("uploaded by"))
    file_name = models.CharField(_("file"), max_length=200)
    packed = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("uploaded board")
        verbose_name_plural = _("uploaded boards")
        indexes: ClassVar = [models.Index(fields=["cooperative", "created_at"], name="draft_by_age")]

    def __str__(self) -> str:
        return self.file_name
