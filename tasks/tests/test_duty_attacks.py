"""Duties, turns and the ledger against careless and ill-meaning clients: each mistake is named, nothing is written."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.queries import enter
from members.actions import admit, create_key, end_membership
from members.models import Membership, Scope, User
from members.tests.factories import a_user, acting, refused
from tasks.actions import create_recurring, create_task, mark_done, note_effort, sign_up
from tasks.actions.feeding import make_feed
from tasks.models import CalendarFeed, Duty, Effort, Part, Project, Quiet, RecurringTask, Turn

from .rota import MONDAY, a_duty, turn_of, who

API = "/api/v1/"
WORK = "/c/linden-court/work/"
HOSTILE = '"><script>alert(1)</script>\u200f{{ 7*7 }}%s'
LONG = "x" * 21_000
ODD = (None, True, 1.5, -1, 2**63, "NaN", [], {}, "a\x00b", "")


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def good(actor: Actor, linden: Cooperative, project: Project, yusuf_member: Membership) -> dict[str, Any]:
    """A row of every kind."""
    duty = a_duty(actor, linden, places=2)
    turn = turn_of(duty)
    part = sign_up(actor, turn)
    task = create_task(actor, project, title="Roof")
    effort = note_effort(actor, task, minutes=30, day=MONDAY.date())
    rule = create_recurring(actor, project, title="Oil", starts_on=MONDAY.date() + timedelta(days=9))
    return {"duty": duty, "turn": turn, "part": part, "task": task, "effort": effort, "rule": rule}


def bodies(good: dict[str, Any], linden: Cooperative, project: Project) -> dict[str, dict[str, Any]]:
    """An honest body for each door that reads one."""
    return {
        "duties/": {"cooperative": linden.pk, "title": "Snow", "starts_on": "2026-07-01"},
        f"turns/{good['turn'].pk}/give/": {"member": str(a_user("Nobody Here").public_id)},
        f"turns/{good['turn'].pk}/cancel/": {"reason": "Rain", "version": 1},
        f"parts/{good['part'].pk}/cannot_come/": {"reason": "A cold"},
        f"parts/{good['part'].pk}/done/": {"done": True},
        "efforts/": {"task": good["task"].pk, "minutes": 5, "day": "2026-06-01"},
        f"efforts/{good['effort'].pk}/correct/": {"reason": "Break", "minutes": 5},
        "recurring-tasks/": {"project": project.pk, "title": "Wax", "starts_on": "2026-07-01"},
    }


def counted() -> list[int]:
    """How much there is of everything, and of records."""
    return [model.objects.count() for model in (Duty, Turn, Part, Effort, RecurringTask, Event)]


def test_an_odd_value_is_refused_at_its_field_or_read_as_what_it_says(
    api: APIClient, good: dict[str, Any], linden: Cooperative, project: Project
) -> None:
    for path, body in bodies(good, linden, project).items():
        for name in body:
            for odd in ODD:
                if _is_sound(name, odd):
                    continue
                before = counted()
                answer = api.post(API + path, {**body, name: odd}, format="json")
                assert answer.status_code in (400, 409, 422, 428), (path, name, odd, answer.content)
                assert counted() == before, (path, name, odd)
                if answer.status_code == 400:
                    assert name in str(answer.json()), (path, name, odd, answer.json())


def _is_sound(name: str, value: Any) -> bool:
    """What the field may well be: a text may be empty where it may, a number a number."""
    if name == "done":
        return True  # the words for yes and no are many
    if name == "minutes" and value is None:
        return True  # all of it
    if name == "version":
        return True  # tried in test_versions of the proofs
    if name == "reason" and value == "":
        return True  # who cannot come need not say why; where a reason is needed another test asks for it
    return name in ("title", "reason") and value in (1.5, -1, 2**63, "NaN")


@pytest.mark.parametrize("field", ["id", "made_until", "created_by", "settled_at", "cooperative_id", "colour", "__class__"])
def test_what_is_no_field_is_refused_by_name(
    api: APIClient, good: dict[str, Any], linden: Cooperative, project: Project, field: str
) -> None:
    for path, body in bodies(good, linden, project).items():
        before = counted()
        answer = api.post(API + path, {**body, field: 1}, format="json")
        if field == "id" and answer.status_code != 400:
            assert answer.status_code in (201, 400, 403, 409, 422)  # a field that is read only is left aside
            continue
        assert answer.status_code == 400 and field in str(answer.json()), (path, field, answer.content)
        assert counted() == before


def test_words_of_people_are_shown_as_they_were_written(page: Client, actor: Actor, linden: Cooperative) -> None:
    duty = a_duty(actor, linden, title=HOSTILE, place=HOSTILE, notes=HOSTILE, unit="once")
    part = sign_up(actor, turn_of(duty))
    page.post(f"{WORK}parts/{part.pk}/act/", {"act": "cannot", "reason": HOSTILE})
    for at in ("duties/", "duties/mine/", "duties/rules/", f"duties/{duty.pk}/", f"turns/{part.turn_id}/"):
        shown = page.get(WORK + at).content.decode()
        assert "<script>alert(1)" not in shown and "49" not in shown.split("</nav>")[-1]
        assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert(1)" not in page.get("/c/linden-court/activity/").content.decode()


def test_too_long_is_said_and_kept_out(page: Client, good: dict[str, Any]) -> None:
    at = f"{WORK}duties/{good['duty'].pk}/edit/"
    form = {"title": LONG, "starts_on": "2026-06-03", "unit": "week", "every": 1, "month_by": "day", "nth": 1, "weekday": 0}
    more = {"places": 1, "minutes": 1, "points": 0, "rotation": "nobody", "opens_before": 7, "closes_before": 0}
    answer = page.post(at, {**form, **more, "remind_days": 1, "version": 1})
    assert answer.status_code == 400 and "at most 200" in str(answer.context["form"].errors)
    assert Duty.objects.get(pk=good["duty"].pk).title == "Bins out"


@pytest.mark.parametrize("at", ["?page=0", "?page=999", "?page=x", "?view=%00", "?view[]=1", "?view=open&view=mine", "?mine=%F0"])
def test_odd_queries_of_lists_are_answered(page: Client, good: dict[str, Any], at: str) -> None:
    for path in ("duties/", "duties/mine/", "duties/rules/", "effort/", "duties/confirm/"):
        assert page.get(WORK + path + at).status_code == 200, path


@pytest.mark.parametrize("key", ["0", "999999999999999999", "1.5", "x", "-1"])
def test_keys_that_are_none_do_not_exist(page: Client, api: APIClient, good: dict[str, Any], key: str) -> None:
    for path in ("duties/{}/", "turns/{}/", "effort/{}/", "recurring/{}/"):
        assert page.get(WORK + path.format(key)).status_code == 404
    for path in ("duties/{}/", "turns/{}/", "parts/{}/", "efforts/{}/", "recurring-tasks/{}/"):
        assert api.get(API + path.format(key)).status_code == 404
    assert page.post(f"{WORK}parts/{key}/act/", {"act": "done"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "offices", "takes_part"),
    [
        ("admin", True, True),
        ("treasurer", True, True),
        ("secretary", True, True),
        ("member", False, True),
        ("observer", False, False),
    ],
)
def test_every_role_may_do_what_the_table_says(
    actor: Actor, linden: Cooperative, project: Project, role: str, offices: bool, takes_part: bool
) -> None:
    user = a_user(f"Role {role}")
    admit(actor, linden, name=user.name, user=user, roles=(role,))
    one = Actor.of(user)
    assert [may(one, f"tasks.{name}", linden) for name in ("change_duties", "coordinate", "correct_effort")] == [offices] * 3
    assert [may(one, f"tasks.{name}", project) for name in ("take_part", "recur", "note_effort")] == [takes_part] * 3
    assert may(one, "tasks.feed", linden) is True


def test_who_has_left_can_neither_read_nor_take_part(
    actor: Actor, linden: Cooperative, good: dict[str, Any], yusuf: User, yusuf_member: Membership, client_of: Any, signed_in: Any
) -> None:
    browser, program = signed_in(yusuf), client_of(yusuf)
    with acting(yusuf) as me:
        address = f"/calendar/{make_feed(me, linden).token}.ics"
    assert browser.get(f"{WORK}duties/").status_code == Client().get(address).status_code == 200
    end_membership(actor, yusuf_member)
    assert browser.get(f"{WORK}duties/").status_code == 404
    assert browser.post(f"{WORK}turns/{good['turn'].pk}/act/").status_code == 404
    assert program.get(f"{API}turns/").json()["count"] == 0
    assert program.post(f"{API}turns/{good['turn'].pk}/sign_up/").status_code == 404
    assert Client().get(address).status_code == 404
    assert who(good["turn"]) == ["Marta Lindqvist"]


def test_a_key_that_reads_takes_no_place_and_none_makes_a_feed(
    marta: User, actor: Actor, linden: Cooperative, good: dict[str, Any], yusuf: User
) -> None:
    with acting(yusuf) as me:
        reading = create_key(me, name="Wall", scope=Scope.READ)[1]
        writing = create_key(me, name="Robot", scope=Scope.WRITE)[1]
    program = APIClient()
    at = f"{API}turns/{good['turn'].pk}/sign_up/"
    assert program.post(at, {}, format="json", headers={"Authorization": f"Bearer {reading}"}).status_code == 403
    assert program.get(f"{API}turns/", headers={"Authorization": f"Bearer {reading}"}).json()["count"] == 1
    assert program.post(at, {}, format="json", headers={"Authorization": f"Bearer {writing}"}).status_code == 200
    assert who(good["turn"]) == ["Marta Lindqvist", "Yusuf Demir"]


def test_a_member_without_a_login_can_be_given_a_place_and_shows_no_id(
    actor: Actor, linden: Cooperative, good: dict[str, Any], page: Client, api: APIClient
) -> None:
    member = admit(actor, linden, name="Grandma Varga")
    page.post(f"{WORK}turns/{good['turn'].pk}/act/", {"member": member.pk})
    (_mine, hers) = api.get(f"{API}turns/{good['turn'].pk}/").json()["parts"]
    assert (hers["name"], hers["member"]) == ("Grandma Varga", None)


def test_one_name_is_left_of_somebody_who_was_erased(
    actor: Actor, linden: Cooperative, good: dict[str, Any], yusuf: User, yusuf_member: Membership, page: Client, monday: Any
) -> None:
    with acting(yusuf) as me:
        sign_up(me, good["turn"])
    end_membership(actor, yusuf_member)
    Membership.objects.filter(pk=yusuf_member.pk).update(left_name="")
    yusuf_member.person.name = ""
    yusuf_member.person.save()
    shown = page.get(f"{WORK}turns/{good['turn'].pk}/").content.decode()
    assert "Former member 2" in shown and "Yusuf" not in shown


def test_nobody_turns_reminders_off_for_somebody_else(
    page: Client, linden: Cooperative, yusuf_member: Membership, marta: User
) -> None:
    page.post(f"{WORK}feed/", {"act": "quiet", "member": yusuf_member.pk})
    with enter([linden.pk]):
        assert [row.member.user_id for row in Quiet.objects.all()] == [marta.pk]


def test_a_feed_is_of_whoever_asks_and_of_this_cooperative(
    page: Client, yusuf: User, linden: Cooperative, outsider: User, signed_in: Any
) -> None:
    page.post(f"{WORK}feed/", {"act": "make", "user": yusuf.pk})
    assert not CalendarFeed.objects.filter(user=yusuf).exists()
    assert signed_in(outsider).get(f"{WORK}feed/").status_code == 404
    with acting(outsider) as stranger, refused("not_found"):
        make_feed(stranger, linden)


def test_forms_are_refused_without_their_token(yusuf: User, good: dict[str, Any]) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(yusuf)
    for at in (f"turns/{good['turn'].pk}/act/", f"parts/{good['part'].pk}/act/", "feed/"):
        assert browser.post(WORK + at, {"act": "make"}).status_code == 403
    assert who(good["turn"]) == ["Marta Lindqvist"]


def test_posts_alone_change_anything(page: Client, good: dict[str, Any]) -> None:
    for name, key in (("tasks:turn_act", good["turn"].pk), ("tasks:part_act", good["part"].pk)):
        assert page.get(reverse(name, args=["linden-court", key])).status_code == 405
    before = counted()
    for at in ("feed/?act=make", f"duties/{good['duty'].pk}/edit/?switch=end", f"turns/{good['turn'].pk}/cancel/?reason=x"):
        assert page.get(WORK + at).status_code == 200
    assert counted() == before and not CalendarFeed.objects.exists()


@pytest.mark.parametrize("model", ["duty", "turn", "part", "recurringtask", "effort"])
def test_the_desk_shows_ones_own_rows_and_changes_none(page: Client, good: dict[str, Any], model: str) -> None:
    row = {"recurringtask": good["rule"], **good}[model]
    shown = page.get(f"/admin/tasks/{model}/")
    assert shown.status_code == 200 and f"/admin/tasks/{model}/{row.pk}/change/" in shown.content.decode()
    assert page.get(f"/admin/tasks/{model}/{row.pk}/change/").status_code == 200
    assert page.get(f"/admin/tasks/{model}/add/").status_code == 403
    assert page.post(f"/admin/tasks/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert type(row).objects.filter(pk=row.pk).exists()


def test_a_done_part_is_not_done_twice_in_the_ledger_by_replaying_requests(
    api: APIClient, good: dict[str, Any], monday: Any, actor: Actor, yusuf: User, client_of: Any
) -> None:
    monday.shift(timedelta(days=2))
    mark_done(actor, good["part"])
    his = client_of(yusuf)
    key = {"Idempotency-Key": "the-same-key-0001"}
    at = f"{API}parts/{good['part'].pk}/confirm/"
    first, second = (his.post(at, {}, format="json", headers=key) for _ in range(2))
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    assert his.post(at, {}, format="json").status_code == 409
    assert Effort.objects.filter(kind="duty").count() == 1
