"""Who may do what with duties, recurring tasks, the ledger and calendar feeds."""

from typing import Any

from django.db.models import Model, Q

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, Rule, has_role, in_person, member, own_membership, table
from cooperatives.queries import enter

from .models import Duty, Effort
from .policy import WORKERS

TAKING_PART = ("admin", "treasurer", "secretary", "member")
_PARTAKERS = has_role(*TAKING_PART)
_OFFICES = has_role("admin", "treasurer", "secretary")


class _Named(Rule):
    """The member whom a column names, of what has that column. Of a cooperative: whoever is named so there."""

    def __init__(self, column: str, of: type[Model]) -> None:
        self.column, self.of, self.own = column, of, own_membership(column)

    def holds(self, actor: Actor, obj: object) -> bool:
        if isinstance(obj, Cooperative):
            with enter([obj.pk], actor.user_id):
                return bool(self._named(actor).filter(cooperative=obj).exists())
        return self.own.holds(actor, obj)

    def _named(self, actor: Actor) -> Any:
        mine = [standing.membership_id for standing in actor.standings.values()]
        return self.of._default_manager.filter(**{f"{self.column}__in": mine})

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        if model is Cooperative:
            return Q(pk__in=self._named(actor).values("cooperative"))
        has_it = any(field.attname == self.column for field in model._meta.concrete_fields)
        return self.own.rows(actor, model) if has_it else Q(pk__in=[])


table(
    {
        "tasks.change_duties": _OFFICES,
        "tasks.coordinate": _OFFICES | _PARTAKERS & _Named("coordinator_id", Duty),
        "tasks.take_part": _PARTAKERS,
        "tasks.recur": WORKERS,
        "tasks.note_effort": _PARTAKERS,
        "tasks.correct_effort": _OFFICES | _PARTAKERS & _Named("member_id", Effort),
        "tasks.feed": member() & in_person(),
    }
)
