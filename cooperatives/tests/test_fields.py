"""Fields of serializers: each serializer binds its own, and a row is found by its key and by nothing else."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from rest_framework import serializers

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from cooperatives.rest import RowField, StrictSerializer
from members.models import Membership
from members.tests.factories import a_cooperative, a_user

pytestmark = pytest.mark.django_db
SUITS = [("hearts", "Hearts"), ("spades", "Spades")]


class Inner(StrictSerializer):
    word = serializers.CharField()


class Card(StrictSerializer):
    suit = serializers.ChoiceField(choices=SUITS)
    suits = serializers.ListField(child=serializers.ChoiceField(choices=SUITS), required=False)
    inner = Inner(required=False)
    member = RowField(queryset=Membership.objects.all(), required=False)
    members = serializers.ListField(child=RowField(queryset=Membership.objects.all()), required=False)


class Own(RowField):
    """One of those that the context names."""

    def get_queryset(self):
        return Membership.objects.filter(number__in=self.context["numbers"])


class Chosen(StrictSerializer):
    member = Own(queryset=Membership.objects.all())


def errors(kind, data, **context):
    read = kind(data=data, context=context)
    return {} if read.is_valid() else read.errors


def test_every_serializer_binds_fields_of_its_own():
    one, other = Card(context={"who": "one"}), Card(context={"who": "other"})
    for name in one.fields:
        mine, yours, declared = one.fields[name], other.fields[name], Card._declared_fields[name]
        assert mine is not yours and mine is not declared
        assert (mine.parent, yours.parent, declared.parent) == (one, other, None)
        assert (mine.context["who"], yours.context["who"]) == ("one", "other")
    for name in ("suits", "members"):
        assert one.fields[name].child is not other.fields[name].child
        assert one.fields[name].child.context["who"] == "one"
    assert one.fields["inner"].fields["word"].context["who"] == "one"


def test_a_limit_is_told_in_the_language_of_each_reader():
    class Short(StrictSerializer):
        word = serializers.CharField(max_length=3)
        words = serializers.ListField(child=serializers.CharField(max_length=2), required=False)

    said = []
    for language in ("de", "en", "fr"):
        with translation.override(language):
            said.append(str(errors(Short, {"word": "longer", "words": ["long"]})))
    assert len(set(said)) == 3 and "no more than 3" in said[1] and "no more than 2" in said[1], said


def test_what_is_known_is_named_in_the_readers_language_and_stays_with_them():
    before = dict(Card._declared_fields["suit"].error_messages)
    with translation.override("de"):
        said = str(errors(Card, {"suit": "clubs"})["suit"][0])
    assert str(errors(Card, {"suit": "clubs"})["suit"][0]) == "There is no “clubs” here. Known: hearts, spades."
    assert "hearts, spades" in said and "{known}" not in said
    assert errors(Card, {"suit": "hearts", "suits": ["clubs"]})["suits"][0] == [
        "There is no “clubs” here. Known: hearts, spades."
    ]
    assert Card._declared_fields["suit"].error_messages == before


@pytest.fixture
def house():
    made = a_cooperative(a_user("Founder"), "House")
    with enter([made.pk]):
        yield made


def test_a_row_is_found_by_its_key_in_one_statement(house):
    pk = Membership.objects.get().pk
    for key in (pk, str(pk)):
        read = Card(data={"suit": "hearts", "member": key, "members": [key]})
        with CaptureQueriesContext(connection) as caught:
            assert read.is_valid(), read.errors
        assert (read.validated_data["member"].pk, [row.pk for row in read.validated_data["members"]]) == (pk, [pk])
        assert len(caught) == 2


@pytest.mark.parametrize("key", [0, -1, 2**31, 2**63, 2**70, -(2**70), "999999999", 2_040_000_001])
def test_a_key_of_nothing_is_said_so(house, key):
    assert [str(one) for one in errors(Card, {"suit": "hearts", "member": key})["member"]] == [
        "There is nothing with this id here."
    ]


@pytest.mark.parametrize("key", [1.0, 1.5, True, False, "x", "1.5", "1\x00", [], {}, [1], "9" * 5000])
def test_what_cannot_be_a_key_is_said_so(house, key):
    assert "Incorrect type" in str(errors(Card, {"suit": "hearts", "member": key})["member"][0])


def test_a_row_of_another_cooperative_is_not_there(house):
    other = a_cooperative(a_user("Stranger"), "Other house")
    with enter([other.pk]):
        theirs = Membership.objects.get().pk
    unknown = errors(Card, {"suit": "hearts", "member": 987_654_321})
    assert errors(Card, {"suit": "hearts", "member": theirs}) == unknown
    with enter([house.pk, other.pk]):
        assert errors(Card, {"suit": "hearts", "member": theirs}) == {}
    with enter([]):
        assert errors(Card, {"suit": "hearts", "member": theirs}) == unknown


def test_who_says_which_rows_there_are_is_asked(house):
    row = Membership.objects.get()
    assert errors(Chosen, {"member": row.pk}, numbers=[row.number]) == {}
    assert str(errors(Chosen, {"member": row.pk}, numbers=[])["member"][0]) == "There is nothing with this id here."
    assert Cooperative.objects.filter(pk=house.pk).exists()
