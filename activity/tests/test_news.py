"""What is new since yesterday, as the home page counts it."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from activity.facts import news
from activity.queries import news_for
from cooperatives.actions import change_cooperative
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import User


def test_what_others_did_is_counted_by_cooperative_and_my_own_acts_are_not(
    linden: Cooperative, kilele: Cooperative, marta: User, jonas: User
) -> None:
    change_cooperative(Actor.of(marta), linden, version=1, name="Linden Yard")
    actor = Actor.of(jonas)
    with enter(actor.cooperative_ids, jonas.pk):
        counted = news(actor=actor)
    assert set(counted) == {linden.pk}
    assert counted[linden.pk] == 7
    with enter([linden.pk], marta.pk):
        assert news(actor=Actor.of(marta)) == {}


def test_what_happened_long_ago_is_no_news(linden: Cooperative, jonas: User) -> None:
    actor = Actor.of(jonas)
    with enter(actor.cooperative_ids, jonas.pk):
        assert news_for(actor, since=timezone.now() + timedelta(seconds=1)) == {}


def test_counting_is_one_query(linden: Cooperative, jonas: User, django_assert_num_queries: Any) -> None:
    actor = Actor.of(jonas)
    with enter(actor.cooperative_ids, jonas.pk), django_assert_num_queries(1):
        news(actor=actor)
