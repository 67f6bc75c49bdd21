"""A start with a weak secret is refused, with the cure in the sentence; and the cure works while the start is refused."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from config import keys
from config.env import BASE_DIR
from config.tests.keyring import strong

STRONG = strong("SECRET_KEY")


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "too short: it needs at least 50"),
        ("short", "too short"),
        (STRONG[:49], "too short"),
        ("x" * 60, "too regular"),
        ("ab" * 30, "too regular"),
        ("of-this-test-alone-" * 4, "too regular"),
        ("0123456789" * 6, "a placeholder"),
        ("3" * 30 + STRONG[:25], "too regular"),
        ("django-insecure-" + STRONG, "a placeholder"),
        ("change-me" + STRONG, "a placeholder"),
        ("CHANGEME" + STRONG, "a placeholder"),
        (STRONG + "your-secret-key", "a placeholder"),
        ("generated" + STRONG, "a placeholder"),
        (keys.FOR_DEBUGGING, "a placeholder"),
    ],
)
def test_weak_ones_are_named_by_what_makes_them_weak(value: str, why: str) -> None:
    assert keys.weakness(value, 50).startswith(why)


@pytest.mark.parametrize("value", ["aabbccddeeff", "111122223333", "aaaaaaaaaaaaaaaa"])
def test_short_passwords_of_few_signs_are_too_regular(value: str) -> None:
    assert keys.weakness(value, 12).startswith("too regular")


def test_a_thousand_fresh_ones_are_all_strong_and_all_different() -> None:
    for name, least in (("SECRET_KEY", 50), ("METRICS_TOKEN", 32), ("DB_APP_PASSWORD", 12)):
        made = {keys.fresh(name) for _ in range(334)}
        assert len(made) == 334
        assert [value for value in made if keys.weakness(value, least)] == []


def test_a_password_as_other_programs_make_them_is_strong() -> None:
    assert keys.weakness("b7f3d0c9a1e8426f5c7d9b0e3a6f1284c5d7e9fb", 12) == ""  # openssl rand -hex 20
    assert keys.weakness("vR8-kq2Lw0Zt", 12) == ""


@pytest.mark.parametrize(
    ("address", "refused"),
    [
        ("postgres://app:postgres@db/coop", True),
        ("postgres://app:hunter2@db/coop", True),
        ("postgres://app:change%2Dme-no" + "w-or-later@10.0.0.3/coop", True),
        ("postgres://app@db/coop", False),
        (f"postgres://app:{STRONG}@db/coop", False),
        ("postgres://app:postgres@localhost/coop", False),
        ("postgres://app:x@%2Frun%2Fpg/coop", False),
        ("redis://:secret@kv:6379/0", True),
        ("unix:///run/kv?db=0", False),
        ("sqlite:///var/coop.sqlite3", False),
        ("", False),
    ],
)
def test_passwords_of_servers_elsewhere(address: str, refused: bool) -> None:
    faults = list(keys.faults([("SECRET_KEY", STRONG)], [("DATABASE_URL", address)]))
    assert bool(faults) is refused
    assert all("The password in DATABASE_URL is " in fault and "generate_secrets" in fault for fault in faults)
    assert "hunter2" not in str(faults)


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    plain = {"ENV_FILE": "", "PATH": os.environ["PATH"], **environment}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=BASE_DIR, env=plain, capture_output=True, text=True, check=False)


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({}, "SECRET_KEY"),
        ({"SECRET_KEY": STRONG, "METRICS_TOKEN": "token"}, "METRICS_TOKEN"),
        ({"SECRET_KEY": STRONG, "SECRET_KEY_FALLBACKS": f"{STRONG},old"}, "SECRET_KEY_FALLBACKS"),
        ({"SECRET_KEY": STRONG, "DATABASE_URL": "postgres://app:app@db/coop"}, "The password in DATABASE_URL"),
    ],
)
def test_a_start_is_refused_in_one_sentence_with_its_cure(environment: dict[str, str], name: str) -> None:
    done = run("check", **environment)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{name} is too ")
    assert "Cure: `manage.py generate_secrets`" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.smoke
def test_pages_are_not_served_either() -> None:
    command = [sys.executable, "-m", "gunicorn", "--config=python:config.gunicorn", "--bind=unix:/nowhere/s", "config.wsgi"]
    done = subprocess.run(command, cwd=BASE_DIR, env={"ENV_FILE": ""}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "SECRET_KEY is too short: it needs at least 50 random characters. Cure:" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.smoke
def test_the_cure_works_while_the_start_is_refused() -> None:
    done = run("generate_secrets", SECRET_KEY="weak")
    assert done.returncode == 0
    made = dict(line.split("=", 1) for line in done.stdout.splitlines())
    assert list(made) == [*keys.SIGNING, *keys.STORES]
    begun = [sys.executable, "-c", "import config.settings"]
    assert subprocess.run(begun, cwd=BASE_DIR, env={"ENV_FILE": "", **made}, check=False).returncode == 0


@pytest.mark.smoke
def test_writing_fills_what_is_missing_and_overwrites_nothing(tmp_path: Path) -> None:
    file = tmp_path / "compose.env"
    file.write_text(f"# a comment\nSITE_URL=https://coop.example\nSECRET_KEY={STRONG}\nMETRICS_TOKEN=\n#REDIS_PASSWORD=\n")
    file.chmod(0o644)
    done = run("generate_secrets", "--write", str(file))
    lines = file.read_text().splitlines()
    assert lines[:3] == ["# a comment", "SITE_URL=https://coop.example", f"SECRET_KEY={STRONG}"]
    written = dict(line.split("=", 1) for line in lines[3:])
    assert set(written) == {"METRICS_TOKEN", *keys.STORES}
    assert [name for name, value in written.items() if keys.weakness(value, 32)] == []
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "SECRET_KEY: is set already and stays" in done.stdout
    assert [value for value in written.values() if value in done.stdout] == [], "a terminal is no place for them"
    before = file.read_text()
    assert run("generate_secrets", "--write", str(file)).returncode == 0
    assert file.read_text() == before
    assert [path.name for path in tmp_path.iterdir()] == ["compose.env"]


def test_a_new_env_file_holds_what_one_process_needs(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    assert keys.main(["--write", str(file)]) == 0
    assert [line.partition("=")[0] for line in file.read_text().splitlines()] == list(keys.SIGNING)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.smoke
def test_the_checks_for_deployment_find_nothing() -> None:
    done = run("check", "--deploy", "--fail-level=WARNING", SECRET_KEY=STRONG, SITE_URL="https://coop.example")
    assert (done.returncode, done.stderr.strip()) == (0, "")
    assert done.stdout.strip() == "System check identified no issues (0 silenced)."


@pytest.mark.smoke
def test_they_would_find_something() -> None:
    done = run("check", "--deploy", "--fail-level=WARNING", SECRET_KEY=STRONG, DEBUG="on")
    assert done.returncode == 1
    assert "security.W018" in done.stderr
