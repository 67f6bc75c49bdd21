"""Addresses of the members' pages."""

from django.urls import path

from . import views

app_name = "members"
urlpatterns = [
    path("profile/", views.profile, name="profile"),
    path("people/<uuid:public_id>/", views.person, name="person"),
    path("c/<slug:slug>/members/", views.directory, name="directory"),
    path("demo/enter/", views.demo_enter, name="demo_enter"),
]
