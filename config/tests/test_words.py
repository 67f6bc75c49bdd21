"""Every sentence a person may read can be translated."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.tests.source import files, product, relative, tree

pytestmark = pytest.mark.gate
# What does not reach the reader as text: template code, translated blocks, scripts, styles, comments.
_NOT_TEXT = re.compile(
    r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}|\{% blocktrans(?:late)?\b.*?\{% endblocktrans(?:late)? %\}"
    r"|\{% block \w*class\w* %\}.*?\{% endblock[^%]*%\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->|<!doctype[^>]*>"
    r"|<script\b.*?</script>|<style\b.*?</style>|<svg\b.*?</svg>|<code\b[^>]*>.*?</code>",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTE = re.compile(r"\b(?:aria-label|title|placeholder|alt|aria-description)=\"([^\"{]*[A-Za-z]{2}[^\"{]*)\"")
_TAG = re.compile(r"<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{2,}")
_NAMES = {"Cooperator"}
# Calls whose first or second argument, and keywords whose value, a person reads.
SPEAKING = {"RuleBroken": 1, "Invalid": 1, "Conflict": 1, "Forbidden": 1, "NotFound": 1, "ValidationError": 0, "kind": 1}
KEYWORDS = {"label", "help_text", "verbose_name", "verbose_name_plural", "empty_label", "violation_error_message"}


def untranslated(template: str) -> list[str]:
    """Pieces of a template's text that stand outside translation."""
    shown = _NOT_TEXT.sub(lambda match: "\n" * match.group().count("\n"), template)
    attributes = [found.strip() for found in _ATTRIBUTE.findall(shown)]
    texts = [re.sub(r"&\w+;", " ", piece).strip() for piece in _TAG.sub("\n", shown).splitlines()]
    return [piece for piece in attributes + texts if _WORD.search(piece) and piece.strip("· ") not in _NAMES]


def mute(module: ast.Module) -> Iterator[ast.Constant]:
    """String constants in places that a person reads."""
    for node in ast.walk(module):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = SPEAKING.get(name)
        spoken = [keyword.value for keyword in node.keywords if keyword.arg in KEYWORDS]
        if place is not None and len(node.args) > place:
            spoken.append(node.args[place])
        yield from (value for value in spoken if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value)


@pytest.mark.parametrize("path", [path for path in files(".html") if path.parent.name != "parts"], ids=relative)
def test_templates_can_be_translated(path: Path) -> None:
    # Left out above: the parts of the components page, which show code names and sample figures to developers.
    assert untranslated(path.read_text()) == []


def test_python_can_be_translated() -> None:
    found = [
        f"{relative(path)}:{constant.lineno}: {constant.value!r}"
        for path in product()
        if not relative(path).startswith("config/")
        for constant in mute(tree(path))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("template", "pieces"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{% translate 'Hello' %}</p>", []),
        ("{% blocktranslate %}Hello <b>you</b>{% endblocktranslate %}", []),
        ('<a title="Close it" href="/x">{{ name }}</a>', ["Close it"]),
        ('<a title="{{ word }}">&nbsp;·&nbsp;</a>', []),
    ],
)
def test_the_rule_for_templates(template: str, pieces: list[str]) -> None:
    assert untranslated(template) == pieces


def test_the_rule_for_python() -> None:
    module = ast.parse('RuleBroken("code", "A sentence."); RuleBroken("code", _("A sentence.")); CharField(label="Name")')
    assert [constant.value for constant in mute(module)] == ["A sentence.", "Name"]
