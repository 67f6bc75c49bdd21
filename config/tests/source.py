"""What the gates read: the files of this checkout that git knows or would add."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from config.env import BASE_DIR


@cache
def files(suffix: str = "") -> tuple[Path, ...]:
    """Every file with this ending, without what git ignores and without migrations."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=BASE_DIR, capture_output=True, text=True, check=True).stdout.split("\0")
    found = [BASE_DIR / name for name in sorted(set(names)) if name.endswith(suffix) and "/migrations/" not in name]
    return tuple(path for path in found if path.is_file())


def relative(path: Path) -> str:
    """The path as people write it."""
    return path.relative_to(BASE_DIR).as_posix()


def is_test(path: Path) -> bool:
    """Whether the file proves something rather than being the product."""
    return "tests" in path.parts or path.name == "conftest.py"


def is_tool(path: Path) -> bool:
    """Whether the file is run by developers only."""
    return relative(path).startswith("config/dev/")


@cache
def tree(path: Path) -> ast.Module:
    """The parsed file."""
    return ast.parse(path.read_text(), str(path))


def product() -> Iterator[Path]:
    """Python files of the product itself."""
    return (path for path in files(".py") if not is_test(path))


def lines(path: Path) -> list[str]:
    """Lines that hold something."""
    return [line for line in path.read_text().splitlines() if line.strip()]
