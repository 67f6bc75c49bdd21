"""The admin's door: the policy opens it, and one signs in where everybody does."""

from functools import update_wrapper
from typing import Any

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from .base import actor_of, may_enter


class DeskSite(admin.AdminSite):
    """Django admin for officers and for who keeps the installation.

    Passwords are asked and changed on the pages of the account alone: with their limits, second factor, and mails.
    """

    index_title = _("Admin desk")

    def has_permission(self, request: Any) -> bool:
        """Whether the reader may enter; each page asks again what opens to them."""
        return bool(request.user.is_active) and may_enter(request)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """A table that is not the reader's is shut before a row is looked for: the answer would tell which ones there are."""
        desk = getattr(view, "__self__", None)

        def guarded(request: Any, *args: Any, **kwargs: Any) -> Any:
            if isinstance(desk, admin.ModelAdmin) and not desk.has_module_permission(request):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return super().admin_view(update_wrapper(guarded, view), cacheable)

    def each_context(self, request: Any) -> dict[str, Any]:
        """What all pages show. Django's list of one's latest acts is the keeper's: what officers do is in the record."""
        return {**super().each_context(request), "lists_acts": actor_of(request).is_system_admin}

    def login(self, request: Any, extra_context: Any = None) -> HttpResponse:
        """The way to the front door, for who has not come through it."""
        if self.has_permission(request):
            return redirect("admin:index")
        if request.user.is_authenticated:
            raise PermissionDenied
        return redirect_to_login(request.GET.get("next") or request.get_full_path())

    def password_change(self, request: Any, extra_context: Any = None) -> Any:
        """The way to the page of the account."""
        return redirect("account_change_password")

    def password_change_done(self, request: Any, extra_context: Any = None) -> Any:
        """The same."""
        return redirect("account_change_password")
