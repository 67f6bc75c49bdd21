"""What the admin's start page shows of the cooperatives."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from ..desk import may_enter
from ..desk.figures import figures_of

register = template.Library()


@register.inclusion_tag("admin/figures.html", takes_context=True)
def desk_figures(context: Context) -> dict[str, Any]:
    """The figures of each of the reader's cooperatives."""
    return {"cooperatives": list(figures_of(context["request"]))}


@register.simple_tag(takes_context=True)
def desk_url(context: Context) -> str:
    """Where the desk is; empty for whom it does not open."""
    return reverse("admin:index") if may_enter(context["request"]) else ""


@register.simple_tag(takes_context=True)
def list_ways(context: Context) -> list[tuple[Any, str]]:
    """The pages to which a list of the desk leads."""
    return list(context["cl"].model_admin.list_ways(context["request"]))
