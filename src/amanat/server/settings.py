"""Settings of the server: everything an administrator can choose is an `AMANAT_*` variable, read here and
nowhere else.

The readers are in `environment.py`; a mistake becomes a system check (`checks.py`), never a crash while
importing. There is no default password and no default secret key: without `amanat setup` the key is a
random one that dies with the process, and `amanat check` says so. Reference: `docs/reference/settings.md`.
Shown right by `tests/server/test_settings.py`.
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from amanat.server.environment import Environment, parse_database

SERVER_FOLDER = Path(__file__).resolve().parent
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
ENVIRONMENT = Environment(os.environ)

# --- What an administrator chooses ------------------------------------------------------------------------

AMANAT_DATA = Path(ENVIRONMENT.text("AMANAT_DATA", "var")).absolute()
AMANAT_DATABASE = ENVIRONMENT.text("AMANAT_DATABASE")
AMANAT_ORIGIN = ENVIRONMENT.text("AMANAT_ORIGIN")
AMANAT_URL = ENVIRONMENT.text("AMANAT_URL", "http://127.0.0.1:8000").rstrip("/")
AMANAT_EXIT_URL = ENVIRONMENT.text("AMANAT_EXIT_URL", "about:blank")
AMANAT_HELPLINES = ENVIRONMENT.text("AMANAT_HELPLINES")
AMANAT_AUDIO = ENVIRONMENT.text("AMANAT_AUDIO")
AMANAT_ONION = ENVIRONMENT.text("AMANAT_ONION").rstrip("/")
AMANAT_CASE_FORM = ENVIRONMENT.text("AMANAT_CASE_FORM")
AMANAT_LOG_STORE = ENVIRONMENT.text("AMANAT_LOG_STORE")
AMANAT_TIMESTAMP_URL = ENVIRONMENT.text("AMANAT_TIMESTAMP_URL")
AMANAT_EPOCH_SECONDS = ENVIRONMENT.integer("AMANAT_EPOCH_SECONDS", 600, least=1, most=86_400)
AMANAT_EPOCH_LEAVES = ENVIRONMENT.integer("AMANAT_EPOCH_LEAVES", 8, least=1, most=256)
AMANAT_WITNESS_SECONDS = ENVIRONMENT.integer("AMANAT_WITNESS_SECONDS", 10, least=1, most=60)
AMANAT_WORK_AFTER = ENVIRONMENT.integer("AMANAT_WORK_AFTER", 200, least=0, most=1_000_000)
AMANAT_DEMO = ENVIRONMENT.boolean("AMANAT_DEMO")
AMANAT_DEBUG = ENVIRONMENT.boolean("AMANAT_DEBUG")
AMANAT_INSECURE_HTTP = ENVIRONMENT.boolean("AMANAT_INSECURE_HTTP")
AMANAT_HASHBANK_GET = ENVIRONMENT.boolean("AMANAT_HASHBANK_GET")
AMANAT_HASHBANK_AS = ENVIRONMENT.text("AMANAT_HASHBANK_AS")
AMANAT_HASHBANK_ALONE = ENVIRONMENT.boolean("AMANAT_HASHBANK_ALONE")
AMANAT_HASHBANK_UPLOAD_MB = ENVIRONMENT.integer("AMANAT_HASHBANK_UPLOAD_MB", 32, least=1, most=1024)
AMANAT_HASHBANK_PARTNER_RATE = ENVIRONMENT.integer("AMANAT_HASHBANK_PARTNER_RATE", 60, least=1, most=100_000)
AMANAT_CRASH_AT = os.environ.get("AMANAT_CRASH_AT", "")

ALLOWED_HOSTS = ENVIRONMENT.text("AMANAT_HOSTS", ",".join(LOOPBACK)).replace(" ", "").split(",")
ONLY_LOOPBACK = set(ALLOWED_HOSTS) <= set(LOOPBACK)
SECURE_COOKIES = not (ONLY_LOOPBACK or AMANAT_DEMO or AMANAT_INSECURE_HTTP)
if urlsplit(AMANAT_URL).scheme not in {"http", "https"} or not urlsplit(AMANAT_URL).hostname:
    ENVIRONMENT.refuse(
        "amanat.E005", "AMANAT_URL is not a web address.", "Write https:// and the name of the host."
    )

# --- Secrets ----------------------------------------------------------------------------------------------


def _secret_key() -> str:
    """The key from the environment or the data folder; empty when there is none of at least 32 characters."""
    key = ENVIRONMENT.secret("AMANAT_SECRET_KEY")
    file = AMANAT_DATA / "keys" / "django"
    if not key and file.is_file() and os.access(file, os.R_OK):
        key = file.read_text(encoding="ascii").strip()
    return key if len(key) >= 32 else ""


GIVEN_SECRET_KEY = _secret_key()
# The check E006 refuses to serve with a key of the moment; tools such as makemigrations need none that lasts.
SECRET_KEY = GIVEN_SECRET_KEY or secrets.token_urlsafe(48)

# --- Database ---------------------------------------------------------------------------------------------

# FULL: a promise is only given for what survives a power cut. secure_delete: what is erased is overwritten.
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"
)
_SQLITE: dict[str, Any] = {
    "ENGINE": "django.db.backends.sqlite3",
    "NAME": AMANAT_DATA / "amanat.sqlite3",
    "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": _SQLITE_PRAGMAS},
}


def _database() -> dict[str, Any]:
    """SQLite in the data folder, or the PostgreSQL that AMANAT_DATABASE names."""
    chosen = parse_database(AMANAT_DATABASE) if AMANAT_DATABASE else _SQLITE
    if chosen is None:
        hint = "Write postgres://user:password@host:port/name, or leave it out for SQLite in the data folder."
        ENVIRONMENT.refuse(
            "amanat.E007", "AMANAT_DATABASE is not the address of a PostgreSQL database.", hint
        )
    return chosen or _SQLITE


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Django -----------------------------------------------------------------------------------------------

DEBUG = AMANAT_DEBUG
ROOT_URLCONF = "amanat.server.hashbank.alone" if AMANAT_HASHBANK_ALONE else "amanat.server.urls"
WSGI_APPLICATION = "amanat.server.wsgi.application"
AUTH_USER_MODEL = "accounts.Member"
LOGIN_URL = "/staff/login/"
LOGIN_REDIRECT_URL = "/staff/"
LOGOUT_REDIRECT_URL = "/staff/login/"

INSTALLED_APPS = [
    "amanat.server.apps.Amanat",
    "amanat.server.ledger",
    "amanat.server.accounts",
    "amanat.server.intake",
    "amanat.server.hashbank",
    "amanat.server.cases",
    "amanat.server.referrals",
    "amanat.server.statements",
    "amanat.server.public",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "csp",
]

MIDDLEWARE = [
    "amanat.server.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "amanat.server.language.Language",
    # Nothing above reads a body, and a refusal is in the language of the address.
    "amanat.server.middleware.Bodies",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "amanat.server.middleware.Errors",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SERVER_FOLDER / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "amanat.server.middleware.page",
                "amanat.server.language.languages",
            ],
        },
    },
]

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

# --- Language, time and files -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ur", "اردو")]
LOCALE_PATHS = [SERVER_FOLDER / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = AMANAT_DATA / "static"
STATICFILES_DIRS = [folder for folder in (SERVER_FOLDER / "static",) if folder.is_dir()]
STORAGES = {"staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"}}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

# --- Bodies: in memory, small, never in a temporary file (a temporary file would be plaintext on a --------

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_048_576
FILE_UPLOAD_MAX_MEMORY_SIZE = DATA_UPLOAD_MAX_MEMORY_SIZE
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200
DATA_UPLOAD_MAX_NUMBER_FILES = 1
# Whose addresses end so takes files of media, in memory: the match service.
LARGE_BODIES = ("/h/hash", "/m/lookup", "/content")
LARGE_BODY_BYTES = AMANAT_HASHBANK_UPLOAD_MB * 1_048_576

# --- Cookies exist below /staff/ only, and what a page may load -------------------------------------------

_PREFIX = "__Secure-" if SECURE_COOKIES else ""
SESSION_COOKIE_NAME = f"{_PREFIX}session"
SESSION_COOKIE_AGE = 30 * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_PATH = CSRF_COOKIE_PATH = "/staff/"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_COOKIES
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
CSRF_TRUSTED_ORIGINS = [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS if host and host != "*"]
CSRF_FAILURE_VIEW = "amanat.server.middleware.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "no-referrer"
SECURE_HSTS_SECONDS = 63_072_000 if SECURE_COOKIES else 0
X_FRAME_OPTIONS = "DENY"
# Said better by amanat.W001 to W004; HTTPS and its redirect belong to the web server in front.
SILENCED_SYSTEM_CHECKS = [f"security.{name}" for name in ("W004", "W008", "W012", "W016", "W018")]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}

# --- Logs: never a query string, a body, an address, a user agent or an exception's words -----------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"discreet": {"()": "amanat.server.logs.Discreet"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "discreet"},
        "nothing": {"class": "logging.NullHandler"},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "amanat": {"level": "INFO"},
        "django": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        # Only what failed on our side: a line for each 404 or 409 would be the exact time of a reporter.
        "django.request": {"level": "ERROR"},
        "django.security": {"handlers": ["nothing"], "propagate": False},
        "django.server": {"handlers": ["nothing"], "propagate": False},
    },
}
