"""The desk of who keeps the installation: logins are looked at and switched here. Actions do the writing."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken
from cooperatives.policy import sign_ins

from ..actions import change_user
from ..models import User

# Who could write a login's address, provider or second factor here could enter as its person, past policy and record.
# Groups mean nothing: rights are dated grants.
for _model in (EmailAddress, SocialAccount, SocialToken, Authenticator, UserSession, Group):
    admin.site.unregister(_model)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Logins, for who keeps the installation."""

    list_display = ("email", "name", "role", "is_active", "date_joined")
    list_filter = ("role", "is_active", "is_demo")
    search_fields = ("email", "name")
    fields = ("email", "name", "about", "locale", "role", "is_active", "is_demo", "date_joined", "last_login", "public_id")
    readonly_fields = fields
    list_per_page = 50
    actions = ["switch_on", "switch_off", "make_keeper", "make_member"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """People sign up by themselves."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The acts on the list change logins; the page of one only shows it, because saving it would pass by the action."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A login is switched off; what its person did stays theirs."""
        return False

    def _change(self, request: HttpRequest, users: "QuerySet[User]", **facts: Any) -> HttpResponse | None:
        if not sign_ins().is_fresh(request):
            answer: HttpResponse = sign_ins().prove(request)
            return answer
        for user in users:
            try:
                change_user(request.actor, user, version=user.version, **facts)  # type: ignore[attr-defined]
            except RuleBroken as broken:
                self.message_user(request, f"{user.email}: {broken}", messages.ERROR)
            else:
                self.log_change(request, user, [{"changed": {"fields": list(facts)}}])
        return None

    @admin.action(description=_("Switch on"), permissions=["change"])
    def switch_on(self, request: HttpRequest, users: "QuerySet[User]") -> HttpResponse | None:
        """Open the chosen logins again."""
        return self._change(request, users, is_active=True)

    @admin.action(description=_("Switch off, ending tokens and open pages"), permissions=["change"])
    def switch_off(self, request: HttpRequest, users: "QuerySet[User]") -> HttpResponse | None:
        """Close the chosen logins."""
        return self._change(request, users, is_active=False)

    @admin.action(description=_("Let them keep the installation"), permissions=["change"])
    def make_keeper(self, request: HttpRequest, users: "QuerySet[User]") -> HttpResponse | None:
        """Give the system-wide role."""
        return self._change(request, users, role=User.Role.ADMIN)

    @admin.action(description=_("Take the system role away"), permissions=["change"])
    def make_member(self, request: HttpRequest, users: "QuerySet[User]") -> HttpResponse | None:
        """Take the system-wide role away."""
        return self._change(request, users, role=User.Role.MEMBER)
