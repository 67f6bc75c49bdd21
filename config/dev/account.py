"""The account that database servers run under. They refuse root, so root lends them an unprivileged one;
no account is added and no parent folder's permissions are changed."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from config.dev.daemon import Unfit


@dataclass(frozen=True)
class Account:
    """Ids to run a server under; None means as we are."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def for_engines(cls) -> "Account":
        """Ourselves, or as root the account `nobody`."""
        if os.geteuid() != 0:
            return cls()
        nobody = pwd.getpwnam("nobody")
        return cls(nobody.pw_uid, nobody.pw_gid)

    @property
    def popen(self) -> dict[str, Any]:
        """Arguments for subprocess that drop privileges."""
        return {} if self.uid is None else {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, folder: Path) -> Path:
        """Create a private folder of this account. Raises Unfit when the account cannot reach it."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.uid is not None:
            os.chown(folder, self.uid, self.gid or -1)
            if not self.passes(folder.parent):
                raise Unfit(f"The database cannot run as root and its account cannot reach {folder}. Cure: run as a normal user.")
        folder.chmod(0o700)
        return folder

    def reachable(self, program: Path, *companions: Path) -> Path:
        """The program where this account can read it: itself, or a copy made once below the system's temp folder.

        `companions` are what it loads by a relative path: they are copied to the same place beside it.
        """
        if self.passes(program.resolve().parent):
            return program
        root = Path(os.path.commonpath([program.parent, *(companion.parent for companion in companions)]))
        mark = f"{program}:{program.stat().st_mtime_ns}"
        copy = Path(tempfile.gettempdir()) / f"cooperator-{hashlib.sha256(mark.encode()).hexdigest()[:16]}"
        if not copy.exists():
            _copy_whole(root, (program, *companions), copy)
        return copy / program.relative_to(root)

    def passes(self, folder: Path) -> bool:
        """Whether the account can walk down to this folder."""
        steps = [step.stat() for step in (folder, *folder.parents)]
        return self.uid is None or all(step.st_uid == self.uid or step.st_mode & 0o001 for step in steps)

    def run(self, command: list[str], cwd: Path) -> None:
        """Run a short program under this account. Raises Unfit with what it said when it fails."""
        done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env=plain(cwd), **self.popen)
        if done.returncode:
            raise Unfit(f"{Path(command[0]).name} failed: {done.stderr.strip()[-1000:]}")


def _copy_whole(root: Path, parts: tuple[Path, ...], copy: Path) -> None:
    # Written whole under another name first, so that a copy cut short is never used.
    fresh = Path(tempfile.mkdtemp(prefix="cooperator-copy-"))
    for part in parts:
        target = fresh / part.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if part.is_dir() else shutil.copy2)(part, target)
    fresh.chmod(0o755)
    fresh.rename(copy)


def plain(home: Path) -> dict[str, str]:
    """An environment without settings of other databases."""
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(home), "LC_ALL": "C.UTF-8"}


@contextmanager
def private_folder(account: Account) -> Iterator[Path]:
    """A folder that only the account (and root) can enter, with a short name as unix sockets need it."""
    folder = Path(tempfile.mkdtemp(prefix="coop-"))
    try:
        yield account.own(folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
