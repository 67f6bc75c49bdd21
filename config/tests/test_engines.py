"""Where the engines of a run come from, and what is said when they cannot."""

import os
from pathlib import Path

import pytest

from config.dev import engines as module
from config.dev.account import Account, private_folder
from config.dev.daemon import Daemon, Unfit


def test_given_addresses_are_used_as_they_are() -> None:
    given = {"DATABASE_URL": "postgres://app@db/x", "DATABASE_OWNER_URL": "postgres://owner@db/x", "REDIS_URL": "redis://kv"}
    assert module._given_database(given) == {key: given[key] for key in ("DATABASE_URL", "DATABASE_OWNER_URL")}
    assert module._given_redis(given) == {"REDIS_URL": "redis://kv"}


def test_nothing_given_means_start_some() -> None:
    assert module._given_database({"DATABASE_URL": "sqlite:///x"}) == {}
    assert module._given_redis({}) == {}


def test_a_database_without_its_owner_is_refused_with_the_cure() -> None:
    with pytest.raises(Unfit, match=r"without DATABASE_OWNER_URL. Cure: set it"):
        module._given_database({"DATABASE_URL": "postgres://app@db/x"})


def test_no_engine_at_all_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "find_spec", lambda name: None)
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    monkeypatch.setattr(module.Path, "glob", lambda self, pattern: iter(()))
    with pytest.raises(Unfit, match=r"No PostgreSQL was found. Cure: `make install`"):
        module._postgresql_tree()
    with pytest.raises(Unfit, match=r"No Valkey or Redis was found. Cure: `make install`"):
        module._valkey_binary()


def test_the_wheels_are_here() -> None:
    assert (module._postgresql_tree() / "bin" / "postgres").is_file()
    assert module._valkey_binary().is_file()


def test_a_private_folder_is_private_short_and_gone_afterwards() -> None:
    account = Account.for_engines()
    with private_folder(account) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        assert len(str(folder / "pg" / ".s.PGSQL.5432")) < 100, "a unix socket's name has at most 107 bytes"
        assert account.own(folder / "data").stat().st_uid == (account.uid if account.uid is not None else os.getuid())
    assert not folder.exists()


def test_a_program_below_a_closed_folder_is_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    (closed / "tree").mkdir(parents=True)
    (closed / "tree" / "server").write_text("#!/bin/sh\n")
    closed.chmod(0o700)
    monkeypatch.setattr("config.dev.account.tempfile.gettempdir", lambda: str(tmp_path))
    stranger = Account(uid=12345, gid=12345)
    copy = stranger.reachable(closed / "tree")
    assert (copy / "server").read_text() == "#!/bin/sh\n"
    assert stranger.reachable(closed / "tree") == copy
    assert Account().reachable(closed / "tree") == closed / "tree"


def test_what_a_program_loads_from_beside_it_comes_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    (closed / "package" / "tree").mkdir(parents=True)
    (closed / "package.libs").mkdir()
    (closed / "package.libs" / "lib.so").write_text("library")
    closed.chmod(0o700)
    monkeypatch.setattr("config.dev.account.tempfile.gettempdir", lambda: str(tmp_path))
    copy = Account(uid=12345, gid=12345).reachable(closed / "package" / "tree", closed / "package.libs")
    assert (copy / ".." / ".." / "package.libs" / "lib.so").read_text() == "library"
    assert module._libraries_of(closed / "package" / "tree") == [closed / "package.libs"]
    assert module._libraries_of(closed / "package") == []


def test_a_server_that_dies_says_why(tmp_path: Path) -> None:
    command = ["/bin/sh", "-c", "echo the disk is on fire; exit 1"]
    with (
        pytest.raises(Unfit, match=r"Fire did not start: the disk is on fire"),
        Daemon("Fire", command, Account(), cwd=tmp_path, ready=bool),
    ):
        pass


def test_the_command_line_needs_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert module.main([]) == 2
    assert module.main(["run", "--"]) == 2
    assert "run -- COMMAND" in capsys.readouterr().err
