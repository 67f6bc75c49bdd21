"""The file: one JSON of all rows, each table as CSV, the photo; read table by table, so that any number of rows fits."""

import json
from collections.abc import Iterable
from tempfile import TemporaryFile
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from cooperatives.web import csv_rows

from ..models import Photo
from .gathering import Subject, Table, tables_about

MEDIA_TYPE = "application/zip"


def packed(subject: Subject) -> IO[bytes]:
    """An open zip file about the subject, at its beginning. The same rows give the same bytes."""
    file = TemporaryFile()  # noqa: SIM115 - whoever asked closes it
    tables = list(tables_about(subject))
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr(_entry("README.txt"), _readme())
        with archive.open(_entry("data.json"), "w") as out:
            _as_json(out, tables)
        for table in tables:
            with archive.open(_entry(f"csv/{table.label}.csv"), "w") as out:
                for line in csv_rows(table.head, ([_flat(row.get(key)) for key in table.head] for row in table.rows())):
                    out.write(line.encode())
        for photo in Photo.objects.filter(person__in=subject.person_ids).order_by("pk").iterator():
            archive.writestr(_entry(f"files/photo-{photo.person_id}.webp"), bytes(photo.content))
    file.seek(0)
    return file


def _entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
    return entry


def _readme() -> str:
    return (
        _(
            "Everything that is kept about one person.\n\n"
            "data.json holds all rows, csv/ the same table by table, files/ the photo.\n"
            "Tables whose names end in .done list what the person did to rows about others: which, and when.\n"
            "activity.records are the records that name the person. Secrets, such as the password's hash, are left out."
        )
        + "\n"
    )


def _as_json(out: IO[bytes], tables: Iterable[Table]) -> None:
    out.write(b"{")
    for place, table in enumerate(tables):
        out.write(f"{',' if place else ''}\n{json.dumps(table.label)}: [".encode())
        for number, row in enumerate(table.rows()):
            said = json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
            out.write(f"{',' if number else ''}\n{said}".encode())
        out.write(b"]")
    out.write(b"\n}\n")


def _flat(value: Any) -> Any:
    if isinstance(value, dict | list):
        return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
    return value if isinstance(value, str | int | float) or value is None else str(value)
