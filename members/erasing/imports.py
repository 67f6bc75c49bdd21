"""What imports keep of a person: the file they brought, what was decided about it, the rows that it wrote."""

from django.db.models import Q, QuerySet
from django.db.models.fields import TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from ..models import ImportBatch, ImportedRow, Membership, Person
from .finding import Needles
from .part import Part


def imported_parts(person: Person, members: "QuerySet[Membership]", needles: Needles) -> list[Part]:
    """The parts of a person's data that imports hold. A file goes as a whole: nobody can cut one person out of it."""
    rows = _rows(person, members, needles)
    batches = _batches(rows, needles)
    return [
        Part("imported", _("Values that imports wrote or replaced"), rows, _forget_rows),
        Part("files", _("Files of imports that hold the person, with everybody else's rows"), batches, _forget_files),
    ]


def _rows(person: Person, members: "QuerySet[Membership]", needles: Needles) -> list[int]:
    own = Q(kind__iendswith="person", row_id=person.pk) | Q(kind__iendswith="membership", row_id__in=members.values("pk"))
    texts = ImportedRow.objects.annotate(old=Cast("before", TextField()), new=Cast("after", TextField()))
    found = texts.filter(own | needles.within(["old", "new"])).order_by("pk")
    mine = set(ImportedRow.objects.filter(own).values_list("pk", flat=True))
    return [row.pk for row in found.iterator() if (row.pk in mine and (row.after or row.before)) or _names(row, needles)]


def _names(row: ImportedRow, needles: Needles) -> bool:
    return needles.in_value(row.after) or needles.in_value(row.before)


def _batches(rows: list[int], needles: Needles) -> list[int]:
    wrote = set(ImportedRow.objects.filter(pk__in=rows).values_list("batch", flat=True))
    found = []
    for batch in ImportBatch.objects.order_by("pk").iterator(chunk_size=1):
        content = bytes(batch.content)
        said = [batch.name, batch.choices]
        if (content and (batch.pk in wrote or needles.in_file(content))) or any(needles.in_value(one) for one in said):
            found.append(batch.pk)
    return found


def _forget_rows(rows: list[int]) -> None:
    ImportedRow.objects.filter(pk__in=rows).exclude(before=None).update(before={})
    ImportedRow.objects.filter(pk__in=rows).update(after={})


def _forget_files(batches: list[int]) -> None:
    chosen = ImportBatch.objects.filter(pk__in=batches)
    chosen.filter(state__in=[ImportBatch.State.READ, ImportBatch.State.APPLYING]).update(state=ImportBatch.State.DROPPED)
    chosen.update(content=b"", choices={}, name="-")
