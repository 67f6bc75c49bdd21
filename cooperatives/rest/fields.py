"""Serializers that refuse what they do not know."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.utils.translation import gettext as _, gettext_lazy
from rest_framework import serializers


class StrictSerializer(serializers.Serializer[Any]):
    """Parses JSON in and draws JSON out; a field it does not know is an error, not silence."""

    def get_fields(self) -> Any:
        """The fields; those with choices name them to whoever sends another."""
        fields = super().get_fields()
        for field in fields.values():
            one = getattr(field, "child", field)
            if isinstance(one, serializers.ChoiceField):
                known = ", ".join(map(str, one.choices))
                one.error_messages["invalid_choice"] = _("There is no “{input}” here. Known: {known}.").replace("{known}", known)
        return fields

    def to_internal_value(self, data: Any) -> Any:
        """Refuse unknown fields by name before anything else."""
        if isinstance(data, Mapping):
            unknown = sorted(set(map(str, data)) - set(self.fields))
            if unknown:
                known = ", ".join(name for name, field in self.fields.items() if not field.read_only)
                sentence = (
                    _("There is no such field. Known: %(known)s.") % {"known": known} if known else _("Send no fields here.")
                )
                raise serializers.ValidationError({name[:100]: [sentence] for name in unknown[:20]})
        return super().to_internal_value(data)


class RowField(serializers.PrimaryKeyRelatedField[Any]):
    """A row by its key, which is a whole number: 1.5 is no key, and not the row 1."""

    default_error_messages: ClassVar = {"does_not_exist": gettext_lazy("There is nothing with this id here.")}

    def to_internal_value(self, data: Any) -> Any:
        """The row. Raises ValidationError for what cannot be a key."""
        if isinstance(data, float):
            self.fail("incorrect_type", data_type=type(data).__name__)
        return super().to_internal_value(data)


class VersionField(serializers.IntegerField):
    """The version the client saw. Out: the row's version. In: optional where If-Match is sent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "min_value": 1, "max_value": 2**31 - 1, **kwargs})
