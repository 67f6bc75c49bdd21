"""Each wall alone holds: the crawl again with the manager's predicate off, and with the row policies off."""

from collections.abc import Iterator

import pytest
from django.db import connection, models

from cooperatives.compiling import forget
from cooperatives.models import OwnedModel, owned

from .crawl import Crawl
from .oracles import STATUS
from .shares import ON_POSTGRES, WHOLE
from .surface import Door, doors
from .trials import is_alias, is_owned
from .world import ACTORS, World

pytestmark = pytest.mark.usefixtures("quiet", "still")
# Who has all rights, so that nothing but the wall stands in the way. `make crawl` has everybody try.
MIGHTY = ACTORS if WHOLE else ("admin",)
# In the suite the policies are tried at a part of what there is, and the manager, who stands alone on SQLite too, at a smaller.
PART, SMALLER = (1, 1) if WHOLE else (5, 12)


def rooms() -> list[Door]:
    """Doors behind which rows of cooperatives lie, each once."""
    return [door for door in doors() if is_owned(door) or (door.is_ours and not is_alias(door))]


@pytest.fixture
def no_predicate() -> Iterator[None]:
    """Wall (a) off: the manager finds every row there is, and rows may come from anywhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owned._InEntered, "as_sql", lambda self, compiler, connection, **_: ("1 = 1", ()))
        patch.setattr(OwnedModel, "from_db", classmethod(models.Model.from_db.__func__))  # type: ignore[attr-defined]
        forget()  # what was written with the wall would hold it up, and what is written without it would stay
        yield
    forget()


@pytest.fixture
def no_policies(world: World) -> Iterator[None]:
    """Wall (b) off: PostgreSQL shows the owner, lifted, every row. SQLite has no such wall."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SET app.lifted = 'on'")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET app.lifted = ''")
        cursor.execute(f'SET ROLE "{connection.settings_dict["OPTIONS"]["assume_role"]}"')


if ON_POSTGRES:

    @pytest.mark.parametrize("actor", MIGHTY)
    def test_row_policies_hold_alone(actor: str, world: World, no_predicate: None) -> None:
        report = Crawl(world, among=rooms(), every=PART).run(actor)
        print(report)
        assert not report.findings

    @pytest.mark.parametrize("actor", MIGHTY)
    def test_the_manager_holds_alone(actor: str, world: World, no_policies: None) -> None:
        report = Crawl(world, among=rooms(), every=SMALLER).run(actor)
        print(report)
        assert not report.findings

    def test_with_both_walls_down_the_crawl_sees(world: World, no_predicate: None, no_policies: None) -> None:
        assert_seen(world)

else:
    # The manager always stands alone here: the crawl itself is its proof.

    def test_with_the_one_wall_down_the_crawl_sees(world: World, no_predicate: None) -> None:
        assert_seen(world)


def assert_seen(world: World) -> None:
    """The policy still refuses what the walls let through, but it tells by 403 that something is there."""
    crawl = Crawl(world, among=[door for door in rooms() if door.name in ("tasks:board", "tasks:task", "lane-list")])
    crawl.of("admin")
    assert {"tasks:board", "tasks:task"} <= {each.knock.door.name for each in crawl.report.findings if each.oracle == STATUS}
