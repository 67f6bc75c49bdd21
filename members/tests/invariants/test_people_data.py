"""32: a code lets in once, in time, into one cooperative, and is kept nowhere. 35: who was erased is gone, nobody else.

37: what was agreed is a history. 39: sample data go, real rows stay, whatever has come together in between.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone
from hypothesis import given, strategies as st

from activity.models import Event
from activity.verifying import verify
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import (
    accept,
    admit,
    ask_erasure,
    carry_out_erasure,
    consent,
    correct_person,
    end_membership,
    fill_sample,
    invite,
    remove_sample,
    resend,
    revoke,
)
from members.actions.beginning import TAGGED
from members.codes import resolve, written
from members.models import Consent, Erasure, Invitation, Membership, Person, User
from members.queries import standings_of
from members.queries.privacy import latest

from ..factories import a_cooperative, a_user, acting, days, refused
from ..privacy.test_erasure import naming
from ..privacy.test_samples import USES
from .raw import trials, undone


@pytest.fixture(autouse=True)
def inside(alder: Cooperative, ada: User) -> Iterator[None]:
    """The test itself stands inside Alder Yard."""
    with enter([alder.pk], ada.pk):
        yield


# --- 32 -----------------------------------------------------------------------------------------------------------------


def test_32_no_code_stands_in_the_database_however_it_is_written(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, way="link", most_uses=2)
        again = resend(actor, made.invitation, version=made.invitation.version)
    accept(Actor.of(a_user("Nora Lund")), again.code)
    codes = [made.code, again.code]
    assert naming(*codes, *map(written, codes)) == set()
    assert [resolve(code) is not None for code in codes] == [False, True], "sent again, the first opens nothing"


@pytest.mark.parametrize("way", ["used", "late", "in time", "taken back", "by who is in"])
def test_32_a_code_lets_in_once_in_time_and_into_its_own_cooperative(
    ada: User, ben: User, stranger: User, alder: Cooperative, way: str
) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, way="link", role="observer")
    assert made.invitation.expires_at - made.invitation.created_at == pytest.approx(timedelta(days=14), abs=timedelta(seconds=5))
    birch = Cooperative.objects.get(name="Birch Lane")
    late, code = {"late": timedelta(days=14, seconds=1), "in time": timedelta(days=13)}.get(way, timedelta(0)), None
    if way == "used":
        accept(Actor.of(a_user("Nora Lund")), made.code)
        code = "used"
    elif way == "taken back":
        with acting(ada) as actor:
            revoke(actor, made.invitation)
        code = "revoked"
    who = ben if way == "by who is in" else stranger
    with time_machine.travel(timezone.now() + late):
        if way == "in time":
            assert accept(Actor.of(who), made.code).cooperative == alder
        else:
            with refused({"late": "expired", "by who is in": "already_member"}.get(way, code)):
                accept(Actor.of(who), made.code)
        found = {pk: standing.roles for pk, standing in standings_of(stranger).items()}
    assert found.get(alder.pk) == ({"observer"} if way == "in time" else None)
    assert found[birch.pk] == {"admin", "member"}, "what it gives, it gives in its own cooperative alone"
    assert Invitation.objects.get().uses == (way in ("used", "in time"))


# --- 35 and 37 ----------------------------------------------------------------------------------------------------------

HOSTILE = ["%", "_", "O'Neil", 'Ann "Bo" Abel', "a\\b", ".*", "null", "Ördög Ä", "Ann", "李小龍", "1", "<b>x</b>", "x" * 150]


@pytest.mark.parametrize("name", HOSTILE)
def test_35_whatever_somebody_is_called_they_alone_are_erased(name: str, ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        others = [admit(actor, alder, name=other, email=f"{number}@kept.example") for number, other in enumerate(HOSTILE)]
        member = admit(actor, alder, name=name, email="gone@erased.example", phone="+4930999111")
        correct_person(
            actor, member.person, version=member.person.version, note=f"gone@erased.example: {name}", skills="Xylograph"
        )
        end_membership(actor, member)
        ask_erasure(actor, member.person)
        kept = list(Person.objects.exclude(pk=member.person_id).order_by("pk").values())
        before = Event.objects.count()
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        receipt = carry_out_erasure(Erasure.objects.select_related("person").get()).receipt
    assert naming("gone@erased.example", "+4930999111", "Xylograph") == set()
    assert list(Person.objects.exclude(pk=member.person_id).order_by("pk").values()) == kept
    assert [str(row) for row in Membership.objects.filter(pk__in=[row.pk for row in others])] == HOSTILE
    gone = Membership.objects.select_related("person").get(pk=member.pk)
    assert (str(gone), gone.number, receipt["called"]) == (f"Former member {gone.number}", len(HOSTILE) + 2, str(gone))
    assert Event.objects.count() >= before and verify(alder).faults == []


@trials(20)
@given(said=st.lists(st.tuples(st.sampled_from(Consent.Kind.values), st.booleans()), max_size=12))
def test_37_what_counts_is_what_was_said_last_and_nothing_said_is_lost(said: list[Any], ben: User, alder: Cooperative) -> None:
    person = Membership.objects.select_related("person").get(user=ben).person
    history: dict[str, list[bool]] = {}
    with undone(), acting(ben) as actor:
        for kind, is_given in said:
            row = consent(actor, person, kind=kind, is_given=is_given)
            assert (row.kind, row.is_given) == (kind, is_given)
            told = history.setdefault(kind, [])
            told += [is_given] if told[-1:] != [is_given] else []
        assert {kind: row.is_given for kind, row in latest(person).items()} == {kind: told[-1] for kind, told in history.items()}
        rows = Consent.objects.order_by("pk").values_list("kind", "is_given")
        assert {kind: [given for one, given in rows if one == kind] for kind in history} == history
        assert Event.objects.filter(kind="members.consented").count() == len(rows)


# --- 39 -----------------------------------------------------------------------------------------------------------------


@trials(10)
@given(uses=st.sets(st.sampled_from(range(len(USES)))))
def test_39_whatever_real_has_come_to_use_sample_data_it_stays_whole(uses: set[int], alder: Cooperative) -> None:
    with undone():
        count = fill_sample(SYSTEM, alder)
        names = set[str]().union(*(USES[number](alder) for number in sorted(uses)))
        assert fill_sample(SYSTEM, alder) == count, "filled in twice, it is there once"
        people = {row["id"]: row["name"] for row in Person.objects.filter(is_sample=False).values()}
        members = list(Membership.objects.order_by("pk").values())
        assert remove_sample(SYSTEM, alder) == (count - len(names), len(names))
        assert not any(model.objects.filter(is_sample=True).exists() for model in TAGGED)
        assert people.items() <= {row["id"]: row["name"] for row in Person.objects.values()}.items()
        assert list(Membership.objects.order_by("pk").values()) == members
        assert remove_sample(SYSTEM, alder) == (0, 0)


def test_39_another_cooperatives_sample_is_another_ones(ada: User, alder: Cooperative) -> None:
    other = a_cooperative(ada, "Birch Lane")
    counts = []
    for one in (alder, other):
        with enter([one.pk]):
            counts.append(fill_sample(SYSTEM, one))
            admit(SYSTEM, one, name="Sample Dlamini", on=days(0))
    with enter([alder.pk]):
        assert remove_sample(SYSTEM, alder) == (counts[0], 0)
        assert Person.objects.filter(name="Sample Dlamini").count() == 1, "a namesake is real"
    with enter([other.pk]):
        assert Person.objects.filter(is_sample=True).exists()
