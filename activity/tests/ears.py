"""What tests ask about cursors and heads."""

from activity.models import Cursor, Head
from cooperatives.queries import enter


def cursor_of(cooperative, name="ear"):
    with enter([cooperative.pk]):
        return Cursor.objects.get(target=name)


def head_of(cooperative):
    with enter([cooperative.pk]):
        return Head.objects.get().seq


def all_of(cooperative):
    return list(range(1, head_of(cooperative) + 1))


def later(cooperative, **change):
    """Let a retry or a lease of the ear be over."""
    with enter([cooperative.pk]):
        Cursor.objects.filter(target="ear").update(**change)
