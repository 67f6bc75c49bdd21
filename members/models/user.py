"""User: a login. It may belong to many cooperatives, and is owned by none."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.models import Versioned


class UserManager(BaseUserManager["User"]):
    """Creates users; addresses are kept in lower case, so that one mailbox is one login."""

    def create_user(self, email: str, password: str | None = None, **facts: Any) -> "User":
        """Create a user. Raises ValueError without an address."""
        if not email:
            raise ValueError("a user needs an e-mail address")
        user = self.model(email=email.strip().lower(), **facts)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **facts: Any) -> "User":
        """Create a user who keeps the installation."""
        return self.create_user(email, password, role=User.Role.ADMIN, **facts)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a login by its address, however it is capitalised."""
        return self.get(email=(username or "").strip().lower())


class User(AbstractBaseUser, Versioned):
    """A login. `role` is system-wide; what a user is in a cooperative is a dated grant there."""

    class Role(models.TextChoices):
        ADMIN = "admin", _("Keeps the installation")
        MEMBER = "member", _("Member")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    role = models.CharField(_("system role"), max_length=10, choices=Role, default=Role.MEMBER)
    locale = models.CharField(_("language"), max_length=10, blank=True)
    about = models.TextField(_("about me"), max_length=2000, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_demo = models.BooleanField(default=False, editable=False)
    date_joined = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering: ClassVar = ["email"]
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(email=Lower("email")), name="email_is_lower_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        """The name people know the user by."""
        return self.name

    @property
    def can_sign_in(self) -> bool:
        """Whether this login is open: not switched off, and a demo login only where the demo is shown."""
        return self.is_active and (settings.DEMO or not self.is_demo)

    @property
    def is_staff(self) -> bool:
        """Whether the user may enter Django admin."""
        return self.is_active and self.role == self.Role.ADMIN

    @property
    def is_superuser(self) -> bool:
        """The same as `is_staff`: one system-wide role, not a tree of permissions."""
        return self.is_staff

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Django's own question, asked by admin pages of unowned tables; owned ones ask the policy."""
        return self.is_staff

    def has_perms(self, perms: Any, obj: Any = None) -> bool:
        """As `has_perm`, for several."""
        return self.is_staff

    def has_module_perms(self, app_label: str) -> bool:
        """Whether an app shows in Django admin."""
        return self.is_staff
