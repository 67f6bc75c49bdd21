"""Project: a body of work. Lane: a column of its board."""

import re
from collections.abc import Collection
from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from cooperatives.models import OwnedModel, Versioned
from members.models import Membership

KEY_LENGTH = 10
STATUS_LENGTH = 60


class Colour(models.TextChoices):
    """What a lane or a label is told apart by, besides its name."""

    GREY = "grey", _("Grey")
    RED = "red", _("Red")
    ORANGE = "orange", _("Orange")
    YELLOW = "yellow", _("Yellow")
    GREEN = "green", _("Green")
    TEAL = "teal", _("Teal")
    BLUE = "blue", _("Blue")
    PURPLE = "purple", _("Purple")
    PINK = "pink", _("Pink")


class Project(OwnedModel, Versioned):
    """A body of work in one cooperative, with one board."""

    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("description"), max_length=20_000, blank=True)
    key = models.CharField(_("key"), max_length=KEY_LENGTH)
    created_by = models.ForeignKey(
        Membership, models.PROTECT, null=True, editable=False, related_name="+", verbose_name=_("created by")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    last_number = models.PositiveIntegerField(default=0, editable=False)
    members_only = models.BooleanField(_("only its members change it"), default=False)
    assignment_limit = models.PositiveIntegerField(
        _("most unfinished tasks for one person"), null=True, blank=True, validators=[MinValueValidator(1)]
    )

    remind_days = models.PositiveSmallIntegerField(_("reminder, days before"), default=1, validators=[MaxValueValidator(30)])

    class Meta(OwnedModel.Meta):
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "key"], name="one_project_per_key"),
            models.CheckConstraint(
                condition=models.Q(assignment_limit=None) | models.Q(assignment_limit__gte=1), name="somebody_may_do_a_task"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "name"], name="project_by_name")]

    def __str__(self) -> str:
        return self.name


class Lane(OwnedModel, Versioned):
    """A column of a project's board. `status` is its name for programs and never changes."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="lanes", verbose_name=_("project"))
    name = models.CharField(_("name"), max_length=100)
    status = models.SlugField(_("status"), max_length=STATUS_LENGTH, editable=False)
    position = models.PositiveIntegerField(_("position"))
    wip_limit = models.PositiveIntegerField(_("most cards at once"), null=True, blank=True, validators=[MinValueValidator(1)])
    is_done = models.BooleanField(_("cards here are done"), default=False)
    colour = models.CharField(_("colour"), max_length=10, choices=Colour, blank=True)
    archived_at = models.DateTimeField(_("archived"), null=True, blank=True)
    # Null and not empty: rows of our own must not collide in the unique constraint.
    source_id = models.CharField(max_length=100, null=True, editable=False)  # noqa: DJ001

    class Meta(OwnedModel.Meta):
        verbose_name = _("lane")
        verbose_name_plural = _("lanes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "project", "status"], name="one_lane_per_status"),
            models.UniqueConstraint(fields=["cooperative", "project", "source_id"], name="one_lane_per_source"),
            models.CheckConstraint(condition=models.Q(wip_limit=None) | models.Q(wip_limit__gte=1), name="a_lane_holds_a_card"),
        ]
        indexes: ClassVar = [models.Index(fields=["cooperative", "project", "position"], name="lane_by_position")]

    def __str__(self) -> str:
        return self.name

    @property
    def is_work(self) -> bool:
        """Whether its cards are on the board and not done: what an assignment limit counts."""
        return self.archived_at is None and not self.is_done


class ProjectMember(OwnedModel):
    """Who works on a project. Where `members_only` is set, only they and those who lead the cooperative change it."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="people", verbose_name=_("project"))
    member = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("member"))
    is_lead = models.BooleanField(_("leads it"), default=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("member of a project")
        verbose_name_plural = _("members of projects")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "project", "member"], name="once_in_a_project"),
        ]

    def __str__(self) -> str:
        return str(self.member)


def default_key(name: str, taken: Collection[str]) -> str:
    """A short key for a project of this name: its initials or first letters, made unique among `taken`."""
    words = re.findall(r"[A-Z0-9]+", slugify(name).upper())
    base = ("".join(word[0] for word in words) if len(words) > 1 else "".join(words)[:4]) or "P"
    return _numbered(base[: KEY_LENGTH - 4], taken, "")


def free_status(name: str, taken: Collection[str]) -> str:
    """A status for a lane of this name, unique among `taken`; a name without Latin letters becomes `lane`."""
    base = slugify(name).replace("-", "_")[: STATUS_LENGTH - 6] or "lane"
    return _numbered(base, taken, "_")


def _numbered(base: str, taken: Collection[str], joint: str) -> str:
    if base not in taken:
        return base
    number = next(number for number in range(2, len(taken) + 3) if f"{base}{joint}{number}" not in taken)
    return f"{base}{joint}{number}"
