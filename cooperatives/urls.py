"""
/                         home: what waits for me; signed out: what it is
/cooperatives/new/        found one
/search/                  search in all of mine
/c/<slug>/                overview
/c/<slug>/settings/       settings
/c/<slug>/search/         search in one
/components/              every part in every state (debug)
"""

from django.urls import include, path

from . import views

_inside = (
    [
        path("cooperatives/new/", views.new, name="new"),
        path("search/", views.search, name="search_all"),
        path("c/<slug:slug>/", views.overview, name="overview"),
        path("c/<slug:slug>/settings/", views.change, name="settings"),
        path("c/<slug:slug>/search/", views.search, name="search"),
        path("components/", views.components, name="components"),
    ],
    "cooperatives",
)

urlpatterns = [
    path("", views.home, name="home"),
    path("", include(_inside)),
]
