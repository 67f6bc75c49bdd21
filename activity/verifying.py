"""Is the record whole? Recomputes every link and compares every detail, a page of rows at a time."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from cooperatives.models import Cooperative

from .chain import GENESIS, Link, commitment, subject_key
from .events import ERASED
from .models import Event, Head

PAGE = 2000
MOST_FAULTS = 100  # named for one cooperative; the rest is counted
_COLUMNS = (
    "seq", "uid", "kind", "at", "actor_id", "subject_type", "subject_id", "commitment", "previous", "hash",
    "detail__salt", "detail__text",
)  # fmt: skip


@dataclass
class Verdict:
    """What was found in one cooperative: how many records, where the chain ends, what is wrong."""

    cooperative: Cooperative
    count: int = 0
    seq: int = 0
    hash: str = GENESIS
    faults: list[str] = field(default_factory=list)
    further: int = 0

    def blame(self, lines: Iterable[str]) -> None:
        """Note faults; beyond MOST_FAULTS they are only counted, so that memory stays bounded."""
        for line in lines:
            if len(self.faults) < MOST_FAULTS:
                self.faults.append(line)
            else:
                self.further += 1


def verify(cooperative: Cooperative, anchor: Mapping[str, Any] | None = None) -> Verdict:
    """Read the whole chain of the active cooperative. `anchor` is its end as exported earlier: {"seq", "hash"}.

    Without an anchor a chain that was cut and given a matching head, or rewritten from a point on, looks whole.
    """
    verdict = Verdict(cooperative)
    erased = _erased_in(cooperative)
    for row in _rows(cooperative):
        verdict.blame(_faults_of(row, verdict, erased))
        if anchor and row["seq"] == anchor["seq"] and row["hash"] != anchor["hash"]:
            verdict.blame([f"record {row['seq']}: another hash than the anchor's: rewritten since it was exported"])
        verdict.count, verdict.seq, verdict.hash = verdict.count + 1, row["seq"], row["hash"]
    verdict.blame(_faults_at_end(cooperative, verdict, anchor))
    return verdict


def _rows(cooperative: Cooperative) -> Iterator[dict[str, Any]]:
    last = -1
    while page := list(Event.objects.filter(cooperative=cooperative, seq__gt=last).order_by("seq").values(*_COLUMNS)[:PAGE]):
        yield from page
        last = page[-1]["seq"]


def _erased_in(cooperative: Cooperative) -> set[int]:
    """The records whose detail was erased in the open: those that a whole record of an erasure names."""
    texts = Event.objects.filter(cooperative=cooperative, kind=ERASED.name, detail__isnull=False)
    seqs: set[int] = set()
    for text in texts.values_list("detail__text", flat=True):
        seqs.update(_seqs_in(text))
    return seqs


def _seqs_in(text: str) -> list[int]:
    try:
        return list(json.loads(text)["payload"]["seqs"])
    except (ValueError, KeyError, TypeError):
        return []  # a spoilt text is named as a fault of its own


def _faults_of(row: dict[str, Any], before: Verdict, erased: set[int]) -> Iterator[str]:
    seq = row["seq"]
    if seq != before.seq + 1:
        yield f"record {before.seq + 1}: missing, the next one is {seq}: deleted or reordered"
    if row["previous"] != before.hash:
        yield f"record {seq}: does not follow the record before it: deleted, reordered or edited"
    if _link(row).digest() != row["hash"]:
        yield f"record {seq}: its hash does not match its content: edited or reordered"
    yield from _faults_of_detail(row, seq in erased)


def _faults_of_detail(row: dict[str, Any], is_erased: bool) -> Iterator[str]:
    seq, salt, text = row["seq"], row["detail__salt"], row["detail__text"]
    if text is None:
        if not is_erased or row["kind"] == ERASED.name:
            yield f"record {seq}: its detail is missing and no erasure is on record"
    elif not _matches(salt, text, row["commitment"]):
        yield f"record {seq}: its detail does not match its commitment: edited"


def _matches(salt: str, text: str, committed: str) -> bool:
    try:
        return commitment(salt, text) == committed
    except ValueError:  # a salt that is no hexadecimal
        return False


def _link(row: dict[str, Any]) -> Link:
    subject = subject_key(row["subject_type"], row["subject_id"])
    uid: UUID = row["uid"]
    return Link(row["previous"], row["seq"], uid, row["kind"], row["at"], row["actor_id"], subject, row["commitment"])


def _faults_at_end(cooperative: Cooperative, end: Verdict, anchor: Mapping[str, Any] | None) -> Iterator[str]:
    head = Head.objects.filter(cooperative=cooperative).first()
    if head is None and end.count:
        yield "head: missing"
    elif head is not None and head.seq < end.seq:
        yield f"head: stands at {head.seq}, but there are records up to {end.seq}"
    elif head is not None and head.seq > end.seq and not _has_grown(cooperative, end):
        yield f"head: stands at {head.seq}, but the last record is {end.seq}: the end was cut off"
    elif head is not None and head.seq == end.seq and head.hash != end.hash:
        yield f"head: its hash is not that of record {end.seq}"
    if anchor and anchor["seq"] > end.seq:
        yield f"anchor: stands at {anchor['seq']}, but the last record is {end.seq}: the end was cut off"


def _has_grown(cooperative: Cooperative, end: Verdict) -> bool:
    """Whether somebody wrote on while the chain was read: then the next record follows the last one seen."""
    return Event.objects.filter(cooperative=cooperative, seq=end.seq + 1, previous=end.hash).exists()


def anchor_of(verdicts: Iterable[Verdict]) -> dict[str, Any]:
    """The ends of whole chains, to keep where no keeper of this database can reach them."""
    return {verdict.cooperative.slug: {"seq": verdict.seq, "hash": verdict.hash} for verdict in verdicts if not verdict.faults}
