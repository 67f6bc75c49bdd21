"""The installation speaks in sentences: what is wrong, and the cure."""

import errno
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from config.dev import bootstrap
from config.env import BASE_DIR


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty checkout; nothing is really called."""
    for name, value in {"ROOT": tmp_path, "VENV": tmp_path / ".venv", "PYTHON": tmp_path / ".venv" / "bin" / "python"}.items():
        monkeypatch.setattr(bootstrap, name, value)
    for name in ("requirements.txt", "requirements-dev.txt", "package-lock.json"):
        (tmp_path / name).write_text(name)
    (tmp_path / ".venv").mkdir()
    return tmp_path


def test_an_old_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name, path=None: None)
    with pytest.raises(bootstrap.Stop, match=r"needs Python 3.11 or newer and found 3.9. Cure: .*PYTHON=python3.11 make run"):
        bootstrap._need_python()


def test_a_better_python_beside_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(bootstrap.sys, "version_info", (3, 9, 2, "final", 0))
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name, path=None: "/bin/python3.12" if name == "python3.12" else None)
    monkeypatch.setattr(bootstrap.os, "execv", lambda path, arguments: taken.append(path) or sys.exit(0))
    with pytest.raises(SystemExit):
        bootstrap._need_python()
    assert taken == ["/bin/python3.12"]


def test_it_parses_on_pythons_that_are_too_old_to_run_it() -> None:
    source = (BASE_DIR / "config" / "dev" / "bootstrap.py").read_text()
    compiled = bootstrap.importlib.import_module("ast").parse(source, feature_version=(3, 6))
    assert compiled.body
    assert "from __future__" not in source, "an unknown future is a syntax error"


def test_a_full_disk_is_told_before_anything_is_written(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.shutil, "disk_usage", lambda path: Usage(1, 1, 1024))
    with pytest.raises(bootstrap.Stop, match=r"The disk is nearly full: .* Cure: free some space"):
        bootstrap._need_disk()


def test_a_disk_that_fills_while_installing_is_recognised() -> None:
    full = [sys.executable, "-c", "import sys; sys.exit('OSError: [Errno 28] No space left on device')"]
    with pytest.raises(OSError, match=r"full") as caught:
        bootstrap._call(full)
    assert caught.value.errno == errno.ENOSPC


def test_a_missing_venv_module_names_the_package(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name, path=None: None)
    with pytest.raises(bootstrap.Stop, match=r"venv module is missing. Cure: `sudo apt install python3-venv`"):
        bootstrap._make_venv()


def test_virtualenv_serves_where_venv_is_missing(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(bootstrap.shutil, "which", lambda name, path=None: f"/bin/{name}")
    monkeypatch.setattr(bootstrap, "_call", called.append)
    bootstrap._make_venv()
    assert called[0][0] == "virtualenv"


def test_packages_are_installed_once_and_again_when_the_lock_changes(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(bootstrap, "_pip", installed.append)
    bootstrap._install("requirements.txt")
    bootstrap._install("requirements.txt")
    assert installed == ["requirements.txt"]
    (checkout / "requirements.txt").write_text("changed")
    bootstrap._install("requirements.txt")
    assert installed == ["requirements.txt"] * 2


def test_the_larger_set_serves_for_the_smaller(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed: list[str] = []
    monkeypatch.setattr(bootstrap, "_pip", installed.append)
    bootstrap._install("requirements-dev.txt")
    bootstrap._install("requirements.txt")
    assert installed == ["requirements-dev.txt"]


def test_without_front_end_packages_it_goes_on(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise bootstrap.Stop("no network")

    monkeypatch.setattr(bootstrap, "_call", fail)
    bootstrap._front_end()
    assert capsys.readouterr().err == (
        "Without the front-end packages cards move by buttons instead of drag; `make install` tries again.\n"
    )


def test_the_env_file_gets_a_secret_of_its_own_and_is_kept(checkout: Path) -> None:
    (checkout / ".env.example").write_text("DEBUG=on\nSECRET_KEY=generated\n")
    bootstrap._write_env()
    written = (checkout / ".env").read_text()
    assert written.startswith("DEBUG=on\nSECRET_KEY=")
    assert len(written.split("SECRET_KEY=")[1].strip()) >= 50
    assert (checkout / ".env").stat().st_mode & 0o777 == 0o600
    bootstrap._write_env()
    assert (checkout / ".env").read_text() == written


def test_a_failing_program_is_quoted() -> None:
    with pytest.raises(bootstrap.Stop, match=r"no such package"):
        bootstrap._call([sys.executable, "-c", "import sys; sys.exit('no such package')"])


def test_make_lists_every_command() -> None:
    command = ["make", "--no-print-directory", "help"]
    said = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout
    listed = [line.split()[1] for line in said.splitlines()]
    for_all = ["help", "run", "run-full", "install", "test", "check"]
    assert listed == [*for_all, "fault", "crawl", "races", "matrix", "bench", "drill", "shots", "lock", "audit", "licences"]
