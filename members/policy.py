"""Who may do what in the register, and with logins."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.db.models import Model, Q

from cooperatives.models import Cooperative
from cooperatives.policy import (
    Actor,
    Rule,
    cooperative_of,
    everywhere,
    has_role,
    in_person,
    member,
    own_membership,
    owner,
    signed_in,
    system_admin,
    table,
)
from cooperatives.queries import enter

from .models import Beginning, Household, Membership, Occupancy, Person, UnitOffer, User
from .queries import fellows_of, households_known_to, occupancies_of, offers_to, offices_known_to, people_of_actor
from .queries.register import ended_of
from .roles import SEE_HOMES, Role

OFFICERS = has_role(Role.ADMIN, Role.SECRETARY)


class _Fellow(Rule):
    """Anyone who stands in a cooperative in which the user stands too."""

    def holds(self, actor: Actor, obj: Any) -> bool:
        return User.objects.filter(self.rows(actor, User), pk=obj.pk).exists()

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return fellows_of(actor)


class _Oneself(Rule):
    """Whose entry it is: the person, or what is theirs, of a standing membership of the actor; `ever`: or of a past one."""

    def __init__(self, *, ever: bool = False) -> None:
        self.ever = ever

    def holds(self, actor: Actor, obj: Any) -> bool:
        person = obj.pk if isinstance(obj, Person) else getattr(obj, "person_id", None)
        return person is not None and Membership.objects.filter(self._mine(actor), person=person).exists()

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        persons = Membership.objects.filter(self._mine(actor)).values("person_id")
        return Q(**{f"{'pk' if model is Person else 'person_id'}__in": persons})

    def _mine(self, actor: Actor) -> Q:
        if self.ever:
            return Q(user=actor.user_id or 0)
        return Q(pk__in=[standing.membership_id for standing in actor.standings.values()])


class _PlainMember(Rule):
    """A membership that holds no office today or later: about officers only those decide who appoint them."""

    def holds(self, actor: Actor, obj: Any) -> bool:
        return isinstance(obj, Membership) and Membership.objects.filter(self.rows(actor, Membership), pk=obj.pk).exists()

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return ~Q(pk__in=offices_known_to(actor).values("membership_id")) if model is Membership else Q(pk__in=[])


_OVER_MEMBERS = has_role(Role.ADMIN) | has_role(Role.SECRETARY) & _PlainMember()

table(
    {
        "members.see": member(),
        "members.admit": OFFICERS,
        "members.end": _OVER_MEMBERS | owner("user_id"),
        "members.grant": has_role(Role.ADMIN),
        "members.profile": signed_in(),
        "members.see_user": owner("pk") | system_admin() | _Fellow(),
        "members.change_user": owner("pk") & everywhere() | system_admin(),
        "members.keys": signed_in() & in_person() & everywhere(),
        "members.end_key": owner("user_id") & in_person() & everywhere(),
        # --- People: the register
        "members.read_register": has_role(Role.ADMIN, Role.SECRETARY, Role.TREASURER),
        "members.correct": OFFICERS | _Oneself(),
        "members.pause": _OVER_MEMBERS,
        "members.end_despite": has_role(Role.ADMIN),
        # Importing
        "members.import": OFFICERS,
        # Ways in
        "members.see_ways": has_role(Role.ADMIN, Role.SECRETARY, Role.TREASURER),
        "members.invite": OFFICERS,
        "members.accept": signed_in() & in_person() & everywhere(),
        "members.ask": signed_in() & everywhere(),
        "members.see_request": has_role(Role.ADMIN, Role.SECRETARY, Role.TREASURER) | owner("user_id"),
        "members.decide": OFFICERS,
        "members.withdraw": owner("user_id") & everywhere(),
        "members.questions": has_role(Role.ADMIN),
        "members.wait": OFFICERS,
    }
)


# --- Homes ------------------------------------------------------------------------------------------------------------


class _HasHomes(Rule):
    """Only a housing cooperative has homes."""

    def holds(self, actor: Actor, obj: Any) -> bool:
        cooperative = obj if isinstance(obj, Cooperative) else getattr(obj, "cooperative", None)
        return cooperative is not None and cooperative.kind == Cooperative.Kind.HOUSING

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return Q(**{"kind" if model is Cooperative else "cooperative__kind": Cooperative.Kind.HOUSING})


class _Known(Rule):
    """Households and agreements of which a plain member may know: their own, and what people show to fellow members."""

    conditions: ClassVar[dict[type[Model], Callable[[Actor], Q]]] = {Household: households_known_to, Occupancy: occupancies_of}

    def holds(self, actor: Actor, obj: Any) -> bool:
        kind = type(obj)
        return kind in self.conditions and kind._default_manager.filter(self.rows(actor, kind), pk=obj.pk).exists()

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return self.conditions[model](actor) if model in self.conditions else Q(pk__in=[])


SEERS = has_role(*SEE_HOMES)
HAS_HOMES = _HasHomes()

table(
    {
        "members.see_homes": member() & HAS_HOMES,
        "members.change_homes": OFFICERS & HAS_HOMES,
        "members.house": OFFICERS & HAS_HOMES,
        "members.see_household": (SEERS | _Known()) & HAS_HOMES,
        "members.see_occupancy": (SEERS | _Known()) & HAS_HOMES,
    }
)


class _Offered(Rule):
    """To whom a home was offered: the member who waits. Of a cooperative: in which something is offered to the actor now."""

    def holds(self, actor: Actor, obj: Any) -> bool:
        return (
            isinstance(obj, (Cooperative, UnitOffer))
            and type(obj)._default_manager.filter(self.rows(actor, type(obj)), pk=obj.pk).exists()
        )

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        if model is Cooperative:
            return Q(pk__in=offers_to(actor).order_by().values("cooperative"))
        return Q(entry__person__in=people_of_actor(actor)) if model is UnitOffer else Q(pk__in=[])


OFFERED = _Offered() & member() & HAS_HOMES

table({"members.answer_offer": OFFICERS | OFFERED, "members.offered": OFFERED})

# --- Committees -------------------------------------------------------------------------------------------------------
table({"members.see_committees": member(), "members.change_committees": OFFICERS})
# --- Privacy --------------------------------------------------------------------------------------------------------


class _HasLeft(Rule):
    """Whoever has belonged to a cooperative and left it, or is about to."""

    def holds(self, actor: Actor, obj: Any) -> bool:
        if actor.user is None:
            return False
        with enter((), actor.user_id):
            return ended_of(actor.user).exists()

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return ~Q(pk__in=[]) if self.holds(actor, None) else Q(pk__in=[])


class _Begins(Rule):
    """Whoever it is, where the first steps have not been put away."""

    def holds(self, actor: Actor, obj: Any) -> bool:
        return not Beginning.objects.filter(cooperative=cooperative_of(obj) or 0).exists()

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        over = Beginning.objects.values("cooperative")
        return ~Q(**{f"{'pk' if model is Cooperative else 'cooperative_id'}__in": over})


table(
    {
        "members.show": OFFICERS | _Oneself(),
        "members.consent": OFFICERS | _Oneself(),
        "members.erase": has_role(Role.ADMIN),
        "members.ask_erasure": has_role(Role.ADMIN) | _Oneself(ever=True) & in_person() & everywhere(),
        "members.begin": has_role(Role.ADMIN),
        "members.begins": has_role(Role.ADMIN) & _Begins(),
        "members.erase_own": signed_in() & in_person() & _HasLeft(),
        "members.export": OFFICERS,
        "members.hand_over": OFFICERS,
        "members.own_data": signed_in() & in_person(),
        "members.view": own_membership("membership_id"),
    }
)
