"""Questions that are compiled once answer like any other, for whoever asks next."""

import contextvars
from datetime import UTC, date, datetime
from threading import Thread

import pytest
from django.contrib.sessions.models import Session
from django.core.exceptions import EmptyResultSet
from django.db import connection, connections, transaction
from django.db.transaction import TransactionManagementError
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.compiling import MOST_COOPERATIVES, Compiled, forget
from cooperatives.queries import NotEntered, enter
from members.models import Membership, RoleGrant
from members.tests.factories import a_cooperative, a_member, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def houses():
    """Two cooperatives with three and two members."""
    made = []
    for number, size in enumerate((3, 2)):
        founder = a_user(f"Founder {number}")
        house = a_cooperative(founder, f"House {number}")
        for other in range(1, size):
            a_member(house, a_user(f"Member {number} {other}"))
        made.append((house, founder))
    return made


def names(question, **values):
    return sorted(str(row) for row in question(**values))


def by_number():
    return Compiled(lambda least: Membership.objects.select_related("person").filter(number__gte=least), least=int)


def test_it_answers_for_other_values_and_other_cooperatives(houses):
    question = by_number()
    (one, _), (two, _) = houses
    with enter([one.pk]):
        assert names(question, least=2) == ["Member 0 1", "Member 0 2"]
        assert names(question, least=3) == ["Member 0 2"]
    with enter([two.pk]):
        assert names(question, least=2) == ["Member 1 1"]
    with enter([one.pk, two.pk]):
        assert names(question, least=1) == ["Founder 0", "Founder 1", "Member 0 1", "Member 0 2", "Member 1 1"]
    with enter([]):
        assert names(question, least=1) == []
    with enter([one.pk]):
        assert names(question, least=3) == ["Member 0 2"]


def test_it_is_compiled_once_and_asked_each_time(houses):
    built = []

    def build(least):
        built.append(least)
        return Membership.objects.filter(number__gte=least)

    question = Compiled(build, least=int)
    with enter([houses[0][0].pk]), CaptureQueriesContext(connection) as asked:
        for least in (1, 2, 3):
            question(least=least)
    assert (len(built), len(asked)) == (1, 3)
    forget()
    with enter([houses[0][0].pk]):
        question(least=1)
    assert len(built) == 2


def test_outside_of_everything_it_raises_like_any_owned_question(houses):
    question = by_number()
    with enter([houses[0][0].pk]):
        question(least=1)

    def asked():
        with pytest.raises(NotEntered):
            question(least=1)

    contextvars.Context().run(asked)


def test_who_stands_in_very_many_asks_the_ordinary_way(houses):
    question = by_number()
    (one, _), (two, _) = houses
    with enter([one.pk, two.pk, *range(900_000, 900_000 + MOST_COOPERATIVES)]):
        assert names(question, least=2) == ["Member 0 1", "Member 0 2", "Member 1 1"]


def test_the_entered_user_is_the_one_of_now(houses):
    question = Compiled(lambda last: Membership.mine.filter(joined_on__lte=last).values_list("cooperative_id"), last=date)
    (one, first), (two, second) = houses
    for house, founder in ((one, first), (two, second), (one, first)):
        with enter((), founder.pk):
            assert question(last=date(2999, 1, 1)) == [(house.pk,)]
            assert question(last=date(1999, 1, 1)) == []


def test_moments_and_texts_are_adapted_as_the_database_wants_them():
    question = Compiled(
        lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now), owned=False, key=str, now=datetime
    )
    Session.objects.create(session_key="a", session_data="x", expire_date=datetime(2030, 1, 1, tzinfo=UTC))
    assert question.first(key="a", now=datetime(2029, 12, 31, tzinfo=UTC)).session_data == "x"
    assert question.first(key="a", now=datetime(2030, 1, 2, tzinfo=UTC)) is None
    assert question.first(key="'; --", now=datetime(2029, 1, 1, tzinfo=UTC)) is None


def test_what_is_prefetched_comes_along(houses):
    question = Compiled(lambda least: Membership.objects.filter(number__gte=least).prefetch_related("grants"), least=int)
    with enter([houses[0][0].pk]):
        question(least=1)
        with CaptureQueriesContext(connection) as asked:
            assert {len(row.grants.all()) for row in question(least=2)} == {1}
        assert len(asked) == 2


def test_all_threads_ask_by_the_same_text_and_each_gets_its_own_answer(houses):
    built, seen = [], {}

    def build(least):
        built.append(least)
        return Membership.objects.filter(number__gte=least).values_list("number")

    question = Compiled(build, least=int)
    (one, _), (two, _) = houses
    with enter([one.pk]):
        question(least=1)
    ready = question._known[1]
    before = list(ready.params), dict(ready.compiler.__dict__), dict(ready.queryset.query.__dict__)

    def ask(house):
        with enter([house]):
            asked = ready._asked(tuple(ready.params), f"connection of {house}")
            seen[house] = asked.query.get_compiler().connection

    for house in (one.pk, two.pk):
        thread = Thread(target=ask, args=(house,))
        thread.start()
        thread.join()
    assert seen == {pk: f"connection of {pk}" for pk in (one.pk, two.pk)}
    with enter([two.pk]):
        assert question(least=2) == [(2,)]  # no value is left behind for another thread to ask with
    assert (list(ready.params), dict(ready.compiler.__dict__), dict(ready.queryset.query.__dict__)) == before
    assert len(built) == 1


@pytest.mark.django_db(transaction=True)
def test_many_threads_at_once_never_get_each_others_rows():
    made = [a_cooperative(a_user(f"Founder {number}"), f"House {number}") for number in range(4)]
    question = Compiled(lambda least: Membership.objects.filter(number__gte=least).values_list("cooperative_id"), least=int)
    odd = []

    def ask(house):
        for _ in range(25):
            with enter([house]):
                if (found := question(least=1)) != [(house,)]:
                    odd.append(found)
        connections.close_all()

    threads = [Thread(target=ask, args=(house.pk,)) for house in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert odd == []


def test_a_value_that_does_not_reach_the_sql_is_a_defect(houses):
    question = Compiled(lambda least: Membership.objects.filter(number__gte=int(least) * 0), least=int)
    with enter([houses[0][0].pk]), pytest.raises(ValueError, match="does not stand"):
        question(least=1)


def test_nothing_is_hidden_behind_an_empty_set(houses):
    question = Compiled(lambda least: RoleGrant.objects.filter(membership__number__gte=least), least=int)
    with enter([]):
        assert question(least=1) == []
    with pytest.raises(EmptyResultSet), enter([]):
        question._ready(0, connection)


def test_nothing_and_numbers_beyond_the_column_are_asked_as_ever(houses):
    (one, _), _ = houses
    question = Compiled(lambda user: Membership.objects.filter(user=user), user=int)
    with enter([one.pk]):
        a_member(one, None, name="Nobody's login")
        assert names(question, user=None) == ["Nobody's login"]
        assert names(by_number(), least=-(2**70)) == names(by_number(), least=0)


@pytest.mark.django_db(transaction=True)
def test_a_lock_that_nothing_would_hold_is_refused_each_time():
    house = a_cooperative(a_user("Founder"))
    question = Compiled(lambda least: Membership.objects.select_for_update().filter(number__gte=least), least=int)
    with enter([house.pk]):
        with transaction.atomic():
            assert len(question(least=0)) == 1
        with pytest.raises(TransactionManagementError):
            question(least=0)


@pytest.mark.parametrize("key", ["aaaaaaaaaa\x00", "é" * 32, "' OR 1=1 --", " ", "x" * 5000])
def test_whatever_a_cookie_says_is_no_error(key):
    client = Client()
    client.cookies["sessionid"] = key
    assert client.get("/accounts/login/").status_code == 200
