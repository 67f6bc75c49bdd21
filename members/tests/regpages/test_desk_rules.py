"""What the desk refuses: every rule that an action knows, foreign rows in every place, whoever may not."""

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import grant_role, house, make_household
from members.models import Building, Household, Membership, Occupancy, Person, RoleGrant, Unit, User
from members.roles import Role

from ..factories import a_cooperative, a_member, a_user, days
from .conftest import House, as_, member_of
from .test_desk import DESKS, TODAY, Desk, a_file, at, desk, keeps, more, rows, said

__all__ = ["desk", "rows"]


@pytest.fixture(params=[None, Role.MEMBER], ids=["no member there", "plain member there"])
def birch(alder: Cooperative, ada: User, request: Any) -> dict[type, Any]:
    """A row of everything in a cooperative in which Ada holds no office."""
    other = a_cooperative(a_user("Sam Stranger"), "Birch Lane")
    if request.param:
        a_member(other, ada, request.param)
    with enter([other.pk]):
        return {**more(other, 9), Cooperative: other}


# --- Rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("act", "body"), [("end", {"on": TODAY, "despite": "x"}), ("pause", {"starts_on": TODAY})])
def test_the_last_admin_stays(desk: Desk, ada: User, inside: None, act: str, body: dict[str, Any]) -> None:
    answer = desk(Membership, act, member_of(ada).pk, **body)
    assert (answer.status_code, "Make somebody else admin first." in said(answer)) == (409, True)


def test_the_role_of_the_last_admin_stays(desk: Desk, ada: User, inside: None) -> None:
    grant = RoleGrant.objects.get(membership=member_of(ada), role=Role.ADMIN)
    answer = desk(RoleGrant, "end", grant.pk, on=TODAY)
    assert (answer.status_code, "Make somebody else admin first." in said(answer)) == (409, True)


def test_two_agreements_do_not_overlap(desk: Desk, house_: House) -> None:
    body = {"unit": house_.n101.pk, "household": house_.oduyas.pk, "kind": "member", "starts_on": TODAY}
    answer = desk(Occupancy, "add", **body)
    assert answer.status_code == 409
    assert "Oduya has N-101" in str(answer.context["adminform"].form.errors["unit"])


def test_an_agreement_is_not_moved_over_another(desk: Desk, house_: House, alder: Cooperative) -> None:
    desk(Occupancy, "end", house_.agreement.pk, on=TODAY, version=house_.agreement.version)
    lees = make_household(SYSTEM, alder, name="Lee")
    second = house(SYSTEM, house_.n101, lees, starts_on=days(0))
    answer = desk(Occupancy, "change", second.pk, starts_on=days(-5).isoformat(), kind="member", version=1)
    assert (answer.status_code, "Oduya has N-101" in said(answer)) == (409, True)


def test_a_stale_form_changes_nothing_and_shows_both_values(desk: Desk, house_: House) -> None:
    desk(Building, "change", house_.north.pk, name="Mine", address="Elm Road 1", version=1)
    answer = desk(Building, "change", house_.north.pk, name="Theirs", address="Elm Road 1", version=1)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert ("Mine" in page, 'value="Theirs"' in page, 'name="version" value="2"' in page) == (True, True, True)
    house_.north.refresh_from_db()
    assert house_.north.name == "Mine"


@pytest.mark.parametrize("version", ["", "x", None])
def test_a_form_without_its_version_changes_nothing(desk: Desk, bens: Membership, version: Any) -> None:
    body = {"name": "Other", **({} if version is None else {"version": version})}
    answer = desk(Person, "change", bens.person_id, **body)
    assert answer.status_code == 400
    assert Person.objects.get(pk=bens.person_id).name == "Ben Oduya"


def test_nothing_is_deleted_but_a_unit_that_nothing_refers_to(desk: Desk, client: Client, house_: House, rows: Any) -> None:
    for model, row in rows.items():
        assert client.post(at(model, "delete", row.pk), {"post": "yes"}).status_code == 403
        client.post(at(model, "changelist"), {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
        assert model.objects.filter(pk=row.pk).exists()
        assert DESKS[model].list_editable == DESKS[model].inlines == ()
    kept = desk(Unit, "remove", house_.n101.pk, version=1)
    assert (kept.status_code, "end of use instead" in said(kept)) == (422, True)
    assert at(Unit, "remove", house_.n101.pk) not in desk(Unit, "change", house_.n101.pk).content.decode()
    assert desk(Unit, "remove", house_.n201.pk, version=1).url == at(Unit, "changelist")
    assert not Unit.objects.filter(pk=house_.n201.pk).exists()


def test_roles_are_given_by_who_signed_in_a_moment_ago(desk: Desk, bens: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.security.answers.Answers.is_fresh", lambda answers, request: False)
    assert desk(Membership, "role", bens.pk, role="admin", starts_on=TODAY).status_code == 302
    assert not bens.grants.filter(role=Role.ADMIN).exists()


# --- Whose it is ------------------------------------------------------------------------------------------------------


def test_a_foreign_row_is_answered_as_none(desk: Desk, client: Client, inside: None, birch: dict[type, Any]) -> None:
    before = Event.objects.count()
    for model, each in DESKS.items():
        names = ["change", "history", *(act.key for act in each.acts)]
        for address in (at(model, name, birch[model].pk) for name in names):
            for answer in (client.get(address), client.post(address, {"version": 1, "on": TODAY, "reason": "x"})):
                assert (answer.status_code, answer.headers.get("Location")) == (302, "/admin/"), address
        assert client.get(at(model, "changelist") + "?q=9").context["cl"].result_count == 0
        client.post(at(model, "changelist"), {"action": "as_csv", "_selected_action": [birch[model].pk]})
    assert Event.objects.count() == before


@pytest.mark.parametrize(
    ("model", "field", "body"),
    [
        (Building, Cooperative, {"name": "X"}),
        (Unit, Building, {"code": "X", "kind": "flat"}),
        (Occupancy, Unit, {"household": "own", "kind": "guest", "starts_on": TODAY}),
        (Occupancy, Household, {"unit": "own", "kind": "guest", "starts_on": TODAY}),
        (Membership, Cooperative, {"name": "X", "on": TODAY, "role": "member"}),
    ],
)
def test_a_foreign_id_in_a_form_is_no_choice(
    desk: Desk, house_: House, birch: dict[type, Any], model: type, field: Any, body: dict[str, Any]
) -> None:
    own = {"household": house_.oduyas.pk, "unit": house_.n201.pk}
    name = field._meta.model_name
    sent = {**{key: own[key] if value == "own" else value for key, value in body.items()}, name: birch[field].pk}
    answer = desk(model, "add", **sent)
    assert (answer.status_code, "Select a valid choice" in str(answer.context["adminform"].form.errors[name])) == (400, True)
    assert "Birch" not in desk(model, "add").content.decode()


def test_names_are_completed_from_ones_own_rows_alone(desk: Desk, client: Client, rows: Any, birch: Any) -> None:
    found = {}
    for model, field in ((Occupancy, "unit"), (Occupancy, "household"), (Membership, "person"), (Unit, "building")):
        asked = {"app_label": "members", "model_name": model._meta.model_name, "field_name": field, "term": ""}
        told = json.loads(client.get(reverse("admin:autocomplete"), asked).content)
        found[field] = [each["text"] for each in told["results"]]
    assert found["building"] == ["=West 1"]
    assert not [text for texts in found.values() for text in texts if "9" in text or "Stranger" in text]


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.TREASURER, Role.OBSERVER, Role.MEMBER])
def test_who_only_reads_changes_nothing(client: Client, alder: Cooperative, rows: dict[type, Any], role: str) -> None:
    user = a_user("Kim Reader") if role == Role.TREASURER else keeps(a_user("Kim Reader"))
    mine = a_member(alder, user, role)
    as_(client, user)
    before = Event.objects.count()
    for model, each in DESKS.items():
        own = model is Membership
        row = mine if own else rows[model]
        adds = client.post(at(model, "add"), {"name": "X"})
        acts = [client.post(at(model, act.key, row.pk), {"version": 1}) for act in each.acts if act.key != "end" or not own]
        sends = [client.post(at(model, "change", row.pk), {"name": "X", "version": 1}), adds, *acts]
        assert {answer.status_code for answer in sends} <= {302, 403}, model
        file = client.post(at(model, "changelist"), {"action": "as_csv", "_selected_action": [row.pk]})
        assert "text/csv" not in file.headers["Content-Type"]
    assert Event.objects.count() == before
    lists = {model: client.get(at(model, "changelist")) for model in DESKS}
    reads = {model for model, page in lists.items() if page.status_code == 200 and page.context["cl"].result_count}
    assert (Person in reads, Membership in reads) == (role == Role.TREASURER, role == Role.TREASURER)
    assert "/c/alder-yard/members/import/" not in client.get(at(Person, "changelist")).content.decode()
    ((_alder, figures),) = client.get("/admin/").context["cooperatives"]
    assert len(figures) == (5 if role == Role.TREASURER else 1), "imports are the office's, vacant units everybody's"


def test_a_secretary_decides_nothing_about_officers(client: Client, alder: Cooperative, rows: Any, ada: User) -> None:
    user = a_user("Sue Lang")
    a_member(alder, user, Role.SECRETARY)
    as_(client, user)
    for row, allowed in ((member_of(ada), False), (rows[Membership], True)):
        assert (client.get(at(Membership, "end", row.pk)).status_code == 200) is allowed
        assert (client.get(at(Membership, "pause", row.pk)).status_code == 200) is allowed
        assert client.post(at(Membership, "role", row.pk), {"role": "admin", "starts_on": TODAY}).status_code == 403
    grant_role(SYSTEM, rows[Membership], role=Role.TREASURER)
    assert client.post(at(Membership, "end", rows[Membership].pk), {"on": TODAY}).status_code == 403


def test_a_coop_without_homes_gets_none(client: Client, ada: User) -> None:
    chama = a_cooperative(ada, "Kilele", kind="chama")
    as_(client, ada)
    assert client.get(at(Building, "add")).status_code == 403
    assert client.post(at(Building, "add"), {"cooperative": chama.pk, "name": "X"}).status_code == 403


# --- Files and figures ------------------------------------------------------------------------------------------------


def test_chosen_rows_are_taken_away_inert_and_recorded(desk: Desk, client: Client, rows: dict[type, Any]) -> None:
    body = {"action": "as_csv", "_selected_action": [rows[Person].pk]}
    answer = client.post(at(Person, "changelist"), body)
    head, line = b"".join(answer.streaming_content).decode().splitlines()
    assert (head.split(",")[0], line.split(",")[0]) == ("\ufeffname", "'=Nora 1")
    assert '"count":1' in Event.objects.get(kind="members.exported").detail.text.replace(" ", "")
    assert [line.split(",")[1] for line in a_file(client, Unit).lines] == ["building", "'=West 1", "'=West 1"]


def test_a_file_is_handed_to_who_signed_in_a_moment_ago(
    desk: Desk, client: Client, rows: dict[type, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.security.answers.Answers.is_fresh", lambda answers, request: False)
    body = {"action": "as_csv", "_selected_action": [rows[Person].pk]}
    assert client.post(at(Person, "changelist"), body).status_code == 302
    assert not Event.objects.filter(kind="members.exported").exists()


def test_chosen_invitations_are_taken_back(desk: Desk, client: Client, rows: dict[type, Any]) -> None:
    from_list = [row for model, row in rows.items() if model.__name__ == "Invitation"]
    body = {"action": "revoke_chosen", "_selected_action": [row.pk for row in from_list]}
    assert "1 invitation is taken back." in client.post(at(type(from_list[0]), "changelist"), body, follow=True).content.decode()
    from_list[0].refresh_from_db()
    assert from_list[0].revoked_at is not None


def test_the_start_page_tells_the_figures_of_ones_own(client: Client, desk: Desk, ada: User, rows: Any, birch: Any) -> None:
    def shown() -> tuple[list[Any], int]:
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/admin/")
        return page.context["cooperatives"], len(queries)

    (told,), one = shown()
    assert told[0].name == "Alder Yard"
    assert [figure.value for figure in told[1]] == [2, 1, 1, 1, 1, 1]
    lists = [page.context["cl"] for figure in told[1] if "cl" in (page := client.get(figure.url)).context]
    assert [each.result_count for each in lists] == [2, 1, 1, 1, 1, 1], "what is counted is what the list shows"
    for n in range(3):
        a_cooperative(ada, f"Other {n}")
    several, cost = shown()
    assert (len(several), cost) == (4, one)


def test_who_stands_nowhere_sees_no_figures(client: Client, keeper: User, rows: Any) -> None:
    page = as_(client, keeper).get("/admin/")
    assert (page.status_code, page.context["cooperatives"]) == (200, [])
    assert days(0).isoformat() == TODAY
