"""Tokens of the API: one family for each sign-in, refresh tokens kept as hashes and used once."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone


class TokenFamily(models.Model):
    """One sign-in through the API. Ending it ends every token that came from it, at the next request."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # A sign-in may be narrowed to one cooperative: its tokens open no other.
    cooperative = models.ForeignKey("cooperatives.Cooperative", models.CASCADE, null=True, blank=True, related_name="+")
    # Bound to the password as sessions are: however the password changes, the family is over.
    seal = models.CharField(max_length=128, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["user", "ended_at"], name="family_by_user")]

    def __str__(self) -> str:
        return str(self.pk)


class RefreshToken(models.Model):
    """An opaque refresh token: only its SHA-256 is kept. Used once; a second use ends the family."""

    family = models.ForeignKey(TokenFamily, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)
