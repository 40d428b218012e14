"""Everything that must be true before the first request: schema, first data, files."""

from __future__ import annotations

import ipaddress
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from accounts.defaults import default_password_stands
from helpdesk.broker.models import release_reservations
from mail import delivery, gateway
from mail.webhooks import delivery as webhooks
from tickets.models import Ticket


def database(*, demo: bool) -> None:
    """Bring tables and first data up to date; changes nothing when they are."""
    require_database()
    if has_open_migrations():
        call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    call_command("seed")
    if demo and not Ticket.objects.exists():
        call_command("demo")


def require_database() -> None:
    """Refuse to go on without a database that answers."""
    try:
        connection.ensure_connection()
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        msg = f"the database cannot be used: {reason}"
        raise CommandError(msg) from error


def has_open_migrations() -> bool:
    """Say whether tables are missing or older than the code."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def broker() -> None:
    """Give back what a killed worker held. Only while no worker runs here."""
    release_reservations()
    gateway.release_claims()
    delivery.release_claims()
    webhooks.release_claims()


def static_files() -> None:
    """Collect the static files unless what was collected is newer than the sources."""
    if not _collected_is_fresh():
        call_command("collectstatic", interactive=False, verbosity=0)


def refuse_strangers(host: str) -> None:
    """Refuse to be reached from other machines while the first password stands."""
    if not is_loopback(host) and default_password_stands():
        msg = (
            f"will not listen on {host} while root has the first password: log in "
            "once on 127.0.0.1 and change it, or start with ROOT_PASSWORD set"
        )
        raise CommandError(msg)


def is_loopback(host: str) -> bool:
    """Say whether an address can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _collected_is_fresh() -> bool:
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    try:
        collected_at = manifest.stat().st_mtime
    except FileNotFoundError:
        return False
    return all(
        Path(storage.path(name)).stat().st_mtime <= collected_at
        for finder in get_finders()
        for name, storage in finder.list([])
    )
