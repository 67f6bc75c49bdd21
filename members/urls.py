"""Addresses of the members' pages."""

from django.urls import path
from django.views.generic import RedirectView

from . import views
from .security import views as security

app_name = "members"
# These stand before allauth's own: one page shows what it spreads over three.
_TO_SECURITY = RedirectView.as_view(pattern_name="members:security")
urlpatterns = [
    path("accounts/2fa/", _TO_SECURITY),
    path("accounts/2fa/webauthn/", _TO_SECURITY),
    path("accounts/sessions/", _TO_SECURITY),
    path("accounts/password/set/", security.password_set),
    path("profile/security/", security.security, name="security"),
    path("profile/security/sign-ins/<int:key>/end/", security.end_place, name="end_place"),
    path("profile/security/programs/<uuid:family>/end/", security.end_program, name="end_program"),
    path("profile/security/elsewhere/end/", security.end_others, name="end_others"),
    path("profile/go-on/", security.go_on, name="go_on"),
    path("profile/sign-in-again/", security.sign_in_again, name="sign_in_again"),
    path("profile/", views.profile, name="profile"),
    path("profile/keys/", views.keys, name="keys"),
    path("profile/keys/new/", views.new_key, name="key_new"),
    path("profile/keys/<uuid:pk>/end/", views.end_one_key, name="key_end"),
    path("people/<uuid:public_id>/", views.person, name="person"),
    path("c/<slug:slug>/members/", views.directory, name="directory"),
    path("demo/enter/", views.demo_enter, name="demo_enter"),
]
