"""Verbs about asking to join: the questions, the request with its answers, what the office decides."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import (
    Conflict,
    Forbidden,
    NotFound,
    RuleBroken,
    TooMany,
    action,
    check,
    count,
    expect,
    refuse_invisible,
    unturned,
)
from cooperatives.events import Kind, record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.queries import enter

from ..events import ASKED_TO_JOIN, QUESTIONS_CHANGED, REQUEST_APPROVED, REQUEST_DECLINED, REQUEST_WITHDRAWN
from ..letters import tell
from ..models import JoinQuestion, JoinRequest, Membership, User
from ..queries import asked_by, open_request_of, questions_of, today_in
from ..roles import Role
from .locking import lock_cooperative
from .register.entering import take_in

MOST_QUESTIONS = 10
LONGEST_ANSWER = 2000
MOST_A_DAY = 20  # requests of one login
State = JoinRequest.State


@action
def set_questions(
    actor: Actor, cooperative: Cooperative, *, questions: Sequence[tuple[str, bool]], version: int | None = None
) -> list[JoinQuestion]:
    """Say anew what who wants to join is asked, in order: (text, needs an answer). Requests keep what they were asked.

    `version` is that of the questions which the actor saw (None: whichever they are).
    Raises Stale, RuleBroken for more than ten questions, or for one that is empty or too long.
    """
    check(actor, "members.questions", cooperative)
    said = [(text.strip(), required) for text, required in questions]
    if len(said) > MOST_QUESTIONS:
        raise RuleBroken("too_many_questions", _("Ask at most ten questions."), "questions")
    for text, _required in said:
        refuse_invisible(text, "questions")
        if not 0 < len(text) <= 300:
            raise RuleBroken("question", _("Write each question in at most 300 characters."), "questions")
    lock_cooperative(cooperative)
    check(actor.again(), "members.questions", cooperative)
    before = asked_by(cooperative.pk)
    if version is not None:
        expect(before, version)
    JoinQuestion.objects.filter(cooperative=cooperative).delete()
    facts = {"cooperative": cooperative, "version": before.version + 1}
    rows = [JoinQuestion(text=text, is_required=required, position=index, **facts) for index, (text, required) in enumerate(said)]
    record(QUESTIONS_CHANGED, actor, cooperative, questions=len(rows))
    made: list[JoinQuestion] = JoinQuestion.objects.bulk_create(rows)
    return made


@action
def request_to_join(
    actor: Actor, cooperative: Cooperative, *, answers: Mapping[int, str] | Sequence[str], again: bool = False
) -> JoinRequest:
    """Ask to join a cooperative that lists itself; `answers` by key of question, or in order. It need not be entered.

    With `again`, who has asked gets the request that waits, whatever the answers are now, instead of a Conflict.
    Raises NotFound for one that does not list itself, Conflict for a member or a second request, TooMany,
    RuleBroken naming the question (`answer_<key>`) that needs an answer.
    """
    if not may(actor, "members.ask"):
        raise Forbidden("forbidden", _("Sign in yourself to ask: a token of one cooperative cannot."))
    # Read anew: it may have left the list since the page was drawn.
    listed = Cooperative.objects.filter(pk=cooperative.pk, is_listed=True).first()
    if listed is None:
        raise NotFound("not_found", _("There is nothing at this address."))
    with enter([listed.pk], actor.user_id):
        lock_cooperative(listed)
        _refuse_member(actor.user, listed)
        if (waiting := open_request_of(actor.user, listed)) is not None:
            return _asked_before(waiting, again=again)
        _throttle(actor)
        said = _answered(listed, answers)
        row = JoinRequest(cooperative=listed, user=actor.user, name=unturned(str(actor.user))[:150], answers=said)
        row.save()
        record(ASKED_TO_JOIN, actor, row, request=str(row.public_id), user_id=str(actor.user.public_id))
    return row


def _asked_before(waiting: JoinRequest, *, again: bool) -> JoinRequest:
    if not again:
        raise Conflict("already_asked", _("You have asked already. The cooperative will answer."))
    return waiting


def _throttle(actor: Actor) -> None:
    counted = count(f"ask-to-join:{actor.user_id}", MOST_A_DAY, 86400)
    if not counted.has_room:
        raise TooMany("throttled", _("You have asked many cooperatives today. Wait a day."), wait=counted.wait)


def _refuse_member(user: User, cooperative: Cooperative) -> None:
    day = today_in(cooperative.time_zone)
    if Membership.objects.filter(cooperative=cooperative, user=user).exclude(left_on__lte=day).exists():
        raise Conflict("already_member", _("This person is a member already."))


def _answered(cooperative: Cooperative, answers: Mapping[int, str] | Sequence[str]) -> list[dict[str, str]]:
    asked = list(questions_of(cooperative))
    if not isinstance(answers, Mapping):
        answers = {question.pk: text for question, text in zip(asked, answers, strict=False)}
    texts = [(question, answers.get(question.pk, "").strip()) for question in asked]
    for question, text in texts:
        field, shown = f"answer_{question.pk}", [question.text for question in asked]
        if question.is_required and not text:
            raise RuleBroken("no_answer", _("This question needs an answer."), field, questions=shown)
        if len(text) > LONGEST_ANSWER:
            raise RuleBroken("long_answer", _("Answer in at most 2,000 characters."), field)
    return [{"question": question.text, "answer": text} for question, text in texts]


@action
def withdraw_request(actor: Actor, request: JoinRequest, *, version: int | None) -> JoinRequest:
    """Take one's own request back. Raises Conflict when it was decided, Forbidden for somebody else's, Stale."""
    if not may(actor, "members.withdraw", request):
        raise Forbidden("forbidden", _("Only who asked can take a request back."))
    with enter([request.cooperative_id], actor.user_id):
        row = _waiting(request, version)
        return _close(actor, row, State.WITHDRAWN, REQUEST_WITHDRAWN)


@action
def approve_request(actor: Actor, request: JoinRequest, *, version: int | None) -> JoinRequest:
    """Let somebody join who asked, as a plain member with the next number; they are told by mail.

    Raises Conflict when it was decided before or who asked is a member already, Stale.
    """
    check(actor, "members.decide", request)
    row = _waiting(request, version)
    check(actor.again(), "members.decide", row)
    _refuse_member(row.user, row.cooperative)
    if not row.user.is_active:
        raise Conflict("switched_off", _("This login is switched off. Decline the request."))
    plain = (Role.MEMBER,)
    row.membership = take_in(actor, row.cooperative, plain, user=row.user, name=row.name, email=row.user.email)
    return _decided(actor, row, State.APPROVED, REQUEST_APPROVED)


@action
def decline_request(actor: Actor, request: JoinRequest, *, version: int | None, reason: str = "") -> JoinRequest:
    """Turn somebody down who asked; the reason goes into their mail. Raises Conflict when it was decided, Stale."""
    check(actor, "members.decide", request)
    if len(reason) > 500:
        raise RuleBroken("long_reason", _("Write the reason in at most 500 characters."), "reason")
    refuse_invisible(reason.strip(), "reason")
    row = _waiting(request, version)
    check(actor.again(), "members.decide", row)
    row.reason = reason.strip()
    return _decided(actor, row, State.DECLINED, REQUEST_DECLINED)


def _waiting(request: JoinRequest, version: int | None) -> JoinRequest:
    """The request as it is now that nobody else can decide it. Raises Conflict when somebody has."""
    lock_cooperative(request.cooperative)
    row: JoinRequest = JoinRequest.objects.select_related("user", "cooperative").get(pk=request.pk)
    expect(row, version)
    if row.state != State.OPEN:
        raise Conflict("decided", _("This request was answered or taken back already."))
    return row


def _decided(actor: Actor, row: JoinRequest, state: str, what: Kind) -> JoinRequest:
    standing = actor.standing(row.cooperative_id)
    row.decided_by_id = standing.membership_id if standing else None
    closed = _close(actor, row, state, what)
    facts: dict[str, Any] = {
        "request": closed,
        "cooperative": closed.cooperative,
        "cooperative_url": settings.SITE_URL + reverse("cooperatives:overview", args=[closed.cooperative.slug]),
    }
    transaction.on_commit(lambda: tell(closed.user, f"request_{state}", **facts))
    return closed


def _close(actor: Actor, row: JoinRequest, state: str, what: Kind) -> JoinRequest:
    row.state, row.decided_at, row.version = state, timezone.now(), row.version + 1
    row.save()
    record(what, actor, row, request=str(row.public_id), user_id=str(row.user.public_id))
    return row
