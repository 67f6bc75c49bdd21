"""Cards of a board. A page draws hundreds, so each is one filled pattern, and what repeats is drawn once."""

from typing import Any

from django import template
from django.forms import BoundField
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..drawing import format_html
from ..models import Colour, Label, Task
from ..queries import Marks, marks_on

register = template.Library()
_NO_MARKS = Marks()

CARD = (
    '<li class="task" id="card-{pk}" data-task="{pk}" data-version="{version}">'
    '<h3><a href="{root}{pk}/" dir="auto">{title}</a></h3>{opener}{tags}{meta}'
    '<div class="foot">{priority}<span>{key}-{number}</span>{points}{face}</div>{menu}</li>'
)
OPENER = '<button class="ibtn sm" type="button" popovertarget="menu-{}" aria-label="{}{}{}">{}</button>'
MENU = (
    '<div class="menu" popover id="menu-{pk}" aria-label="{label}"><form method="post" action="{root}{pk}/move/" data-move>'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{token}"><input type="hidden" name="version" value="{version}">'
    "{back}{menu}{take}</form></div>"
)
TAKE = (
    '<hr><ul role="list"><li><button name="take" value="1" formaction="{root}{pk}/take/">'
    "{sign}{words}<kbd>A</kbd></button></li></ul>"
)
BACK = '<input type="hidden" name="back" value="{}">'


@register.simple_tag(takes_context=True)
def lane_cards(context: Context, tasks: list[Task], menu: str) -> SafeString:
    """The cards of a lane; a loop of the template and its context would cost as much as the cards themselves."""
    facts: Any = context.flatten()
    return SafeString("\n    ".join(card(facts, task, menu) for task in tasks))


@register.simple_tag(takes_context=True)
def card(context: Context, task: Task, menu: str) -> SafeString:
    """One card; `menu` is what its lane offers, empty for who may not move it."""
    words = context["words"]
    title, opener = format_html("{}", task.title), SafeString("")
    if menu:
        opener = format_html(OPENER, task.pk, words["before"], title, words["after"], context["signs"]["more"])
    return format_html(
        CARD,
        pk=task.pk,
        version=task.version,
        root=context["task_root"],
        title=title,
        opener=opener,
        tags=_tags(context, task) if task.label_ids else "",
        meta=_meta(context, task),
        priority=_once(context, "tasks/priority.html", task.priority),
        key=context["project"].key,
        number=task.number,
        points=_once(context, "tasks/card_points.html", task.points) if task.points is not None else "",
        face=_faces(context, task) if task.member_ids else "",
        menu=move_menu(context, task, menu, str(context.get("back", ""))) if menu else "",
    )


@register.simple_tag(takes_context=True)
def move_menu(context: Context, task: Task, menu: str, back: str = "") -> SafeString:
    """The menu that moves a card without a mouse; `back="task"` returns to the task's own page."""
    return format_html(
        MENU,
        pk=task.pk,
        label=context["words"]["menu"],
        root=context["task_root"],
        token=context.get("csrf_token", ""),
        version=task.version,
        back=format_html(BACK, back) if back else "",
        menu=menu,
        take=_take(context, task) if back != "task" else "",  # that page has a button for it
    )


def _take(context: Context, task: Task) -> SafeString:
    """The button that assigns a task to the reader, or takes them off it."""
    words, signs = context["words"], context["signs"]
    said = words["leave"] if context["me"] in task.member_ids else words["take"]
    return format_html(TAKE, root=context["task_root"], pk=task.pk, sign=signs["user"], words=said)


def _tags(context: Context, task: Task) -> SafeString:
    known = context["names"].labels
    drawn = [_tag(context, *known[pk]) for pk in task.label_ids if pk in known]
    return format_html('<div class="tags">{}</div>', SafeString("".join(drawn)))


def _tag(context: Context, name: str, colour: str) -> str:
    return _once(context, "tasks/tag.html", (colour, name or str(Colour(colour).label), name))


def _meta(context: Context, task: Task) -> SafeString | str:
    """The line of signs: its day, whether it waits for another, steps and comments; nothing when there are none."""
    marks = marks_on(task)
    signs = [_once(context, "tasks/card_due.html", task.due_date)] if task.due_date else []
    if marks != _NO_MARKS:
        signs.append(_once(context, "tasks/card_marks.html", marks))
    return format_html('<div class="meta">{}</div>', SafeString("".join(signs))) if signs else ""


@register.inclusion_tag("tasks/tags.html")
def tags(labels: list[Label]) -> dict[str, object]:
    """The labels of a task."""
    return {"values": [(label.colour, str(label), label.name) for label in labels]}


@register.inclusion_tag("tasks/tag.html")
def tag(label: Label) -> dict[str, object]:
    """One label."""
    return {"value": (label.colour, str(label), label.name)}


@register.inclusion_tag("tasks/priority.html")
def priority(value: int) -> dict[str, object]:
    """A priority as three bars, named for who does not see them."""
    return {"value": value}


@register.inclusion_tag("tasks/picks.html")
def picks(bound: BoundField, short: bool = False) -> dict[str, object]:
    """A field that takes some of many; `short` are few with short names, which need no box that scrolls."""
    return {"field": bound, "short": short}


def _faces(context: Context, task: Task) -> str:
    known = context["names"].people
    return _once(context, "tasks/card_faces.html", tuple(known[pk][1] for pk in task.member_ids if pk in known))


def _once(context: Context, name: str, value: Any) -> str:
    """A small part, drawn for the first card that shows this value and used again by the others."""
    drawn: dict[Any, str] = context["drawn"]
    if (name, value) not in drawn:
        drawn[name, value] = render_to_string(name, {"value": value, "signs": context["signs"], "frame": context.get("frame")})
    return drawn[name, value]
