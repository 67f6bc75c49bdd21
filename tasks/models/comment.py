"""What people say about a task."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Versioned
from members.models import Membership

from .task import Task

COMMENT_LIMIT = 20_000  # more than any system whose boards are imported takes


class Comment(OwnedModel, Versioned):
    """A word on a task. One that came with an import has `said_by`, the author as the source names them, and no member."""

    task = models.ForeignKey(Task, models.CASCADE, related_name="comments", verbose_name=_("task"))
    author = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("author"))
    said_by = models.CharField(_("author elsewhere"), max_length=200, blank=True)
    text = models.TextField(_("comment"), max_length=COMMENT_LIMIT)
    created_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("edited"), null=True, blank=True)
    # A comment that is taken back leaves its place and loses its text.
    removed_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    # Null and not empty: rows of our own must not collide in the unique constraint.
    source_id = models.CharField(max_length=100, null=True, editable=False)  # noqa: DJ001

    class Meta(OwnedModel.Meta):
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "task", "source_id"], name="one_comment_per_source"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "task", "created_at"], name="comment_by_task")]

    def __str__(self) -> str:
        return self.text[:80]


class Mention(OwnedModel):
    """Somebody whom a comment names."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="mentions", verbose_name=_("comment"))
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("member"))

    class Meta(OwnedModel.Meta):
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "comment", "member"], name="mentioned_once"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "member", "comment"], name="mention_by_member")]

    def __str__(self) -> str:
        return str(self.member)
