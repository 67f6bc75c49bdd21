"""Verbs about lists that are taken away, and about views of them that a member keeps."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, action, check, refuse_invisible, validate
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ..events import EXPORTED
from ..models import Membership, SavedView
from ..queries.exports import COLUMNS, Filters, count_of

FORMATS = ("csv", "xlsx")
MOST_ROWS = 20_000
MOST_VIEWS = 50


@action
def export_members(
    actor: Actor,
    cooperative: Cooperative,
    *,
    columns: Sequence[str],
    file: str = "csv",
    q: str = "",
    standing: str = "",
    role: str = "",
) -> int:
    """Say that these columns of these rows leave the house; returns how many rows. The door then hands them over.

    Raises RuleBroken for no column, an unknown one, an unknown format, or more rows than one file takes.
    """
    check(actor, "members.export", cooperative)
    _known(columns)
    if file not in FORMATS:
        raise RuleBroken("format", _("Choose CSV or a workbook."), "file")
    count = count_of(cooperative, Filters(q, standing, role))
    if count > MOST_ROWS:
        raise RuleBroken("too_many_rows", _("One file takes 20,000 rows. Narrow the list by status or role."), "standing")
    record(EXPORTED, actor, cooperative, count=count, columns=list(columns), format=file)
    return count


@action
def export_chosen(actor: Actor, chosen: Sequence[tuple[Cooperative, int]], *, columns: Sequence[str]) -> None:
    """Say that these columns of so many chosen rows of each cooperative leave the house as CSV. The door hands them over.

    Raises Forbidden unless the actor may take lists away in all of them, RuleBroken for more rows than one file takes.
    """
    if sum(count for _cooperative, count in chosen) > MOST_ROWS:
        raise RuleBroken("too_many_rows", _("One file takes 20,000 rows. Choose fewer."))
    for cooperative, count in chosen:
        check(actor, "members.export", cooperative)
        record(EXPORTED, actor, cooperative, count=count, columns=list(columns), format="csv")


def _known(columns: Sequence[str]) -> None:
    if not columns:
        raise RuleBroken("no_columns", _("Choose at least one column."), "columns")
    if set(columns) - set(COLUMNS):
        raise RuleBroken("unknown_column", _("Choose columns from the list."), "columns")


@action
def keep_view(
    actor: Actor, cooperative: Cooperative, *, name: str, columns: Sequence[str], q: str = "", standing: str = "", role: str = ""
) -> SavedView:
    """Keep columns and filters under a name, for oneself; the same name again changes what it means. Leaves no event.

    Raises RuleBroken naming the field, Conflict for more than fifty.
    """
    check(actor, "members.export", cooperative)
    _known(columns)
    if not name:
        raise RuleBroken("no_name", _("Write a name for the view."), "name")
    refuse_invisible(name)
    place = actor.standing(cooperative.pk)
    # One writer for each member, so that two at once do not both find the name free.
    me = Membership.objects.select_for_update(no_key=True).get(pk=place.membership_id if place else 0)
    view = SavedView.objects.filter(membership=me, name=name.strip()).first()
    if view is None and SavedView.objects.filter(membership=me).count() >= MOST_VIEWS:
        raise Conflict("too_many_views", _("You have fifty views. Forget one that you do not need any more."), "name")
    view = view or SavedView(cooperative=cooperative, membership=me, name=name.strip(), version=0)
    view.columns, view.filters = list(columns), {"q": q, "standing": standing, "role": role}
    view.version += 1
    validate(view)
    view.save()
    return view


@action
def forget_view(actor: Actor, view: SavedView) -> None:
    """Remove a view of one's own."""
    check(actor, "members.view", view)
    SavedView.objects.filter(pk=view.pk).delete()
