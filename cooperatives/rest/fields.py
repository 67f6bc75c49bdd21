"""Serializers that refuse what they do not know."""

from collections.abc import Mapping
from copy import copy, deepcopy
from typing import Any, ClassVar

from django.utils.translation import gettext as _, gettext_lazy
from rest_framework import serializers
from rest_framework.utils.formatting import lazy_format

from ..models import OwnedModel
from ..queries import Compiled


def _my_own(field: Any) -> Any:
    """A declared field for one serializer to bind: all that differs between two of them is where they stand."""
    if isinstance(field, serializers.BaseSerializer) or hasattr(field, "child_relation"):
        return deepcopy(field)
    made = copy(field)
    made.validators = [_in_no_language(one) for one in field.validators]
    if hasattr(field, "child"):
        made.child = _my_own(field.child)
        made.child.parent = made
    return made


def _in_no_language(validator: Any) -> Any:
    """A validator whose message is put into words when it is needed: the framework's keeps the language of its first reader."""
    message = getattr(validator, "message", None)
    if not isinstance(message, lazy_format):
        return validator
    made = copy(validator)
    made.message = copy(message)
    return made


class StrictSerializer(serializers.Serializer[Any]):
    """Parses JSON in and draws JSON out; a field it does not know is an error, not silence."""

    def get_fields(self) -> Any:
        """The fields; those with choices name them to whoever sends another."""
        # The framework builds every declared field anew for each request, which took a tenth of it.
        fields = {name: _my_own(field) for name, field in self._declared_fields.items()}
        for field in fields.values():
            one = getattr(field, "child", field)
            if isinstance(one, serializers.ChoiceField):
                known = ", ".join(map(str, one.choices))
                sentence = _("There is no “{input}” here. Known: {known}.").replace("{known}", known)
                one.error_messages = {**one.error_messages, "invalid_choice": sentence}
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

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        rows = kwargs.get("queryset")
        if rows is not None:
            self._model = rows.model
            self._by_key = Compiled(lambda pk: rows.filter(pk=pk), owned=issubclass(rows.model, OwnedModel), pk=int)

    def to_internal_value(self, data: Any) -> Any:
        """The row. Raises ValidationError for what cannot be a key, or is that of no row here."""
        if isinstance(data, float):
            self.fail("incorrect_type", data_type=type(data).__name__)
        if type(self).get_queryset is not serializers.RelatedField.get_queryset:
            return super().to_internal_value(data)  # which rows there are depends on who asks
        try:
            if isinstance(data, bool):
                raise TypeError
            key = self._model._meta.pk.get_prep_value(data)
        except (TypeError, ValueError):
            self.fail("incorrect_type", data_type=type(data).__name__)
        found = self._by_key.first(pk=key)
        if found is None:
            self.fail("does_not_exist", pk_value=data)
        return found


class VersionField(serializers.IntegerField):
    """The version the client saw. Out: the row's version. In: optional where If-Match is sent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"required": False, "min_value": 1, "max_value": 2**31 - 1, **kwargs})
