"""What people say about a task."""

import re
from collections.abc import Iterable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, Invalid, NotFound, action, check, expect, is_invisible, refuse_invisible
from cooperatives.events import record
from cooperatives.policy import Actor
from members.models import Membership

from ..events import COMMENT_CHANGED, COMMENT_REMOVED, COMMENTED, part_facts
from ..models import COMMENT_LIMIT, Comment, Mention, Task
from ..queries import members_to_assign
from .base import author, lock_task, refuse_archived, sound_text

REASON_LENGTH = 300
MENTIONS_LIMIT = 50


@action
def add_comment(actor: Actor, task: Task, *, text: str) -> Comment:
    """Say something about a task. `@Name` and `@12`, the number of a member, name people. Raises Invalid."""
    check(actor, "tasks.comment", task)
    own = author(actor, task.cooperative_id)
    if own is None:
        raise Forbidden("forbidden", _("Only a member can comment."))
    row = lock_task(task)
    refuse_archived(row.project, task=row)
    facts = {"task": row, "author_id": own, "text": _text(text), "created_at": timezone.now()}
    comment: Comment = Comment.objects.create(cooperative_id=row.cooperative_id, **facts)
    named = _mention(comment, _named_in(comment.text, row.cooperative_id))
    record(COMMENTED, actor, row, **part_facts(row), comment_id=comment.pk, mentioned=named)
    return comment


@action
def change_comment(actor: Actor, comment: Comment, *, version: int | None, text: str) -> Comment:
    """Say it differently; it bears the time of the change. Raises Stale, Invalid, or Conflict when it was taken back."""
    row = _locked(actor, "tasks.edit_comment", comment, version)
    text = _text(text)
    if text != row.text:
        row.text, row.edited_at, row.version = text, timezone.now(), row.version + 1
        row.save(update_fields=["text", "edited_at", "version"])
        people = _named_in(text, row.cooperative_id)
        known = set(row.mentions.values_list("member", flat=True))
        row.mentions.exclude(member__in=people).delete()
        named = _mention(row, [member for member in people if member.pk not in known])
        record(COMMENT_CHANGED, actor, row.task, **part_facts(row.task), comment_id=row.pk, mentioned=named)
    return row


@action
def remove_comment(actor: Actor, comment: Comment, *, version: int | None, reason: str = "") -> Comment:
    """Take a comment back: its place stays, its words go. Who takes somebody else's back says why. Raises Stale, Invalid."""
    row = _locked(actor, "tasks.remove_comment", comment, version)
    reason = sound_text(" ".join(reason.split()), REASON_LENGTH, "reason")
    if row.author_id != author(actor, row.cooperative_id) and is_invisible(reason):
        raise Invalid("reason", _("Say why you take somebody else's comment back."), "reason")
    refuse_invisible(reason, "reason")
    row.text, row.said_by, row.removed_at, row.version = "", "", timezone.now(), row.version + 1
    row.save(update_fields=["text", "said_by", "removed_at", "version"])
    row.mentions.all().delete()
    user = row.author.user if row.author else None
    whose = str(user.public_id) if user else None
    record(COMMENT_REMOVED, actor, row.task, **part_facts(row.task), comment_id=row.pk, author=whose, reason=reason)
    return row


def _locked(actor: Actor, needs: str, comment: Comment, version: int | None) -> Comment:
    check(actor, needs, comment)
    task = lock_task(comment.task)
    refuse_archived(task.project, task=task)
    row = Comment.objects.select_related("author__user").filter(pk=comment.pk).first()
    if row is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    row.task = task
    expect(row, version)
    if row.removed_at is not None:
        raise Conflict("removed", _("This comment was taken back already."))
    found: Comment = row
    return found


def _text(text: str) -> str:
    text = sound_text(text.replace("\r\n", "\n").strip(), COMMENT_LIMIT, "text")
    if is_invisible(text):
        raise Invalid("text", _("Write something first."), "text")
    return text


def _named_in(text: str, cooperative_id: int) -> list[Membership]:
    """Members whom a text names by @ and their name, or their number; of two names that fit, the longer one."""
    if "@" not in text:
        return []
    members = list(members_to_assign(cooperative_id))
    names = {str(member).casefold(): member for member in members} | {str(member.number): member for member in members}
    longest = sorted(names, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)@({'|'.join(map(re.escape, longest))})(?!\w)") if longest else None
    found = pattern.findall(text.casefold()) if pattern else []
    return list({names[name].pk: names[name] for name in found}.values())[:MENTIONS_LIMIT]


def _mention(comment: Comment, members: Iterable[Membership]) -> list[str]:
    """Write whom a comment names; answers the public ids of their users."""
    named = list(members)
    Mention.objects.bulk_create(
        Mention(cooperative_id=comment.cooperative_id, comment=comment, member=member) for member in named
    )
    return [str(member.user.public_id) for member in named if member.user]
