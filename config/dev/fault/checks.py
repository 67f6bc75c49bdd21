"""What must hold afterwards, whatever happened. Each check is a function over journal and evidence that names faults."""

from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass

from .evidence import Evidence, Record, uid
from .journal import HUNG, Journal, Write

TARGETS = ("live", "witness", "effects")
TASK = "tasks.task"
MARK = "fault "  # how the texts of a run begin; the demo's own tasks came in by an import
KINDS = {"create": "tasks.created", "change": "tasks.updated", "move": "tasks.moved"}
# Served; stale or busy; too many sign-ins; nothing there to answer yet; no database; no space.
EXPECTED = {*range(200, 400), 409, 429, 502, 503, 507, 0}
READABLE = ("Valkey away", "disk full")  # weathers in which every page can be read


@dataclass(frozen=True)
class Finding:
    """One check: how many things it looked at, what is wrong with them, and figures beside."""

    name: str
    looked_at: int
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """A check that had nothing to look at has proved nothing."""
        return not self.faults and self.looked_at > 0


Check = Callable[[Journal, Evidence], tuple[int, Iterator[str]]]


def _work(evidence: Evidence) -> list[Record]:
    return [record for record in evidence.records if record.kind.startswith("tasks.")]


def _new_work(evidence: Evidence) -> list[Record]:
    return [record for record in _work(evidence) if record.seq > evidence.since.get(record.cooperative, 0)]


def acknowledged(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """Every write that was acknowledged is there, with its record."""
    writes = [write for write in journal.writes if write.outcome == "acknowledged"]
    known = {(record.kind, (record.facts or {}).get("title"), (record.facts or {}).get("version")) for record in _work(evidence)}
    by_version = {(record.kind, record.subject, (record.facts or {}).get("version")) for record in _work(evidence)}

    def faults() -> Iterator[str]:
        for write in writes:
            if not _is_there(write, evidence, known, by_version):
                yield f"{write.op} {write.mark!r} of task {write.task}, version {write.version}, was acknowledged and is lost"

    return len(writes), faults()


def _is_there(write: Write, evidence: Evidence, titles: Container[object], versions: Container[object]) -> bool:
    kind = KINDS[write.op]
    if write.op == "move":  # a move leaves the title as it is
        is_recorded = (kind, write.task, write.version) in versions
    else:
        is_recorded = (kind, write.mark, write.version or 1) in titles
    row = evidence.tasks.get(write.task) if write.task is not None else None
    has_row = write.task is None or (row is not None and row.version >= (write.version or 1))
    return is_recorded and has_row


def refused(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """What was refused is nowhere; a creation, sent however often, is there once at the most."""
    made = Counter((record.facts or {}).get("title") for record in _work(evidence) if record.kind == KINDS["create"])
    marks = {write.mark for write in journal.writes if write.op == "create"}
    gone = {write.mark for write in journal.writes if write.op == "create" and write.outcome == "refused"}

    def faults() -> Iterator[str]:
        yield from (f"{mark!r} was refused and is there" for mark in sorted(gone) if made[mark])
        yield from (f"{mark!r} was sent for one task and is there {made[mark]} times" for mark in sorted(marks) if made[mark] > 1)

    return len(marks), faults()


def whole(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """No task without its records, no record without its task: each version has one record, the last says how it stands."""
    stories: dict[int, list[Record]] = defaultdict(list)
    for record in _work(evidence):
        if record.subject_type == TASK and record.subject is not None:
            stories[record.subject].append(record)

    ours = {pk: row for pk, row in evidence.tasks.items() if row.title.startswith(MARK)}

    def faults() -> Iterator[str]:
        yield from (f"record {r.seq} has no detail" for r in evidence.records if r.facts is None)
        yield from (f"task {pk} has records and is not there" for pk in stories.keys() - evidence.tasks.keys())
        for pk, row in ours.items():
            told = [(record.facts or {}) for record in stories.get(pk, ())]
            if [facts.get("version") for facts in told] != list(range(1, row.version + 1)):
                yield f"task {pk} stands at version {row.version}, its records say {[facts.get('version') for facts in told]}"
            elif (told[-1].get("title"), told[-1].get("lane_id")) != (row.title, row.lane):
                yield f"task {pk} stands otherwise than its last record says"
            elif row.title != row.description and row.description:
                yield f"task {pk} is half changed: {row.title!r} and {row.description!r}"

    return len(ours), faults()


def announced(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """Nothing was announced that was rolled back: every message heard and everything told has its record."""
    there = {(record.cooperative, record.seq, record.uid): record for record in evidence.records}
    said = {(heard.cooperative, heard.seq, uid(heard.uid)) for listener in journal.listeners for heard in listener.heard}
    said |= set(evidence.told)

    def faults() -> Iterator[str]:
        for key in sorted(said):
            record = there.get(key)
            if record is None:
                yield f"record {key[1]} of cooperative {key[0]} ({key[2]}) was announced and does not exist"
            elif record.subject_type == TASK and record.subject not in evidence.tasks:
                yield f"record {key[1]} speaks of task {record.subject}, which does not exist"

    return len(said), faults()


def acted(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """A subscriber that must agree acted exactly once for each record, and for nothing else."""
    return _once("acted", {record.uid for record in _new_work(evidence)}, evidence.acts)


def effects(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """A target that acts once by the record's uid did so exactly once, however often it was told."""
    return _once("took effect", {record.uid for record in evidence.records}, evidence.effects)


def _once(what: str, wanted: set[str], found: Counter[str]) -> tuple[int, Iterator[str]]:
    def faults() -> Iterator[str]:
        yield from (f"nothing {what} for {name}" for name in sorted(wanted - found.keys()))
        yield from (f"something {what} for {name}, which does not exist" for name in sorted(found.keys() - wanted))
        yield from (f"{times} times {what} for {name}" for name, times in sorted(found.items()) if times > 1)

    return len(wanted), faults()


def told(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """The outside world was told every record at least once, and in order once repeats are left out."""
    order: dict[int, list[int]] = defaultdict(list)
    all_told = dict.fromkeys(evidence.told)
    for cooperative, seq, _ in all_told:
        order[cooperative].append(seq)

    def faults() -> Iterator[str]:
        for record in evidence.records:
            if (record.cooperative, record.seq, record.uid) not in all_told:
                yield f"nobody was told record {record.seq} of cooperative {record.cooperative}"
        for cooperative, seqs in order.items():
            if seqs != sorted(seqs):
                yield f"the records of cooperative {cooperative} were told out of order"

    return len(evidence.told), faults()


def cursors(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """Every target has been told everything, and gave nothing up."""

    def faults() -> Iterator[str]:
        for cooperative, head in evidence.heads.items():
            for name in TARGETS:
                at = evidence.cursors.get((cooperative, name), 0)
                if at != head:
                    yield f"{name} stands at {at} of {head} in cooperative {cooperative}"
        if evidence.letters:
            yield f"{evidence.letters} dead letters"

    return len(evidence.heads) * len(TARGETS), faults()


def chain(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """The chain is valid by the product's own verification, and the database by its own."""
    return len(evidence.records), (line for line in (evidence.chain, evidence.store) if line)


def sockets(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """Every listener heard every record, was told to fetch it, or heard a newer update of the same thing."""

    def faults() -> Iterator[str]:
        for number, listener in enumerate(journal.listeners):
            if listener.start is None:
                yield f"listener {number} was never let in"
                continue
            seqs = {heard.seq for heard in listener.heard}
            newest: dict[object, int] = {}
            for heard in listener.heard:
                newest[heard.type, heard.subject] = max(heard.seq, newest.get((heard.type, heard.subject), 0))
            for record in _work(evidence):
                if record.cooperative != listener.cooperative or record.seq <= listener.start or record.seq in seqs:
                    continue
                is_replaced = record.kind in (KINDS["change"], KINDS["move"]) and (
                    newest.get(("issue.updated", record.subject), 0) > record.seq
                )
                if not is_replaced and not any(low < record.seq <= high for low, high in listener.skipped):
                    yield f"listener {number} never heard of record {record.seq}"

    return sum(len(listener.heard) for listener in journal.listeners), faults()


def reads(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """Every page that was read without Valkey, or without space, was served."""
    found = [(weather, *served(journal, weather)) for weather in READABLE]
    faults = (f"{weather}: {total - good} of {total} pages were not served" for weather, total, good, _ in found if good < total)
    return sum(total for _, total, _, _ in found), faults


def answers(journal: Journal, evidence: Evidence) -> tuple[int, Iterator[str]]:
    """Every request was served, or refused in so many words: no 500, no hang, nothing of ours gone."""
    odd = Counter((it.status, it.path, it.said) for it in journal.answers if it.status not in EXPECTED)
    names = {HUNG: "no answer within a minute"}
    faults = (f"{names.get(status, status)}: {path} {said} ({times} times)" for (status, path, said), times in odd.most_common())
    return len(journal.answers), faults


CHECKS: dict[str, Check] = {
    "acknowledged": acknowledged,
    "refused": refused,
    "whole": whole,
    "announced": announced,
    "acted once": acted,
    "took effect once": effects,
    "told": told,
    "cursors": cursors,
    "chain": chain,
    "sockets": sockets,
    "reads": reads,
    "answers": answers,
}


def examine(journal: Journal, evidence: Evidence) -> list[Finding]:
    """All checks."""
    findings = []
    for name, check in CHECKS.items():
        looked_at, faults = check(journal, evidence)
        findings.append(Finding(name, looked_at, tuple(faults)))
    return findings


def served(journal: Journal, weather: str) -> tuple[int, int, float]:
    """Reads of pages that began and ended in this weather: how many, how many of them served, the slowest in seconds."""
    reads = [it for it in journal.answers if it.is_read and it.door == "page" and set(it.weather) == {weather}]
    return len(reads), sum(it.is_good for it in reads), max((it.seconds for it in reads), default=0.0)
