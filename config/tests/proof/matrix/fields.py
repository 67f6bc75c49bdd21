"""Mass assignment: every write is sent every field there is, and what then changes is written down."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models

from config.rooms import modules
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import Membership, User

from ...kept import undone
from ..ledger import past_the_walls
from ..shares import WHOLE
from ..surface import SAFE, Door, doors
from ..world import HERE, World
from .tables import Listing, line_of
from .trying import NOTES, YES, knock, valid, word_of

TEMPTING = (
    "id", "pk", "cooperative", "cooperative_id", "organization", "created_by", "created_by_id", "creator", "creator_id", "role",
    "roles", "is_staff", "is_superuser", "is_active", "is_demo", "rank", "number", "version", "archived", "archived_at",
    "created_at", "updated_at", "user", "user_id", "actor", "actor_id", "password", "email", "public_id", "slug", "key", "seq",
    "hash", "permissions", "groups", "until", "_state", "__class__",
)  # fmt: skip
CHUNK = 18  # of the fields it does not know the API names the first twenty
FEW = 1 if WHOLE else 12  # of the fields that a form ignores are sent together
NONE = "no_such_field"
FILE = "changes.txt"
PREFACE = """
What each write changes when it brings a valid body and, besides, every field of every model behind it and every name
that would tempt somebody. `table.column` a stored value changed, `+table` a new row, `+table.column` a value in it that
the client chose, `-table` a row that went. The API refused every field it does not know by name; forms ignored theirs.
Actors who are not named change nothing at all. Written by `make matrix`, read by people.
"""


def listing() -> Listing:
    """Changes by door and actor."""
    return Listing(FILE, PREFACE)


def home(door: Door) -> str:
    """The room whose honest client sends a body to this door; empty for a door without one."""
    rooms = [room for room in modules("tests.bodies") if {str(door), door.name} & room.BODIES.keys()]
    return rooms[0].__name__.partition(".")[0] if rooms else ""


def writes() -> list[Door]:
    """Every writing door that a room of ours answers for, and the admin pages of our models."""
    found = {line_of(door): door for door in doors() if door.method not in SAFE and door.method != "OPEN"}
    return [door for door in found.values() if home(door) or (door.kind == "admin" and _is_ours(door.model))]


def _is_ours(model: Any) -> bool:
    return model is not None and model._meta.app_label in settings.ROOMS


def fields_of(door: Door) -> dict[str, Any]:
    """Every name that is sent to a door, with the column it means, if any."""
    behind = [door.model] if _is_ours(door.model) else list(apps.get_app_config(home(door)).get_models())
    names: dict[str, Any] = dict.fromkeys(TEMPTING)
    for model in behind:
        for field in model._meta.concrete_fields:
            names |= {field.name: field, field.attname: field}
    serializer = getattr(door.viewset, "serializer_class", None) if door.kind == "api" else None
    return dict.fromkeys(serializer().fields if serializer else ()) | names


class Temptation:
    """The values that are sent: each of a kind its column would take, and known wherever it turns up."""

    def __init__(self, world: World) -> None:
        with enter([world.here.pk]):
            somebody = Membership.objects.filter(user=None).order_by("pk").last()
            self.assignee = Membership.objects.get(user=world.users["observer"])
        self.rows = {
            Membership: somebody.pk,
            User: User.objects.create_user("mallory@example.org", None, name="Mallory").pk,
            Cooperative: world.here.pk,
        }
        self.world = world

    def value(self, name: str, field: Any) -> Any:
        """One value for one name."""
        if name == "assigned_to":
            return str(self.world.users["observer"].public_id)
        if name in ("assignees", "assignee_ids"):
            return [self.assignee.pk]
        if isinstance(field, models.ForeignKey):
            row = self.world.row(HERE, field.related_model._meta.label_lower)
            return self.rows.get(field.related_model) or getattr(row, "pk", 770_001)
        if field is not None and field.choices:
            return next(iter(field.choices))[0]
        by_kind = {
            models.BooleanField: name != "is_active",
            models.DateTimeField: "2040-05-06T07:08:09Z",
            models.DateField: str(date(2040, 5, 6)),
            models.UUIDField: "77777777-7777-4777-8777-777777777777",
            models.EmailField: "mallory-was-here@example.org",
            models.IntegerField: 7,
        }
        found = next((value for kind, value in by_kind.items() if isinstance(field, kind)), None)
        return self._by_name(name) if found is None else found

    def _by_name(self, name: str) -> Any:
        plain = {"archived": True, "is_staff": True, "is_superuser": True, "id": 770_002, "pk": 770_003}
        return plain.get(name, f"mallory-{name}"[:20])


def dealt(extra: dict[str, Any], hands: int) -> list[dict[str, Any]]:
    """The values dealt out like cards, so that the two names of one column, which are neighbours, part."""
    return [dict(list(extra.items())[start::hands]) for start in range(hands)]


Rows = dict[Any, dict[str, Any]]


def stored(tables: set[str]) -> dict[str, Rows]:
    """The raw rows of these tables by key, of all cooperatives."""
    found = {}
    for model in apps.get_models():
        if model._meta.db_table in tables:
            found[model._meta.db_table] = _rows(model)
    return found


def _rows(model: type[models.Model]) -> Rows:
    quoted, columns = connection.ops.quote_name, [field.column for field in model._meta.concrete_fields]
    with past_the_walls() as cursor:
        cursor.execute(f"SELECT {', '.join(map(quoted, columns))} FROM {quoted(model._meta.db_table)}")
        rows = [dict(zip(columns, values, strict=True)) for values in cursor.fetchall()]
    return {row[model._meta.pk.column]: row for row in rows}  # type: ignore[union-attr]


def differences(before: Mapping[str, Rows], after: Mapping[str, Rows], sent: Mapping[str, Any]) -> Iterator[str]:
    """What has changed, as words of the listing."""
    for table, now in after.items():
        then = before[table]
        yield from (f"-{table}" for _key in then.keys() - now.keys())
        if table in NOTES:
            continue
        for key, row in now.items():
            if key in then:
                yield from (f"{table}.{column}" for column, value in row.items() if value != then[key][column])
            else:
                yield f"+{table}"
                yield from (f"+{table}.{column}" for column, value in row.items() if _is_sent(column, value, sent))


def _is_sent(column: str, value: Any, sent: Mapping[str, Any]) -> bool:
    if value is None or (column == "version" and value == 1):  # which a new row begins with, whatever was seen of another
        return False
    for name, given in sent.items():
        alike = _plain(value) == _plain(given)
        if alike and (column in (name, f"{name}_id") or len(_plain(given)) >= 6):
            return True
    return False


def _plain(value: Any) -> str:
    return str(value).replace("-", "")


class Trial:
    """One actor's writes with too many fields."""

    def __init__(self, world: World, actor: str) -> None:
        self.world, self.actor, self.temptation = world, actor, Temptation(world)
        self.before = stored({model._meta.db_table for model in apps.get_models()})
        self.count = 0
        self.faults: list[str] = []
        self.fields: dict[Any, set[str]] = {}
        self.changes: dict[str, set[str]] = {}

    def run(self, door: Door) -> None:
        """Try one door with everything."""
        extra = {name: self.temptation.value(name, field) for name, field in fields_of(door).items()}
        self.count += len(extra)
        known = self._known(door, extra) if door.kind == "api" and door.method != "DELETE" else extra
        word, changes = self._send(door, known)
        if word != YES and self._send(door, {})[0] == YES:
            changes = self._each(door, known)
        elif word != YES:
            self._blame(door, not changes, f"is refused, and changed {sorted(changes)}")
        if changes:
            self.changes[line_of(door)] = changes

    def _known(self, door: Door, extra: dict[str, Any]) -> dict[str, Any]:
        """The fields that the API knows; every other one must be refused by name, and nothing done."""
        fields = self.fields.get((door.viewset, door.action))
        if fields is None:
            names = sorted(extra)
            chunks = [names[start : start + CHUNK] for start in range(0, len(names), CHUNK)]
            fields = {
                name for chunk in chunks for name in set(chunk) - self._refused(door, {name: extra[name] for name in chunk})
            }
            self.fields[door.viewset, door.action] = fields
        else:  # the same code under another name
            self._refused(door, {name: value for name, value in extra.items() if name not in fields})
        return {name: value for name, value in extra.items() if name in fields}

    def _refused(self, door: Door, extra: dict[str, Any]) -> set[str]:
        """The fields of an answer that says there are none of these names."""
        with undone():
            honest = valid(self.world, door) or {}
            answer, tables = knock(self.world, door, self.actor, {**extra, NONE: 1, **honest})
        if answer.status in (401, 403, 404):
            self._blame(door, not tables, f"is refused, and wrote {tables}")
            return set(extra) - honest.keys()
        errors = json.loads(answer.body).get("errors", {}) if answer.status == 400 else {}
        self._blame(door, bool(errors) and not tables, f"may send fields that there are not: {answer.status}")
        return set(errors)

    def _each(self, door: Door, extra: dict[str, Any]) -> set[str]:
        """One of the values is refused, and all with it: then a few at a time, and halves of those that are, down to one."""
        found = self._send(door, {})[1]
        for few in dealt(extra, -(-len(extra) // FEW)):
            found |= self._changed(door, few)
        return found

    def _changed(self, door: Door, extra: dict[str, Any]) -> set[str]:
        """What these values change: together where they are taken, else in halves."""
        word, changes = self._send(door, extra)
        self._blame(door, word == YES or not changes, f"sends {', '.join(extra)}: {word}, and changed {sorted(changes)}")
        if word == YES or len(extra) == 1:
            return changes
        return changes.union(*(self._changed(door, half) for half in dealt(extra, 2)))

    def _blame(self, door: Door, is_right: bool, words: str) -> None:
        if not is_right:
            self.faults.append(f"{line_of(door)}: {self.actor} {words}")

    def _send(self, door: Door, extra: dict[str, Any]) -> tuple[str, set[str]]:
        with undone():
            sent = {**extra, **(valid(self.world, door) or {})}
            answer, tables = knock(self.world, door, self.actor, sent)
            self._blame(door, answer.status < 500, f"breaks it by sending {', '.join(extra)}: {answer.status}")
            after = stored(tables)
            changes = set(differences(self.before, after, sent))
            return word_of(door, answer, tables), changes
