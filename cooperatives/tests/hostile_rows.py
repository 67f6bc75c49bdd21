"""Rows that are hard to carry from one engine to another unchanged."""

from datetime import UTC, date, datetime
from typing import Any

from allauth.mfa.models import Authenticator

from cooperatives.models import Cooperative, OnceKey
from members.models import Membership, Person, User
from tasks.models import BoardDraft, Lane, Project, Task

TEXTS = [
    "",
    " leading, trailing and\tcontrol \x01\x02\x7f\x1f ",
    "line\nfeed\r\nreturn\u2028separator\x0bvertical\x0c",
    "astral \U0001f9d1\U0001f3fe\u200d\U0001f33e \U0010ffff, combining e\u0301 a\u030a, ligature \ufb01",
    "right to left \u05e9\u05dc\u05d5\u05dd \u202e\u0627\u0644\u0639\u0631\u0628\u064a\u0629\u202c",
    "\\backslash \\n %s %% ' \" ; -- ${x} {0} \\x00 \\u0000",
    "<script>alert(1)</script>",
    "\ufeffbyte order mark \ufffd \uffff",
    "x" * 20_000,
]
JSONS: list[Any] = [
    {"float": 1e22, "tiny": 5e-324, "half": 0.5, "one": 1.0, "whole": 1, "huge": 10**40, "minus": -0.0},
    {"b": [1, [2, [3, {}]]], "a": {"": None, "\u00e9": "\U0001f600", "nested": {"z": 1, "y": True}}, "line": "\n\u2028"},
    [],
    "text",
    None,
    0,
]


def insert(model: Any, **values: Any) -> Any:
    """One row as it is, past every `auto_now`."""
    row = model(**values)
    row.save_base(raw=True, force_insert=True)
    return row


def write(cooperative: Cooperative, user: User) -> None:
    """Fill tables of every kind of column with what is at its border. The cooperative is entered."""
    person = insert(Person, cooperative=cooperative, name=TEXTS[3][:150], email="")
    for number, day in ((7, date.min), (2_000_000_000, date(9999, 12, 31))):
        insert(Membership, cooperative=cooperative, person=person, number=number, joined_on=day, left_on=day)
    member = insert(Membership, cooperative=cooperative, person=person, number=9, joined_on=date(2000, 2, 29))
    at = datetime(1969, 12, 31, 23, 59, 59, 999_999, UTC)
    project = insert(
        Project, cooperative=cooperative, name="A", key="A", created_by=member, created_at=at, last_number=2_147_483_647
    )
    lane = insert(Lane, cooperative=cooperative, project=project, name="L", status="l", position=0, wip_limit=None)
    for number, text in enumerate(TEXTS):
        place = {"rank": (-1) ** number * (2**62 + number), "number": number, "source_id": text[:100] if number % 2 else None}
        times = {"created_at": at.replace(year=1 + number), "updated_at": at.replace(year=9999, microsecond=number)}
        facts = {"title": text[:500], "description": text, "due_date": date(1 + number * 999, 1, 1)}
        insert(Task, cooperative=cooperative, project=project, lane=lane, **place, **times, **facts)
    for packed in (b"", bytes(range(256)), b"\x00" * 1000):
        insert(
            BoardDraft, cooperative=cooperative, project=project, created_by=member, file_name="f", packed=packed, created_at=at
        )
    for number, value in enumerate(JSONS):
        insert(Authenticator, user=user, type="webauthn", data=value or {}, created_at=at)
        insert(OnceKey, user=user, route="r", digest=str(number), fingerprint="f", answer=value, cooperatives=[], created_at=at)
