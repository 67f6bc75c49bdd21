"""What the documents point to is there: links, named tests, named commands, named settings."""

import re

import pytest
from django.core.management import get_commands

from config.dev.environment import page
from config.env import BASE_DIR
from config.tests.source import files, relative

pytestmark = pytest.mark.gate
PAGES = [path for path in files(".md") if "tests" not in path.parts]
_LINK = re.compile(r"\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)")
_NAMED = re.compile(r"`([a-z_]+(?:/[A-Za-z_.-]+)+\.(?:py|txt|yml|md|conf))(?:::\w+)?`")
_COMMAND = re.compile(r"manage\.py ([a-z_]+)")
_MAKE = re.compile(r"`make ([a-z-]+)")


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_links_lead_somewhere(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    assert [link for link in _LINK.findall(text) if not (path.parent / link).exists()] == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["docs/security.md", "docs/operations.md", "docs/acceptance.md"])
def test_named_files_are_there(name: str) -> None:
    named = _NAMED.findall((BASE_DIR / name).read_text())
    assert [file for file in named if not (BASE_DIR / file).exists()] == []


def test_every_control_names_a_proof() -> None:
    table = (BASE_DIR / "docs" / "security.md").read_text().partition("## Controls and their proofs")[2].partition("## Known")[0]
    rows = [line for line in table.splitlines() if line.startswith("| ") and not line.startswith(("| chapter", "|---"))]
    assert len(rows) > 20
    assert [row for row in rows if not _NAMED.search(row.rpartition(" | ")[2])] == []


@pytest.mark.parametrize("path", PAGES, ids=relative)
def test_named_commands_exist(path: object) -> None:
    text = path.read_text()  # type: ignore[attr-defined]
    assert set(_COMMAND.findall(text)) <= set(get_commands())
    targets = set(re.findall(r"^([a-z-]+):", (BASE_DIR / "Makefile").read_text(), re.MULTILINE))
    assert set(_MAKE.findall(text)) <= targets


def test_operations_names_only_settings_that_exist() -> None:
    text = (BASE_DIR / "docs" / "operations.md").read_text()
    known = set(re.findall(r"`([A-Z][A-Z_]+)`", page()))
    named = set(re.findall(r"`([A-Z][A-Z]+_[A-Z_]+)[=`]", text))
    assert named - known == set()


def test_the_rules_against_careless_code_are_on() -> None:
    text = (BASE_DIR / "pyproject.toml").read_text()
    assert '"S"' in re.search(r"^select = \[(.*)\]", text, re.MULTILINE).group(1)
    off = re.findall(r'^"([^"]+)" = \[.*"S"', text, re.MULTILINE)
    assert off == ["**/tests/**", "conftest.py", "config/dev/**"], "elsewhere an exception stands at its line"
