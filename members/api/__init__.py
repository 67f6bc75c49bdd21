"""The API of the members' room."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from . import auth, committees, homes, invitations, joining, keys, memberships, questions, register, users, waiting

COOPERATIVE_NAMES = ("cooperatives", "organizations", "chamas")

urlpatterns = [
    path("auth/register/", auth.Register.as_view(), name="auth-register"),
    path("auth/login/", auth.Login.as_view(), name="auth-login"),
    path("auth/refresh/", auth.Refresh.as_view(), name="auth-refresh"),
    path("auth/logout/", auth.Logout.as_view(), name="auth-logout"),
    path("auth/profile/", users.own_profile, name="auth-profile"),
]


def routes(router: SimpleRouter) -> None:
    """Users, memberships, the members of one cooperative under its three names, keys, homes, committees, ways in."""
    router.register("users", users.UserViewSet, basename="user")
    router.register("memberships", memberships.MembershipViewSet, basename="membership")
    router.register("api-keys", keys.ApiKeyViewSet, basename="api-key")
    # --- People: the register
    for name in COOPERATIVE_NAMES:
        prefix = rf"{name}/(?P<cooperative_pk>[0-9]{{1,18}})/members"
        router.register(prefix, register.CooperativeMemberViewSet, basename=f"{name}-members")
    # Homes
    router.register("buildings", homes.BuildingViewSet, basename="building")
    router.register("units", homes.UnitViewSet, basename="unit")
    router.register("households", homes.HouseholdViewSet, basename="household")
    router.register("occupancies", homes.OccupancyViewSet, basename="occupancy")
    # --- Committees
    router.register("committees", committees.CommitteeViewSet, basename="committee")
    # Ways in
    router.register("join-requests", joining.JoinRequestViewSet, basename="join-request")
    router.register("join-questions", questions.JoinQuestionsViewSet, basename="join-questions")
    router.register("invitations", invitations.InvitationViewSet, basename="invitation")
    router.register("invitations", invitations.InvitationAgainViewSet, basename="invitation-sent")
    router.register("waiting-list", waiting.WaitingViewSet, basename="waiting-entry")
    router.register("unit-offers", waiting.UnitOfferViewSet, basename="unit-offer")
