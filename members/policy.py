"""Who may do what in the register, and with logins."""

from typing import Any

from django.db.models import Model, Q

from cooperatives.policy import Actor, Rule, everywhere, has_role, in_person, member, owner, signed_in, system_admin, table

from .models import User
from .queries import fellows_of
from .roles import Role

OFFICERS = has_role(Role.ADMIN, Role.SECRETARY)


class _Fellow(Rule):
    """Anyone who stands in a cooperative in which the user stands too."""

    def holds(self, actor: Actor, obj: Any) -> bool:
        return User.objects.filter(self.rows(actor, User), pk=obj.pk).exists()

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return fellows_of(actor)


table(
    {
        "members.see": member(),
        "members.admit": OFFICERS,
        "members.end": has_role(Role.ADMIN) | owner("user_id"),
        "members.grant": has_role(Role.ADMIN),
        "members.profile": signed_in(),
        "members.see_user": owner("pk") | system_admin() | _Fellow(),
        "members.change_user": owner("pk") & everywhere() | system_admin(),
        "members.keys": signed_in() & in_person() & everywhere(),
        "members.end_key": owner("user_id") & in_person() & everywhere(),
    }
)
