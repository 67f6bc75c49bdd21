"""What imports put into the world of the proofs: one that is done, one that waits."""

from typing import Any

from members.actions import apply_import, start_import
from members.models import ImportBatch, ImportedRow
from members.queries import mark_of, plan_of

PAGES = ("import_file", "import_row", "import_errors", "import_apply", "import_undo", "import_drop")
PARAMS = {f"members:{name}": {"public_id": "members.importbatch"} for name in PAGES}


def table(world: Any, side: str, number: int) -> bytes:
    """A list of two homes whose every text is of one side, the second row with a mistake."""
    say, mark, letter = world.say, world.say(side, "").strip(), chr(97 + number % 26)
    rows = [f"{number}1{mark};{say(side, f'Ina{letter}')} Holm;ina{number}.{mark.lower()}@example.org;2020-02-01"]
    rows += [f"{number}2{mark};{say(side, f'Jo{letter}')} Holm;jo{number}.{mark.lower()}@example.org;2021-02-01"]
    return "\n".join(
        ["Unit;Name;E-mail;Member since", *rows, f"{number}3{mark};{say(side, 'Kay')};kay-{mark};2021-02-01"]
    ).encode()


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
