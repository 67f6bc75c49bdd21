"""The product's addresses, and pages that fail."""

from django.urls import path

from config.urls import handler400, handler403, handler404, handler500, urlpatterns as product

from . import views

__all__ = ["handler400", "handler403", "handler404", "handler500"]
urlpatterns = [
    path("mishap/page/<str:secret>/", views.page),
    path("mishap/log/<str:secret>/", views.log),
    path("mishap/job/<str:secret>/", views.job),
    path("mishap/denied/<str:secret>/", views.denied),
    path("mishap/slow/<int:ms>/", views.slow),
    *product,
]
