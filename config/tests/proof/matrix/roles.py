"""docs/roles.md: who may do what, drawn for people from the policy itself."""

from pathlib import Path
from typing import Any

from activity.models import Event
from config.env import BASE_DIR
from cooperatives.actions import found
from cooperatives.fences.declared import owned_models
from cooperatives.models import Cooperative
from cooperatives.policy import ANONYMOUS, RULES, Actor, Standing, may
from cooperatives.queries import enter
from members.models import ApiKey, User

from ..world import World

PAGE: Path = BASE_DIR / "docs" / "roles.md"
COLUMNS = ("visitor", "outsider", "observer", "member", "treasurer", "secretary", "admin", "founder", "keeper")
YES, OWN, NO = "yes", "own", "–"
WORDS = {
    "activity.erase": "erase the personal detail of a record",
    "activity.read": "read a record: members what is for members, officers everything",
    "activity.replay": "send a record again that did not arrive",
    "activity.see": "open the activity page",
    "cooperatives.desk": "open its desk in the Django admin, which then asks for each act",
    "cooperatives.change": "change name, colour, currency and the other settings",
    "cooperatives.found": "found a cooperative",
    "cooperatives.search": "search in it",
    "cooperatives.see": "open its overview",
    "members.admit": "enter a person into the register, as member or observer",
    "members.change_user": "change what a login says about its person",
    "members.end": "end a membership",
    "members.end_key": "end an API key",
    "members.grant": "give and end roles",
    "members.keys": "see and make API keys",
    "members.profile": "open one's own profile",
    "members.see": "see the directory",
    "members.see_user": "see a person's public profile",
    "members.read_register": "read the register: everybody ever entered, with addresses and dates",
    "members.correct": "correct a person's entry, one's own contact data included",
    "members.pause": "pause a membership, or end the pause",
    "members.end_despite": "let somebody leave although matters are open",
    "members.see_homes": "see buildings and units",
    "members.see_household": "see a household",
    "members.see_occupancy": "see an agreement about a home",
    "members.change_homes": "add and change buildings, units and households",
    "members.house": "begin, change and end agreements about homes",
    "members.see_committees": "see committees and their seats",
    "members.change_committees": "found, change and end committees, give and end seats",
    "members.offered": "see what homes one is offered",
    "members.answer_offer": "answer the offer of a home: one's own, or for somebody who waits",
    "members.import": "import a file into the register, or take that back",
    "members.export": "take lists of the register away as files",
    "members.hand_over": "hand a person over what is kept about them",
    "members.own_data": "take along what is kept about oneself",
    "members.view": "keep and forget one's own views of lists",
    "members.show": "choose what fellow members see of a person",
    "members.consent": "note a consent, or that it was withdrawn",
    "members.ask_erasure": "ask that a person's data be erased, or call that off",
    "members.erase_own": "ask for that after leaving",
    "members.erase": "see what an erasure takes, and its receipt",
    "members.begin": "fill in sample data, remove it, put the first steps away",
    "members.begins": "see the first steps",
    "members.see_ways": "see invitations, requests to join and the waiting list",
    "members.invite": "invite people, send again, print slips, take back",
    "members.accept": "come in by an invitation",
    "members.ask": "ask to join a cooperative that lists itself",
    "members.see_request": "see a request to join",
    "members.decide": "let somebody join who asked, or decline",
    "members.withdraw": "take a request to join back",
    "members.questions": "say what who asks to join is asked",
    "members.wait": "keep the waiting list: enter, rank, offer a home, note the answer",
    "tasks.change": "change a task, or archive it",
    "tasks.change_lane": "change a lane, or archive it",
    "tasks.change_project": "change a project and its labels, or archive it",
    "tasks.create": "add a task",
    "tasks.create_lane": "add a lane",
    "tasks.create_project": "start a project",
    "tasks.import": "bring a board from another system",
    "tasks.move": "move a card",
    "tasks.overfill": "put a card into a lane that is full",
    "tasks.mine": "open one's own work in all cooperatives",
    "tasks.close_project": "close a project to all but its members, or open it again",
    "tasks.see_filter": "see a saved filter: one's own, and those that are shared with their project",
    "tasks.keep_filter": "keep filters of lists by a name",
    "tasks.change_filter": "rename, share or forget one's own filter",
    "tasks.share_filter": "show a filter to everybody in its project",
    "tasks.people": "say who belongs to a project, and who leads it",
    "tasks.watch": "hear of a task, or no longer",
    "tasks.comment": "comment on a task",
    "tasks.edit_comment": "change one's own comment",
    "tasks.remove_comment": "take a comment back: one's own, or as an officer any",
    "tasks.change_duties": "set up, change, pause or end a duty",
    "tasks.coordinate": "give and take places of a duty, and call its turns off",
    "tasks.take_part": "sign up for a duty, withdraw, stand in, say that it is done, confirm it",
    "tasks.recur": "set up and change recurring tasks",
    "tasks.note_effort": "note one's own time",
    "tasks.correct_effort": "take back what the ledger says of oneself, or as an officer of anybody",
    "tasks.feed": "have a calendar address, and choose reminders",
    "tasks.reorder": "put the cards of a lane in order",
    "tasks.see": "see projects, boards and tasks",
}
PREFACE = """\
# Who may do what

Written by `make matrix` from the policy of each room; a test fails when it is no longer true. Which address answers
whom, and how, stands in `config/tests/proof/matrix/doors.txt`, with the fields that each reader gets (`outputs.txt`),
what each write can change (`changes.txt`) and who may manage whom in the register (`register.txt`).

A role is a dated grant in one cooperative and ends with its date; a member may hold several, and then may do what any of
them may. **Outsider** is somebody with a login who does not belong to the cooperative, also an admin of another one or a
member who has left: for them nothing in it exists (404). A member without the right is told so (403). **Founder** is who
founded the cooperative and is still a member, whatever the role. **Keeper** keeps the installation: logins and schedules,
and nobody's books; a keeper who is a member has that role's rights besides. `own` means what is one's own: one's profile,
one's membership, the people with whom one shares a cooperative.

Treasurers, secretaries and admins enter the Django admin as well as keepers do. It shows them the cooperatives in which
they hold that office and nothing else, each desk to whom the table lets see its rows, each act to whom the table lets do it.
Logins, schedules and sign-in providers stay with keepers. A keeper who is a member finds their own cooperatives there.
"""


def actors(world: World) -> dict[str, tuple[Actor, Cooperative]]:
    """Somebody for each column, and the cooperative that they are asked about."""
    here = world.here
    people = {name: (world.actor(name), here) for name in COLUMNS if name in world.users}
    founder = world.users["outsider"]
    founded = found(Actor.of(founder), name="Founded Elsewhere", kind="housing")
    standing = Standing(founded.pk, Actor.of(founder).standings[founded.pk].membership_id, frozenset({"observer"}))
    people["founder"] = (Actor(founder, {founded.pk: standing}), founded)
    return {name: people.get(name, (ANONYMOUS, here)) for name in COLUMNS}


def cell(action: str, actor: Actor, cooperative: Cooperative) -> str:
    """Whether the actor may do it to the cooperative or any row in it, to some of them only, or not at all."""
    with enter([cooperative.pk]):
        subjects = _subjects(action, actor, cooperative)
        answers = {may(actor, action, row) for row in subjects}
        if subjects[0] == cooperative and may(actor, action, cooperative):
            return YES
    return NO if True not in answers else (OWN if False in answers else YES)


def _subjects(action: str, actor: Actor, cooperative: Cooperative) -> list[Any]:
    """What an action may be about; the cooperative itself comes first, since a right to it is a right to all in it."""
    if action == "activity.read":
        return list(Event.objects.all())
    if action.endswith("_user"):
        return list(User.objects.all())
    if action == "members.end_key":
        return [ApiKey(user_id=0), ApiKey(user_id=actor.user_id)]
    room = action.partition(".")[0]
    rows = [row for model in owned_models() if model._meta.app_label == room for row in model.objects.all()]
    return [cooperative, *rows]


def page(world: World) -> str:
    """The whole page."""
    people = actors(world)
    lines = [PREFACE]
    room = ""
    for action in sorted(RULES):
        if action.partition(".")[0] != room:
            room = action.partition(".")[0]
            lines += [f"\n## {room.capitalize()}\n", f"| | {' | '.join(COLUMNS)} |", f"|---|{'---|' * len(COLUMNS)}"]
        words = f"{WORDS[action]} (`{action}`)"
        lines.append(f"| {words} | {' | '.join(cell(action, *people[column]) for column in COLUMNS)} |")
    return "\n".join(lines) + "\n"


class Page:
    """The page as a table of one cell, so that `make matrix` writes it with the others."""

    path = PAGE

    @staticmethod
    def write(rows: Any) -> None:
        """Replace the page."""
        PAGE.write_text(rows["page"]["text"])
