"""The office invites: one, by link, everybody; again, and back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import admit, claim_mail, grant_role, invite, invite_many, print_slips, resend, revoke
from members.codes import read, resolve, written
from members.jobs import send_invitations
from members.models import Invitation, InvitationToken, Membership, Person, User
from members.queries import InvitationState, counts_by_state, due_invitations, invitations_of
from members.roles import Role
from members.tests.factories import a_cooperative, a_member, a_user, acting, refused

Posted = Callable[[], list[str]]


def states(cooperative: Cooperative) -> dict[str, int]:
    with enter([cooperative.pk]):
        return counts_by_state(invitations_of(cooperative, now=timezone.now()))


# --- One --------------------------------------------------------------------------------------------------------------


def test_an_invitation_leaves_by_mail_once_and_only_its_hash_is_kept(ada: User, alder: Cooperative, posted: Posted) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, email=" New@Example.org ")
        assert (made.code, made.invitation.email, made.invitation.mails_due) == ("", "new@example.org", 1)
    assert states(alder) == {"waiting": 1}
    [code] = posted()
    assert posted() == []
    assert [(message.to, message.subject) for message in mail.outbox] == [(["new@example.org"], "Alder Yard invites you")]
    assert "Ada Quist invites you to join Alder Yard" in str(mail.outbox[0].body)
    assert states(alder) == {"sent": 1}
    stored = str(list(InvitationToken.objects.values()))
    assert code not in stored and resolve(code) == (alder.pk, made.invitation.public_id)


def test_codes_are_read_as_people_write_them(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        code = invite(actor, alder, way="link").code
    assert len(code) == 26
    assert read(written(code)) == read(f"  {code.upper()} ") == code
    assert read(code.replace("1", "I").replace("0", "O")) == code
    assert resolve(written(code)) == resolve(code) is not None
    assert [read(text) for text in ("", code[:-1], code + "0", "u" * 26, "é" * 26, "0" * 5000)] == [""] * 6


def test_codes_are_all_different(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        codes = {invite(actor, alder, way="link").code for _ in range(20)}
    assert len(codes) == 20


def test_a_plain_member_invites_nobody_and_a_secretary_invites_to_no_office(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ben) as actor, refused("forbidden"):
        invite(actor, alder, email="new@example.org")
    with acting(ada) as actor:
        grant_role(actor, Membership.objects.get(user=ben), role=Role.SECRETARY)
    with acting(ben) as actor:
        with refused("forbidden"):
            invite(actor, alder, email="new@example.org", role=Role.TREASURER)
        assert invite(actor, alder, email="new@example.org", role=Role.OBSERVER).invitation.role == "observer"
    with acting(ada) as actor:
        assert invite(actor, alder, email="chief@example.org", role=Role.ADMIN).invitation.role == "admin"


def test_a_stranger_finds_no_cooperative_to_invite_to(stranger: User, alder: Cooperative) -> None:
    with acting(stranger) as actor, refused("not_found"):
        invite(actor, alder, email="new@example.org")


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"email": "no address"}, "no_email"),
        ({}, "no_email"),
        ({"way": "owl"}, "unknown_way"),
        ({"email": "a@example.org", "role": "owner"}, "forbidden"),
        ({"way": "link", "email": "a@example.org"}, "needless_email"),
        ({"way": "link", "most_uses": 0}, "most_uses"),
        ({"way": "link", "most_uses": 201}, "most_uses"),
        ({"email": "a@example.org", "most_uses": 2}, "most_uses"),
        ({"way": "slip"}, "no_person"),
        ({"email": "a@example.org", "days": 0}, "invitation_days"),
        ({"email": "a@example.org", "days": 91}, "invitation_days"),
    ],
)
def test_what_is_no_invitation(ada: User, ben: User, alder: Cooperative, facts: dict[str, object], code: str) -> None:
    with acting(ada) as actor:
        grant_role(actor, Membership.objects.get(user=ben), role=Role.SECRETARY)
    with acting(ben) as actor, refused(code):
        invite(actor, alder, **facts)  # type: ignore[arg-type]


def test_an_office_is_no_counted_link(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        with refused("unknown_role"):
            invite(actor, alder, email="a@example.org", role="owner")
        with refused("most_uses"):
            invite(actor, alder, way="link", role=Role.TREASURER, most_uses=2)
        assert invite(actor, alder, way="link", role=Role.TREASURER).invitation.most_uses == 1


def test_who_is_in_or_invited_is_not_invited_again(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        with refused("already_member"):
            invite(actor, alder, email=ben.email.upper())
        invite(actor, alder, email="new@example.org")
        with refused("already_invited"):
            invite(actor, alder, email="NEW@example.org")


def test_an_address_of_the_register_invites_that_person(ada: User, alder: Cooperative, register: dict[str, Membership]) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, email="dora@example.org")
        assert made.invitation.person == register["dora"].person
        with refused("already_invited"):
            invite(actor, alder, way="slip", person=register["dora"].person)


def test_an_address_that_two_people_have_invites_neither_by_name(ada: User, alder: Cooperative) -> None:
    for name in ("Cleo Park", "Carl Park"):
        a_member(alder, name=name, email="park@example.org")
    with acting(ada) as actor:
        assert invite(actor, alder, email="park@example.org").invitation.person is None


def test_who_invites_too_many_waits(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor, time_machine.travel("2031-11-28 10:00Z", tick=False):
        for _number in range(100):
            invite(actor, alder, way="link")
        with refused("throttled"):
            invite(actor, alder, way="link")


# --- Everybody --------------------------------------------------------------------------------------------------------


def test_everybody_is_invited_in_one_act_and_nobody_twice(
    ada: User, alder: Cooperative, register: dict[str, Membership], posted: Posted, woken: list[object]
) -> None:
    with acting(ada) as actor:
        many = invite_many(actor, alder)
        assert (many.mails, many.slips, many.passed) == (2, 1, 0)
        with refused("nobody_to_invite"):
            invite_many(actor, alder)
        with refused("nobody_to_invite"):
            invite_many(actor, alder, memberships=list(register.values()))
    assert len(posted()) == 2
    assert sorted(message.to[0] for message in mail.outbox) == ["cleo@example.org", "dora@example.org"]
    assert posted() == []
    assert states(alder) == {"sent": 2, "waiting": 1}


def test_only_the_chosen_are_invited(ada: User, alder: Cooperative, register: dict[str, Membership]) -> None:
    with acting(ada) as actor:
        invite(actor, alder, email="cleo@example.org")
        many = invite_many(actor, alder, memberships=[register["cleo"], register["emil"]])
        assert (many.mails, many.slips, many.passed) == (0, 1, 1)
        assert set(Invitation.objects.values_list("person__name", flat=True)) == {"Cleo Park", "Emil Rask"}


def test_who_share_an_address_get_a_mail_each_and_a_slip_whose_address_is_a_login(
    ada: User, ben: User, alder: Cooperative, posted: Posted
) -> None:
    for name, email in (("Anna Park", "park@example.org"), ("Carl Park", "PARK@example.org"), ("Bea Oduya", ben.email)):
        a_member(alder, name=name, email=email)
    with acting(ada) as actor:
        many = invite_many(actor, alder)
        assert (many.mails, many.slips) == (2, 1)
    posted()
    assert [(sent.to, str(sent.body).split(",")[0]) for sent in mail.outbox] == [
        (["park@example.org"], "Hello Anna Park"), (["park@example.org"], "Hello Carl Park"),
    ]  # fmt: skip


def test_sample_erased_and_former_people_are_not_invited(ada: User, alder: Cooperative, inside: None) -> None:
    sample, erased = a_member(alder, name="Sam Ple", email="s@example.org"), a_member(alder, name="E", email="e@example.org")
    Person.objects.filter(pk=sample.person_id).update(is_sample=True)
    Person.objects.filter(pk=erased.person_id).update(erased_at=timezone.now())
    gone = a_member(alder, name="Gone", email="g@example.org")
    Membership.objects.filter(pk=gone.pk).update(left_on=gone.joined_on)
    with acting(ada) as actor, refused("nobody_to_invite"):
        invite_many(actor, alder)


def test_who_let_an_invitation_end_is_invited_anew(
    ada: User, alder: Cooperative, register: dict[str, Membership], posted: Posted
) -> None:
    with acting(ada) as actor:
        invite_many(actor, alder)
    old = posted()
    with time_machine.travel(timezone.now() + timedelta(days=15)), acting(ada) as actor:
        assert invite_many(actor, alder).mails == 2
        assert states(alder) == {"revoked": 3, "waiting": 3}
        assert not set(old) & set(posted())


@pytest.mark.django_db(transaction=True)
def test_eight_presses_at_once_invite_everybody_once(ada: User, alder: Cooperative, at_once: Callable[..., list[object]]) -> None:
    for number in range(12):
        a_member(alder, name=f"Person {number}", email=f"p{number}@example.org")

    def press(_index: int) -> object:
        with acting(ada) as actor:
            return invite_many(actor, alder).mails

    came = at_once(press, 8)
    assert [each for each in came if each == 12] == [12]
    assert {getattr(each, "code", "") for each in came if each != 12} <= {"nobody_to_invite", "gave_way", "constraint"}
    with enter([alder.pk]):
        assert Invitation.objects.count() == 12


# --- Sending ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_eight_workers_send_each_mail_once(
    ada: User, alder: Cooperative, woken: list[object], at_once: Callable[..., list[object]]
) -> None:
    for number in range(6):
        a_member(alder, name=f"Person {number}", email=f"p{number}@example.org")
    with acting(ada) as actor:
        invite_many(actor, alder)
    assert woken == [("members.send_invitations", (alder.pk,))]
    at_once(lambda _index: send_invitations(alder.pk), 8)
    send_invitations()
    assert sorted(message.to[0] for message in mail.outbox) == [f"p{number}@example.org" for number in range(6)]


def test_what_is_due_is_claimed_by_one(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        invite(actor, alder, email="new@example.org")
        row, same = due_invitations(alder).get(), due_invitations(alder).get()
        assert (bool(claim_mail(row)), claim_mail(same)) == (True, "")


def test_a_mail_that_fails_shows_and_can_be_sent_again(
    ada: User, alder: Cooperative, posted: Posted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, email="new@example.org")

    def refuse(_message: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", refuse)
        assert posted() == []
    assert posted() == []
    assert states(alder) == {"failed": 1}
    with acting(ada) as actor:
        resend(actor, made.invitation, version=1)
    assert len(posted()) == 1 and states(alder) == {"sent": 1}


def test_what_was_taken_back_before_it_left_stays(ada: User, alder: Cooperative, posted: Posted) -> None:
    with acting(ada) as actor:
        revoke(actor, invite(actor, alder, email="new@example.org").invitation)
    assert posted() == []


def test_the_mail_speaks_the_language_of_the_person(
    ada: User, alder: Cooperative, register: dict[str, Membership], posted: Posted, settings: pytest.FixtureRequest
) -> None:
    with enter([alder.pk]):
        Person.objects.filter(pk=register["cleo"].person_id).update(locale="en")
    with acting(ada) as actor:
        invite(actor, alder, email="cleo@example.org")
    posted()
    assert "Hello Cleo Park," in str(mail.outbox[0].body)


# --- Afterwards -------------------------------------------------------------------------------------------------------


def test_sent_again_the_old_code_is_dead_at_once(ada: User, alder: Cooperative, posted: Posted) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, email="new@example.org")
        [old] = posted()
        resend(actor, made.invitation, version=1)
        with refused("stale"):
            resend(actor, made.invitation, version=1)
        resend(actor, made.invitation, version=2)
    assert resolve(old) is None
    [new] = posted()  # two presses before the job ran are one mail
    assert new != old and resolve(new) is not None


def test_a_link_sent_again_is_shown_at_once(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, way="link")
        again = resend(actor, made.invitation, version=1)
        assert resolve(made.code) is None and resolve(again.code) is not None


def test_one_invitation_is_sent_five_times_a_day(ada: User, alder: Cooperative) -> None:
    with time_machine.travel("2031-11-28 10:00Z", tick=False), acting(ada) as actor:
        made = invite(actor, alder, email="new@example.org")
        for version in range(1, 6):
            resend(actor, made.invitation, version=version)
        with refused("throttled"):
            resend(actor, made.invitation, version=6)


def test_what_was_taken_back_is_not_sent_again(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, email="new@example.org")
        revoke(actor, made.invitation)
        revoke(actor, made.invitation)
        with refused("revoked"):
            resend(actor, made.invitation, version=1)
    with acting(ben) as actor, refused("forbidden"):
        revoke(actor, made.invitation)
    assert states(alder) == {"revoked": 1}


def test_an_office_is_sent_again_by_an_admin_alone(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, email="new@example.org", role=Role.ADMIN)
        grant_role(actor, Membership.objects.get(user=ben), role=Role.SECRETARY)
    with acting(ben) as actor, refused("forbidden"):
        resend(actor, made.invitation, version=1)


def test_slips_are_printed_with_new_codes(ada: User, alder: Cooperative, register: dict[str, Membership]) -> None:
    with acting(ada) as actor:
        with refused("no_slips"):
            print_slips(actor, alder, version=0)
        invite_many(actor, alder)
        [first] = print_slips(actor, alder, version=1)
        with refused("printed"):
            print_slips(actor, alder, version=1)
        [second] = print_slips(actor, alder, version=2)
        assert str(second.invitation) == "Emil Rask"
    assert resolve(first.code) is None and resolve(second.code) is not None


def test_states_are_one_for_each_invitation(ada: User, alder: Cooperative) -> None:
    now = timezone.now()
    marks: list[dict[str, object]] = [
        {}, {"sent_at": now}, {"sent_at": now, "opened_at": now}, {"sent_at": now, "failed_at": now},
        {"opened_at": now, "expires_at": now - timedelta(days=1)}, {"uses": 1, "expires_at": now - timedelta(days=1)},
        {"uses": 1, "revoked_at": now},
    ]  # fmt: skip
    with acting(ada) as actor:
        for index, mark in enumerate(marks):
            made = invite(actor, alder, email=f"p{index}@example.org")
            Invitation.objects.filter(pk=made.invitation.pk).update(**mark)
        found = [row.state for row in invitations_of(alder, now=now).order_by("pk")]
    expected = ["waiting", "sent", "opened", "failed", "expired", "joined", "revoked"]
    assert found == expected and set(expected) == set(InvitationState.values)


def test_counting_and_listing_cost_the_same_for_one_and_for_three(
    ada: User, alder: Cooperative, django_assert_num_queries: Callable[..., object]
) -> None:
    with acting(ada) as actor:
        for number in range(3):
            invite(actor, alder, email=f"p{number}@example.org")
            rows = invitations_of(alder, now=timezone.now())
            with django_assert_num_queries(1):  # type: ignore[attr-defined]
                assert len({str(row) + str(row.invited_by) for row in rows}) == number + 1


def test_two_cooperatives_invite_the_same_address(ada: User, stranger: User, alder: Cooperative) -> None:
    other = a_cooperative(a_user("Olga Other"), "Cedar Row")
    with acting(ada) as actor:
        invite(actor, alder, email="new@example.org")
    with acting(User.objects.get(name="Olga Other")) as actor:
        assert invite(actor, other, email="new@example.org").invitation.cooperative_id == other.pk
        admit(actor, other, name="Somebody")
