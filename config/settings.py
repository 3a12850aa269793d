"""All settings. Each can be set by an environment variable (see .env.example); none must be."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext
import environ
import phonenumbers
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config import broker, embedded, env, logs, mail_providers, secret_key

# Lets classes be written as the type checker wants them: `models.TextField[str, str]`.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_file(BASE_DIR / ".env")

# Everything that is not code: database, files, logs, keys. Empty it to start anew.
VAR_DIR = env.path("REDRESS_VAR", BASE_DIR / "var")

DEBUG = env.boolean("REDRESS_DEBUG", default=False)
SECRET_KEY = env.secret("REDRESS_SECRET_KEY") or secret_key.load_or_create(VAR_DIR / "secret_key")

# ---- addresses -----------------------------------------------------------------------------------

REDRESS_PUBLIC_URL = env.url("REDRESS_PUBLIC_URL", schemes=("http", "https"))
REDRESS_PUBLIC_URL_IS_SET = bool(REDRESS_PUBLIC_URL)
REDRESS_PUBLIC_URL = REDRESS_PUBLIC_URL or "http://127.0.0.1:8000"
_public = urlsplit(REDRESS_PUBLIC_URL)
IS_HTTPS = _public.scheme == "https"
ALLOWED_HOSTS = env.words("REDRESS_ALLOWED_HOSTS") or sorted(
    {"127.0.0.1", "localhost", "[::1]", _public.hostname or "localhost"}
)
CSRF_TRUSTED_ORIGINS = [f"{_public.scheme}://{_public.netloc}"]

# ---- what the product does -----------------------------------------------------------------------

REDRESS_DEMO = env.boolean("REDRESS_DEMO", default=False)
REDRESS_SHOP_NAME = env.text("REDRESS_SHOP_NAME", "Redress Shop")
# The survey goes out this long after a resolution, and never later than 24 hours.
REDRESS_SURVEY_DELAY_MINUTES = env.integer(
    "REDRESS_SURVEY_DELAY_MINUTES", 1 if REDRESS_DEMO else 120, minimum=0, maximum=24 * 60
)
REDRESS_SURVEY_VALID_DAYS = env.integer("REDRESS_SURVEY_VALID_DAYS", 7, minimum=1, maximum=365)
REDRESS_MAX_BODY_BYTES = env.integer("REDRESS_MAX_BODY_BYTES", 30 * 1024 * 1024, minimum=1024)
# The complaint form takes five files of 10 MB, so its page may be sent more.
BODY_LIMITS = {"/complain/": 52 * 1024 * 1024, "/imports/": 52 * 1024 * 1024}
REDRESS_TIMESTAMP_WINDOW_SECONDS = env.integer("REDRESS_TIMESTAMP_WINDOW_SECONDS", 300, minimum=1)
# Raw copies of deliveries are kept this long, then only their digest; 0 keeps them for good.
REDRESS_RAW_DELIVERY_DAYS = env.integer("REDRESS_RAW_DELIVERY_DAYS", 90, minimum=0)
# Files of models that nothing needs any more are kept this long; 0 keeps them for good.
REDRESS_MODEL_FILE_DAYS = env.integer("REDRESS_MODEL_FILE_DAYS", 30, minimum=0)
# Hosts ("127.0.0.1:8123") from which files of messages may be fetched by http, also in a private
# network; for tests against stand-ins of platforms.
REDRESS_MEDIA_TEST_HOSTS = env.words("REDRESS_MEDIA_TEST_HOSTS")
# The country whose phone numbers are written without a country code.
REDRESS_PHONE_REGION = env.choice(
    "REDRESS_PHONE_REGION", "CN", allowed=tuple(sorted(phonenumbers.SUPPORTED_REGIONS))
)
# A trained model that a first start takes instead of training its own.
REDRESS_FIRST_MODEL = env.optional_path("REDRESS_FIRST_MODEL")

# ---- apps ----------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "config",
    "reports",
    "surveys",
    "knowledgebase",
    "triage",
    "intake",
    "tickets",
    "outbox",
    "accounts",
    "common",
    "whitenoise.runserver_nostatic",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "anymail",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "common.body_limit.BodyLimitMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LanguageOfUserMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "common.middleware.DomainErrorMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
        },
    }
]

# ---- database ------------------------------------------------------------------------------------

# Connections a process may share among its threads; 0: one kept open per thread, which suits
# workers and commands. config/wsgi.py asks for a pool.
DATABASE_POOL_SIZE = env.integer("REDRESS_DATABASE_POOL", 0, minimum=0, maximum=200)
DATABASE_URL = env.url("DATABASE_URL", schemes=("postgres", "postgresql"))
EMBEDDED_DATABASE = None if DATABASE_URL else embedded.EmbeddedDatabase(VAR_DIR / "postgres")

_database: dict[str, Any] = (
    EMBEDDED_DATABASE.django_settings()
    if EMBEDDED_DATABASE is not None
    else dict(environ.Env.db_url_config(DATABASE_URL, engine="django.db.backends.postgresql"))
)
_database.setdefault("OPTIONS", {})
if DATABASE_POOL_SIZE:
    _database["OPTIONS"]["pool"] = {
        "min_size": 1,
        "max_size": DATABASE_POOL_SIZE,
        "timeout": 15,
        "max_idle": 120,
    }
else:
    _database["CONN_MAX_AGE"] = None
_database["CONN_HEALTH_CHECKS"] = True
DATABASES = {"default": _database}

# ---- broker --------------------------------------------------------------------------------------

# Empty: the queues live in the database itself.
BROKER_URL = env.url("BROKER_URL", schemes=("redis", "rediss", "amqp", "amqps"))
broker.pass_on_encryption(_database)
CELERY = broker.celery_settings(broker_url=BROKER_URL, database=_database)
REDRESS_WORKER_CONCURRENCY = env.integer("REDRESS_WORKER_CONCURRENCY", 2, minimum=1, maximum=64)
REDRESS_WEB_THREADS = env.integer("REDRESS_WEB_THREADS", 8, minimum=1, maximum=64)

CACHE_URL = env.url("CACHE_URL", schemes=("redis", "rediss"))
CACHES: dict[str, dict[str, Any]] = {
    "default": (
        {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": CACHE_URL}
        if CACHE_URL
        else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    )
}

# ---- log-in --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapters.ClosedSignupAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_SESSION_REMEMBER = None
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS

# ---- languages, time -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("zh-hans", _("Simplified Chinese"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
# In which times are shown and days begin; what is stored is UTC.
TIME_ZONE = env.time_zone("REDRESS_TIME_ZONE", "Asia/Shanghai")

# ---- files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
            if DEBUG
            else "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
# Without collectstatic (tests, one command) files are served from where they lie.
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = REDRESS_MAX_BODY_BYTES
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600

# ---- mail ----------------------------------------------------------------------------------------

EMAIL_URL = env.url(
    "EMAIL_URL",
    schemes=("smtp", "smtps", "smtp+tls", "smtp+ssl", "consolemail", "filemail", "anymail"),
)
DEFAULT_FROM_EMAIL = env.text("REDRESS_FROM_EMAIL", "care@redress.example")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 20
if EMAIL_URL.startswith("anymail:"):
    globals().update(mail_providers.email_settings(EMAIL_URL))
elif EMAIL_URL:
    globals().update(environ.Env.email_url_config(EMAIL_URL))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")

# Our receiving servers, as they name themselves in Received and Authentication-Results.
REDRESS_MAIL_HOSTS = env.words("REDRESS_MAIL_HOSTS")
# How much a machine may write: per ticket and day, per address and hour, in all per hour.
REDRESS_AUTO_MAILS_PER_TICKET = env.integer("REDRESS_AUTO_MAILS_PER_TICKET", 6, minimum=0)
REDRESS_AUTO_MAILS_PER_ADDRESS = env.integer("REDRESS_AUTO_MAILS_PER_ADDRESS", 3, minimum=0)
REDRESS_AUTO_MAILS_PER_HOUR = env.integer("REDRESS_AUTO_MAILS_PER_HOUR", 2000, minimum=0)

# ---- security ------------------------------------------------------------------------------------

SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
X_FRAME_OPTIONS = "DENY"
# Behind a proxy that ends TLS; only then may its word about the scheme be believed.
if env.boolean("REDRESS_BEHIND_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Only their X-Forwarded-For is believed; anybody else may write what they like there.
REDRESS_TRUSTED_PROXIES = env.networks("REDRESS_TRUSTED_PROXIES")

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        # The sandboxed frame that shows a customer's HTML.
        "frame-src": [SELF, "blob:"],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}

# ---- API -----------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api_auth.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": [
        "rest_framework.parsers.JSONParser",
        "rest_framework.parsers.MultiPartParser",
    ],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "common.paging.NewestFirstPagination",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "common.problems.exception_handler",
    "PAGE_SIZE": 50,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Redress",
    "DESCRIPTION": "Complaints of a shop: tickets, messages, customers, deliveries.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
}

# ---- logs ----------------------------------------------------------------------------------------

LOG_FORMAT = env.choice("REDRESS_LOG_FORMAT", "text", allowed=("text", "json"))
LOG_LEVEL = env.choice(
    "REDRESS_LOG_LEVEL", "INFO", allowed=("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
LOGGING = logs.logging_settings(log_format=LOG_FORMAT, level=LOG_LEVEL)
logs.configure_structlog()

# numpy and scikit-learn would otherwise start a thread per core in every process.
os.environ.setdefault("OMP_NUM_THREADS", "1")
