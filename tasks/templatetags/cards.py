"""Cards of a board. A page draws hundreds, so each is one filled pattern, and what repeats is drawn once."""

from datetime import date
from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..drawing import format_html
from ..models import Task

register = template.Library()

CARD = (
    '<li class="task" id="card-{pk}" data-task="{pk}" data-version="{version}">'
    '<h3><a href="{root}{pk}/" dir="auto">{title}</a></h3>{opener}{due}'
    '<div class="foot"><span>{key}-{number}</span>{face}</div>{menu}</li>'
)
OPENER = '<button class="ibtn sm" type="button" popovertarget="menu-{}" aria-label="{}{}{}">{}</button>'
MENU = (
    '<div class="menu" popover id="menu-{pk}" aria-label="{label}"><form method="post" action="{root}{pk}/move/" data-move>'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{token}"><input type="hidden" name="version" value="{version}">'
    "{back}{menu}</form></div>"
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
    opener: Any = ""
    if menu:
        opener = format_html(OPENER, task.pk, words["before"], task.title, words["after"], context["signs"]["more"])
    return format_html(
        CARD,
        pk=task.pk,
        version=task.version,
        root=context["task_root"],
        title=task.title,
        opener=opener,
        due=_due(context, task.due_date) if task.due_date else "",
        key=context["project"].key,
        number=task.number,
        face=_face(context, str(task.assignee)) if task.assignee else "",
        menu=move_menu(context, task, menu) if menu else "",
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
    )


def _due(context: Context, day: date) -> str:
    return _once(context, "tasks/card_due.html", day)


def _face(context: Context, name: str) -> str:
    return _once(context, "tasks/card_face.html", name)


def _once(context: Context, name: str, value: Any) -> str:
    """A small part, drawn for the first card that shows this value and used again by the others."""
    drawn: dict[Any, str] = context["drawn"]
    if (name, value) not in drawn:
        drawn[name, value] = render_to_string(name, {"value": value, "signs": context["signs"], "frame": context.get("frame")})
    return drawn[name, value]
