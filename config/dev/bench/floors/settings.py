"""Settings of the floors: nothing but the database and two apps."""

import os

from config import stores

ROOT_URLCONF = "config.dev.bench.floors.urls"
# Persistent connections: the cheapest that Django knows under WSGI.
DATABASES = {"default": stores.database(os.environ["DATABASE_OWNER_URL"]) | {"CONN_MAX_AGE": 60}}
INSTALLED_APPS = ["rest_framework", "config.dev.bench.floors"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ALLOWED_HOSTS = ["*"]
SECRET_KEY = "floor"
REST_FRAMEWORK: dict[str, object] = {"DEFAULT_AUTHENTICATION_CLASSES": [], "UNAUTHENTICATED_USER": None}
LOGGING = {"version": 1}
USE_TZ = True
