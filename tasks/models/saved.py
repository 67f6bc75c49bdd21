"""A filter that a member keeps by a name."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Versioned
from members.models import Membership

from .project import Project

SAVED_NAME = 60
SAVED_QUERY = 500


class SavedFilter(OwnedModel, Versioned):
    """What a member wants to see again: a list of one project, or of all (no project). `query` is as in an address."""

    owner = models.ForeignKey(Membership, models.CASCADE, related_name="+", verbose_name=_("kept by"))
    project = models.ForeignKey(
        Project, models.CASCADE, null=True, blank=True, related_name="saved_filters", verbose_name=_("project")
    )
    name = models.CharField(_("name"), max_length=SAVED_NAME)
    query = models.CharField(_("filter"), max_length=SAVED_QUERY)
    is_shared = models.BooleanField(_("everybody in the project sees it"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "owner", "project", "name"], name="one_saved_filter_per_name"),
            models.CheckConstraint(
                condition=models.Q(is_shared=False) | models.Q(project__isnull=False), name="a_shared_filter_has_a_project"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "project", "is_shared"], name="saved_filter_by_project")]

    def __str__(self) -> str:
        return self.name
