"""What cards are filled with: text stays text, markup stays markup."""

import pytest
from django.utils.html import format_html as slow
from django.utils.safestring import SafeString, mark_safe

from tasks.drawing import format_html

WORDS = ["plain", "<b>&\"'", mark_safe("<i>kept</i>"), 7, True, None, 1.5, "ä中"]


@pytest.mark.parametrize("value", WORDS, ids=repr)
def test_it_draws_what_djangos_own_draws(value: object) -> None:
    drawn = format_html("<p {} {name}>", value, name=value)
    assert drawn == slow("<p {} {name}>", value, name=value)
    assert isinstance(drawn, SafeString)


def test_what_was_drawn_can_be_drawn_into_something() -> None:
    inner = format_html("<b>{}</b>", "<")
    assert format_html("<p>{}</p>", inner) == "<p><b>&lt;</b></p>"
