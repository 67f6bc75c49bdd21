"""JSON in and out: buildings, units, households, agreements. Ids of all but buildings are UUIDs."""

from collections.abc import Iterable
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import gettext as _, gettext_lazy
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from cooperatives.models import Cooperative
from cooperatives.rest import RowField, StrictSerializer, VersionField

from ..models import Building, Household, HouseholdMember, Occupancy, Occupant, Person, Unit
from ..queries import may_see_everybody

MOST_PEOPLE = 50
"""How many people one request may name."""
_ABOUT_UNIT = ("code", "kind", "type", "floor", "rooms", "area", "active_from", "active_to")
_OFFICERS_ABOUT_UNIT = ("cost_share", "monthly_charge", "fewest", "most")


class OwnCooperativeField(RowField):
    """One of the actor's cooperatives; any other does not exist."""

    def get_queryset(self) -> Any:
        """Only where the actor stands."""
        return Cooperative.objects.filter(pk__in=self.context["request"]._request.actor.cooperative_ids)


@extend_schema_field(OpenApiTypes.UUID)
class PublicRow(serializers.SlugRelatedField[Any]):
    """A row by its public id."""

    default_error_messages: ClassVar = {"does_not_exist": gettext_lazy("There is nothing with this id here.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="public_id", **kwargs)

    def to_internal_value(self, data: Any) -> Any:
        """The row. Raises ValidationError alike for what is no id, no row, and another cooperative's row."""
        try:
            return super().to_internal_value(UUID(data))
        except (ValueError, AttributeError, TypeError):
            self.fail("does_not_exist")


def _people() -> serializers.ListField:
    return serializers.ListField(
        child=PublicRow(queryset=Person.objects.all()), max_length=MOST_PEOPLE, required=False, write_only=True
    )


class VersionSerializer(StrictSerializer):
    """The version that was seen, and nothing else."""

    version = VersionField()


class BuildingSerializer(StrictSerializer):
    """A building; it stays in its cooperative."""

    id = serializers.IntegerField(read_only=True)
    cooperative = OwnCooperativeField(queryset=Cooperative.objects.all())
    name = serializers.CharField(max_length=100)
    address = serializers.CharField(max_length=300, required=False, allow_blank=True)
    built_in = serializers.IntegerField(required=False, allow_null=True, min_value=1000, max_value=2200)
    version = VersionField()

    def validate_cooperative(self, cooperative: Cooperative) -> Cooperative:
        """A row stays in its cooperative."""
        return _staying(self, "cooperative_id", cooperative)

    def to_representation(self, row: Building) -> dict[str, Any]:
        """As plain data."""
        return {
            "id": row.pk,
            "cooperative": row.cooperative_id,
            "name": row.name,
            "address": row.address,
            "built_in": row.built_in,
            "version": row.version,
        }


def _staying(serializer: Any, column: str, row: Any) -> Any:
    if serializer.instance is not None and getattr(serializer.instance, column) != row.pk:
        raise serializers.ValidationError(_("This never changes. Add another one instead."))
    return row


class NewBuildingSerializer(BuildingSerializer):
    """A building that is added."""

    version = None  # type: ignore[assignment]


class NamedSerializer(serializers.Serializer[Any]):
    """A row by its id and its name."""

    id = serializers.UUIDField(source="public_id")
    name = serializers.CharField()


class UnitSerializer(StrictSerializer):
    """A unit. `monthly_charge` is in minor units of `currency`; it, the share and the limits are null for plain members.

    `households` are those that have it on the day asked for, as far as the reader may know.
    """

    id = serializers.UUIDField(read_only=True)
    cooperative = serializers.IntegerField(read_only=True)
    building = RowField(queryset=Building.objects.all())
    code = serializers.CharField(max_length=40)
    kind = serializers.ChoiceField(choices=Unit.Kind.choices, required=False)
    type = serializers.CharField(max_length=60, required=False, allow_blank=True)
    floor = serializers.IntegerField(required=False, allow_null=True, min_value=-99, max_value=999)
    rooms = serializers.DecimalField(required=False, allow_null=True, max_digits=4, decimal_places=1, min_value=0)
    area = serializers.DecimalField(required=False, allow_null=True, max_digits=8, decimal_places=2, min_value=0)
    cost_share = serializers.DecimalField(required=False, allow_null=True, max_digits=12, decimal_places=4, min_value=0)
    monthly_charge = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=2**53 - 1)
    currency = serializers.CharField(read_only=True)
    fewest = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=1000)
    most = serializers.IntegerField(required=False, allow_null=True, min_value=0, max_value=1000)
    active_from = serializers.DateField(required=False, allow_null=True)
    active_to = serializers.DateField(
        required=False, allow_null=True, help_text=gettext_lazy("The first day on which it is not in use.")
    )
    households = NamedSerializer(many=True, read_only=True)
    version = VersionField()

    def validate_building(self, building: Building) -> Building:
        """A unit stays in its building."""
        return _staying(self, "building_id", building)

    def to_representation(self, row: Any) -> dict[str, Any]:
        """As plain data; `row.known` are the agreements of which the reader may know."""
        knows = may_see_everybody(self.context["actor"], row.cooperative_id)
        households = {entry.household.public_id: entry.household.name for entry in row.known}
        return {
            "id": row.public_id,
            "cooperative": row.cooperative_id,
            "building": row.building_id,
            **{name: _plain(self, row, name) for name in _ABOUT_UNIT},
            **{name: _plain(self, row, name) if knows else None for name in _OFFICERS_ABOUT_UNIT},
            "currency": row.cooperative.currency,
            "households": [{"id": public_id, "name": name} for public_id, name in households.items()],
            "version": row.version,
        }


def _plain(serializer: Any, row: Any, name: str) -> Any:
    value = getattr(row, name)
    return None if value is None else serializer.fields[name].to_representation(value)


class NewUnitSerializer(UnitSerializer):
    """A unit that is added."""

    version = None  # type: ignore[assignment]


class HouseholdPersonSerializer(serializers.Serializer[Any]):
    """A person of a household."""

    person = serializers.UUIDField()
    name = serializers.CharField()
    relation = serializers.ChoiceField(choices=HouseholdMember.Relation.choices)
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)


class HouseholdSerializer(StrictSerializer):
    """A household with its people, as far as the reader may know them. `external_id` is null for plain members."""

    id = serializers.UUIDField(read_only=True)
    cooperative = OwnCooperativeField(queryset=Cooperative.objects.all())
    name = serializers.CharField(max_length=150)
    external_id = serializers.CharField(max_length=60, required=False, allow_blank=True)
    ended_on = serializers.DateField(read_only=True, allow_null=True)
    people = HouseholdPersonSerializer(many=True, read_only=True)
    version = VersionField()

    def validate_cooperative(self, cooperative: Cooperative) -> Cooperative:
        """A household stays in its cooperative."""
        return _staying(self, "cooperative_id", cooperative)

    def to_representation(self, row: Any) -> dict[str, Any]:
        """As plain data; `row.known` are the people of whom the reader may know."""
        knows = may_see_everybody(self.context["actor"], row.cooperative_id)
        return {
            "id": row.public_id,
            "cooperative": row.cooperative_id,
            "name": row.name,
            "external_id": row.external_id if knows else None,
            "ended_on": row.ended_on,
            "people": [_member(entry) for entry in row.known],
            "version": row.version,
        }


def _member(entry: HouseholdMember) -> dict[str, Any]:
    said = {"relation": entry.relation, "starts_on": entry.starts_on, "ends_on": entry.ends_on}
    return {"person": entry.person.public_id, "name": entry.person.name, **said}


class NewHouseholdSerializer(HouseholdSerializer):
    """A household that is entered, with its people from the day `on` (null: nobody knows since when)."""

    adults = _people()
    children = _people()
    on = serializers.DateField(required=False, allow_null=True, write_only=True)
    version = None  # type: ignore[assignment]


class EndSerializer(StrictSerializer):
    """On which day something ends: the first on which it is no more."""

    on = serializers.DateField()
    version = VersionField()


class JoinHouseholdSerializer(StrictSerializer):
    """A person who joins a household."""

    person = PublicRow(queryset=Person.objects.all())
    relation = serializers.ChoiceField(choices=HouseholdMember.Relation.choices, default=HouseholdMember.Relation.ADULT)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)


class LeaveSerializer(StrictSerializer):
    """A person who leaves a household, and unless told otherwise its home, too."""

    person = PublicRow(queryset=Person.objects.all())
    on = serializers.DateField()
    moves_out = serializers.BooleanField(default=True)


class OccupantSerializer(serializers.Serializer[Any]):
    """A person of an agreement."""

    person = serializers.UUIDField()
    name = serializers.CharField()
    is_holder = serializers.BooleanField()
    lives_there = serializers.BooleanField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class OccupancySerializer(StrictSerializer):
    """The agreement by which a household has a unit, [starts_on, ends_on). `note` is null for plain members."""

    id = serializers.UUIDField(read_only=True)
    cooperative = serializers.IntegerField(read_only=True)
    unit = PublicRow(queryset=Unit.objects.select_related("cooperative"))
    household = PublicRow(queryset=Household.objects.select_related("cooperative"))
    kind = serializers.ChoiceField(choices=Occupancy.Kind.choices, required=False)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(required=False, allow_null=True)
    is_shared = serializers.BooleanField(required=False)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True)
    people = OccupantSerializer(many=True, read_only=True)
    version = VersionField()

    def validate_unit(self, unit: Unit) -> Unit:
        """An agreement is about one unit."""
        return _staying(self, "unit_id", unit)

    def validate_household(self, household: Household) -> Household:
        """An agreement is one household's."""
        return _staying(self, "household_id", household)

    def to_representation(self, row: Any) -> dict[str, Any]:
        """As plain data; `row.people` are its people."""
        knows = may_see_everybody(self.context["actor"], row.cooperative_id)
        return {
            "id": row.public_id,
            "cooperative": row.cooperative_id,
            "unit": row.unit.public_id,
            "household": row.household.public_id,
            "kind": row.kind,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "is_shared": row.is_shared,
            "note": row.note if knows else None,
            "people": list(_occupants(row.people)),
            "version": row.version,
        }


def _occupants(people: Iterable[Occupant]) -> Iterable[dict[str, Any]]:
    for entry in people:
        said = {name: getattr(entry, name) for name in ("is_holder", "lives_there", "starts_on", "ends_on")}
        yield {"person": entry.person.public_id, "name": entry.person.name, **said}


class NewOccupancySerializer(OccupancySerializer):
    """An agreement that begins. Without `holders` the adults of the household hold it; without `occupants` all live there."""

    holders = _people()
    occupants = _people()
    version = None  # type: ignore[assignment]


class AddOccupantSerializer(StrictSerializer):
    """A person who comes into an agreement; a day that is not said is the agreement's own."""

    person = PublicRow(queryset=Person.objects.all())
    is_holder = serializers.BooleanField(default=False)
    lives_there = serializers.BooleanField(default=True)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)


class EndOccupantSerializer(StrictSerializer):
    """A person whose part in an agreement ends."""

    person = PublicRow(queryset=Person.objects.all())
    on = serializers.DateField()


class TransferSerializer(EndSerializer):
    """Into which unit a household goes over, and on which day."""

    unit = PublicRow(queryset=Unit.objects.select_related("cooperative"))


class SwapSerializer(EndSerializer):
    """With which agreement this one changes places, and on which day."""

    occupancy = PublicRow(queryset=Occupancy.objects.select_related("cooperative"))
