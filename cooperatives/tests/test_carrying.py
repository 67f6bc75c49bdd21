"""How the active cooperatives travel: with every statement to PostgreSQL, and with the work across threads and tasks."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import DatabaseError, connection, transaction

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import NotEntered, enter, entered
from cooperatives.tenancy import Entered, carry, entering_each, entering_each_async, install_carrier
from members.models import Person

Pair = tuple[Cooperative, Actor]
ON_POSTGRES = connection.vendor == "postgresql"
postgres = pytest.mark.skipif(not ON_POSTGRES, reason="only PostgreSQL carries a setting")
EMPTY = "SET LOCAL app.cooperatives = '{}'; SET LOCAL app.\"user\" = ''; "


class Wire:
    """Stands for a connection: keeps what would be sent, and how many results were stepped over."""

    def __init__(self, *, atomic: bool = False, status: int = 0) -> None:
        self.sent: list[tuple[str, Any, bool]] = []
        self.stepped = 0
        server = SimpleNamespace(info=SimpleNamespace(transaction_status=status))
        self.connection = SimpleNamespace(in_atomic_block=atomic, connection=server)
        self.cursor = SimpleNamespace(cursor=SimpleNamespace(nextset=self._step))

    def _step(self) -> None:
        self.stepped += 1

    def __call__(self, sql: str, params: Any = None, many: bool = False) -> Any:
        return carry(self._execute, sql, params, many, {"connection": self.connection, "cursor": self.cursor})

    def _execute(self, sql: str, params: Any, many: bool, context: Any) -> str:
        self.sent.append((sql, params, many))
        return "rows"


@pytest.mark.parametrize(
    ("ids", "user", "prefix"),
    [
        ([3, 1, 3], 7, "SET LOCAL app.cooperatives = '{1,3}'; SET LOCAL app.\"user\" = '7'; "),
        ([9], None, "SET LOCAL app.cooperatives = '{9}'; SET LOCAL app.\"user\" = ''; "),
        ([], 7, "SET LOCAL app.cooperatives = '{}'; SET LOCAL app.\"user\" = '7'; "),
        ([], 0, EMPTY),
        (["4", True], "5", "SET LOCAL app.cooperatives = '{1,4}'; SET LOCAL app.\"user\" = '5'; "),
    ],
)
def test_the_set_stands_in_front_of_the_statement_in_one_message(ids: Any, user: Any, prefix: str) -> None:
    wire = Wire()
    with enter(ids, user):
        assert wire("SELECT %s", (1,)) == "rows"
    assert wire.sent == [(f"{prefix}SELECT %s", (1,), False)]
    assert wire.stepped == 2, "the answers of both settings are stepped over"


@pytest.mark.parametrize("evil", ["1}'; DROP TABLE x; --", "1,2", None, 1.5j])
def test_nothing_but_whole_numbers_can_be_entered(evil: Any) -> None:
    with pytest.raises((ValueError, TypeError)), enter([evil]):
        pass
    with pytest.raises(NotEntered):
        entered()


def test_outside_everything_a_statement_travels_bare() -> None:
    wire = Wire()
    wire("SELECT 1")
    assert (wire.sent, wire.stepped) == ([("SELECT 1", None, False)], 0)


def test_inside_a_transaction_an_unentered_statement_clears_what_was_set_before() -> None:
    wire = Wire(atomic=True)
    wire("SELECT 1")
    assert (wire.sent, wire.stepped) == ([(f"{EMPTY}SELECT 1", None, False)], 2)


def test_a_failed_transaction_is_sent_the_way_back_alone() -> None:
    wire = Wire(atomic=True, status=3)
    with enter([1]):
        wire("ROLLBACK TO SAVEPOINT s1")
    assert (wire.sent, wire.stepped) == ([("ROLLBACK TO SAVEPOINT s1", None, False)], 0)


def test_many_statements_in_one_call_are_refused_inside_and_let_be_outside() -> None:
    wire = Wire()
    with enter([1]), pytest.raises(NotImplementedError, match="bulk_create"):
        wire("INSERT", [(1,), (2,)], many=True)
    assert wire.sent == []
    wire("INSERT", [(1,), (2,)], many=True)
    assert wire.sent == [("INSERT", [(1,), (2,)], True)]


def test_the_carrier_is_put_on_postgresql_once() -> None:
    for vendor, wrappers in (("postgresql", [carry]), ("sqlite", [])):
        line: Any = SimpleNamespace(vendor=vendor, execute_wrappers=[])
        install_carrier(line)
        install_carrier(line)
        assert line.execute_wrappers == wrappers


@pytest.mark.django_db
def test_this_very_connection_has_its_carrier() -> None:
    connection.ensure_connection()
    assert connection.execute_wrappers.count(carry) == int(ON_POSTGRES)


def test_leaving_by_an_error_restores_what_was_before() -> None:
    with enter([1], 2):
        with pytest.raises(ZeroDivisionError), enter([9]):
            raise ZeroDivisionError
        assert entered() == Entered((1,), 2)


def test_a_plain_thread_starts_with_nothing_entered() -> None:
    seen: list[str] = []

    def look() -> None:
        try:
            seen.append(str(entered()))
        except NotEntered:
            seen.append("nothing")

    with enter([1]):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == ["nothing"]


def test_threads_of_a_pool_do_not_see_each_others_set() -> None:
    gate = threading.Barrier(4)

    def work(pk: int) -> tuple[int, ...]:
        with enter([pk]):
            gate.wait(10)
            return entered().cooperatives

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(1, 5))) == [(1,), (2,), (3,), (4,)]


def test_the_set_goes_along_into_threads_and_loops_of_one_request() -> None:
    async def loop() -> Entered:
        return await sync_to_async(entered)()

    with enter([5], 6):
        assert async_to_sync(loop)() == Entered((5,), 6)


async def test_tasks_that_take_turns_keep_their_own_set() -> None:
    async def work(pk: int) -> list[int]:
        seen = []
        with enter([pk]):
            for _ in range(3):
                await asyncio.sleep(0)
                seen += entered().cooperatives
        return seen

    assert await asyncio.gather(*(work(pk) for pk in (1, 2, 3))) == [[1] * 3, [2] * 3, [3] * 3]
    with pytest.raises(NotEntered):
        entered()


async def test_what_a_task_enters_its_caller_does_not() -> None:
    async def child() -> tuple[int, ...]:
        with enter([8]):
            return entered().cooperatives

    with enter([1]):
        assert await asyncio.create_task(child()) == (8,)
        assert entered().cooperatives == (1,)


def test_between_two_chunks_of_a_stream_the_reader_has_its_own_set() -> None:
    body = entering_each((entered().cooperatives for _ in range(3)), Entered((4,), None))
    with enter([1]):
        told = [(chunk, entered().cooperatives) for chunk in body]
    assert told == [((4,), (1,))] * 3


def test_a_stream_that_breaks_leaves_nothing_entered() -> None:
    def body() -> Any:
        yield entered().cooperatives
        raise ZeroDivisionError

    chunks = entering_each(body(), Entered((4,), None))
    assert next(chunks) == (4,)
    with pytest.raises(ZeroDivisionError):
        next(chunks)
    with pytest.raises(NotEntered):
        entered()


async def test_an_asynchronous_stream_keeps_apart_too() -> None:
    async def body() -> Any:
        yield entered().cooperatives
        raise ZeroDivisionError

    chunks = entering_each_async(body(), Entered((4,), 2))
    with enter([1]):
        assert await anext(chunks) == (4,)
        assert entered().cooperatives == (1,)
        with pytest.raises(ZeroDivisionError):
            await anext(chunks)
        assert entered().cooperatives == (1,)


def told() -> tuple[str, str]:
    """What the server was told about the active set and the user."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.cooperatives', true), current_setting('app.user', true)")
        row: tuple[str, str] = cursor.fetchone()
        return row


@postgres
@pytest.mark.django_db
def test_the_server_hears_what_is_entered_and_that_it_was_left() -> None:
    with enter([2, 1], 7):
        assert told() == ("{1,2}", "7")
        with enter([9]):
            assert told() == ("{9}", "")
        assert told() == ("{1,2}", "7")
    assert told() == ("{}", "")


@postgres
def test_a_rolled_back_savepoint_loses_nothing(in_linden: Cooperative) -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        Person.objects.create(name="Gone", cooperative=in_linden)
        raise ZeroDivisionError
    assert told()[0] == f"{{{in_linden.pk}}}"
    assert [person.name for person in Person.objects.all()] == ["Marta"]


@postgres
def test_after_a_failed_statement_the_way_back_works_and_the_set_is_there(in_linden: Cooperative) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 / 0")
    assert [person.name for person in Person.objects.all()] == ["Marta"]


@postgres
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_is_used_again_remembers_nothing(linden: Pair) -> None:
    def who() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            return int(cursor.fetchone()[0])

    with enter([linden[0].pk], linden[1].user_id):
        backend = who()
        assert told() == (f"{{{linden[0].pk}}}", str(linden[1].user_id))
    assert who() == backend
    assert [value or "" for value in told()] == ["", ""]
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_person")
        assert cursor.fetchone() == (0,)


@postgres
def test_rows_and_their_number_are_those_of_the_statement_not_of_the_prefix(in_linden: Cooperative) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_person SET name = name || '!'")
        assert cursor.rowcount == 1
        cursor.execute("SELECT name, %s FROM members_person", ["%s"])
        assert cursor.fetchall() == [("Marta!", "%s")]
