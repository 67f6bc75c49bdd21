"""A small disk that can be filled and emptied at will, seen by this process and its children alone."""

import ctypes
import os
import shutil
from pathlib import Path

from config.dev.account import Account

_CLONE_NEWNS, _CLONE_NEWUSER = 0x00020000, 0x10000000
_REMOUNT, _PRIVATE = 32, (1 << 18) | (1 << 14)  # MS_REMOUNT; MS_PRIVATE with MS_REC
ROOM = 1024  # MB at the most; only what is used takes memory


class NoMount(Exception):
    """This system lets nobody mount."""


def withdraw() -> None:
    """Take a view of the file system of our own, so that what we mount ends with us. Before any thread. Raises NoMount."""
    if not hasattr(os, "fork") or os.environ.get("FAULT_NO_MOUNT"):
        raise NoMount
    uid, gid = os.getuid(), os.getgid()
    try:
        _call("unshare", _CLONE_NEWNS | (_CLONE_NEWUSER if uid else 0))
        if uid:
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
            Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
        _call("mount", b"none", b"/", None, ctypes.c_ulong(_PRIVATE), None)
    except (OSError, AttributeError) as error:
        raise NoMount from error


def _call(name: str, *arguments: object) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


class Volume:
    """A file system in memory of its own. Full means: not a page more than is used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._mount(0, f"size={ROOM}m,mode=0755")
        Account.for_engines().own(folder)

    def _mount(self, flags: int, options: str) -> None:
        path = str(self.folder).encode()
        _call("mount", b"tmpfs", path, b"tmpfs", ctypes.c_ulong(flags), options.encode())

    def fill(self) -> None:
        """Leave no room. What is used can be written over."""
        for _ in range(50):  # while we count, somebody may write
            used = shutil.disk_usage(self.folder).used
            try:
                self._mount(_REMOUNT, f"size={used}")
            except OSError:
                continue
            return
        raise NoMount

    def free(self) -> None:
        """Make room again."""
        self._mount(_REMOUNT, f"size={ROOM}m")

    def remove(self) -> None:
        """Give the folder back."""
        _call("umount2", str(self.folder).encode(), 2)  # MNT_DETACH: whoever still holds it open lets go later
