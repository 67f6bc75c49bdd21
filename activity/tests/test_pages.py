"""The activity page and the overview's feed: sentences, filters, audience, a constant number of questions."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activity.actions import erase
from activity.dispatch import Target, register, unregister
from activity.dispatch.line import Line
from activity.facts import feed, head
from activity.models import DeadLetter, Detail, Event
from activity.queries import between, history_of, records_for
from activity.web import address, plain_sentence, row_of, sentence_of
from cooperatives.events import KINDS
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import User

from .acts import CARD, NOTED, SEALED, WHISPERED, note, notes

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, linden):
    """Fetch the activity page as somebody."""

    def get(user, **query):
        client.force_login(user)
        headers = {"HX-Request": "true"} if query.pop("partial", False) else {}
        return client.get(reverse("activity:list", args=["linden-court"]), query, headers=headers)

    return get


def said(response):
    """The sentences on a page."""
    return [str(row.sentence) for row in response.context["rows"]]


def last(cooperative):
    return Event.objects.select_related("detail", "actor").filter(cooperative=cooperative).order_by("-seq")[0]


def test_what_happened_last_stands_first(page, linden, marta):
    note(linden, "one", actor=Actor.of(marta))
    note(linden, "two")
    response = page(marta)
    assert response.status_code == 200
    assert said(response)[:2] == [
        '<b>The system</b> noted two on <a href="/c/linden-court/">Linden Court</a>',
        '<b>Marta</b> noted one on <a href="/c/linden-court/">Linden Court</a>',
    ]
    row = response.context["rows"][1]
    assert (row.actor_name, row.kind, row.tint) == ("Marta", "trial.noted", marta.pk % 6 + 1)
    assert row.hash in response.content.decode()


def test_htmx_gets_the_rows_alone(page, linden, marta):
    note(linden, "one")
    whole, part = page(marta).content.decode(), page(marta, partial=True).content.decode()
    assert "<html" in whole
    assert "<html" not in part
    assert "noted one" in part


def test_hostile_text_is_escaped(page, linden, marta, person):
    mallory = User.objects.create_user("m@example.org", "a long pass phrase", name="<img src=x onerror=alert(1)>")
    note(linden, "<script>alert(1)</script> {subject.__class__} %s", actor=Actor.of(mallory))
    html = page(marta).content.decode()
    assert "<script>alert(1)" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; {subject.__class__} %s" in html


def test_lists_and_nothings_are_drawn_and_old_payloads_do_not_break_a_sentence(linden, monkeypatch):
    note(linden, "x")
    monkeypatch.setitem(KINDS, "trial.noted", replace(NOTED, sentence="{actor}: {text} {unknown}!"))
    with enter([linden.pk]):
        event = last(linden)
        assert sentence_of(event, "linden-court") == "<b>The system</b>: x !"
        event.detail.text = event.detail.text.replace('"x"', '["<a>",null,2]')
        assert sentence_of(event, "linden-court") == "<b>The system</b>: &lt;a&gt;, , 2 !"


@pytest.mark.parametrize("text", ["\u202eB", "דנה לוי", "مكتب"])
def test_what_is_written_from_right_to_left_does_not_turn_the_sentence(linden, text):
    note(linden, text)
    with enter([linden.pk]):
        assert f"</b> noted <bdi>{text}</bdi> on <a" in sentence_of(last(linden), "linden-court")


def test_a_subject_is_linked_to_its_page_and_an_unknown_one_is_only_named(linden):
    note(linden, "x")
    with enter([linden.pk]):
        event = last(linden)
        assert 'href="/c/linden-court/"' in sentence_of(event, "linden-court")
        event.subject_type = "elsewhere.thing"
        assert "href" not in sentence_of(event, "linden-court")
        address("elsewhere.thing", "no:such-page")
        assert "href" not in sentence_of(event, "linden-court")
        event.subject_id = None
        assert "href" not in sentence_of(event, "linden-court")


def test_a_record_whose_kind_is_gone_is_still_shown(linden):
    note(linden, "x")
    with enter([linden.pk]):
        event = last(linden)
        event.kind = "former.kind"
        assert plain_sentence(event) == "The system former.kind Linden Court"


def test_an_erased_detail_is_said_to_be_erased(page, linden, marta):
    note(linden, "personal")
    with enter([linden.pk], marta.pk):
        erase(Actor.of(marta), linden, seqs=[last(linden).seq], reason="asked for")
        row = row_of(Event.objects.get(seq=last(linden).seq - 1), "linden-court")
    assert row.actor_name == "Somebody"
    html = page(marta).content.decode()
    assert "The detail of this record was erased" in html
    assert "personal detail of 1 records: asked for" in html
    assert "noted personal" not in html


# --- who ------------------------------------------------------------------------------------------------------------


def test_a_visitor_is_sent_to_sign_in_and_a_stranger_finds_nothing(client, linden, amina):
    url = reverse("activity:list", args=["linden-court"])
    assert client.get(url).status_code == 302
    client.force_login(amina)
    assert client.get(url).status_code == 404


def test_members_read_what_is_for_members_officers_everything_and_a_person_their_own(page, linden, marta, jonas):
    note(linden, "all")
    note(linden, "sealed", what=SEALED)
    note(linden, "for jonas", what=WHISPERED, user_id=str(jonas.public_id))
    note(linden, "for marta", what=WHISPERED, user_id=str(marta.public_id))

    def heard(user):
        return {word for word in ("all", "sealed", "for jonas", "for marta") if any(word in it for it in said(page(user)))}

    assert heard(marta) == {"all", "sealed", "for jonas", "for marta"}
    assert heard(jonas) == {"all", "for jonas"}


def test_the_feed_of_the_overview_is_bounded_and_by_audience(linden, jonas, amina):
    notes(linden, 5)
    note(linden, "sealed", what=SEALED)
    with enter([linden.pk], jonas.pk):
        rows = feed(actor=Actor.of(jonas), cooperative=linden, limit=3)
        assert [row.sentence.split(" on ")[0] for row in rows] == [f"<b>The system</b> noted note {n}" for n in (4, 3, 2)]
        assert feed(actor=Actor.of(amina), cooperative=linden, limit=3) == []


def test_the_head_is_the_number_of_the_last_record(linden):
    bare = type(linden).objects.create(slug="bare", name="Bare", kind="chama")
    with enter([linden.pk, bare.pk]):
        assert head(cooperative=linden) == last(linden).seq
        assert head(cooperative=bare) == 0


# --- filters --------------------------------------------------------------------------------------------------------


def test_the_filters_narrow_and_combine(page, linden, marta, jonas):
    note(linden, "by marta", actor=Actor.of(marta))
    note(linden, "by jonas", actor=Actor.of(jonas))
    note(linden, "by nobody")
    assert len(said(page(marta, kind="trial"))) == 3
    assert ["by marta" in it for it in said(page(marta, kind="trial", person=str(marta.public_id)))] == [True]
    assert all("noted" not in it for it in said(page(marta, kind="members")))


def test_the_person_filter_offers_those_who_acted_here_and_nobody_else(page, linden, marta, jonas, amina):
    note(linden, "x", actor=Actor.of(jonas))
    choices = page(marta).context["filters"].fields["person"].choices
    assert [label for _value, label in choices] == ["All", "Jonas", "Marta"]


def test_days_are_those_of_the_cooperative(linden):
    linden.time_zone = "Pacific/Auckland"
    note(linden, "x")
    with enter([linden.pk]):
        event = last(linden)
        here = timezone.localtime(event.at, linden.zone).date()
        everything = Event.objects.filter(pk=event.pk)
        day = timedelta(days=1)
        assert between(everything, here, here, linden.time_zone).exists()
        assert not between(everything, here + day, None, linden.time_zone).exists()
        assert not between(everything, None, here - day, linden.time_zone).exists()
        assert between(everything, here - day, here + day, linden.time_zone).exists()


@pytest.mark.parametrize(
    "query",
    [
        {"kind": "nowhere"},
        {"kind": "\x00"},
        {"person": "x"},
        {"person": "00000000-0000-0000-0000-000000000000"},
        {"first": "yesterday"},
        {"last": "9999-12-31"},
        {"first": "0001-01-01"},
        {"first": "2026-13-45"},
        {"page": "-3"},
        {"page": "x"},
        {"page": "99999999999999999999"},
        {"kind": "x" * 10_000},
    ],
)
def test_odd_filters_never_break_the_page(page, linden, marta, query):
    response = page(marta, **query)
    assert response.status_code == 200
    assert said(response)


def test_a_wrong_day_is_named_at_its_field(page, linden, marta):
    assert "first" in page(marta, first="2026-13-45").context["filters"].errors


def test_fifty_stand_on_a_page_and_the_pager_keeps_the_filters(page, linden, marta):
    notes(linden, 60)
    first, second = page(marta, kind="trial"), page(marta, kind="trial", page="2")
    assert (len(said(first)), len(said(second))) == (50, 10)
    assert "noted note 9 " in said(second)[0]
    assert "kind=trial" in first.content.decode()


def test_one_row_and_many_cost_the_same(page, linden, marta):
    def cost(count):
        notes(linden, count)
        page(marta, kind="trial")
        with CaptureQueriesContext(connection) as captured:
            page(marta, kind="trial")
        return len(captured)

    assert cost(1) == cost(2) == cost(20)


def test_the_history_of_one_thing(linden, marta):
    note(linden, "x")
    note(linden, "y", what=CARD, project_id=3)
    with enter([linden.pk], marta.pk):
        record = Detail.objects.select_related("event").order_by("-event__seq")[0]
        assert history_of(Actor.of(marta), record).count() == 0
        assert records_for(Actor.of(marta)).count() == Event.objects.count()


# --- the keeper's desk ----------------------------------------------------------------------------------------------


@pytest.fixture
def keeper(marta, client):
    """Marta also keeps the installation."""
    marta.role = User.Role.ADMIN
    marta.save()
    client.force_login(marta)
    return marta


@pytest.fixture
def letter(linden):
    """A record that a target could not take."""

    def broken(event):
        raise ValueError("<b>broken</b>")

    target = Target("broken", broken, where="web", delays=())
    register(target)
    with enter([linden.pk]):
        line = Line(target, linden.pk)
        assert line.take()
        line.work()
        yield DeadLetter.objects.filter(target="broken").earliest("pk")
    unregister(target)


def test_the_desk_shows_records_and_letters_of_the_keepers_own_cooperatives_only(client, linden, kilele, keeper, letter):
    note(kilele, "foreign")
    events = client.get("/admin/activity/event/")
    assert events.status_code == 200
    assert "Kilele" not in events.content.decode()
    letters = client.get("/admin/activity/deadletter/")
    assert "&lt;b&gt;broken&lt;/b&gt;" in letters.content.decode()
    assert client.get("/admin/activity/event/add/").status_code == 403


def test_officers_read_the_kind_of_an_error_and_keepers_its_text(client, keeper, letter):
    def told():
        pages = (client.get(f"/admin/activity/deadletter/{rest}") for rest in ("", f"{letter.pk}/change/"))
        return {("ValueError" in page, "broken&lt;/b&gt;" in page) for page in (page.content.decode() for page in pages)}

    assert told() == {(True, True)}
    type(keeper).objects.filter(pk=keeper.pk).update(role="member")
    assert told() == {(True, False)}


def test_a_letter_is_sent_again_from_the_desk(client, linden, keeper, letter):
    data = {"action": "send_again", "_selected_action": [letter.pk]}
    response = client.post("/admin/activity/deadletter/", data, follow=True)
    assert "1 record is sent again." in response.content.decode()
    letter.refresh_from_db()
    assert letter.is_due
