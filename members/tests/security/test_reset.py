"""Letting somebody in again who lost every factor."""

from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members import tokens
from members.models import User
from members.tests.browser import is_in
from members.tests.factories import PASSWORD

from .ways import STEP, an_app, codes_of, now_on, signed_in


@pytest.mark.django_db(transaction=True)
def test_all_factors_go_all_sign_ins_end_and_everybody_concerned_knows(ada: User, alder: Cooperative, asked: list[str]) -> None:
    secret = an_app(ada)
    codes_of(ada)
    client, program = signed_in(ada), tokens.issue(ada)
    client.post(STEP, {"code": now_on(secret)})
    mail.outbox.clear()
    said = StringIO()
    call_command("reset_factors", " ADA.quist@example.org", stdout=said)
    assert "Removed 1 second factors of ada.quist@example.org" in said.getvalue()
    assert not Authenticator.objects.filter(user=ada).exists()
    assert (is_in(client), tokens.resolve(program.access)) == (False, None)
    assert str(ada.public_id) in asked
    with enter([alder.pk]):
        event = Event.objects.select_related("detail").latest("seq")
        assert (event.kind, event.detail.about) == ("members.factors_reset", ada.public_id)
    assert [letter.subject for letter in mail.outbox] == ["Your second factors were removed"]
    assert is_in(signed_in(ada))


def test_an_unknown_address_is_said(db: None) -> None:
    with pytest.raises(CommandError, match=r"nobody@example\.org"):
        call_command("reset_factors", "nobody@example.org")


def test_a_passkey_alone_is_explained_to_programs(client: Client, ada: User) -> None:
    Authenticator.objects.create(user=ada, type="webauthn", data={"name": "Laptop", "credential": {}})
    code = codes_of(ada)[0]
    words = {"email": ada.email, "password": PASSWORD}
    answer = client.post("/api/v1/auth/login/", words, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "passkey_only")
    assert "API key" in answer.json()["detail"]
    assert client.post("/api/v1/auth/login/", words | {"code": code}, content_type="application/json").status_code == 200
    assert client.post("/api/v1/auth/login/", words | {"code": code}, content_type="application/json").status_code == 401
