"""``manage.py seed``: the first data, in every app from the bottom up."""

from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from accounts.defaults import ensure_users_and_groups
from queues.defaults import ensure_queues
from scrips.defaults import ensure_scrips_and_templates
from tickets.defaults import ensure_saved_searches


class Command(BaseCommand):
    """Create what a new site needs; on an existing one add only what is missing."""

    help = "Create the first users, groups, queue, scrips and templates if missing."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Run the defaults of every app in the order of their layers."""
        ensure_users_and_groups()
        ensure_queues()
        ensure_saved_searches()
        ensure_scrips_and_templates()
