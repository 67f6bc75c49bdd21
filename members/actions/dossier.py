"""Handing a person's data over when they ask the office for it."""

from cooperatives.actions import action, check
from cooperatives.events import record
from cooperatives.policy import Actor

from ..events import DATA_HANDED_OVER
from ..models import Person
from ..queries.privacy import login_of


@action
def hand_over_data(actor: Actor, person: Person) -> None:
    """Say that an officer takes a person's data as a file, at their request. The door then makes the file."""
    check(actor, "members.hand_over", person)
    record(DATA_HANDED_OVER, actor, person, user_id=login_of(person))
