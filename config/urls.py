"""Addresses of pages and API. Each room's `urls.py` holds whole paths, such as `c/<slug:slug>/work/`."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from . import api
from .rooms import modules
from .watch import doors

urlpatterns = [
    path("healthz", doors.healthz, name="healthz"),
    path("readyz", doors.readyz, name="readyz"),
    path("metrics", doors.metrics, name="metrics"),
    path("api/v1/", include(api.urlpatterns())),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path(settings.ADMIN_PATH, admin.site.urls),
    *[path("", include(module)) for module in modules("urls")],
    path("accounts/", include("allauth.urls")),
]

handler400 = "cooperatives.errors.bad_request"
handler403 = "cooperatives.errors.forbidden"
handler404 = "cooperatives.errors.not_found"
handler500 = "cooperatives.errors.failed"
