"""Rows that a body names, looked up at once; whoever or whatever is not there is an error that names the field."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers

from members.models import Membership
from members.queries import staying

from ..models import Label


def members_for(user_ids: list[UUID], cooperative_id: int, field: str) -> list[Membership]:
    """The memberships of these users, in their order. Raises ValidationError for anybody who is not there."""
    if not user_ids:
        return []
    rows = Membership.objects.select_related("user", "person")
    found = {row.user.public_id: row for row in rows.filter(staying(), cooperative=cooperative_id, user__public_id__in=user_ids)}
    if not found.keys() >= set(user_ids):
        raise serializers.ValidationError({field: [_("This user does not exist in the cooperative.")]})
    return [found[one] for one in user_ids]


def member_for(user_id: UUID, cooperative_id: int, field: str) -> Membership:
    """The same for one user."""
    return members_for([user_id], cooperative_id, field)[0]


def labels_for(ids: list[int], field: str) -> list[Label]:
    """The labels with these keys, in their order. Raises ValidationError for one that is not there."""
    return rows_for(Label.objects.all(), ids, field)


def rows_for(rows: Any, ids: list[int], field: str) -> list[Any]:
    """The rows with these keys, in their order. Raises ValidationError naming the field when one is not there."""
    found = {row.pk: row for row in rows.filter(pk__in=ids)} if ids else {}
    if not found.keys() >= set(ids):
        raise serializers.ValidationError({field: [_("There is nothing with this id here.")]})
    return [found[pk] for pk in dict.fromkeys(ids)]
