"""Rank 0: the tenant, the walls around it, the policy, the bus."""

from django.apps import AppConfig, apps
from django.contrib.admin import apps as admin_apps
from django.core.checks import Tags, register
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class DeskConfig(admin_apps.AdminConfig):
    """Django admin with our door."""

    default = False  # of two configurations here it is not the one of this room
    default_site = "cooperatives.desk.site.DeskSite"


class CooperativesConfig(AppConfig):
    """Connects the walls to Django: the carrier on every connection, the fences around every migrate."""

    name = "cooperatives"
    verbose_name = _("Cooperatives")

    def ready(self) -> None:
        """Connect receivers and checks."""
        from . import doctor  # noqa: F401
        from .checks import check_fences, check_owned_models, check_personal_models, check_role
        from .fences import drop_before_migrate, settle_after_migrate
        from .tenancy import install_carrier

        connection_created.connect(install_carrier, dispatch_uid="carry")
        ours = apps.get_app_config("cooperatives")
        pre_migrate.connect(drop_before_migrate, sender=ours, dispatch_uid="fences_off")
        post_migrate.connect(settle_after_migrate, sender=ours, dispatch_uid="fences_on")
        register(check_owned_models, Tags.models)
        register(check_personal_models, Tags.models)
        register(check_fences, Tags.database)
        register(check_role, Tags.database)
        from .web import place

        place("overview", _("Overview"), "overview", "cooperatives:overview", "cooperatives.see", 0, 0, bar=True)
        place("settings", _("Settings"), "settings", "cooperatives:settings", "cooperatives.change", 2, 90)
