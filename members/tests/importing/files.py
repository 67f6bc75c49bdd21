"""Files that are brought into a cooperative from beginning to end."""

from pathlib import Path
from typing import Any

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import apply_import, decide, start_import
from members.importing import Plan
from members.models import (
    Building,
    Guardianship,
    Household,
    HouseholdMember,
    ImportBatch,
    ImportedRow,
    Membership,
    Occupancy,
    Occupant,
    Person,
    RoleGrant,
    Unit,
)
from members.queries import mark_of, plan_of

from .expected import COUNTRIES

WRITTEN = (
    Building, Guardianship, Household, HouseholdMember, ImportedRow, Membership, Occupancy, Occupant, Person, RoleGrant, Unit,
)  # fmt: skip
ANSWERS = {
    "shared_email": "first", "charge_repeated": "once", "same_external_id_twice": "one", "organization_or_person": "organization",
    "two_email_columns_differ": "first", "left_member": "former",
}  # fmt: skip
LIST = """Unit;Name;E-mail;Member since
N-101;Ann Abel;ann@abel.example;2020-02-01
N-102;Bo Berg;bo@berg.example;2021-03-01
N-103;Cem Demir;;2022-04-01
"""


def start(cooperative: Cooperative, content: bytes | str = LIST, *, actor: Actor = SYSTEM, **decided: Any) -> ImportBatch:
    """A file that is kept; inside the cooperative."""
    data = content.encode() if isinstance(content, str) else content
    return start_import(actor, cooperative, name="list.csv", content=data, decided=decided)


def apply(batch: ImportBatch, *, actor: Actor = SYSTEM, leave_out: bool = False) -> ImportBatch:
    """Import it as it would be shown now."""
    return apply_import(actor, batch, mark=mark_of(plan_of(batch)), version=batch.version, leave_out=leave_out)


def bring(cooperative: Cooperative, content: bytes | str = LIST, **more: Any) -> ImportBatch:
    """A file, kept and imported at once."""
    with enter([cooperative.pk]):
        return apply(start(cooperative, content, **more))


def given(cooperative: Cooperative, testdata: Path, name: str, **decided: Any) -> ImportBatch:
    """A file of the shared test data, kept with its country and with every question answered."""
    content = (testdata / "imports" / name).read_bytes()
    return start(cooperative, content, **{"country": COUNTRIES[name], "answers": ANSWERS, **decided})


def totals(cooperative: Cooperative) -> dict[str, int]:
    """How many rows of each kind there are."""
    with enter([cooperative.pk]):
        return {model._meta.model_name or "": model._default_manager.count() for model in WRITTEN}


def again(batch: ImportBatch) -> ImportBatch:
    """The import as it is stored."""
    found: ImportBatch = ImportBatch.objects.select_related("cooperative").get(pk=batch.pk)
    return found


def shown(batch: ImportBatch) -> Plan:
    """What would become of it now."""
    return plan_of(again(batch))


__all__ = ["ANSWERS", "LIST", "WRITTEN", "again", "apply", "bring", "decide", "given", "shown", "start", "totals"]
