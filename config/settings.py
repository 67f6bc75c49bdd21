"""All settings, read from the environment through `config.env`. `manage.py environment` rewrites what is drawn from it."""

from urllib.parse import urlsplit

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from . import env, interface, keys, logs, stores
from .env import BASE_DIR

VAR = BASE_DIR / "var"
ROOMS = ("cooperatives", "activity", "members", "tasks", "voting")

# --- How this installation runs -------------------------------------------------------------------------------------
env.group("Installation")
DEBUG = env.flag("DEBUG", False, "For those who build: error pages with details, the components page, unhashed static files.")
DEMO = env.flag("DEMO", False, "Load the two demo cooperatives on first start and show their logins.", start="on")
TESTING = env.flag("TESTING", False, "Cheap password hashes and no connection pool. Set by the test suite.")
PORT = env.number("PORT", 8000, "Where `make run` and `make run-full` answer.")
SITE_URL = env.text(
    "SITE_URL", f"http://localhost:{PORT}", "The public address, as browsers see it. https turns on secure cookies."
)
SECRET_KEY = env.text("SECRET_KEY", "", "Signs sessions and tokens: at least 50 random characters.", start="generated")
SECRET_KEY = SECRET_KEY or (keys.FOR_DEBUGGING if DEBUG or TESTING else "")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS", "", "Former secret keys that are still accepted.")

# --- Addresses and proxies ------------------------------------------------------------------------------------------
env.group("Addresses and proxies")
SITE_ORIGIN = stores.origin(SITE_URL)
HTTPS = SITE_ORIGIN.startswith("https:")
ALLOWED_HOSTS = [
    *env.words("ALLOWED_HOSTS", "", "Further host names that are answered, besides the one in SITE_URL."),
    urlsplit(SITE_URL).hostname or "localhost",
    *(["127.0.0.1", "[::1]"] if urlsplit(SITE_URL).hostname == "localhost" else []),
    *(["testserver"] if TESTING else []),
]
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]
TRUST_PROXY = env.flag("TRUST_PROXY", False, "Believe X-Forwarded-For and X-Forwarded-Proto: only behind a proxy that sets them.")
if TRUST_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
ALLAUTH_TRUSTED_PROXY_COUNT = int(TRUST_PROXY)
ADMIN_PATH = env.text("ADMIN_PATH", "admin/", "Where the Django admin is; ends with a slash.")

# --- Apps -----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "daphne",
    "config",
    "cooperatives.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.github",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "allauth.usersessions",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_filters",
    "django_htmx",
    "django_celery_beat",
    "csp",
    "channels",
    *ROOMS,
]
MIDDLEWARE = [
    "config.watch.visits.Visits",
    "django.middleware.security.SecurityMiddleware",
    "config.static.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "cooperatives.middleware.Entering",
]
ROOT_URLCONF = "config.urls"
ASGI_APPLICATION = "config.asgi.application"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "cooperatives.web.frame",
            ],
        },
    }
]
# Forms are drawn with the product's own field template.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS.insert(INSTALLED_APPS.index("django.contrib.auth"), "django.forms")

# --- Stores ---------------------------------------------------------------------------------------------------------
env.group("Stores")
DATABASE_URL = env.text("DATABASE_URL", "sqlite:///var/cooperator.sqlite3", "The database, as the application role.")
DATABASE_OWNER_URL = env.text("DATABASE_OWNER_URL", "", "The same PostgreSQL database as its owner; only migrations use it.")
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE", "cooperator_app", "The PostgreSQL role that DATABASE_URL logs in as.")
DATABASE_POOL = env.number("DATABASE_POOL", 8, "Connections each process may hold; 0 for none, as PgBouncer wants it.")
REDIS_URL = env.text("REDIS_URL", "", "Redis or Valkey: jobs, cache and live messages. Unset: all in one process.")
KEY_PREFIX = env.text("KEY_PREFIX", "cooperator", "Begins every key and channel in Redis.")
# Tests create and migrate as the owner and then take on the application role; a pool would undo that.
DATABASES = {
    "default": stores.database(DATABASE_OWNER_URL or DATABASE_URL)
    if TESTING
    else stores.database(DATABASE_URL, pool_size=DATABASE_POOL)
}
OWNER_DATABASE = stores.database(DATABASE_OWNER_URL) if DATABASE_OWNER_URL else None
CACHES = {"default": stores.cache(REDIS_URL, KEY_PREFIX)}

# --- Jobs: the rest stands in config/celery.py -----------------------------------------------------------------------
CELERY_BROKER_URL = stores.broker(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": 300, "global_keyprefix": f"{KEY_PREFIX}:"} if REDIS_URL else {"polling_interval": 0.1}
)
DJANGO_CELERY_BEAT_TZ_AWARE = True

# --- Accounts -------------------------------------------------------------------------------------------------------
env.group("Sign-in")
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.backends.Backend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if TESTING:
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER, SOCIALACCOUNT_ADAPTER = "members.adapters.AccountAdapter", "members.adapters.SocialAdapter"
ACCOUNT_SIGNUP_FORM_CLASS = "members.forms.SignupForm"
_forms = ["login", "signup", "add_email", "reset_password", "request_login_code"]
ACCOUNT_FORMS = {name: f"members.security.words.{name.title().replace('_', '')}" for name in _forms}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_UNIQUE_EMAIL = ACCOUNT_PREVENT_ENUMERATION = ACCOUNT_SESSION_REMEMBER = ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_REAUTHENTICATION_REQUIRED = SOCIALACCOUNT_REAUTHENTICATION_REQUIRED = MFA_PASSKEY_LOGIN_ENABLED = True
MFA_SUPPORTED_TYPES, MFA_ADAPTER = ["totp", "webauthn", "recovery_codes"], "members.security.adapter.Adapter"
MFA_TOTP_TOLERANCE = 1  # half minutes: people type slowly, and a code still works once
_forms = ["authenticate", "reauthenticate", "add_webauthn", "authenticate_webauthn", "login_webauthn", "reauthenticate_webauthn"]
MFA_FORMS = {name: f"members.security.forms.{name.title().replace('_', '')}" for name in _forms}
REQUIRE_FACTOR_FOR = env.words("REQUIRE_FACTOR_FOR", "", "Roles that need a second factor, such as admin,treasurer.")
SOCIALACCOUNT_PROVIDERS: dict[str, dict[str, object]] = {}
for _name in ("github", "google"):
    _client = env.text(f"{_name.upper()}_CLIENT_ID", "", f"Turns on sign-in with {_name.title()}.")
    _secret = env.text(f"{_name.upper()}_CLIENT_SECRET", "", "Its secret.")
    if _client:
        SOCIALACCOUNT_PROVIDERS[_name] = {"APPS": [{"client_id": _client, "secret": _secret}]}
OIDC_SERVER = env.text("OIDC_SERVER", "", "Turns on sign-in with this OpenID Connect server (its issuer address).")
OIDC_NAME = env.text("OIDC_NAME", "OpenID Connect", "What its button says.")
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", "", "Our id there.")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET", "", "Our secret there.")
if OIDC_SERVER:
    _oidc = {"provider_id": "oidc", "name": OIDC_NAME, "client_id": OIDC_CLIENT_ID, "secret": OIDC_CLIENT_SECRET}
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {"APPS": [_oidc | {"settings": {"server_url": OIDC_SERVER}}]}

# --- Mail -----------------------------------------------------------------------------------------------------------
env.group("Mail")
EMAIL_HOST = env.text("EMAIL_HOST", "", "SMTP server. Unset: mails are written as files under var/mail.")
EMAIL_PORT = env.number("EMAIL_PORT", 587, "Its port.")
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER", "", "Login name there.")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD", "", "Password there.")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", True, "Upgrade the connection by STARTTLS.")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("EMAIL_FROM", "Cooperator <no-reply@localhost>", "The sender of all mails.")
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'filebased'}.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"

# --- Language, time, files ------------------------------------------------------------------------------------------
env.group("Language and files")
LANGUAGES = [("en", _("English"))]
LANGUAGE_CODE = env.text("LANGUAGE_CODE", "en", "The language of those who have not chosen one.")
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = stores.folder(env.text("STATIC_ROOT", "var/static", "Where collected static files go."))
MEDIA_ROOT = stores.folder(env.text("MEDIA_ROOT", "var/media", "Where uploaded files lie."))
BACKUP_DIR = stores.folder(env.text("BACKUP_DIR", "var/backups", "Where backups are written and looked for."))
BACKUP_KEEP = env.number("BACKUP_KEEP", 7, "How many daily backups are kept on SQLite; 0 makes none.")
# Two front-end packages; without them every page works, by buttons instead of drag.
_packages = {"vendor/sortablejs": "sortablejs", "vendor/idiomorph": "idiomorph/dist"}
STATICFILES_DIRS = [
    BASE_DIR / "static",
    *[
        (url, BASE_DIR / "node_modules" / folder)
        for url, folder in _packages.items()
        if (BASE_DIR / "node_modules" / folder).is_dir()
    ],
]
_hashed = not (DEBUG or TESTING)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if _hashed
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = not _hashed
WHITENOISE_ALLOW_ALL_ORIGINS = False

# --- Security -------------------------------------------------------------------------------------------------------
SESSION_ENGINE = "cooperatives.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600  # members.security.sessions ends those of officers sooner
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = (("__Host-" if HTTPS else "") + name for name in ("sessionid", "csrftoken"))
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # programs inside speak plain HTTP
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# --- API ------------------------------------------------------------------------------------------------------------
env.group("API")
API_LIMIT = env.number("API_LIMIT", 600, "Requests a minute that one login, or one API key, may send; 0 for any number.")
REST_FRAMEWORK, SPECTACULAR_SETTINGS = interface.FRAMEWORK, interface.DESCRIPTION

# --- Watching -------------------------------------------------------------------------------------------------------
env.group("Watching")
METRICS_TOKEN = env.text("METRICS_TOKEN", "", "Opens /metrics and the details of /readyz: at least 32 random characters.")
_metrics = stores.folder(env.text("METRICS_FOLDER", "var/metrics", "Where several processes add up their figures."))
METRICS_FOLDER = _metrics if REDIS_URL and not TESTING else None
SENTRY_DSN = env.text("SENTRY_DSN", "", "Where errors are reported: their type and place, nothing that anybody sent.")
RELEASE = env.VERSION
LOGGING = logs.logging_of(ROOMS, debug=DEBUG, quiet=TESTING)

# --- Secrets --------------------------------------------------------------------------------------------------------
_signing = [("SECRET_KEY", SECRET_KEY), ("METRICS_TOKEN", METRICS_TOKEN)]
_signing += [("SECRET_KEY_FALLBACKS", former) for former in SECRET_KEY_FALLBACKS]
_addresses = [("DATABASE_URL", DATABASE_URL), ("DATABASE_OWNER_URL", DATABASE_OWNER_URL), ("REDIS_URL", REDIS_URL)]
if not (DEBUG or TESTING) and (_weak := list(keys.faults(_signing, _addresses))):
    raise ImproperlyConfigured("\n".join(_weak))
