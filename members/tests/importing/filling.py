"""What imports put into the world of the proofs: one that is done, one that waits."""

from csv import writer
from io import StringIO
from typing import Any

from members.actions import apply_import, start_import
from members.models import ImportBatch, ImportedRow
from members.queries import mark_of, plan_of

PAGES = ("import_file", "import_row", "import_errors", "import_apply", "import_undo", "import_drop")
PARAMS = {f"members:{name}": {"public_id": "members.importbatch"} for name in PAGES}


def table(world: Any, side: str, number: int) -> bytes:
    """A list of homes whose every text is of one side, the last row with a mistake.

    The first row stays good whatever the texts of a side hold.
    """
    say, letter = world.say, chr(97 + number // 26 % 26) + chr(97 + number % 26)
    sign = "".join(filter(str.isalnum, world.say(side, "")))[:20] or "x"
    mail = f"{number}.{sign.lower() if sign.isascii() else 'x'}@example.org"
    rows = [["Unit", "Name", "E-mail", "Member since"]]
    rows += [[f"{number}1{sign}", f"Ina{letter} {sign} Holm", f"ina{mail}", "2020-02-01"]]
    rows += [[f"{number}2{sign}", f"{say(side, f'Jo{letter}')} Holm", f"jo{mail}", "2021-02-01"]]
    rows += [[f"{number}3{sign}", say(side, "Kay"), f"kay-{sign}", "2021-02-01"]]
    file = StringIO()
    writer(file, delimiter=";", lineterminator="\n").writerows(rows)
    return file.getvalue().encode(errors="replace")


def fill_imports(world: Any, side: str) -> None:
    """An import that was made, with what it wrote, and a file that waits."""
    cooperative = world.cooperatives[side]
    with world.inside(side) as actor:
        number = ImportBatch.objects.count()
        name = world.say(side, "list") + ".csv"
        done = start_import(actor, cooperative, name=name, content=table(world, side, number))
        apply_import(actor, done, mark=mark_of(plan_of(done)), version=done.version, leave_out=True)
        world.choose(side, ImportedRow.objects.filter(batch=done).first())
        world.choose(side, start_import(actor, cooperative, name=name, content=table(world, side, number + 1)))
