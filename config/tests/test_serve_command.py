"""`manage.py serve` on a port that cannot be had: one sentence, with the cure."""

import socket
from typing import Any

import pytest
from django.core.management import CommandError, call_command


class Refusing(socket.socket):
    """A socket as somebody who may not have low ports gets it."""

    def bind(self, address: Any) -> None:
        raise PermissionError(13, "Permission denied")


def test_a_number_that_is_no_port(settings: Any) -> None:
    settings.REDIS_URL = ""
    with pytest.raises(CommandError, match=r"^There is no port 80000: the last is 65535\. Cure: `PORT=8000 make run`\.$"):
        call_command("serve", port=80000)


def test_a_port_that_is_not_for_everybody(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.REDIS_URL = ""
    monkeypatch.setattr("socket.socket", Refusing)
    with pytest.raises(CommandError, match=r"^Port 80 is kept for this machine's administrator\. Cure: `PORT=8000 make run`\.$"):
        call_command("serve", port=80)
