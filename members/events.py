"""What happens in the register."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cooperatives.events import Audience, kind

JOINED = kind("members.joined", _("{subject} joined as member {number}"), payload={"user_id": str, "number": int}, standing=True)
FACTORS_RESET = kind(
    "members.factors_reset",
    _("The second factors of {subject} were removed by who keeps the installation"),
    payload={"user_id": str, "factors": int},
    audience=Audience.PERSON,
    outside=False,
)
LEFT = kind("members.left", _("{subject} left"), payload={"user_id": str}, standing=True)
ROLE_GRANTED = kind(
    "members.role_granted",
    _("{actor} made {subject} {role}"),
    payload={"user_id": str, "role": str, "starts_on": str, "ends_on": str},
    standing=True,
)
ROLE_ENDED = kind(
    "members.role_ended",
    _("{actor} ended the role {role} of {subject}"),
    payload={"user_id": str, "role": str, "ends_on": str},
    standing=True,
)

# --- People: the register ---------------------------------------------------------------------------------------------
CORRECTED = kind(
    "members.corrected",
    _("{actor} corrected the entry of {subject}"),
    payload={"user_id": str, "changed": list},
    audience=Audience.OFFICERS,
    outside=False,
)
LEAVES = kind("members.leaves", _("{subject} leaves on {on}"), payload={"user_id": str, "on": str}, standing=True)
STAYS = kind("members.stays", _("{subject} does not leave on {on} after all"), payload={"user_id": str, "on": str}, standing=True)
ROLE_KEPT = kind(
    "members.role_kept",
    _("{actor} took back that {subject} ceases to be {role}"),
    payload={"user_id": str, "role": str, "starts_on": str},
    standing=True,
)
LEFT_DESPITE = kind(
    "members.left_despite",
    _("{actor} let {subject} leave although matters are open: {reason}"),
    payload={"user_id": str, "open": list, "reason": str},
    audience=Audience.OFFICERS,
    outside=False,
)
PAUSED = kind(
    "members.paused",
    _("{actor} paused the membership of {subject}"),
    payload={"user_id": str, "starts_on": str, "ends_on": str},
    standing=True,
)
RESUMED = kind("members.resumed", _("{subject} is back from a pause"), payload={"user_id": str, "on": str}, standing=True)

# --- Homes ------------------------------------------------------------------------------------------------------------
# What there is, every member may know; who lives where is for officers, and leaves the house with no webhook.

_UNIT: dict[str, type] = {"unit_id": str, "building": str}
_CHANGED: dict[str, type] = {"changed": list}
_WHO: dict[str, Any] = {"audience": Audience.OFFICERS, "outside": False}
_PERSON: dict[str, type] = {"person": str}
_OCCUPANCY: dict[str, type] = {"occupancy_id": str, "household": str, "unit": str, "starts_on": str, "ends_on": str}

BUILDING_ADDED = kind("members.building_added", _("{actor} added the building {subject}"))
BUILDING_CHANGED = kind("members.building_changed", _("{actor} changed the building {subject}"), payload=_CHANGED)
UNIT_ADDED = kind("members.unit_added", _("{actor} added {subject} to {building}"), payload=_UNIT)
UNIT_CHANGED = kind("members.unit_changed", _("{actor} changed {subject} in {building}"), payload={**_UNIT, **_CHANGED})
UNIT_REMOVED = kind("members.unit_removed", _("{actor} removed {subject} from {building}"), payload=_UNIT)
HOUSEHOLD_MADE = kind("members.household_made", _("{actor} entered the household {subject}"), **_WHO)
HOUSEHOLD_CHANGED = kind("members.household_changed", _("{actor} changed the household {subject}"), payload=_CHANGED, **_WHO)
HOUSEHOLD_ENDED = kind(
    "members.household_ended", _("The household {subject} ended on {ends_on}"), payload={"ends_on": str}, **_WHO
)
HOUSEHOLD_JOINED = kind("members.household_joined", _("{person} joined the household {subject}"), payload=_PERSON, **_WHO)
HOUSEHOLD_LEFT = kind(
    "members.household_left",
    _("{person} left the household {subject} on {ends_on}"),
    payload={**_PERSON, "ends_on": str},
    **_WHO,
)
GUARDIAN_NAMED = kind("members.guardian_named", _("{person} answers for {subject}"), payload=_PERSON, **_WHO)
GUARDIAN_ENDED = kind("members.guardian_ended", _("{person} no longer answers for {subject}"), payload=_PERSON, **_WHO)
MOVED_IN = kind("members.moved_in", _("{household} has {unit} from {starts_on}"), payload=_OCCUPANCY, **_WHO)
MOVED_OUT = kind("members.moved_out", _("{household} moved out of {unit} on {ends_on}"), payload=_OCCUPANCY, **_WHO)
OCCUPANCY_CHANGED = kind(
    "members.occupancy_changed",
    _("{actor} changed the agreement of {household} about {unit}"),
    payload={**_OCCUPANCY, **_CHANGED},
    **_WHO,
)
OCCUPANT_ADDED = kind(
    "members.occupant_added",
    _("{person} was added to the agreement {subject}"),
    payload={**_PERSON, "is_holder": bool, "lives_there": bool},
    **_WHO,
)
OCCUPANT_LEFT = kind(
    "members.occupant_left",
    _("{person} left the agreement {subject} on {ends_on}"),
    payload={**_PERSON, "ends_on": str},
    **_WHO,
)

# Committees
_OF_COMMITTEE = {"committee_id": int, "committee": str}
COMMITTEE_FOUNDED = kind("members.committee_founded", _("{actor} founded the committee {subject}"))
COMMITTEE_CHANGED = kind("members.committee_changed", _("{actor} changed the committee {subject}"))
COMMITTEE_ENDED = kind("members.committee_ended", _("{actor} ended the committee {subject}"))
SEAT_TAKEN = kind(
    "members.seat_taken", _("{subject} took a seat on the committee {committee}"), payload={**_OF_COMMITTEE, "position": str}
)
SEAT_ENDED = kind(
    "members.seat_ended",
    _("The term of {subject} on the committee {committee} ends on {day}"),
    payload={**_OF_COMMITTEE, "day": str},
)
PERSON_ENTERED = kind(
    "members.person_entered", _("{actor} entered {subject} into the register"), audience=Audience.OFFICERS, outside=False
)

# --- Importing --------------------------------------------------------------------------------------------------------

IMPORTED = kind(
    "members.imported",
    _("{actor} imported {subject} into the register (new members: {memberships}, new homes: {units}, facts changed: {changed})"),
    payload={
        "rows": int, "persons": int, "memberships": int, "units": int, "households": int, "occupancies": int, "changed": int,
    },
    audience=Audience.OFFICERS,
)  # fmt: skip
IMPORT_UNDONE = kind(
    "members.import_undone", _("{actor} took the import of {subject} back"), payload={"rows": int}, audience=Audience.OFFICERS
)

# --- Ways in ----------------------------------------------------------------------------------------------------------

INVITED = kind(
    "members.invited",
    _("{actor} invited {subject}"),
    payload={"invitation": str, "way": str, "role": str},
    audience=Audience.OFFICERS,
    outside=False,
)
INVITED_MANY = kind(
    "members.invited_many",
    _("{actor} invited {mails} by e-mail and {slips} by printed slip"),
    payload={"mails": int, "slips": int},
    audience=Audience.OFFICERS,
    outside=False,
)
INVITATION_RENEWED = kind(
    "members.invitation_renewed",
    _("The invitation of {subject} was sent or printed again"),
    payload={"invitation": str},
    audience=Audience.OFFICERS,
    outside=False,
)
INVITATION_REVOKED = kind(
    "members.invitation_revoked",
    _("{actor} took back the invitation of {subject}"),
    payload={"invitation": str},
    audience=Audience.OFFICERS,
    outside=False,
)
INVITATION_USED = kind(
    "members.invitation_used",
    _("{actor} came in by the invitation of {subject}"),
    payload={"invitation": str, "user_id": str},
    audience=Audience.OFFICERS,
    outside=False,
)
LOGIN_LINKED = kind("members.login_linked", _("{subject} can sign in now"), payload={"user_id": str}, standing=True)
ASKED_TO_JOIN = kind(
    "members.asked_to_join",
    _("{subject} asks to join"),
    payload={"request": str, "user_id": str},
    audience=Audience.OFFICERS,
)
REQUEST_APPROVED = kind(
    "members.request_approved",
    _("{actor} let {subject} join"),
    payload={"request": str, "user_id": str},
    audience=Audience.OFFICERS,
)
REQUEST_DECLINED = kind(
    "members.request_declined",
    _("{actor} declined the request of {subject}"),
    payload={"request": str, "user_id": str},
    audience=Audience.OFFICERS,
)
REQUEST_WITHDRAWN = kind(
    "members.request_withdrawn",
    _("{subject} withdrew the request to join"),
    payload={"request": str, "user_id": str},
    audience=Audience.OFFICERS,
)
QUESTIONS_CHANGED = kind(
    "members.questions_changed", _("{actor} changed what people who want to join are asked"), payload={"questions": int}
)

# --- Waiting list -----------------------------------------------------------------------------------------------------

WAITING_ENTERED = kind(
    "members.waiting_entered",
    _("{actor} entered {subject} into the waiting list, waiting since {since}"),
    payload={"entry": str, "since": str},
    audience=Audience.OFFICERS,
    outside=False,
)
WAITING_RANKED = kind(
    "members.waiting_ranked",
    _("{actor} let {subject} wait since {since} instead of {was}: {reason}"),
    payload={"entry": str, "was": str, "since": str, "reason": str},
    audience=Audience.OFFICERS,
    outside=False,
)
WAITING_ENDED = kind(
    "members.waiting_ended",
    _("{actor} took {subject} off the waiting list"),
    payload={"entry": str},
    audience=Audience.OFFICERS,
    outside=False,
)
_OFFER: dict[str, Any] = {
    "payload": {"entry": str, "unit": str, "user_id": str},
    "audience": Audience.PERSON,
    "outside": False,
    "office": True,  # an officer looks at the entry while the member answers
}
UNIT_OFFERED = kind(
    "members.unit_offered",
    _("{actor} offered {subject}"),
    **_OFFER,
)
OFFER_ACCEPTED = kind(
    "members.offer_accepted",
    _("{subject} was accepted"),
    **_OFFER,
)
OFFER_REFUSED = kind(
    "members.offer_refused",
    _("{subject} was refused"),
    **_OFFER,
)
OFFER_WITHDRAWN = kind(
    "members.offer_withdrawn",
    _("{actor} took back the offer {subject}"),
    **_OFFER,
)
OFFER_EXPIRED = kind(
    "members.offer_expired",
    _("Nobody answered the offer {subject} in time"),
    **_OFFER,
)

# --- Privacy --------------------------------------------------------------------------------------------------------

EXPORTED = kind(
    "members.exported",
    _("{actor} took {count} rows of the register away as a file: {columns}"),
    payload={"count": int, "columns": list, "format": str},
    audience=Audience.OFFICERS,
    outside=False,
)
CONSENTED = kind(
    "members.consented",
    _("{actor} noted a consent of {subject}, or that it was withdrawn: {kind}"),
    payload={"user_id": str, "kind": str, "is_given": bool},
    audience=Audience.PERSON,
    outside=False,
)
PHOTO_CHANGED = kind(
    "members.photo_changed",
    _("{actor} changed the photo of {subject}"),
    payload={"user_id": str, "removed": bool},
    audience=Audience.PERSON,
    outside=False,
)
DATA_HANDED_OVER = kind(
    "members.data_handed_over",
    _("{actor} took the data of {subject} as a file, at their request"),
    payload={"user_id": str},
    audience=Audience.PERSON,
    outside=False,
)
ERASURE_ASKED = kind(
    "members.erasure_asked",
    _("{actor} asked that the data of {subject} be erased on {due_on}"),
    payload={"user_id": str, "due_on": str},
    audience=Audience.PERSON,
    outside=False,
)
ERASURE_CANCELLED = kind(
    "members.erasure_cancelled",
    _("{actor} called off that the data of {subject} be erased"),
    payload={"user_id": str},
    audience=Audience.PERSON,
    outside=False,
)
PERSON_ERASED = kind(
    "members.erased",
    _("The data of {subject} were erased"),
    payload={"erased": int, "mentions": int},
    audience=Audience.OFFICERS,
    outside=False,
)
SAMPLE_FILLED = kind("members.sample_filled", _("{actor} filled in {count} rows of sample data"), payload={"count": int})
SAMPLE_REMOVED = kind(
    "members.sample_removed", _("{actor} took {count} rows of sample data out"), payload={"count": int, "kept": int}
)
