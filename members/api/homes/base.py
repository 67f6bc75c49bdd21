"""What the viewsets of homes share."""

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from cooperatives.rest import Reading, ViewSet, one_of

PUBLIC_ID = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class Homes(Reading, ViewSet):
    """Rows that are drawn with what the reader may know of them."""

    def filter_queryset(self, queryset: Any) -> Any:
        """Filters narrow lists, never the way to one row."""
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    def get_serializer_context(self) -> dict[str, Any]:
        """With the reader."""
        return {**super().get_serializer_context(), "actor": self.actor}

    def represent(self, obj: Any) -> Any:
        """A row as this viewset draws it, whatever the method parses."""
        kind: Any = type(self).serializer_class  # a method may parse by another one
        return kind(self.drawn(obj), context=self.get_serializer_context()).data

    def drawn(self, obj: Any) -> Any:
        """The row with all that is shown of it; an action gives it bare."""
        return obj if hasattr(obj, self.known) else one_of(self.get_queryset(), obj.pk)

    known = "pk"

    def done(self, obj: Any, status: int = 200) -> Response:
        """The row as it is now."""
        return self.answer(one_of(self.get_queryset(), obj.pk), status)


def part_of(people: Any, person: Any, on: date) -> Any:
    """The part of a person among these that lasts beyond a day, the earliest first. Raises ValidationError for none."""
    lasting = people.filter(Q(ends_on=None) | Q(ends_on__gt=on), person=person).select_related("cooperative")
    found = lasting.order_by("starts_on", "pk").first()
    if found is None:
        raise serializers.ValidationError({"person": [_("This person is not part of it, or only until then.")]})
    return found
