"""The API of the members' room."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import auth, keys, memberships, users

urlpatterns = [
    path("auth/register/", auth.Register.as_view(), name="auth-register"),
    path("auth/login/", auth.Login.as_view(), name="auth-login"),
    path("auth/refresh/", auth.Refresh.as_view(), name="auth-refresh"),
    path("auth/logout/", auth.Logout.as_view(), name="auth-logout"),
    path("auth/profile/", users.own_profile, name="auth-profile"),
]


def routes(router: SimpleRouter) -> None:
    """Users one by one, memberships as a list, one's own keys."""
    router.register("users", users.UserViewSet, basename="user")
    router.register("memberships", memberships.MembershipViewSet, basename="membership")
    router.register("api-keys", keys.ApiKeyViewSet, basename="api-key")
