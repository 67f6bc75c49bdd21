"""What the doctor says of the machine, the settings and the services around the database."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from cooperatives.checkups import checkups
from cooperatives.doctor import host

ON_POSTGRES = connection.vendor == "postgresql"
postgres_only = pytest.mark.skipif(not ON_POSTGRES, reason="a file has no clock of its own")


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.BACKUP_DIR = tmp_path / "media", tmp_path / "backups"
    return tmp_path


def told(name: str) -> list[tuple[str, str]]:
    """What one checkup of the host has to say."""
    [checkup] = [checkup for checkup in checkups("host") if checkup.name == name]
    return [(finding.state, finding.sentence) for finding in checkup.findings(connection=connection)]


def test_the_mail_server_is_asked(settings: Any) -> None:
    settings.EMAIL_HOST = ""
    assert told("mail") == [("warn", "no mail leaves this machine: they are written as files under var/mail")]
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_BACKEND = (
        "127.0.0.1",
        1,
        "django.core.mail.backends.smtp.EmailBackend",
    )
    settings.DEFAULT_FROM_EMAIL = "C <c@localhost>"
    [sender, away] = told("mail")
    assert sender == ("warn", "mails say that they come from localhost")
    assert away[0] == "fail"
    assert away[1].startswith("the mail server 127.0.0.1 does not take us: ")
    settings.EMAIL_BACKEND, settings.DEFAULT_FROM_EMAIL = "django.core.mail.backends.locmem.EmailBackend", "C <c@example.org>"
    assert told("mail") == []


def test_the_age_of_the_last_backup_is_told(folders: Path) -> None:
    assert told("last backup") == [("warn", f"there is no backup in {folders / 'backups'}")]
    (folders / "backups").mkdir()
    (folders / "backups" / "cooperator-20200101T000000Z.tar").touch()
    assert told("last backup") == [("warn", f"the newest backup in {folders / 'backups'} is of 2020-01-01 00:00 UTC")]
    (folders / "backups" / f"cooperator-{timezone.now():%Y%m%dT%H%M%SZ}.tar").touch()
    assert told("last backup") == []


@pytest.mark.django_db
def test_little_room_is_told_and_less_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(host, "LITTLE_FREE", 10**18)
    assert {state for state, _sentence in told("disk")} == {"warn"}
    monkeypatch.setattr(host, "LEAST_FREE", 10**18)
    assert {state for state, _sentence in told("disk")} == {"fail"}


@postgres_only
@pytest.mark.django_db
def test_clocks_that_differ_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert told("clocks") == []
    monkeypatch.setattr(host, "SKEW", timedelta(-1))
    assert [state for state, _sentence in told("clocks")] == ["warn"]
    monkeypatch.setattr(host, "LARGE_SKEW", timedelta(-1))
    assert [state for state, _sentence in told("clocks")] == ["fail"]


@pytest.mark.django_db
def test_missing_static_files_and_strange_versions_are_told(
    settings: Any, folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told("static files") == told("versions") == []
    settings.STATIC_ROOT = folders
    monkeypatch.setattr(host, "staticfiles_storage", SimpleNamespace(manifest_name="staticfiles.json"))
    assert told("static files") == [("fail", "the static files are not collected: pages have no style")]
    (folders / "staticfiles.json").touch()
    assert told("static files") == []
    monkeypatch.setattr(host, "PYTHONS", ((2, 6), (2, 7)))
    monkeypatch.setattr(host, "DJANGO", (1, 0))
    assert [state for state, _sentence in told("versions")] == ["warn", "fail"]


@pytest.mark.django_db
def test_unsafe_settings_and_silent_services_are_told(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEBUG = True
    assert ("warn", "You should not have DEBUG set to True in deployment. (security.W018)") in told("settings")

    def hang() -> str:
        raise ConnectionError("redis://secret@host")

    monkeypatch.setattr(
        host, "_probes", lambda: [("rules", lambda: "2 fences are not as declared: run migrate"), ("cache", hang)]
    )
    settings.REDIS_URL = "redis://x"
    assert told("services") == [
        ("fail", "rules: 2 fences are not as declared: run migrate"),
        ("fail", "cache: does not answer (ConnectionError)"),
    ]
    settings.REDIS_URL = ""
    assert len(told("services")) == 1, "in one process no command can see the server's own memory"
