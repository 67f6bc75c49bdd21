"""Saved filters for programs and at the desk: one's own, those that are shared, and nothing of anybody else's."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may, visible
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import a_member, a_user, refused
from tasks.actions import FILTERS_LIMIT, change_filter, keep_filter, take_in
from tasks.models import Project, SavedFilter
from tasks.tests.boards import problem

API = "/api/v1/saved-filters/"
DESK = "/admin/tasks/savedfilter/"


@pytest.fixture
def late(actor: Actor, linden: Cooperative, project: Project) -> SavedFilter:
    """A filter of Marta's that nobody else sees."""
    return keep_filter(actor, linden, name="Late ones", query="due=late", project=project)


@pytest.fixture
def shared(actor: Actor, linden: Cooperative, project: Project) -> SavedFilter:
    """A filter of Marta's that the project sees."""
    return keep_filter(actor, linden, name="Of this week", query="due=week", project=project, is_shared=True)


@pytest.fixture
def theirs(linden: Cooperative, yusuf: User, actor: Actor) -> SavedFilter:
    """A filter of Yusuf's, for all projects."""
    return keep_filter(Actor.of(yusuf), linden, name="Mine", query="who=me")


def names(api: APIClient, query: str = "") -> list[str]:
    """What a program finds."""
    return [row["name"] for row in api.get(f"{API}?{query}").json()["results"]]


# The rule


def test_one_sees_ones_own_and_what_is_shared_and_both_faces_agree(
    late: SavedFilter, shared: SavedFilter, theirs: SavedFilter, marta: User, yusuf: User, hassan: User, outsider: User
) -> None:
    rows = [late, shared, theirs]
    for user, wanted in ((marta, {late, shared}), (yusuf, {shared, theirs}), (hassan, {shared}), (outsider, set())):
        who = Actor.of(user)
        assert {row for row in rows if may(who, "tasks.see_filter", row)} == wanted
        assert set(visible(who, "tasks.see_filter", SavedFilter.objects.all())) == wanted


# Programs


def test_a_program_keeps_reads_changes_and_forgets(api: APIClient, linden: Cooperative, project: Project, marta: User) -> None:
    body = {"cooperative": linden.pk, "project": project.pk, "name": " Late  ones ", "query": "?x=1&sort=due&due=late"}
    made = api.post(API, body, format="json")
    assert made.status_code == 201 and made["ETag"] == '"1"'
    row = made.json()
    assert row.pop("created_at")
    assert row == {
        "id": row["id"],
        "cooperative": linden.pk,
        "project": project.pk,
        "name": "Late ones",
        "query": "due=late&sort=due",
        "is_shared": False,
        "owner": str(marta.public_id),
        "version": 1,
    }
    at = f"{API}{row['id']}/"
    assert api.get(at).json()["query"] == "due=late&sort=due"
    changed = api.patch(at, {"query": "due=week", "is_shared": True, "version": 1}, format="json").json()
    assert (changed["name"], changed["query"], changed["is_shared"], changed["version"]) == ("Late ones", "due=week", True, 2)
    whole = {"cooperative": linden.pk, "project": project.pk, "name": "Soon", "query": "due=week", "is_shared": False}
    assert api.put(at, whole, format="json", HTTP_IF_MATCH='"2"').json()["version"] == 3
    assert api.patch(at, {"name": "Soon", "version": 3}, format="json").json()["version"] == 3
    problem(api.delete(at), 428, "version_required")
    problem(api.delete(at, {"version": 2}, format="json"), 409, "stale", "version")
    assert api.delete(at, HTTP_IF_MATCH='"3"').status_code == 204
    assert (api.delete(at, HTTP_IF_MATCH='"3"').status_code, names(api)) == (404, [])


def test_what_is_wrong_is_named_with_its_field(
    api: APIClient, linden: Cooperative, project: Project, late: SavedFilter, foreign: Project
) -> None:
    def post(**facts: Any) -> Any:
        body = {"cooperative": linden.pk, "project": project.pk, "name": "New", "query": "who=me", **facts}
        return api.post(API, {key: value for key, value in body.items() if value is not ...}, format="json")

    problem(post(name=""), 400, "invalid", "name")
    problem(post(name="x" * 61), 400, "invalid", "name")
    problem(post(name="Late ones"), 409, "name_taken", "name")
    problem(post(query=...), 400, "invalid", "query")
    problem(post(query="colour=blue"), 400, "nothing_wanted", "query")
    problem(post(cooperative=...), 400, "invalid", "cooperative")
    problem(post(project=None, is_shared=True), 400, "no_project", "is_shared")
    problem(post(colour="red"), 400, "invalid", "colour")
    problem(post(version=1), 400, "invalid", "version")
    assert post(project=foreign.pk).content == post(project=987654).content
    assert post(cooperative=foreign.cooperative_id).content == post(cooperative=987654).content
    at = f"{API}{late.pk}/"
    problem(api.patch(at, {"name": "X"}, format="json"), 428, "version_required")
    problem(api.patch(at, {"query": "colour=blue", "version": 1}, format="json"), 400, "nothing_wanted", "query")
    problem(api.patch(at, {"project": None, "version": 1}, format="json"), 400, "invalid", "project")
    stale = api.patch(at, {"name": "X", "version": 7}, format="json")
    problem(stale, 409, "stale", "version")
    assert stale.json()["current"]["name"] == "Late ones"
    assert [row.name for row in SavedFilter.objects.all()] == ["Late ones"]


def test_a_filter_stays_in_its_project_and_cooperative(
    api: APIClient, actor: Actor, linden: Cooperative, late: SavedFilter, marta: User
) -> None:
    birch = Cooperative.objects.create(name="Birch", slug="birch", kind="housing")
    a_member(birch, marta, "member")
    at = f"{API}{late.pk}/"
    problem(api.patch(at, {"cooperative": birch.pk, "version": 1}, format="json"), 400, "invalid", "cooperative")
    assert api.patch(at, {"cooperative": linden.pk, "project": late.project_id, "version": 1}, format="json").status_code == 200
    problem(
        api.post(API, {"cooperative": birch.pk, "project": late.project_id, "name": "N", "query": "who=me"}, format="json"),
        400,
        "project",
        "project",
    )


def test_others_read_what_is_shared_and_know_nothing_of_the_rest(
    late: SavedFilter, shared: SavedFilter, theirs: SavedFilter, yusuf: User, hassan: User, outsider: User, client_of: Any
) -> None:
    program = client_of(yusuf)
    assert names(program) == ["Mine", "Of this week"]
    hidden, none = program.get(f"{API}{late.pk}/"), program.get(f"{API}987654/")
    assert (hidden.status_code, hidden.content) == (404, none.content)
    for pk, status in ((late.pk, 404), (shared.pk, 403)):
        assert program.patch(f"{API}{pk}/", {"name": "X", "version": 1}, format="json").status_code == status
        assert program.delete(f"{API}{pk}/").status_code == status
    assert names(client_of(hassan)) == ["Of this week"]
    assert names(client_of(outsider)) == []
    assert client_of(outsider).get(f"{API}{shared.pk}/").content == none.content
    assert APIClient().get(API).status_code == 401
    assert SavedFilter.objects.count() == 3


def test_only_who_leads_shares(
    late: SavedFilter, linden: Cooperative, project: Project, actor: Actor, yusuf: User, yusuf_member: Membership, client_of: Any
) -> None:
    program = client_of(yusuf)
    body = {"cooperative": linden.pk, "project": project.pk, "name": "N", "query": "who=me", "is_shared": True}
    problem(program.post(API, body, format="json"), 403, "forbidden")
    made = program.post(API, {**body, "is_shared": False}, format="json").json()
    problem(program.patch(f"{API}{made['id']}/", {"is_shared": True, "version": 1}, format="json"), 403, "forbidden")
    take_in(actor, project, member=yusuf_member, is_lead=True)
    assert program.patch(f"{API}{made['id']}/", {"is_shared": True, "version": 1}, format="json").json()["is_shared"] is True


def test_lists_are_narrowed(api: APIClient, late: SavedFilter, shared: SavedFilter, actor: Actor, marta: User) -> None:
    everywhere = keep_filter(actor, late.cooperative, name="A", query="who=me")
    assert names(api) == ["A", "Late ones", "Of this week"]
    assert names(api, f"project={late.project_id}") == ["Late ones", "Of this week"]
    assert names(api, "shared=true") == ["Of this week"]
    assert names(api, f"owner={marta.public_id}&shared=false") == ["A", "Late ones"]
    assert names(api, f"cooperative={everywhere.cooperative_id}&page_size=1") == ["A"]
    assert names(api, "owner=00000000-0000-4000-8000-000000000000") == []
    for wrong in ("project=x", "owner=x", "shared=perhaps"):
        assert api.get(f"{API}?{wrong}").status_code == (400 if wrong != "shared=perhaps" else 200)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(
    api: APIClient, actor: Actor, linden: Cooperative, project: Project, count: int
) -> None:
    for number in range(count):
        keep_filter(actor, linden, name=f"F{number}", query="who=me", project=project)
    with CaptureQueriesContext(connection) as caught:
        assert len(names(api)) == count
    assert len([query for query in caught if "tasks_savedfilter" in query["sql"]]) == 2  # counted, and read


def test_thirty_are_kept_and_no_more(api: APIClient, actor: Actor, linden: Cooperative, marta: User) -> None:
    own = Membership.objects.get(user=marta)
    SavedFilter.objects.bulk_create(
        SavedFilter(cooperative=linden, owner=own, name=f"F{number}", query="who=me") for number in range(FILTERS_LIMIT)
    )
    answer = api.post(API, {"cooperative": linden.pk, "name": "One more", "query": "who=me"}, format="json")
    problem(answer, 422, "too_many_filters")


def test_what_it_finds_can_be_changed(actor: Actor, late: SavedFilter) -> None:
    assert change_filter(actor, late, version=1, query="due=late").version == 1
    with refused("too_long"):
        change_filter(actor, late, version=1, query="&" * 1999)
    row = change_filter(actor, late, version=1, query="?due=week&page=3")
    assert (row.query, row.name, row.version) == ("due=week", "Late ones", 2)


# The desk


def test_filters_are_kept_changed_and_removed_at_the_desk(page: Client, linden: Cooperative, project: Project) -> None:
    body = {"cooperative": linden.pk, "project": project.pk, "name": "Late ones", "query": "due=late"}
    assert page.post(f"{DESK}add/", {**body, "query": "colour=blue"}).status_code == 400
    assert page.post(f"{DESK}add/", body).status_code == 302
    row = SavedFilter.objects.get()
    assert (row.name, row.query, row.project, str(row.owner)) == ("Late ones", "due=late", project, "Marta Lindqvist")
    change = f"{DESK}{row.pk}/change/"
    drawn = page.get(change).content.decode()
    assert 'value="Late ones"' in drawn and "due=late" in drawn and 'name="is_shared"' in drawn
    assert page.post(change, {"name": "Overdue", "is_shared": "on", "version": 1}).status_code == 302
    assert page.post(change, {"name": "Other", "version": 1}).status_code == 409
    row.refresh_from_db()
    assert (row.name, row.is_shared, row.version) == ("Overdue", True, 2)
    assert page.post(f"{DESK}{row.pk}/remove/", {"version": 1}).status_code == 409
    assert page.post(f"{DESK}{row.pk}/remove/", {"version": 2}).status_code == 302
    assert not SavedFilter.objects.exists()


def test_the_desk_shows_ones_own_and_what_is_shared(
    page: Client, late: SavedFilter, shared: SavedFilter, theirs: SavedFilter, foreign: Project, outsider: User
) -> None:
    far = Actor.of(outsider)
    with enter(far.cooperative_ids, far.user_id):
        secret = keep_filter(far, foreign.cooperative, name="Secret", query="who=me")
    shown = page.get(DESK).content.decode()
    assert "Late ones" in shown and "Of this week" in shown and "Mine" not in shown and "Secret" not in shown
    for pk in (theirs.pk, secret.pk, 987654):
        assert page.get(f"{DESK}{pk}/change/").status_code == 302  # Django's answer to what there is not
        assert page.post(f"{DESK}{pk}/remove/", {}).status_code == 302
    assert page.post(f"{DESK}{late.pk}/delete/", {"post": "yes"}).status_code == 403
    assert SavedFilter.objects.count() == 3


def test_what_another_officer_shares_is_looked_at_alone(shared: SavedFilter, linden: Cooperative, signed_in: Any) -> None:
    sara = a_user("Sara Secretary")
    a_member(linden, sara, "secretary")
    desk = signed_in(sara)
    drawn = desk.get(f"{DESK}{shared.pk}/change/").content.decode()
    assert "Of this week" in drawn and 'name="name"' not in drawn and "Remove the filter" not in drawn
    assert desk.post(f"{DESK}{shared.pk}/change/", {"name": "X", "version": 1}).status_code in (200, 403)
    assert desk.post(f"{DESK}{shared.pk}/remove/", {}).status_code == 403
    assert SavedFilter.objects.get().name == "Of this week"


def test_a_treasurer_is_not_asked_whether_to_share(linden: Cooperative, project: Project, signed_in: Any) -> None:
    tilda = a_user("Tilda Treasurer")
    a_member(linden, tilda, "treasurer")
    own = keep_filter(Actor.of(tilda), linden, name="Mine", query="who=me", project=project)
    desk = signed_in(tilda)
    assert 'name="is_shared"' not in desk.get(f"{DESK}{own.pk}/change/").content.decode()
    body = {"cooperative": linden.pk, "project": project.pk, "name": "N", "query": "who=me", "is_shared": "on"}
    assert desk.post(f"{DESK}add/", body).status_code == 403
    assert SavedFilter.objects.count() == 1


def test_the_desk_is_for_officers(late: SavedFilter, yusuf: User, signed_in: Any) -> None:
    assert signed_in(yusuf).get(DESK).status_code in (302, 403)


@pytest.mark.parametrize("count", [1, 3])
def test_the_desk_asks_as_often_for_three_as_for_one(
    page: Client, actor: Actor, linden: Cooperative, project: Project, count: int
) -> None:
    for number in range(count):
        keep_filter(actor, linden, name=f"F{number}", query="who=me", project=project)
    with CaptureQueriesContext(connection) as caught:
        assert page.get(DESK).content.decode().count("/change/") == count
    assert len([query for query in caught if "tasks_" in query["sql"] or "members_person" in query["sql"]]) <= 4
