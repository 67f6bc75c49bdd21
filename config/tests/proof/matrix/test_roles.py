"""docs/roles.md says what the policy does."""

from typing import Any

from cooperatives.policy import RULES

from ..world import World
from .roles import PAGE, WORDS, Page, page


def test_the_page_is_true(world: World, writer: Any) -> None:
    drawn = page(world)
    if writer is not None:
        writer.take(Page, "text", {"page": drawn})
        return
    assert PAGE.read_text() == drawn, "run `make matrix`, and read what it changes"


def test_every_action_is_said_in_words() -> None:
    assert WORDS.keys() == RULES.keys()
