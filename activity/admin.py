"""The desk of the record: records and dead letters, to look at; letters can be sent again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _, ngettext

from cooperatives.actions import RuleBroken
from cooperatives.desk import OwnedAdmin

from .actions import replay
from .models import DeadLetter, Event


@admin.register(Event)
class EventAdmin(OwnedAdmin):
    """Records, read only as everywhere."""

    see = "activity.read"
    opens = "activity.see"
    list_display = ("cooperative", "seq", "kind", "at", "hash")
    list_filter = ("kind",)
    date_hierarchy = None
    ordering = ("-pk",)


@admin.register(DeadLetter)
class DeadLetterAdmin(OwnedAdmin):
    """Records that a target could not take."""

    see = "activity.replay"
    list_display = ("cooperative", "target", "event", "error", "died_at", "solved_at")
    list_filter = ("target",)
    actions = ("send_again",)

    def get_list_display(self, request: Any) -> list[Any]:
        """The columns."""
        return self._for(request, super().get_list_display(request))

    def get_fields(self, request: Any, obj: Any = None) -> list[Any]:
        """The facts."""
        return self._for(request, super().get_fields(request, obj))

    def _for(self, request: Any, names: list[Any]) -> list[Any]:
        # The text of an error may hold hosts and values of the installation.
        keeps = request.actor.is_system_admin
        return ["kind_of_error" if name == "error" and not keeps else name for name in names]

    @admin.display(description=_("error"))
    def kind_of_error(self, letter: DeadLetter) -> str:
        """What officers read of it."""
        return letter.error.partition("(")[0]

    @admin.action(description=_("Send again"))
    def send_again(self, request: Any, letters: "QuerySet[DeadLetter]") -> None:
        """Have the chosen letters sent again."""
        sent = 0
        for letter in letters:
            try:
                replay(request.actor, letter)
                sent += 1
            except RuleBroken as refusal:
                self.message_user(request, refusal.sentence, messages.WARNING)
        self.message_user(request, ngettext("%d record is sent again.", "%d records are sent again.", sent) % sent)
