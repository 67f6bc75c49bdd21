"""What stands around every page, and the small parts a page is made of: places by right, panels, forms that only parse."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.utils.html import escape

from cooperatives.actions import Conflict, Forbidden, Invalid, NotFound, RuleBroken, Stale
from cooperatives.models import Cooperative
from cooperatives.policy import ANONYMOUS, Actor, Standing
from cooperatives.queries import enter, fact
from cooperatives.web import ActionForm, fetch, frame, is_partial, needs, pager, panel, panels_for, place, places, places_for
from cooperatives.web.frame import SWITCHABLE, Frame
from members.models import Person, User

Pair = tuple[Cooperative, Actor]


def asking(path: str = "/", actor: Actor = ANONYMOUS, cooperative: Cooperative | None = None, **more: Any) -> Any:
    request: Any = RequestFactory().get(path)
    request.actor, request.cooperative = actor, cooperative
    vars(request).update(more)
    return request


def observer(pair: Pair) -> Actor:
    user = User(pk=10**6, name="Hassan")
    return Actor(user, {pair[0].pk: Standing(pair[0].pk, 1, frozenset({"observer"}))})


@pytest.fixture
def own_places(monkeypatch: pytest.MonkeyPatch) -> None:
    """A navigation of this test's own."""
    monkeypatch.setattr(places, "_registry", places._Registry())
    place("late", "Late", "x", "cooperatives:search", "cooperatives.see", 1, 20)
    place("admin", "Admin", "x", "cooperatives:settings", "cooperatives.change", 1, 10, bar=True)
    place("first", "First", "x", "cooperatives:overview", "cooperatives.see", 0, 50, bar=True)


def test_places_come_by_group_and_order_and_only_by_right(own_places: None, linden: Pair) -> None:
    assert [item.key for item in places_for(linden[1], linden[0])] == ["first", "admin", "late"]
    assert [item.key for item in places_for(observer(linden), linden[0])] == ["first", "late"]
    assert places_for(ANONYMOUS, linden[0]) == []


def test_a_place_that_is_registered_again_replaces_the_former(own_places: None, linden: Pair) -> None:
    place("late", "Later", "x", "cooperatives:search", "cooperatives.see", 0, 1)
    assert [str(item.label) for item in places_for(linden[1], linden[0])] == ["Later", "First", "Admin"]


def test_the_frame_draws_places_in_their_groups_and_marks_the_present_one(own_places: None, linden: Pair) -> None:
    around = Frame(asking("/c/linden-court/settings/", linden[1], linden[0]))
    drawn = [[(shown.label, shown.url, shown.current) for shown in group] for group in around.groups]
    assert drawn == [
        [("First", "/c/linden-court/", False)],
        [("Admin", "/c/linden-court/settings/", True), ("Late", "/c/linden-court/search/", False)],
    ]
    assert [shown.label for shown in around.bar] == ["First", "Admin"]


@pytest.mark.parametrize(
    ("path", "present"),
    [
        ("/c/linden-court/", ["First"]),
        ("/c/linden-court/search/", ["Late"]),
        ("/c/linden-court/search/deeper/", ["Late"]),
        ("/c/linden-court/elsewhere/", []),
    ],
)
def test_the_overview_is_present_on_its_own_page_only(path: str, present: list[str], own_places: None, linden: Pair) -> None:
    around = Frame(asking(path, linden[1], linden[0]))
    assert [shown.label for group in around.groups for shown in group if shown.current] == present


def test_the_bar_at_a_phones_foot_holds_four(own_places: None, linden: Pair) -> None:
    for n in range(6):
        place(f"more{n}", f"More {n}", "x", "cooperatives:search", "cooperatives.see", 2, n, bar=True)
    assert [shown.label for shown in Frame(asking("/", linden[1], linden[0])).bar] == ["First", "Admin", "More 0", "More 1"]


def test_panels_stand_on_their_page_by_right_and_order(monkeypatch: pytest.MonkeyPatch, linden: Pair) -> None:
    monkeypatch.setattr(places, "_registry", places._Registry())
    panel("dues", "Dues", "x:dues", "cooperatives.change", "overview", 2)
    panel("work", "Work", "x:work", "cooperatives.see", "overview", 5, all_label="All", all_url_name="x:all")
    panel("news", "News", "x:news", "cooperatives.see", "overview", 1)
    panel("other", "Other", "x:other", "cooperatives.see", "member")
    assert [item.key for item in panels_for(linden[1], "overview", linden[0])] == ["news", "dues", "work"]
    (news, work) = panels_for(observer(linden), "overview", linden[0])
    assert (news.key, work.key, work.all_label, work.all_url_name, news.all_url_name) == ("news", "work", "All", "x:all", "")
    assert panels_for(ANONYMOUS, "overview", linden[0]) == []


def test_the_frame_of_a_visitor_asks_no_database(settings: Any) -> None:
    settings.DEMO = False
    around = frame(asking())["frame"]
    told = (around.groups, around.bar, around.live_url, around.seq, around.hue, around.role_label, around.demo_logins)
    assert told == ([], [], "", 0, 155, "", [])
    assert around.search_url == "/search/"
    assert Frame(SimpleNamespace()).actor is ANONYMOUS, "an error page has a request without an actor"


def test_names_that_the_frame_cuts_are_whole_in_their_titles(linden: Pair) -> None:
    name = 'Linden "Court" & <Yard> ' + "of the upper valley " * 7
    Cooperative.objects.filter(pk=linden[0].pk).update(name=name)
    client = Client()
    client.force_login(linden[1].user)
    page = client.get(f"/c/{linden[0].slug}/").content.decode()
    assert page.count(f'<b title="{escape(name)}">{escape(name)}</b>') == 2  # in the rail, and at the top of a phone
    assert page.count(f'<b title="{escape(linden[1].user)}">') == 1


def test_the_socket_of_a_page_is_the_nearest_room(linden: Pair) -> None:
    actor, home = linden[1], linden[0]
    assert Frame(asking("/", actor)).live_url == "/ws/notifications/"
    assert Frame(asking("/", actor, home)).live_url == f"/ws/cooperatives/{home.pk}/"
    assert Frame(asking("/", actor, home, live_url="/ws/projects/3/")).live_url == "/ws/projects/3/"
    assert Frame(asking("/", ANONYMOUS, home, live_url="/ws/projects/3/")).live_url == ""


def test_the_frame_wears_what_the_cooperative_is(linden: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    linden[0].hue = 20
    around = Frame(asking("/", linden[1], linden[0]))
    assert (around.hue, around.search_url, around.role_label) == (20, "/c/linden-court/search/", "Admin")
    monkeypatch.setattr(fact("head"), "_answers", [lambda *, cooperative: 41])
    assert around.seq == 41
    monkeypatch.setattr(fact("head"), "_answers", [])
    assert around.seq == 41, "taken once for the page"
    assert Frame(asking("/", linden[1], linden[0])).seq == 0


def test_a_page_that_waits_for_the_database_holds_up_no_other(linden: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked, other_drawn = Event(), Event()

    def head(*, cooperative: Cooperative) -> int:
        if asked.is_set():
            return 2
        asked.set()
        return 1 if other_drawn.wait(10) else 0

    monkeypatch.setattr(fact("head"), "_answers", [head])
    with ThreadPoolExecutor(2) as threads:
        waits = threads.submit(lambda: Frame(asking("/", linden[1], linden[0])).seq)
        assert asked.wait(10)
        draws = threads.submit(lambda: Frame(asking("/", linden[1], linden[0])).seq)
        draws.add_done_callback(lambda _: other_drawn.set())
    assert (waits.result(), draws.result()) == (1, 2)


def test_one_switches_between_ones_own_by_name_and_not_without_end(
    founded: Callable[..., Pair], linden: Pair, kilele: Pair, django_assert_num_queries: Any
) -> None:
    many = [Cooperative(name=f"House {n:02}", slug=f"house-{n}", kind="housing") for n in range(SWITCHABLE + 5)]
    mine = [*Cooperative.objects.bulk_create(many), linden[0]]
    actor = Actor(linden[1].user, {row.pk: Standing(row.pk, 1, frozenset({"member"})) for row in mine})
    around = Frame(asking("/", actor))
    with django_assert_num_queries(1):
        names = [row.name for row in around.cooperatives]
        assert around.cooperatives is around.cooperatives
    assert (len(names), names[:2]) == (SWITCHABLE, ["House 00", "House 01"])
    assert [row.name for row in Frame(asking("/", linden[1])).cooperatives] == ["Linden Court"]


def test_demo_logins_are_asked_for_in_a_demo_only(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fact("demo_logins"), "_answers", [lambda: ["Wanjiru"], lambda: ["Hassan"]])
    settings.DEMO = False
    assert Frame(asking()).demo_logins == []
    settings.DEMO = True
    assert Frame(asking()).demo_logins == ["Wanjiru", "Hassan"]


@pytest.mark.parametrize(
    ("asks", "boosted", "restoring", "part"),
    [(False, False, False, False), (True, False, False, True), (True, True, False, False), (True, False, True, False)],
)
def test_who_gets_a_part_of_the_page(asks: bool, boosted: bool, restoring: bool, part: bool) -> None:
    class Htmx(SimpleNamespace):
        def __bool__(self) -> bool:
            return asks

    assert is_partial(asking(htmx=Htmx(boosted=boosted, history_restore_request=restoring))) is part


def test_a_guarded_page_hands_on_what_it_was_given(linden: Pair) -> None:
    @needs("cooperatives.see")
    def page(request: Any, pk: int, *, tab: str) -> HttpResponse:
        """Its own words."""
        return HttpResponse(f"{pk} {tab}")

    assert page(asking("/", linden[1], linden[0]), 3, tab="x").content == b"3 x"
    assert (page.__name__, page.__doc__) == ("page", "Its own words.")
    with pytest.raises(PermissionDenied):
        page(asking("/", linden[1], None), 3, tab="x")
    assert page(asking("/c/x/?a=1", htmx=False), 3, tab="x")["Location"] == "/accounts/login/?next=/c/x/%3Fa%3D1"


def test_a_row_of_another_cooperative_is_not_fetched(linden: Pair, kilele: Pair) -> None:
    with enter([kilele[0].pk]):
        theirs = Person.objects.get().pk
    with enter([linden[0].pk]):
        mine = Person.objects.get()
        request = asking("/", linden[1], linden[0])
        assert fetch(request, Person.objects.all(), "members.see", pk=mine.pk) == mine
        for pk in (theirs, -1, "x", 2**70):
            with pytest.raises(Http404):
                fetch(request, Person.objects.all(), "members.see", pk=pk)
        with pytest.raises(PermissionDenied):
            fetch(asking("/", observer(linden), linden[0]), Person.objects.all(), "members.admit", pk=mine.pk)


@pytest.mark.parametrize(
    ("asked", "number", "query"),
    [
        ("", 1, ""), ("page=2", 2, ""), ("page=0", 3, ""), ("page=-1", 3, ""), ("page=x", 1, ""), ("page=99", 3, ""),
        ("page=2&kind=a&kind=b", 2, "kind=a&kind=b"), ("q=%26%3D%C3%A9", 1, "q=%26%3D%C3%A9"), ("page=2&page=3", 3, ""),
    ],
)  # fmt: skip
def test_a_pager_keeps_every_filter_and_forgives_its_number(asked: str, number: int, query: str) -> None:
    page = pager(asking(f"/?{asked}"), list(range(25)), size=10)
    assert (page.number, page.query, page.pages, page.total, page.size) == (number, query, 3, 25, 10)
    assert page.items == list(range(25))[(number - 1) * 10 : number * 10]


class LaneForm(ActionForm):
    """A form as ours are."""

    name = forms.CharField(max_length=5)
    limit = forms.IntegerField(required=False)


def test_a_form_hands_what_it_parsed_to_the_action_and_keeps_the_answer() -> None:
    form = LaneForm({"name": " Doing ", "limit": ""})
    assert form.act(lambda *args, **facts: (args, facts), "actor", "row", version=3)
    assert form.result == (("actor", "row"), {"name": "Doing", "limit": None, "version": 3})
    assert (form.status, form.broken) == (200, None)


@pytest.mark.parametrize("data", [{}, {"name": "too long a name"}, {"name": "x", "limit": "many"}])
def test_a_form_that_cannot_be_read_never_reaches_the_action(data: dict[str, str]) -> None:
    form = LaneForm(data)
    assert not form.act(lambda **_: pytest.fail("called"))
    assert (form.status, form.result, form.broken) == (400, None, None)


@pytest.mark.parametrize(
    ("broken", "status", "field"),
    [
        (RuleBroken("x", "No.", "limit"), 422, "limit"),
        (RuleBroken("x", "No.", "elsewhere"), 422, "__all__"),
        (RuleBroken("x", "No."), 422, "__all__"),
        (Invalid("x", "No.", "name"), 400, "name"),
        (Conflict("x", "No.", "name"), 409, "name"),
    ],
)
def test_a_broken_rule_stands_at_its_field(broken: RuleBroken, status: int, field: str) -> None:
    def refuse(**_: Any) -> None:
        raise broken

    form = LaneForm({"name": "Doing"})
    assert not form.act(refuse)
    assert (form.status, form.broken, form.errors) == (status, broken, {field: ["No."]})


def test_a_stale_form_keeps_what_is_stored_beside_what_was_written() -> None:
    form = LaneForm(QueryDict("name=Mine"))
    form.is_valid()
    form.refuse(Stale(SimpleNamespace(name="Theirs")))
    assert isinstance(form.broken, Stale)
    assert (form.status, form.broken.current.name, form.data["name"]) == (409, "Theirs", "Mine")


@pytest.mark.parametrize(("broken", "raised"), [(NotFound("x", "No."), Http404), (Forbidden("x", "No."), PermissionDenied)])
def test_what_is_not_there_or_not_allowed_is_a_page(broken: RuleBroken, raised: type[Exception]) -> None:
    form = LaneForm({"name": "x"})
    form.is_valid()
    with pytest.raises(raised) as caught:
        form.refuse(broken)
    assert caught.value.__cause__ is broken
