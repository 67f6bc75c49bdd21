"""Board files between their preview and their import."""

import json
import zlib
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, action, check
from cooperatives.policy import Actor

from ...importing import BoardPlan, dropped
from ...models import BoardDraft, Project
from ..base import author

KEPT_FOR = timedelta(days=1)
NAMES_KEPT = 200  # of notes, and of people who are nobody here


@action
def keep_draft(actor: Actor, project: Project, *, file_name: str, content: bytes) -> BoardDraft:
    """Keep an uploaded file for its confirmation; an earlier one of the same member and project goes."""
    check(actor, "tasks.import", project)
    owner = author(actor, project.cooperative_id)
    if owner is None:
        raise Forbidden("forbidden", _("Only a member can upload a board."))
    BoardDraft.objects.filter(project=project, created_by=owner).delete()
    return BoardDraft.objects.create(
        cooperative_id=project.cooperative_id,
        project=project,
        created_by_id=owner,
        file_name=file_name[:200],
        packed=zlib.compress(content, 6),
    )


@action
def discard_old_drafts(actor: Actor, *, now: datetime) -> int:
    """Remove uploads of the active cooperatives that nobody confirmed within a day; answers how many."""
    removed, _rows = BoardDraft.objects.filter(created_at__lt=now - KEPT_FOR).delete()
    return removed


def refuse_imported(draft: BoardDraft) -> None:
    """Raise Conflict for an upload that is imported, or that is gone. Asked under the project's lock."""
    if not BoardDraft.objects.filter(pk=draft.pk, imported_at=None).exists():
        raise Conflict("imported_already", _("This file is imported already. Choose it again to import it anew."))


def close_draft(draft: BoardDraft, plan: BoardPlan, known: int, created: Mapping[str, int], people: Collection[str]) -> None:
    """Let the file go and keep what became of it. `created`: how many rows are new, `known`: cards that were here already."""
    outcome = {
        "system": plan.system,
        "created": created,
        "known": known,
        "dropped": dropped(plan, people),
        "nobody": [str(one) for one in plan.people if one.source_id not in people][:NAMES_KEPT],
        "notes": plan.noted[:NAMES_KEPT],
    }
    draft.packed, draft.imported_at = zlib.compress(json.dumps(outcome).encode()), timezone.now()
    draft.save(update_fields=["packed", "imported_at"])


def outcome_of(draft: BoardDraft) -> dict[str, Any]:
    """What became of an upload that is imported."""
    found: dict[str, Any] = json.loads(zlib.decompress(draft.packed))
    return found
