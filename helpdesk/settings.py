"""Every setting, read from the environment and a ``.env`` file.

``docs/operations.md`` has the table of variables. Two ways to run share this file: the
embedded default (SQLite, Celery over the database) and production (PostgreSQL, Redis).
Which one it is follows from ``DATABASE_URL`` and ``REDIS_URL`` alone.
"""

from __future__ import annotations

import re
import socket
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django_stubs_ext

from helpdesk.env import (
    env_bool,
    env_database,
    env_email,
    env_float,
    env_int,
    env_json,
    env_list,
    env_prefix,
    env_str,
    env_url,
    read_env_file,
    stored_secret,
)

django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
read_env_file(BASE_DIR / ".env")


def _version(changelog: Path) -> str:
    match = re.search(r"^## (\S+)", changelog.read_text(), re.MULTILINE)
    return match[1] if match else "unknown"


VERSION = _version(BASE_DIR / "CHANGELOG.md")

# Where we are

HOST = env_str("HOST", default="127.0.0.1")
PORT = env_int("PORT", default=8000, minimum=1)
DATA_DIR = Path(env_str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DEBUG = env_bool("DEBUG", default=False)

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
# Without WEB_URL: where this machine listens; its name when that is everywhere.
_everywhere = HOST in {"0.0.0.0", "::"}  # noqa: S104 - compared, not bound
_public_host = socket.gethostname() if _everywhere else HOST
_bracketed_host = f"[{_public_host}]" if ":" in _public_host else _public_host
WEB_URL = env_url("WEB_URL")
WEB_PATH = env_prefix("WEB_PATH", default=urlsplit(WEB_URL).path)
WEB_URL = WEB_URL or f"http://{_bracketed_host}:{PORT}{WEB_PATH}"
IS_HTTPS = WEB_URL.startswith("https:")

# Who we are, in RT's words

RTNAME = env_str("RTNAME", default="example.com")
ORGANIZATION = env_str("ORGANIZATION", default=RTNAME)
CORRESPOND_ADDRESS = env_str("CORRESPOND_ADDRESS", default=f"rt@{RTNAME}")
COMMENT_ADDRESS = env_str("COMMENT_ADDRESS", default=f"rt-comment@{RTNAME}")
OWNER_EMAIL = env_str("OWNER_EMAIL", default=f"root@{RTNAME}")
# Whom mailed dashboards come from.
DASHBOARD_ADDRESS = env_str("DASHBOARD_ADDRESS", default=OWNER_EMAIL)
# Only the very first start uses it. Empty: "password", to be changed at first login.
ROOT_PASSWORD = env_str("ROOT_PASSWORD")

# Django

SECRET_KEY = env_str("SECRET_KEY")
SECRET_KEY_IS_GENERATED = not SECRET_KEY
if SECRET_KEY_IS_GENERATED:
    SECRET_KEY = stored_secret(DATA_DIR / "secret_key")

INSTALLED_APPS = [
    "helpdesk.admin_config.HelpdeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "guardian",
    "helpdesk",
    "helpdesk.broker",
    "accounts",
    "queues",
    "tickets",
    "scrips",
    "mail",
    "api",
]

MIDDLEWARE = [
    "helpdesk.middleware.request_id",
    "helpdesk.middleware.single_leading_slash",
    "django.middleware.security.SecurityMiddleware",
    "helpdesk.middleware.security_headers",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.own_settings",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
# RT's clients post to URLs with and without a slash; a redirect would drop the body.
APPEND_SLASH = False
FORCE_SCRIPT_NAME = WEB_PATH or None
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
                "tickets.context.page",
            ],
        },
    },
]

USE_TZ = True
TIME_ZONE = env_str("TIME_ZONE", default="UTC")
# Nothing is translated yet, and asking for the language costs a twentieth of a page.
USE_I18N = False
LANGUAGE_CODE = env_str("LANGUAGE_CODE", default="en-us")

# Database

DATABASES: dict[str, dict[str, Any]] = {
    "default": env_database(
        "DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'helpdesk.sqlite3'}"
    )
}
EMBEDDED = DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if EMBEDDED:
    # IMMEDIATE takes the write lock at BEGIN, where the timeout is honoured; Django's
    # default takes it at the first write and fails at once if somebody else has it.
    DATABASES["default"]["OPTIONS"] |= {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": (
            "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;"
            "PRAGMA temp_store=MEMORY;PRAGMA mmap_size=134217728;"
            "PRAGMA journal_size_limit=67108864;PRAGMA cache_size=-16000;"
        ),
    }
    # Tests lock and wait as a site does: in memory SQLite would do neither.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"].setdefault("CONN_MAX_AGE", 60)
    DATABASES["default"].setdefault("CONN_HEALTH_CHECKS", True)

# Cache. It is shared by all processes in both cases: login throttling depends on it.

REDIS_URL = env_str("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "helpdesk.redis_cache.ForgivingRedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "helpdesk",
        "OPTIONS": {"socket_connect_timeout": 1, "socket_timeout": 3},
    }
    if REDIS_URL
    else {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "helpdesk_cache",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    }
}

# Sessions. The row is the truth, so a session can be revoked by deleting it. With Redis
# a request reads the copy there; without, it is one lookup by primary key, which is
# what DatabaseCache would cost too. A session is saved when it changes and never just
# because a page was looked at: on SQLite each save would take the only write lock.

SESSION_ENGINE = (
    "django.contrib.sessions.backends.cached_db"
    if REDIS_URL
    else "django.contrib.sessions.backends.db"
)
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_NAME = "helpdesk_session"
SESSION_COOKIE_PATH = f"{WEB_PATH}/"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_NAME = "helpdesk_csrf"
CSRF_COOKIE_PATH = f"{WEB_PATH}/"
CSRF_COOKIE_SECURE = IS_HTTPS
CSRF_FAILURE_VIEW = "helpdesk.errors.csrf_failure"

# Accounts and rights

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PasswordBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "real_name", "email")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "tickets:home"
LOGOUT_REDIRECT_URL = "accounts:login"
# guardian: no row for anonymous visitors (it would be an active user in every list),
# and no methods patched onto User and Group.
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False

# Security

ALLOWED_HOSTS = [
    *env_list("ALLOWED_HOSTS", default=[]),
    urlsplit(WEB_URL).hostname or "",
    # Health checks inside a container, and people on this machine.
    "localhost",
    "127.0.0.1",
    "[::1]",
]
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(WEB_URL))]
# Proxies whose X-Forwarded-* headers are believed: one address, or * for any.
TRUSTED_PROXY = env_str("TRUSTED_PROXY")
TRUSTED_PROXY_COUNT = env_int("TRUSTED_PROXY_COUNT", default=1, minimum=1)
SECURE_SSL_REDIRECT = IS_HTTPS
SECURE_HSTS_SECONDS = env_int("HSTS_SECONDS", default=31_536_000) if IS_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
# Browsers let the CSP's frame-ancestors win; this is for those that know no CSP.
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "frame-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'self'"
)
SILENCED_SYSTEM_CHECKS = [
    # Both speak for a whole domain, which a desk on one host name of it must not do.
    "security.W005",  # HSTS for subdomains
    "security.W021",  # HSTS preload
]

# Static files, attachments, uploads

STATIC_URL = f"{WEB_PATH}/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(env_str("STATIC_ROOT", default=str(DATA_DIR / "static")))
MEDIA_ROOT = DATA_DIR / "media"
STORAGE_BACKEND = env_str("STORAGE_BACKEND", default="tickets.storage.DurableStorage")
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": STORAGE_BACKEND, "OPTIONS": env_json("STORAGE_OPTIONS")},
    "staticfiles": {"BACKEND": "helpdesk.static_files.ManifestStorage"},
}
# Networks that may bring mail over HTTP; empty: whoever reaches the web server.
MAILGATE_ALLOW = env_list("MAILGATE_ALLOW", default=[])
# Whether the other readers of a new mail become Ccs of its ticket.
PARSE_NEW_MESSAGE_FOR_TICKET_CCS = env_bool(
    "PARSE_NEW_MESSAGE_FOR_TICKET_CCS", default=False
)
# Other sites that the links of result formats may lead to: wiki.example.org, *.example.
RESTRICT_LINK_DOMAINS = env_list("RESTRICT_LINK_DOMAINS", default=[])
MAX_MAIL_SIZE = env_int("MAX_MAIL_SIZE", default=64 * 1024 * 1024, minimum=1024)
# A mail may arrive as an ordinary form field; files are not counted here.
DATA_UPLOAD_MAX_MEMORY_SIZE = MAX_MAIL_SIZE + 1024 * 1024
# The form for many tickets at once has several fields for each of them.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000

# Mail. Everything sent with Django becomes a row of the outbox first; a worker hands
# it to MAIL_TRANSPORT. None: no server is configured, and mail is kept to be read.

EMAIL_BACKEND = "mail.outbox.OutboxBackend"
MAIL_TRANSPORT = env_email("EMAIL_URL")
EMAIL_TIMEOUT = env_int("EMAIL_TIMEOUT", default=30, minimum=1)
DEFAULT_FROM_EMAIL = CORRESPOND_ADDRESS
SERVER_EMAIL = OWNER_EMAIL

# Webhooks. Calls go to public addresses only, so that nobody can reach the site's own
# network through them; a site whose programs live there says so.

WEBHOOKS_ALLOW_PRIVATE = env_bool("WEBHOOKS_ALLOW_PRIVATE", default=False)
WEBHOOK_TIMEOUT = env_int("WEBHOOK_TIMEOUT", default=10, minimum=1)

# Celery

SCRIPS_WAIT = env_float("SCRIPS_WAIT", default=1.0)
CELERY_BROKER_URL = REDIS_URL or "djangodb://localhost"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    # Redis gives a message back to others after this time: more than any task takes.
    {
        "visibility_timeout": 900,
        "global_keyprefix": "helpdesk-",
        "socket_connect_timeout": 2,
    }
    if REDIS_URL
    else {"polling_interval": 0.05}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A broker that is down must not hold up the request: the sweep finds the work.
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.1,
    "interval_max": 0.1,
}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_SERIALIZER = "json"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "helpdesk"
# A task is confirmed when it is done, so that a killed worker's tasks run again.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 180_000  # KiB; prefork only
CELERY_TASK_TIME_LIMIT = 600  # seconds; prefork only, below the visibility timeout
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# Processes of `manage.py serve`

WEB_PROCESSES = env_int("WEB_PROCESSES", default=2, minimum=1)
WEB_THREADS = env_int("WEB_THREADS", default=4, minimum=1)
WORKER_CONCURRENCY = env_int("WORKER_CONCURRENCY", default=4, minimum=1)

# Logging: lines for people on a terminal, one JSON object a line otherwise.

LOG_LEVEL = env_str("LOG_LEVEL", default="INFO").upper()
LOG_FORMAT = env_str(
    "LOG_FORMAT", default="text" if sys.stderr.isatty() else "json"
).lower()
ACCESS_LOG = env_bool("ACCESS_LOG", default=LOG_FORMAT == "json")
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "helpdesk.log_format.JsonFormatter"},
        "text": {"()": "helpdesk.log_format.TextFormatter"},
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "text" if LOG_FORMAT == "text" else "json",
        },
    },
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    "loggers": {
        # Django's own handlers mail and print; the root handler is enough.
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        "django.server": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # One line for each task received and done says nothing at INFO.
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        "celery.beat": {"level": "WARNING"},
        # waitress warns of each request that has to wait for a thread.
        "waitress.queue": {"level": "ERROR"},
        # One line a request; on a terminal it would bury everything else.
        "helpdesk.request": {"level": "INFO" if ACCESS_LOG else "WARNING"},
    },
}
