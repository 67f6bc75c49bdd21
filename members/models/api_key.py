"""A personal API key: what a person hands to a program of theirs."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Scope(models.TextChoices):
    """How far a key reaches; the right to change includes the right to read."""

    READ = "read", _("Read")
    WRITE = "write", _("Read and change")


class ApiKey(models.Model):
    """A key acts for its user through the API, as far as its scope reaches, until it ends. Only its SHA-256 is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    cooperative = models.ForeignKey("cooperatives.Cooperative", models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    scope = models.CharField(_("scope"), max_length=10, choices=Scope, default=Scope.READ)
    prefix = models.CharField(max_length=20, unique=True, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "name"], condition=Q(ended_at=None), name="one_key_of_a_name")
        ]

    def __str__(self) -> str:
        return self.name

    def is_open(self, *, now: datetime) -> bool:
        """Whether it still opens the API."""
        return self.ended_at is None and now < self.expires_at
