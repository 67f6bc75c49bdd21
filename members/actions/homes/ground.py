"""What all verbs about homes share: the right, the lock, and input that every door checks alike."""

from collections.abc import Iterable
from datetime import date
from typing import Any, TypeVar

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.translation import gettext as _, gettext_lazy

from cooperatives.actions import NotFound, RuleBroken, check, refuse_invisible
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, cooperative_of

from ...models import Person
from ..locking import lock_cooperative

Row = TypeVar("Row", bound=Model)


def begin(actor: Actor, to: str, obj: Any) -> tuple[Actor, Cooperative]:
    """The actor and the cooperative of the object as they are now that nobody else writes its register.

    Raises NotFound, Forbidden, or RuleBroken for a cooperative that has no homes.
    """
    _ask(actor, to, obj)
    cooperative = lock_cooperative(obj if isinstance(obj, Cooperative) else obj.cooperative)
    actor = actor.again()
    _ask(actor, to, obj)
    return actor, cooperative


def _ask(actor: Actor, to: str, obj: Any) -> None:
    cooperative = obj if isinstance(obj, Cooperative) else obj.cooperative
    belongs = actor.is_system or actor.standing(cooperative.pk) is not None
    if belongs and cooperative.kind != Cooperative.Kind.HOUSING:
        sentence = gettext_lazy("%(name)s has no homes: only housing cooperatives keep buildings, units and households.")
        raise RuleBroken("no_homes", sentence % {"name": cooperative.name})
    check(actor, to, obj)


def anew(row: Row, *related: str) -> Row:
    """The row as it is under the lock. Raises NotFound when it has gone."""
    found = type(row)._default_manager.select_related("cooperative", *related).filter(pk=row.pk).first()
    if found is None:
        raise NotFound("not_found", gettext_lazy("There is nothing at this address."))
    return found


def same(cooperative: Cooperative, row: Model, field: str) -> None:
    """Raise RuleBroken unless the row belongs to the cooperative."""
    if cooperative_of(row) != cooperative.pk:
        raise RuleBroken("other_cooperative", gettext_lazy("Choose one of this cooperative."), field)


def person_of(cooperative: Cooperative, person: Person, field: str) -> Person:
    """A person as they are now. Raises RuleBroken for one of another cooperative, and for one who was erased."""
    same(cooperative, person, field)
    found = anew(person)
    if found.erased_at is not None:
        raise RuleBroken("erased", gettext_lazy("The data of this person were erased. Choose somebody else."), field)
    return found


def named(text: str, field: str, sentence: Any) -> str:
    """The text without surrounding and doubled space. Raises RuleBroken with this sentence when nothing is left."""
    text = " ".join(text.split())
    if not text:
        raise RuleBroken("no_name", sentence, field)
    refuse_invisible(text, field)
    return text


def apply(row: Any, facts: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Set those of the named facts that are given; gives all of them as they were."""
    before = {name: getattr(row, name) for name in names}
    for name in before.keys() & facts.keys():
        setattr(row, name, facts[name])
    return before


def differing(row: Any, before: dict[str, Any]) -> list[str]:
    """Which facts are not as they were."""
    return sorted(name for name, value in before.items() if getattr(row, name) != value)


def save(row: Any, changed: Iterable[str]) -> None:
    """Save these facts of a versioned row as its next version."""
    row.version += 1
    row.save(update_fields=[*changed, "version"])


def said(day: date | None) -> str | None:
    """A day as an event tells it."""
    return day.isoformat() if day else None


def spoken(day: date) -> str:
    """A day in a sentence."""
    return date_format(day, "j F Y")


def span_spoken(starts: date | None, ends: date | None) -> str:
    """A span of days in a sentence."""
    if starts is None and ends is None:
        return _("without dates")
    if ends is None:
        return _("from %(day)s on") % {"day": spoken(starts)} if starts else ""
    if starts is None:
        return _("until %(day)s") % {"day": spoken(ends)}
    return _("from %(starts)s until %(ends)s") % {"starts": spoken(starts), "ends": spoken(ends)}


def in_order(starts: date | None, ends: date | None, field: str = "ends_on", *, empty: bool = False) -> None:
    """Raise RuleBroken unless [starts, ends) holds a day (`empty`: or none at all, ending where it begins)."""
    if starts is None or ends is None or starts < ends or (empty and starts == ends):
        return
    sentence = gettext_lazy("This must end after it begins, on %(day)s. The last day is the day before the end.")
    raise RuleBroken("ends_before_start", sentence % {"day": spoken(starts)}, field)
