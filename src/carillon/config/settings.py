"""Django's settings, and Carillon's own (`CARILLON_*` names below; docs/operations/settings.md lists them)."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from carillon.config import environment as env

BASE = env.project_folder()
HOME = env.home()
SECRETS = env.load_secrets(HOME)

SECRET_KEY = SECRETS.django
DEBUG = env.flag("DEBUG", default=False)
ALLOWED_HOSTS = env.text("HOSTS", "127.0.0.1,localhost,[::1]").split(",")
ROOT_URLCONF = "carillon.config.urls"
ASGI_APPLICATION = "carillon.config.asgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

FEATURES = (
    "business_groups", "departments", "number_blocks", "classes_of_service", "lines", "extensions",
    "call_manager", "phones", "voicemail", "trunks", "accounts", "audit", "call_logs", "mail", "record",
    "account_settings", "line_actions", "line_imports", "operators", "operator_console", "feedback",
    "undoing", "line_management",
)  # fmt: skip
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "carillon.web",
    *(f"carillon.features.{name}" for name in FEATURES),
]
MIDDLEWARE = [
    "carillon.web.middleware.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "carillon.web.staticfiles.StaticFiles",
    "carillon.web.middleware.Compression",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "carillon.web.middleware.ShortAddresses",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "carillon.config.operators.VerifiedOperator",
    "carillon.web.middleware.Preferences",
    "carillon.web.middleware.SignInFirst",
    "carillon.web.middleware.FirstPassword",
    "carillon.web.middleware.KeepSession",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "carillon.config.not_found.NotFoundPage",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "carillon.config.frame.frame",
            ],
        },
    }
]


def _database() -> dict[str, object]:
    url = urlsplit(env.text("DATABASE", ""))
    if not url.scheme:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": HOME / "carillon.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 10,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
            },
        }
    if url.scheme not in {"postgres", "postgresql"}:
        raise env.BadSetting("CARILLON_DATABASE", "a postgresql:// address, or empty for SQLite")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path.lstrip("/"),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": unquote(url.hostname or ""),
        "PORT": str(url.port or ""),
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 60,
        # Compiling a query takes a second where the query takes 50 ms: a list's is short, whatever its cost looks like.
        "OPTIONS": {"connect_timeout": 2, "options": "-c jit=off"},
    }


DATABASES = {"default": _database()}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
SESSION_COOKIE_AGE = env.number("SESSION_MINUTES", 30, low=1, high=1440) * 60
AUTHENTICATION_BACKENDS = ["carillon.web.sessions.PortalBackend"]
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = env.flag("HTTPS", default=False)
LOGIN_URL = "sign-in"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [BASE / "src" / "carillon" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Toronto"

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
NPM_FOLDER = BASE / "node_modules"
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "carillon.web.staticfiles.VendorFinder",
]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "carillon.web.staticfiles.HashedStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_ALLOW_ALL_ORIGINS = False
X_FRAME_OPTIONS = "DENY"

EMAIL_HOST = env.text("SMTP_HOST", "127.0.0.1")
EMAIL_PORT = env.number("SMTP_PORT", 25)
EMAIL_HOST_USER = env.text("SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.text("SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.flag("SMTP_STARTTLS", default=False)
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = env.text("MAIL_FROM", "carillon@localhost")
CARILLON_OPERATOR_MAIL = env.text("OPERATOR_MAIL", "")
if CARILLON_OPERATOR_MAIL and not re.fullmatch(r"[^@\s,;]+@[^@\s,;]+", CARILLON_OPERATOR_MAIL):
    raise env.BadSetting("CARILLON_OPERATOR_MAIL", "one e-mail address, or empty")

CARILLON_HOME = HOME
CARILLON_NODE = env.text("NODE", "node1")
CARILLON_NODE_FOLDER = HOME / "engine" / CARILLON_NODE
CARILLON_ENGINE_PREFIX = env.path("ENGINE_PREFIX") or HOME / "engine" / "prefix"
CARILLON_ENGINE_PACKAGES = env.path("ENGINE_PACKAGES") or HOME / "engine" / "packages"
CARILLON_DEBIAN_MIRROR = env.text("DEBIAN_MIRROR", "")
CARILLON_BIND = env.text("BIND", "127.0.0.1")
CARILLON_HTTP_PORT = env.number("HTTP_PORT", 8800, low=1)
CARILLON_STEP_PORT = env.number("STEP_PORT", 8801, low=1)
CARILLON_AMI_PORT = env.number("AMI_PORT", 8802, low=1)
CARILLON_SIP_PORT = env.number("SIP_PORT", 5060, low=1)
CARILLON_SIP_TLS_PORT = env.number("SIP_TLS_PORT", 5061, low=1)
CARILLON_OUTSIDE_SIP_PORT = env.number("OUTSIDE_SIP_PORT", 5070, low=1)
CARILLON_RTP_FIRST = env.number("RTP_FIRST", 16384, low=1024)
CARILLON_RTP_LAST = env.number("RTP_LAST", 18383, low=1024)
CARILLON_SIP_CERTIFICATE = env.path("SIP_CERTIFICATE")
CARILLON_SIP_KEY = env.path("SIP_KEY")
CARILLON_ENGINE_SECRET = SECRETS.engine
CARILLON_AMI_SECRET = SECRETS.ami
CARILLON_ENCRYPTION_SECRET = SECRETS.encryption
CARILLON_STEP_URL = f"http://127.0.0.1:{CARILLON_STEP_PORT}"
