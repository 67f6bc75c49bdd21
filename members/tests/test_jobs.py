"""What the room does by itself."""

from datetime import timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.celery import app
from members import tokens
from members.jobs import carry_out_what_is_due, forget_tokens
from members.models import RefreshToken, TokenFamily, User


def test_old_tokens_and_sessions_are_forgotten_and_live_ones_stay(ada: User) -> None:
    live, old = tokens.issue(ada), tokens.issue(ada)
    gone = tokens.family_of_refresh(old.refresh)
    assert gone is not None
    TokenFamily.objects.filter(pk=gone.pk).update(ended_at=timezone.now() - timedelta(days=40))
    for days in (-1, 1):
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session.set_expiry(timezone.now() + timedelta(days=days))
        session.save()
    forget_tokens()
    assert (TokenFamily.objects.count(), RefreshToken.objects.count(), Session.objects.count()) == (1, 1, 1)
    assert tokens.resolve(live.access) is not None


def test_forgetting_twice_is_quiet(ada: User) -> None:
    forget_tokens()
    forget_tokens()
    assert not TokenFamily.objects.exists()


def test_the_job_says_how_often_it_runs() -> None:
    app.loader.import_default_modules()
    assert app.tasks["members.forget_tokens"].every == timedelta(days=1)
    assert app.tasks["members.carry_out_erasures"].every == timedelta(days=1)


def test_nobody_is_erased_where_nobody_is_due(ada: User) -> None:
    carry_out_what_is_due()
    assert User.objects.filter(pk=ada.pk).exists()
