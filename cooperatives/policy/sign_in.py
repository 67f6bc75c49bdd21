"""What the doors ask about a sign-in; a higher rank answers. Three choke points ask, so no later door can forget it:
the middleware (pages, API, admin), the admission of sockets, and whoever calls for a fresh sign-in."""

from datetime import datetime
from typing import Any

from .actor import Actor


class SignIns:
    """The answers where nobody registered better ones: a session lasts as stored, nothing is asked beyond the sign-in."""

    def ends(self, session: Any, actor: Actor) -> datetime:
        """When (UTC) this session of the actor is over."""
        stored: datetime = session.get_expiry_date()
        return stored

    def lasts(self, request: Any, actor: Actor) -> bool:
        """Whether the session of this request still holds; one that is over is ended and said so. Counts as use of it."""
        return True

    def is_held(self, actor: Actor) -> bool:
        """Whether the actor has to do something about their login before they may act at all."""
        return False

    def held(self, request: Any, view: Any) -> Any:
        """The answer that leads a held actor to the cure; None for who is not held and for views open to them."""
        return None

    def is_fresh(self, request: Any) -> bool:
        """Whether who acts has proved who they are within the last minutes."""
        return True

    def prove(self, request: Any) -> Any:
        """The answer that asks for that proof and then leads back to where this request was going."""
        raise NotImplementedError


_answers = SignIns()


def register_sign_ins(answers: SignIns) -> None:
    """Let a higher rank answer; `members` does."""
    global _answers
    _answers = answers


def sign_ins() -> SignIns:
    """Who answers."""
    return _answers
