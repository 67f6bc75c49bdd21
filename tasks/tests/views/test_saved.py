"""Filters that members keep: own ones, for a project or for all, shared by who leads."""

import re
from typing import Any

import pytest
from django.test import Client

from cooperatives.actions import RuleBroken, Stale
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import end_membership
from members.models import Membership, User
from tasks.actions import FILTERS_LIMIT, change_filter, create_project, keep_filter, remove_filter
from tasks.models import Project, ProjectMember, SavedFilter
from tasks.queries import saved_filters_for, saved_filters_of

MINE = "/c/linden-court/work/filters/"
NEW = f"{MINE}new/"


def text(answer: Any) -> str:
    return str(answer.content.decode())


def refused(code: str, *arguments: Any, **facts: Any) -> RuleBroken:
    with pytest.raises(RuleBroken) as caught:
        keep_filter(*arguments, **facts)
    assert caught.value.code == code
    return caught.value


@pytest.fixture
def late(actor: Actor, linden: Cooperative, project: Project) -> SavedFilter:
    """A filter of Marta's."""
    return keep_filter(actor, linden, name="Late ones", query="due=late", project=project)


def test_a_filter_is_kept_as_it_is_meant(actor: Actor, linden: Cooperative, project: Project) -> None:
    view = keep_filter(actor, linden, name="  Mine   now ", query="?x=1&who=me&sort=due&page=7&q=+a+", project=project)
    assert (view.name, view.query, view.project, view.is_shared) == ("Mine now", "q=a&who=me&sort=due", project, False)
    everywhere = keep_filter(actor, linden, name="Mine now", query="who=me")
    assert [str(row) for row in saved_filters_for(actor, linden, project)] == ["Mine now", "Mine now"]
    assert list(saved_filters_for(actor, linden, None)) == [everywhere]
    assert list(saved_filters_of(actor, linden)) == [everywhere, view]


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"name": "  "}, "name", "name"),
        ({"name": "x" * 61}, "too_long", "name"),
        ({"name": "a\x00"}, "not_text", "name"),
        ({"query": ""}, "nothing_wanted", "query"),
        ({"query": "colour=blue"}, "nothing_wanted", "query"),
        ({"query": "q=" + "%F0%9F%92%A7" * 100}, "too_long", "query"),
        ({"is_shared": True}, "no_project", "is_shared"),
    ],
)
def test_what_cannot_be_kept(actor: Actor, linden: Cooperative, project: Project, facts: Any, code: str, field: str) -> None:
    assert refused(code, actor, linden, **{"name": "A", "query": "who=me", **facts}).field == field
    assert not SavedFilter.objects.exists()


def test_a_name_is_taken_once_in_each_project(actor: Actor, linden: Cooperative, project: Project, late: SavedFilter) -> None:
    assert refused("name_taken", actor, linden, name="Late ones", query="who=me", project=project).status == 409
    other = create_project(actor, linden, name="Other")
    keep_filter(actor, linden, name="Late ones", query="who=me", project=other)
    keep_filter(actor, linden, name="Late ones", query="who=me")
    refused("name_taken", actor, linden, name="Late ones", query="due=late")


def test_nobody_keeps_more_than_thirty(actor: Actor, linden: Cooperative, project: Project, yusuf: User) -> None:
    for number in range(FILTERS_LIMIT):
        view = keep_filter(actor, linden, name=f"Filter {number}", query="who=me")
    refused("too_many_filters", actor, linden, name="One more", query="who=me")
    keep_filter(Actor.of(yusuf), linden, name="Mine", query="who=me")
    remove_filter(actor, view, version=view.version)
    keep_filter(actor, linden, name="One more", query="who=me")


def test_observers_keep_filters_and_the_system_does_not(
    hassan: User, linden: Cooperative, project: Project, actor: Actor
) -> None:
    assert keep_filter(Actor.of(hassan), linden, name="Mine", query="who=me").owner.user == hassan
    refused("forbidden", SYSTEM, linden, name="Mine", query="who=me")


def test_a_project_of_another_cooperative_is_none(actor: Actor, linden: Cooperative, foreign: Project) -> None:
    refused("project", actor, linden, name="A", query="who=me", project=foreign)


def test_who_leads_shares(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, hassan: User, yusuf_member: Membership
) -> None:
    yusuf_acts = Actor.of(yusuf)
    facts = {"name": "Ours", "query": "who=none", "project": project, "is_shared": True}
    refused("forbidden", yusuf_acts, linden, **facts)
    row = ProjectMember.objects.create(cooperative=linden, project=project, member=yusuf_member)
    refused("forbidden", yusuf_acts, linden, **facts)
    row.is_lead = True
    row.save()
    view = keep_filter(yusuf_acts, linden, **facts)
    assert list(saved_filters_for(actor, linden, project)) == [view] == list(saved_filters_for(Actor.of(hassan), linden, project))
    assert list(saved_filters_of(actor, linden)) == [] == list(saved_filters_for(actor, linden, None))
    change_filter(yusuf_acts, view, version=1, is_shared=False)
    assert list(saved_filters_for(actor, linden, project)) == []


def test_an_administrator_shares_too(actor: Actor, linden: Cooperative, project: Project) -> None:
    assert keep_filter(actor, linden, name="Ours", query="who=none", project=project, is_shared=True).is_shared


def test_renamed_by_its_owner_alone(actor: Actor, late: SavedFilter, yusuf: User, linden: Cooperative, project: Project) -> None:
    renamed = change_filter(actor, late, version=1, name="Overdue")
    assert (renamed.name, renamed.version) == ("Overdue", 2)
    assert change_filter(actor, late, version=2, name="Overdue").version == 2
    with pytest.raises(Stale):
        change_filter(actor, late, version=1, name="Other")
    keep_filter(actor, linden, name="Other", query="who=me", project=project)
    with pytest.raises(RuleBroken) as caught:
        change_filter(actor, late, version=2, name="Other")
    assert caught.value.code == "name_taken"
    for act in (lambda who: change_filter(who, late, version=2, name="X"), lambda who: remove_filter(who, late, version=2)):
        with pytest.raises(RuleBroken) as caught:
            act(Actor.of(yusuf))
        assert caught.value.status == 403
    assert SavedFilter.objects.get(pk=late.pk).name == "Overdue"


def test_who_leaves_keeps_none(
    actor: Actor, linden: Cooperative, project: Project, yusuf: User, yusuf_member: Membership
) -> None:
    keep_filter(Actor.of(yusuf), linden, name="Mine", query="q=secret")
    keep_filter(actor, linden, name="Mine", query="who=me")
    end_membership(actor, yusuf_member)
    assert [row.owner.user for row in SavedFilter.objects.select_related("owner__user")] == [actor.user]


def test_saved_from_a_list_and_offered_there(page: Client, project: Project) -> None:
    listing = f"/c/linden-court/work/{project.pk}/list/"
    assert f'href="{NEW}?project={project.pk}&amp;due=late"' in text(page.get(f"{listing}?due=late"))
    assert NEW not in text(page.get(listing))
    form = page.get(f"{NEW}?project={project.pk}&due=late")
    assert '<input type="hidden" name="query" value="due=late"' in text(form)
    assert "For House committee." in text(form) and 'name="is_shared"' in text(form)
    answer = page.post(f"{NEW}?project={project.pk}&due=late", {"name": "Late ones", "query": "due=late"})
    assert (answer.status_code, answer["Location"]) == (302, f"{listing}?due=late")
    shown = text(page.get(f"{listing}?due=late"))
    assert "Saved the filter Late ones." in shown
    assert 'href="' + listing + '?due=late" aria-current="true"><bdi>Late ones</bdi>' in shown


def test_a_filter_for_all_projects_cannot_be_shared(page: Client, project: Project, yusuf: User, signed_in: Any) -> None:
    assert 'name="is_shared"' not in text(page.get(f"{NEW}?who=me"))
    assert 'name="is_shared"' not in text(signed_in(yusuf).get(f"{NEW}?project={project.pk}&who=me"))
    assert (
        page.post(NEW, {"name": "Mine", "query": "who=me", "is_shared": "on"})["Location"] == "/c/linden-court/work/list/?who=me"
    )
    assert not SavedFilter.objects.get().is_shared


def test_what_is_wrong_stands_on_the_form(page: Client, project: Project) -> None:
    empty = page.post(NEW, {"name": "A"})
    assert empty.status_code == 400 and "Choose a filter or an order first" in text(empty)
    nameless = page.post(NEW, {"name": "", "query": "who=me"})
    assert nameless.status_code == 400 and "This field is required." in text(nameless) and 'value="who=me"' in text(nameless)


def test_my_filters_are_listed_renamed_and_removed(page: Client, late: SavedFilter, project: Project) -> None:
    shown = text(page.get(MINE))
    assert f'href="/c/linden-court/work/{project.pk}/list/?due=late"' in shown and "Up to 30 filters" in shown
    answer = page.post(f"{MINE}{late.pk}/", {"name": "Overdue", "is_shared": "on", "version": 1})
    assert (answer.status_code, answer["Location"]) == (302, MINE)
    late.refresh_from_db()
    assert (late.name, late.is_shared, late.version) == ("Overdue", True, 2)
    stale = page.post(f"{MINE}{late.pk}/", {"name": "Other", "version": 1})
    assert stale.status_code == 409 and "Overdue" in text(stale)
    assert page.get(f"{MINE}{late.pk}/remove/").status_code == 405
    for seen in ({}, {"version": 1}):
        assert "so nothing was done" in text(page.post(f"{MINE}{late.pk}/remove/", seen, follow=True))
    assert 'name="version" value="2"' in text(page.get(MINE))
    assert page.post(f"{MINE}{late.pk}/remove/", {"version": 2}).status_code == 302
    assert "No filter is saved yet" in text(page.get(MINE))


def test_what_others_keep_is_as_unknown_as_none(
    late: SavedFilter, yusuf: User, outsider: User, signed_in: Any, foreign: Project, page: Client
) -> None:
    browser = signed_in(yusuf)
    for pk in (late.pk, 999_999):
        assert browser.get(f"{MINE}{pk}/").status_code == 404
        assert browser.post(f"{MINE}{pk}/", {"name": "X", "version": 1}).status_code == 404
        assert browser.post(f"{MINE}{pk}/remove/").status_code == 404
    assert "Late ones" not in text(browser.get(MINE))
    assert signed_in(outsider).get(MINE).status_code == 404
    assert [page.get(f"{NEW}?project={key}&who=me").status_code for key in (foreign.pk, 999_999, "x")] == [404] * 3
    with enter([foreign.cooperative_id]):
        assert not SavedFilter.objects.exists()


def test_my_filters_cost_the_same_for_one_and_three(
    page: Client, actor: Actor, linden: Cooperative, project: Project, statements: Any
) -> None:
    counts = []
    for names in (["A"], ["B", "C"]):
        for name in names:
            keep_filter(actor, linden, name=name, query="who=me", project=project)
        counts.append(statements(MINE))
    assert counts[0] == counts[1]


def test_the_form_says_what_is_kept(page: Client, project: Project) -> None:
    shown = page.get(f"/c/linden-court/work/filters/new/?project={project.pk}&q=roof+<b>&who=me&due=late").content.decode()
    said = re.findall(r'<li class="pill plain">([^<]+): <bdi>([^<]+)</bdi>', shown)
    assert said == [("Words", "roof &lt;b&gt;"), ("Assigned to", "Me"), ("Due", "Late")]
    assert 'class="pill plain"' not in page.get("/c/linden-court/work/filters/new/").content.decode()
