"""Pages of the record."""

from django.urls import path

from . import views

app_name = "activity"
urlpatterns = [
    path("c/<slug:slug>/activity/", views.activity, name="list"),
    path("c/<slug:slug>/activity/export/", views.export, name="export"),
]
