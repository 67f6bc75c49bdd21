"""What is sent instead of a passkey, a code or a cookie: refused, never an error of ours."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as project
from django.core.cache import cache
from django.test import Client

from members.models import User
from members.tests.browser import is_in

from .ways import ACTIVATE, AGAIN_BY_CODE, FACTORS, STEP, an_app, codes_of, signed_in

ODD: list[Any] = [
    None, 1, "text", [], {}, [[]], {"id": 1}, {"response": []}, {"id": "x", "response": {"userHandle": None}},
    {"id": "x", "rawId": "x", "type": "public-key", "response": {"userHandle": "!!", "clientDataJSON": "", "signature": ""}},
    {"id": "eA", "rawId": "eA", "type": "public-key", "clientExtensionResults": [], "response": {
        "userHandle": "MQ", "clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"}},
    {"id": "eA", "rawId": "eA", "type": "public-key", "response": {"clientDataJSON": "e30", "attestationObject": "AA"}},
    {"id": "eA", "rawId": "eA", "type": "public-key", "response": {
        "userHandle": "OTk5OTk5OTk5OTk5OTk5OTk5OTk5", "clientDataJSON": "AAAA", "authenticatorData": "AAAA", "signature": ""}},
    "x" * 10_000,
]  # fmt: skip


TEXTS = [*[json.dumps(body) for body in ODD], "", "{", "\x00", "[" * 5000]


def visitor(user: User) -> Client:
    return Client()


def in_mid_step(user: User) -> Client:
    an_app(user)
    return signed_in(user)


@pytest.mark.parametrize(
    ("who", "door"),
    [
        (visitor, f"{FACTORS}webauthn/login/"),
        (signed_in, f"{FACTORS}webauthn/add/"),
        (signed_in, f"{FACTORS}webauthn/reauthenticate/"),
        (in_mid_step, STEP),
    ],
)
def test_no_odd_credential_opens_or_breaks_a_door(ada: User, who: Callable[[User], Client], door: str) -> None:
    client = who(ada)
    was_in = is_in(client)
    for text in TEXTS:
        cache.clear()  # else the throttle would answer instead
        client.get(door, headers={"accept": "application/json"})
        assert client.post(door, {"credential": text, "name": "Key"}).status_code in (200, 302), text
    assert is_in(client) is was_in
    assert not Authenticator.objects.filter(user=ada, type="webauthn").exists()


@pytest.mark.parametrize("code", ["", " ", "\x00", "١٢٣٤٥٦", "9" * 500, "<script>", "000000\n", "-1", "１２３４５６"])
def test_no_odd_code_opens_or_breaks_a_door(ada: User, code: str) -> None:
    an_app(ada)
    codes_of(ada)
    client = signed_in(ada)
    assert client.post(STEP, {"code": code}).status_code == 200
    assert not is_in(client)
    client.force_login(ada)
    assert client.post(AGAIN_BY_CODE, {"code": code}).status_code == 200
    assert client.post(ACTIVATE, {"code": code}).status_code == 302


def test_a_passkeys_door_is_throttled_by_network(client: Client, db: None) -> None:
    answers = [client.post(f"{FACTORS}webauthn/login/", {"credential": "{}"}).status_code for _ in range(11)]
    assert answers == [302] * 10 + [429]


def test_a_passkey_cannot_be_asked_about_somebody(client: Client, ada: User) -> None:
    Authenticator.objects.create(user=ada, type="webauthn", data={"name": "Laptop", "credential": {}})
    options = client.get(f"{FACTORS}webauthn/login/?email={ada.email}", headers={"accept": "application/json"}).json()
    assert options["request_options"]["publicKey"]["allowCredentials"] == []
    assert options["request_options"]["publicKey"]["userVerification"] == "required"


@pytest.mark.parametrize(("url", "names"), [("https://coop.example", "__Host-"), ("http://localhost:8000", "")])
def test_behind_https_no_other_host_can_plant_a_cookie(url: str, names: str) -> None:
    said = "from config import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE)"
    env = {**os.environ, "SITE_URL": url, "TESTING": "on", "ENV_FILE": os.devnull}
    done = subprocess.run([sys.executable, "-c", said], cwd=project.BASE_DIR, env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [f"{names}sessionid", f"{names}csrftoken", str(bool(names))]
