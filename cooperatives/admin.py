"""Django admin finds its pages here."""

from django.contrib import admin

from .desk import OwnedAdmin
from .models import Cooperative


@admin.register(Cooperative)
class CooperativeAdmin(OwnedAdmin):
    """The cooperatives whose desk opens to the reader."""

    ordering = ("name", "pk")
    list_display = ("name", "kind", "currency", "created_at")
    list_filter = ("kind",)
    search_fields = ("name", "slug")
