"""Write a plan into a project."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from cooperatives.actions import Invalid, action, check
from cooperatives.events import record
from cooperatives.policy import Actor
from members.models import Membership

from ...events import IMPORTED
from ...importing import BoardPlan
from ...models import BoardDraft, Lane, Project
from ...queries import workers_of
from ..base import author, lock_lanes, lock_project, refuse_archived
from .cards import write_cards
from .drafts import close_draft, refuse_imported
from .labels import write_labels
from .lanes import Lanes
from .parts import write_parts


@dataclass(frozen=True)
class Outcome:
    """What an import did: how many rows are new, and how many cards were here already.

    `unassigned`: how often somebody would have had more unfinished tasks than the project allows, and got none.
    """

    lists: int
    cards: int
    known: int
    labels: int = 0
    checklists: int = 0
    items: int = 0
    comments: int = 0
    unassigned: int = 0

    @property
    def created(self) -> dict[str, int]:
        """How many rows are new, by what they are, and how often nobody was assigned."""
        return {name: count for name, count in asdict(self).items() if name != "known"}

    @property
    def changed(self) -> bool:
        """Whether anything is new."""
        return any(count for name, count in self.created.items() if name != "unassigned")


@action
def import_board(
    actor: Actor,
    project: Project,
    plan: BoardPlan,
    *,
    people: Mapping[str, Membership] | None = None,
    draft: BoardDraft | None = None,
) -> Outcome:
    """Write a plan into a project: lists become lanes, cards tasks, in their order, with all that hangs on them.

    Rows that came with an earlier import are left as they are; what is new on a card that is here, is added: checklists,
    steps and comments. An untouched board gives its empty default lanes up. `people`: who somebody of the plan is here,
    by source id. `draft` is the upload that is done with then. Raises Invalid for a person who is no member, Conflict for an
    upload that is done with already.
    """
    check(actor, "tasks.import", project)
    who = _members(project, plan, people or {})
    lock_lanes(Lane.objects.filter(project=project).values_list("pk", flat=True))
    row = lock_project(project)
    refuse_archived(project=row)
    if draft is not None:
        refuse_imported(draft)
    lanes = Lanes(row, plan, replace=row.last_number == 0)
    labels, new_labels = write_labels(row, plan)
    cards = write_cards(row, plan, lanes.by_source, labels, who, author(actor, row.cooperative_id))
    outcome = Outcome(
        lists=lanes.added,
        cards=len(cards.fresh),
        known=len(plan.cards) - len(cards.fresh),
        labels=new_labels,
        unassigned=cards.unassigned,
        **write_parts(row, plan, cards.by_source),
    )
    if outcome.changed:
        record(IMPORTED, actor, row, project_id=row.pk, lists=outcome.lists, cards=outcome.cards)
    if draft is not None:
        close_draft(draft, plan, outcome.known, outcome.created, list(who))
    return outcome


def _members(project: Project, plan: BoardPlan, people: Mapping[str, Membership]) -> dict[str, int]:
    """The key of the member for each person of the plan. Raises Invalid, naming the field of the preview, for somebody else."""
    able = set(workers_of(project).filter(pk__in=[member.pk for member in people.values()]).values_list("pk", flat=True))
    for place, person in enumerate(plan.people):
        member = people.get(person.source_id)
        if member is not None and (member.cooperative_id != project.cooperative_id or member.pk not in able):
            sentence = _("Choose somebody who may work in this project for %(name)s, or nobody.") % {"name": person}
            raise Invalid("member", sentence, f"person-{place}")
    return {source: member.pk for source, member in people.items()}
