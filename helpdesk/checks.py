"""System checks: what is wrong in the settings stops the start, with what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.apps import AppConfig

ADDRESSES = ("CORRESPOND_ADDRESS", "COMMENT_ADDRESS", "OWNER_EMAIL")
SHORTEST_KEY = 50
FEWEST_CHARACTERS = 5


@register(Tags.security)
def check_addresses(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Require mail addresses that can receive, and two different ones for queues."""
    messages: list[CheckMessage] = []
    for name in ADDRESSES:
        try:
            validate_email(getattr(settings, name))
        except ValidationError:
            messages.append(
                Error(
                    f"{name} is not a mail address: {getattr(settings, name)!r}",
                    hint="Set it, or set RTNAME to your mail domain.",
                    id="helpdesk.E001",
                )
            )
    if settings.CORRESPOND_ADDRESS.lower() == settings.COMMENT_ADDRESS.lower():
        messages.append(
            Error(
                "CORRESPOND_ADDRESS and COMMENT_ADDRESS are the same",
                hint="Comments would be sent to requestors as replies.",
                id="helpdesk.E002",
            )
        )
    return messages


@register(Tags.security)
def check_urls(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Require a WEB_URL people can open, in agreement with WEB_PATH."""
    url = urlsplit(settings.WEB_URL)
    if url.scheme not in {"http", "https"} or not url.hostname or url.query:
        return [
            Error(
                f"WEB_URL is not a web address: {settings.WEB_URL!r}",
                hint="For example https://desk.example.com/rt",
                id="helpdesk.E003",
            )
        ]
    if url.path != settings.WEB_PATH:
        return [
            Error(
                f"WEB_URL ends in {url.path!r} but WEB_PATH is {settings.WEB_PATH!r}",
                hint="Leave WEB_PATH out: it is taken from WEB_URL.",
                id="helpdesk.E004",
            )
        ]
    return []


@register(Tags.security)
def check_services(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Require that the URLs of Redis and of the mail server can be used."""
    messages: list[CheckMessage] = []
    scheme = urlsplit(settings.REDIS_URL).scheme
    if settings.REDIS_URL and scheme not in {"redis", "rediss", "unix"}:
        messages.append(
            Error(
                f"REDIS_URL must start with redis://, not {scheme!r}",
                id="helpdesk.E005",
            )
        )
    transport = settings.MAIL_TRANSPORT or {}
    if "smtp" in transport.get("EMAIL_BACKEND", "") and not transport.get("EMAIL_HOST"):
        messages.append(
            Error("EMAIL_URL names no mail server", id="helpdesk.E006"),
        )
    return messages


@register(Tags.security)
def check_secret_key(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse a key that can be guessed."""
    key = settings.SECRET_KEY
    if len(key) >= SHORTEST_KEY and len(set(key)) >= FEWEST_CHARACTERS:
        return []
    return [
        Error(
            f"SECRET_KEY is weak: use at least {SHORTEST_KEY} random characters",
            hint="python3 -c 'import secrets; print(secrets.token_urlsafe(64))'",
            id="helpdesk.E007",
        )
    ]


@register(Tags.security)
def check_debug(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse to show settings and code to other machines."""
    if settings.DEBUG and settings.HOST not in settings.LOOPBACK:
        return [
            Error(f"DEBUG is on while listening on {settings.HOST}", id="helpdesk.E008")
        ]
    return []


@register(Tags.security, deploy=True)
def check_production(
    app_configs: Sequence[AppConfig] | None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse what only hurts with several machines; name what is missing."""
    messages: list[CheckMessage] = []
    if settings.SECRET_KEY_IS_GENERATED and not settings.EMBEDDED:
        messages.append(
            Error(
                "SECRET_KEY is not set",
                hint="All processes of an installation need the same one.",
                id="helpdesk.E009",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        messages.append(
            Error(
                "ALLOWED_HOSTS lets any host name in",
                hint="Leave it out: the host of WEB_URL is always allowed.",
                id="helpdesk.E010",
            )
        )
    if settings.MAIL_TRANSPORT is None:
        messages.append(
            Warning(
                "EMAIL_URL is not set: mail is kept and never sent",
                id="helpdesk.W001",
            )
        )
    if not settings.REDIS_URL and not settings.EMBEDDED:
        messages.append(
            Warning(
                "REDIS_URL is not set: the database is the broker and the cache",
                hint="That works on a few machines; Redis is faster.",
                id="helpdesk.W002",
            )
        )
    return messages
