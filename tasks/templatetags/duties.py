"""How turns and schedules are said in words."""

from datetime import date, datetime, timedelta

from django import template
from django.utils.formats import date_format, time_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, ngettext

from ..models import MonthBy, Nth, Schedule, Turn, Unit, Weekday
from ..schedules import Due

register = template.Library()


@register.simple_tag
def turn_when(turn: Turn, with_day: bool = True) -> SafeString:
    """When a turn is due, by the clock of its cooperative, which the turn has to bring along."""
    local = turn.due_at.astimezone(turn.cooperative.zone)
    day = date_format(turn.day, "l, j F") if with_day else ""
    hour = _("all day") if turn.is_all_day else time_format(local.time(), "H:i")
    words = ", ".join(word for word in (day, hour) if word)
    moment = turn.day.isoformat() if turn.is_all_day else local.isoformat()
    return format_html('<time datetime="{}">{}</time>', moment, words)


@register.simple_tag
def moment(turn: Turn, at: datetime) -> SafeString:
    """A moment of a turn, by the clock of its cooperative."""
    local = at.astimezone(turn.cooperative.zone)
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), date_format(local, "j F, H:i"))


@register.filter
def hours(minutes: int) -> str:
    """Minutes as people say them: 45 min, 2 h, 1 h 30 min."""
    sign, whole = ("−", -minutes) if minutes < 0 else ("", minutes)
    full, rest = divmod(whole, 60)
    parts = [_("%(n)s h") % {"n": full}] if full else []
    if rest or not full:
        parts.append(_("%(n)s min") % {"n": rest})
    return sign + " ".join(parts)


@register.filter
def week_words(monday: date) -> str:
    """A week by its first and last day."""
    first, last = date_format(monday, "j F"), date_format(monday + timedelta(days=6), "j F")
    return _("Week of %(first)s to %(last)s") % {"first": first, "last": last}


@register.filter
def rhythm(rule: Schedule) -> str:
    """How often, in words: every 2 weeks on Monday and Thursday, at 18:00."""
    words = [_often(rule)]
    if rule.at is not None:
        words.append(_("at %(time)s") % {"time": time_format(rule.at, "H:i")})
    if rule.unit != Unit.ONCE and rule.ends_on is not None:
        words.append(_("until %(day)s") % {"day": date_format(rule.ends_on, "j F Y")})
    if rule.unit != Unit.ONCE and rule.times is not None:
        words.append(ngettext("%(n)s time", "%(n)s times", rule.times) % {"n": rule.times})
    return ", ".join(words)


def _often(rule: Schedule) -> str:
    if rule.unit == Unit.ONCE:
        return _("once, on %(day)s") % {"day": date_format(rule.starts_on, "j F Y")}
    if rule.unit == Unit.DAY:
        return ngettext("every day", "every %(n)s days", rule.every) % {"n": rule.every}
    if rule.unit == Unit.WEEK:
        often = ngettext("every week", "every %(n)s weeks", rule.every) % {"n": rule.every}
        names = ", ".join(str(Weekday(day).label) for day in rule.weekday_set())
        return _("%(often)s on %(days)s") % {"often": often, "days": names}
    often = ngettext("every month", "every %(n)s months", rule.every) % {"n": rule.every}
    return _("%(often)s on %(days)s") % {"often": often, "days": _in_month(rule)}


def _in_month(rule: Schedule) -> str:
    if rule.month_by == MonthBy.LAST_DAY:
        return _("the last day")
    if rule.month_by == MonthBy.DAY:
        return _("day %(day)s") % {"day": rule.starts_on.day}
    return _("the %(nth)s %(weekday)s") % {"nth": Nth(rule.nth).label, "weekday": Weekday(rule.weekday).label}


@register.filter
def due_words(due: Due) -> str:
    """A date of a schedule that is looked at before it is saved."""
    return date_format(due.day, "l, j F Y")
