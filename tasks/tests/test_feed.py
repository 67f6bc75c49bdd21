"""The calendar feed: read by others, by its secret address alone; stable, honest about changes, dead with the membership."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import acting, refused
from tasks.actions import cancel_turn, change_task, create_task, move_task, sign_up, withdraw
from tasks.actions.feeding import digest, end_feed, make_feed
from tasks.feed.entries import space_of, uid
from tasks.models import CalendarFeed, FeedEntry, Project, Task

from .boards import kinds, lane_named
from .rota import MONDAY, a_duty, turn_of


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    cache.clear()
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def address(yusuf: User, linden: Cooperative) -> str:
    """Where Yusuf's calendar program reads."""
    with acting(yusuf) as me:
        return f"/calendar/{make_feed(me, linden).token}.ics"


def read(address: str, client: Client | None = None, **headers: str) -> Any:
    return (client or Client()).get(address, headers=headers)


def plain(answer: Any) -> bytes:
    """A page without the tokens against forged requests, which differ each time."""
    return re.sub(rb'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]+"', b"", answer.content)


def events(address: str) -> dict[str, Any]:
    """The events of a calendar by their titles; the file is read by the rules of the format."""
    answer = read(address)
    assert answer.status_code == 200
    calendar = Calendar.from_ical(answer.content)
    found = list(calendar.walk("VEVENT"))
    assert len({str(event["uid"]) for event in found}) == len(found)
    assert all({"uid", "dtstamp", "dtstart", "sequence", "status"} <= {key.lower() for key in event} for event in found)
    return {str(event["summary"]): event for event in found}


def a_task(actor: Actor, project: Project, member: Membership, title: str = "Roof", **facts: Any) -> Task:
    return create_task(actor, project, title=title, assignees=[member], **{"due_date": date(2026, 6, 5), **facts})


def test_it_shows_my_tasks_as_days_and_my_duties_as_hours(
    address: str, actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership
) -> None:
    task = a_task(actor, project, yusuf_member, "Roof; tiles, and\\more", description="Private")
    a_task(actor, project, yusuf_member, "Undated", due_date=None)
    create_task(actor, project, title="Not mine", due_date=date(2026, 6, 5))
    turn = turn_of(a_duty(actor, linden, place="Yard, left", minutes=90))
    whole = turn_of(a_duty(actor, linden, title="Garden day", at=None, starts_on=date(2026, 6, 6)))
    with acting(yusuf) as me:
        sign_up(me, turn)
        sign_up(me, whole)
    found = events(address)
    assert sorted(found) == ["Bins out", "Garden day", "Roof; tiles, and\\more"]
    roof, bins, garden = found["Roof; tiles, and\\more"], found["Bins out"], found["Garden day"]
    assert (roof["dtstart"].dt, roof["dtend"].dt) == (date(2026, 6, 5), date(2026, 6, 6))
    assert (garden["dtstart"].dt, garden["dtend"].dt) == (date(2026, 6, 6), date(2026, 6, 7))
    assert bins["dtstart"].dt == datetime(2026, 6, 3, 16, tzinfo=UTC)
    assert bins["dtend"].dt - bins["dtstart"].dt == timedelta(minutes=90)
    assert (str(bins["location"]), str(roof["uid"])) == ("Yard, left", uid("task", task.pk, space_of(linden)))
    assert str(roof["url"]).endswith(f"/c/linden-court/work/tasks/{task.pk}/")
    assert "Private" not in str(roof)


def test_the_file_keeps_to_the_rules_of_the_format(
    address: str, actor: Actor, project: Project, yusuf_member: Membership
) -> None:
    a_task(actor, project, yusuf_member, "Ä" * 120)
    answer = read(address)
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    lines = answer.content.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines) and b"\n" not in b"".join(lines)
    assert (lines[0], lines[-2], lines[-1]) == (b"BEGIN:VCALENDAR", b"END:VCALENDAR", b"")
    calendar = Calendar.from_ical(answer.content)
    assert (str(calendar["x-wr-calname"]), str(calendar["version"]), str(calendar["method"])) == (
        "Linden Court",
        "2.0",
        "PUBLISH",
    )
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT1H" in lines
    assert str(next(iter(calendar.walk("VEVENT")))["summary"]) == "Ä" * 120


def test_an_unchanged_calendar_is_not_sent_again(
    address: str, actor: Actor, project: Project, yusuf_member: Membership, monday: Any
) -> None:
    task = a_task(actor, project, yusuf_member)
    first = read(address)
    monday.shift(timedelta(hours=3))
    again = read(address, None, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert read(address).content == first.content
    change_task(actor, task, version=task.version, title="Roof and gutter")
    third = read(address, None, **{"If-None-Match": first["ETag"]})
    assert third.status_code == 200 and third["ETag"] != first["ETag"]
    assert Client().head(address)["ETag"] == third["ETag"]


def test_a_change_raises_the_sequence_and_keeps_the_id(
    address: str, actor: Actor, project: Project, yusuf_member: Membership, monday: Any
) -> None:
    task = a_task(actor, project, yusuf_member)
    before = events(address)["Roof"]
    monday.shift(timedelta(hours=1))
    change_task(actor, task, version=task.version, due_date=date(2026, 6, 9))
    after = events(address)["Roof"]
    assert (before["uid"], before["sequence"], after["sequence"]) == (after["uid"], 0, 1)
    assert after["last-modified"].dt - before["last-modified"].dt == timedelta(hours=1)
    assert after["dtstart"].dt == date(2026, 6, 9)


def test_ids_are_of_this_cooperative_alone_and_stay_whatever_it_is_called(
    address: str, actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership, settings: Any
) -> None:
    task = a_task(actor, project, yusuf_member)
    turn = turn_of(a_duty(actor, linden))
    with acting(yusuf) as me:
        sign_up(me, turn)
    before = {title: str(event["uid"]) for title, event in events(address).items()}
    founded = Event.objects.filter(cooperative=linden).order_by("seq")[0]
    assert (founded.kind, founded.seq) == ("cooperatives.founded", 1)
    assert before == {
        "Roof": str(uuid5(founded.uid, f"task-{task.pk}")),
        "Bins out": str(uuid5(founded.uid, f"turn-{turn.pk}")),
    }
    assert all(UUID(one).version == 5 for one in before.values())
    # Another installation counts its keys from 1 as well; what its first record was called, is drawn at random.
    assert uid("task", task.pk, uuid4()) not in before.values()
    Cooperative.objects.filter(pk=linden.pk).update(slug="elsewhere", name="Elsewhere", time_zone="Africa/Nairobi")
    settings.SITE_URL = "https://another.example"
    assert {title: str(event["uid"]) for title, event in events(address).items()} == before


def test_two_cooperatives_of_one_installation_share_no_id(linden: Cooperative, actor: Actor, foreign: Project) -> None:
    with enter([foreign.cooperative_id]):
        theirs = space_of(foreign.cooperative)
    assert theirs != space_of(linden)
    assert uid("task", 1, theirs) != uid("task", 1, space_of(linden)) != uid("turn", 1, space_of(linden))


def test_what_is_gone_is_called_off_and_forgotten_after_half_a_year(
    address: str, actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership, monday: Any
) -> None:
    task = a_task(actor, project, yusuf_member)
    off = turn_of(a_duty(actor, linden, title="Off"))
    back = turn_of(a_duty(actor, linden, title="Back"))
    with acting(yusuf) as me:
        sign_up(me, off)
        part = sign_up(me, back)
    assert {str(event["status"]) for event in events(address).values()} == {"CONFIRMED"}
    change_task(actor, task, version=task.version, assignees=[])
    cancel_turn(actor, off, version=1, reason="Rain")
    with acting(yusuf) as me:
        withdraw(me, part)
    found = events(address)
    assert {title: (str(event["status"]), event["sequence"]) for title, event in found.items()} == {
        "Roof": ("CANCELLED", 1),
        "Off": ("CANCELLED", 1),
        "Back": ("CANCELLED", 1),
    }
    assert found["Off"]["dtstart"].dt == datetime(2026, 6, 3, 16, tzinfo=UTC)  # it says what it calls off
    with acting(yusuf) as me:
        sign_up(me, back)
    returned = events(address)["Back"]
    assert (str(returned["status"]), returned["sequence"]) == ("CONFIRMED", 2)
    monday.shift(timedelta(days=179))
    assert sorted(events(address)) == ["Back", "Off", "Roof"]
    monday.shift(timedelta(days=5))
    assert (sorted(events(address)), FeedEntry.objects.count()) == ([], 0)


def test_what_is_done_stays_and_says_so(address: str, actor: Actor, project: Project, yusuf_member: Membership) -> None:
    task = a_task(actor, project, yusuf_member)
    events(address)
    move_task(actor, task, lane=lane_named(project, "done"), version=task.version)
    assert str(events(address)["Done: Roof"]["status"]) == "CONFIRMED"


def test_reading_what_has_not_changed_writes_nothing(
    address: str, actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership
) -> None:
    def asked() -> list[str]:
        with CaptureQueriesContext(connection) as found:
            events(address)
        return [query["sql"] for query in found.captured_queries]

    a_task(actor, project, yusuf_member)
    events(address)
    one = asked()
    for number in range(3):
        a_task(actor, project, yusuf_member, f"More {number}")
        with acting(yusuf) as me:
            sign_up(me, turn_of(a_duty(actor, linden, title=f"Duty {number}")))
    events(address)
    three = asked()
    assert len(one) == len(three)
    assert [sql for sql in three if re.match(r"\s*(INSERT|UPDATE|DELETE)", sql)] == []


# The address


def test_the_secret_is_kept_as_a_digest_and_a_new_one_ends_the_old(yusuf: User, linden: Cooperative, address: str) -> None:
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    assert CalendarFeed.objects.get().digest == digest(token)
    with acting(yusuf) as me:
        second = make_feed(me, linden)
    assert read(address).status_code == 404
    assert read(f"/calendar/{second.token}.ics").status_code == 200
    with acting(yusuf) as me:
        end_feed(me, linden)
        with refused("no_feed"):
            end_feed(me, linden)
    assert read(f"/calendar/{second.token}.ics").status_code == 404
    with acting(yusuf):
        assert kinds() == ["tasks.feed_made", "tasks.feed_made", "tasks.feed_ended"]


def test_an_unknown_address_and_one_that_died_are_the_same(yusuf: User, linden: Cooperative, address: str, actor: Actor) -> None:
    unknown = read(f"/calendar/{'x' * 43}.ics")
    assert unknown.status_code == 404
    Membership.objects.filter(user=yusuf).update(left_on=date(2026, 6, 1))
    died = read(address)
    assert died.status_code == 404
    token = address.removeprefix("/calendar/").removesuffix(".ics").encode()
    assert plain(died).replace(token, b"x" * 43) == plain(unknown)


def test_it_dies_with_the_login(yusuf: User, address: str) -> None:
    User.objects.filter(pk=yusuf.pk).update(is_active=False)
    assert read(address).status_code == 404


@pytest.mark.parametrize("token", ["", "a" * 5000, "%00", "../../etc/passwd", "ü", "\ud83d"])
def test_odd_addresses_are_no_accident(db: None, token: str) -> None:
    assert read(f"/calendar/{token.encode(errors='replace').decode()}.ics").status_code == 404


def test_whoever_is_signed_in_elsewhere_reads_the_owners_calendar(
    address: str, actor: Actor, project: Project, yusuf_member: Membership, outsider: User, signed_in: Any
) -> None:
    a_task(actor, project, yusuf_member)
    assert read(address, signed_in(outsider)).content == read(address).content


def test_read_too_often_it_says_when_to_come_back(address: str) -> None:
    for _time in range(60):
        assert read(address).status_code == 200
    answer = read(address)
    assert answer.status_code == 429 and 0 < int(answer["Retry-After"]) <= 3600


def test_it_is_kept_by_no_cache_and_found_by_no_robot(address: str) -> None:
    answer = read(address)
    assert "private" in answer["Cache-Control"] and answer["X-Robots-Tag"] == "noindex"


def test_the_address_stands_in_no_log_line(address: str, caplog: Any) -> None:
    caplog.set_level(0)
    token = address.removeprefix("/calendar/").removesuffix(".ics")
    read(address)
    read(address.replace(".ics", "x.ics"))
    lines = [record.getMessage() + str(record.__dict__.get("args")) for record in caplog.records]
    assert [line for line in lines if token in line] == []


# Its page


def test_the_page_makes_shows_once_and_ends(signed_in: Any, yusuf: User, linden: Cooperative) -> None:
    browser, at = signed_in(yusuf), "/c/linden-court/work/feed/"
    assert "Make the address" in browser.get(at).content.decode()
    made = browser.post(at, {"act": "make"}).content.decode()
    (shown,) = re.findall(r"http://testserver(/calendar/[\w-]{43}\.ics)", made)
    assert read(shown).status_code == 200
    again = browser.get(at).content.decode()
    assert shown not in again and "last read" in again
    assert browser.post(at, {"act": "end"}).status_code == 302
    assert read(shown).status_code == 404
    answer = browser.post(at, {"act": "end"}, follow=True)
    assert [str(message) for message in answer.context["messages"]][-1] == "There is no address to end."


def test_reminders_are_turned_off_and_on_there(signed_in: Any, yusuf: User, linden: Cooperative) -> None:
    browser, at = signed_in(yusuf), "/c/linden-court/work/feed/"
    assert "In the morning you get a mail" in browser.get(at).content.decode()
    browser.post(at, {"act": "quiet"})
    assert "You get no reminders" in browser.get(at).content.decode()
    browser.post(at, {"act": "remind"})
    assert "In the morning you get a mail" in browser.get(at).content.decode()
    assert browser.post(at, {"act": "nonsense"}).status_code == 302


def test_times_are_those_of_the_turn_whatever_the_zone(address: str, actor: Actor, linden: Cooperative, yusuf: User) -> None:
    winter = turn_of(a_duty(actor, linden, starts_on=date(2026, 12, 2), at=time(0, 30), opens_before=300))
    with acting(yusuf) as me:
        sign_up(me, winter)
    assert events(address)["Bins out"]["dtstart"].dt == datetime(2026, 12, 1, 23, 30, tzinfo=UTC)


def test_each_cooperative_has_an_address_and_entries_of_its_own(
    address: str, actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership, outsider: User
) -> None:
    a_task(actor, project, yusuf_member)
    with acting(outsider) as founder:
        birch = Cooperative.objects.get(slug="birch-lane")
        other = f"/calendar/{make_feed(founder, birch).token}.ics"
    assert sorted(events(address)) == ["Roof"]
    assert events(other) == {}
    calendar = Calendar.from_ical(read(other).content)
    assert str(calendar["x-wr-calname"]) == "Birch Lane"
    assert CalendarFeed.objects.count() == 2
