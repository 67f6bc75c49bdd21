"""Valid requests for the writing doors of the ways in (members/tests/bodies.py takes them over)."""

from collections.abc import Callable
from typing import Any

from cooperatives.actions import found
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.queries import asked_by, open_slips
from members.tests.factories import PASSWORD

Body = Callable[[Any, str], dict[str, Any]]


def nothing(world: Any, side: str) -> dict[str, Any]:
    """A button: the address says it all."""
    return {}


def mail(world: Any, side: str) -> dict[str, Any]:
    """An invitation to somebody new."""
    return {"email": "somebody.new@example.org", "role": "member", "days": 14}


def link(world: Any, side: str) -> dict[str, Any]:
    """A link for three."""
    return {"most_uses": 3, "role": "observer", "days": 7}


def everyone(world: Any, side: str) -> dict[str, Any]:
    """A button: nobody has invited those yet who were imported."""
    return {}


def slips(world: Any, side: str) -> dict[str, Any]:
    """A button, with what was shown of all slips."""
    with enter([world.cooperatives[side].pk]):
        return {"version": sum(row.version for row in open_slips(world.cooperatives[side]))}


def again(world: Any, side: str) -> dict[str, Any]:
    """A button, with the version it was shown with."""
    return {"version": _version(world, side, "invitation")}


def code(world: Any, side: str) -> dict[str, Any]:
    """A code as it stands on a slip."""
    return {"code": "00000-11111-22222-33333-44444-5"}


def newcomer(world: Any, side: str) -> dict[str, Any]:
    """Who comes in with a new login."""
    return {"name": "New Comer", "password": PASSWORD}


def questions(world: Any, side: str) -> dict[str, Any]:
    """One question."""
    return {"text_0": "What do you bring?", "required_0": "on"}


def asking(world: Any, side: str) -> dict[str, Any]:
    """A request to a cooperative that lists itself, which those of the world do not."""
    open_house = found(SYSTEM, name="Open House", kind="chama", is_listed=True)
    return {"cooperative": open_house.pk, "answers": ["Because."]}


def decision(world: Any, side: str) -> dict[str, Any]:
    """No, and why."""
    return {"state": "declined", "reason": "No room.", "version": world.row(side, "members.joinrequest").version}


def decision_on_the_page(world: Any, side: str) -> dict[str, Any]:
    """The same by the button."""
    return {"decision": "decline", "reason": "No room.", "version": world.row(side, "members.joinrequest").version}


def waits(world: Any, side: str) -> dict[str, Any]:
    """Somebody who asks for a home."""
    return {"name": "Nora Lund", "people": 2}


def _version(world: Any, side: str, name: str) -> int:
    found: int = world.row(side, f"members.{name}").version
    return found


def waits_otherwise(world: Any, side: str) -> dict[str, Any]:
    """The same with one person more."""
    return {"name": "Nora Lund", "people": 3, "version": _version(world, side, "waitingentry")}


def rank(world: Any, side: str) -> dict[str, Any]:
    """An earlier day, and why."""
    return {"ranked_on": "2020-01-05", "reason": "An error.", "version": _version(world, side, "waitingentry")}


def offer(world: Any, side: str) -> dict[str, Any]:
    """A home of that side."""
    unit = world.row(side, "members.unit").pk
    return {"unit": unit, "days": 7, "version": _version(world, side, "waitingentry")}


def off_the_list(world: Any, side: str) -> dict[str, Any]:
    """A button, with the version it was shown with."""
    return {"version": _version(world, side, "waitingentry")}


def accepted(world: Any, side: str) -> dict[str, Any]:
    """The answer to an offer."""
    return {"answer": "accepted", "version": _version(world, side, "unitoffer")}


def of_here(body: Body) -> Body:
    """The same by the API, where nobody stands in a cooperative's pages."""
    return lambda world, side: {"cooperative": world.cooperatives[side].pk, **body(world, side)}


def asked_anew(world: Any, side: str) -> dict[str, Any]:
    """One question."""
    questions = [{"text": "What do you bring?", "is_required": True}]
    with enter([world.cooperatives[side].pk]):
        return {"questions": questions, "version": asked_by(world.cooperatives[side].pk).version}


def offer_by_api(world: Any, side: str) -> dict[str, Any]:
    """A home of that side, by its public id."""
    return {**offer(world, side), "unit": str(world.row(side, "members.unit").public_id)}


API: dict[str, Body] = {
    "invitation-list": of_here(
        lambda world, side: {**mail(world, side), "email": "somebody.else@example.org", "membership": None}
    ),
    "invitation-everyone": of_here(nothing),
    "invitation-revoke": nothing,
    "invitation-sent-again": again,
    "join-questions-detail": asked_anew,
    "waiting-entry-list": of_here(waits),
    "waiting-entry-detail": waits_otherwise,
    "waiting-entry-rank": rank,
    "waiting-entry-offers": offer_by_api,
    "waiting-entry-withdraw": off_the_list,
    "unit-offer-detail": accepted,
}


def answer(world: Any, side: str) -> dict[str, Any]:
    """A button, with the version it was shown with."""
    return {"version": _version(world, side, "unitoffer")}


BODIES: dict[str, Body] = {
    "members:waiting_new": waits,
    "members:waiting_entry": waits_otherwise,
    "members:waiting_rank": rank,
    "members:waiting_offer": offer,
    "members:waiting_withdraw": off_the_list,
    "members:offer_answer": accepted,
    "members:my_offer_accept": answer,
    "members:my_offer_decline": answer,
    "members:invitation_new": mail,
    "members:invitation_link": link,
    "members:invite_everyone": everyone,
    "members:slips": slips,
    "members:invitation_again": again,
    "members:invitation_revoke": nothing,
    "members:invitation": newcomer,
    "members:join_code": code,
    "members:join": nothing,
    "members:request": decision_on_the_page,
    "members:questions": questions,
    "join-request-list": asking,
    "join-request-detail": decision,
    **API,
}
