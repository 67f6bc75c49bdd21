"""Filters that members keep by a name."""

from django.core.exceptions import TooManyFieldsSent
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, Invalid, RuleBroken, action, check, expect, refuse_invisible
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from members.models import Membership

from ..models import SAVED_NAME, SAVED_QUERY, Project, SavedFilter
from ..wishes import Wanted
from .base import author, sound_text, there

FILTERS_LIMIT = 30


@action
def keep_filter(
    actor: Actor, cooperative: Cooperative, *, name: str, query: str, project: Project | None = None, is_shared: bool = False
) -> SavedFilter:
    """Keep a filter, `query` as in an address, for a project or (None) for all of them. At most 30 for each member.

    Raises Invalid for an empty filter, Conflict for a name that is taken, Forbidden for who may not share.
    """
    check(actor, "tasks.keep_filter", cooperative)
    owner = author(actor, cooperative.pk)
    if owner is None:
        raise Forbidden("forbidden", _("Only a member keeps filters."))
    if project is not None and project.cooperative_id != cooperative.pk:
        raise Invalid("project", _("Choose a project of this cooperative."), "project")
    Membership.objects.select_for_update(no_key=True).get(pk=owner)  # two at once count one after the other
    if SavedFilter.objects.filter(owner=owner).count() >= FILTERS_LIMIT:
        raise RuleBroken("too_many_filters", _("You keep %(most)s filters already. Remove one first.") % {"most": FILTERS_LIMIT})
    view = SavedFilter(cooperative=cooperative, owner_id=owner, project=project, query=_sound_query(query))
    view.name = _free_name(view, name)
    view.is_shared = _sound_share(actor, view, is_shared)
    view.save()
    return view


@action
def change_filter(
    actor: Actor,
    view: SavedFilter,
    *,
    version: int | None,
    name: str | None = None,
    query: str | None = None,
    is_shared: bool | None = None,
) -> SavedFilter:
    """Rename one's own filter, let it find something else, share it with its project or take that back.

    Raises Stale, and as `keep_filter`.
    """
    check(actor, "tasks.change_filter", view)
    row = _locked(view)
    expect(row, version)
    before = (row.name, row.query, row.is_shared)
    if name is not None:
        row.name = _free_name(row, name)
    if query is not None:
        row.query = _sound_query(query)
    if is_shared is not None and is_shared != row.is_shared:
        row.is_shared = _sound_share(actor, row, is_shared)
    if (row.name, row.query, row.is_shared) != before:
        row.version += 1
        row.save()
    return row


@action
def remove_filter(actor: Actor, view: SavedFilter, *, version: int | None) -> None:
    """Forget one's own filter; who was shown it does not see it any more. Raises Stale."""
    check(actor, "tasks.change_filter", view)
    row = _locked(view)
    expect(row, version)
    row.delete()


def forget_filters_of(member: Membership) -> None:
    """Remove every filter of somebody who has left. No door leads here: the leaving itself asks."""
    SavedFilter.objects.filter(owner=member).delete()


def _locked(view: SavedFilter) -> SavedFilter:
    rows = SavedFilter.objects.select_for_update(of=("self",), no_key=True).select_related("project")
    return there(rows.filter(pk=view.pk).first())


def _sound_query(query: str) -> str:
    """What makes sense of a query, as an address says it with or without its question mark."""
    too_long = Invalid("too_long", _("This filter is too long to be kept. Use fewer words."), "query")
    try:
        sound = Wanted.of(QueryDict(query.removeprefix("?"))).query
    except TooManyFieldsSent as error:
        raise too_long from error
    if not sound:
        raise Invalid("nothing_wanted", _("Choose a filter or an order first, then save it."), "query")
    if len(sound) > SAVED_QUERY:
        raise too_long
    return sound


def _free_name(view: SavedFilter, name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise Invalid("name", _("Give the filter a name."), "name")
    sound_text(name, SAVED_NAME, "name")
    refuse_invisible(name, "name")
    same = SavedFilter.objects.filter(owner=view.owner_id, project=view.project_id, name=name).exclude(pk=view.pk)
    if same.exists():
        raise Conflict("name_taken", _("You keep a filter of this name already."), "name")
    return name


def _sound_share(actor: Actor, view: SavedFilter, is_shared: bool) -> bool:
    if not is_shared:
        return False
    if view.project is None:
        raise Invalid("no_project", _("Only the filter of one project can be shared."), "is_shared")
    if not may(actor, "tasks.share_filter", view.project):
        raise Forbidden(
            "forbidden", _("Who leads the project shares filters with it. Ask them, or an administrator or secretary.")
        )
    return True
