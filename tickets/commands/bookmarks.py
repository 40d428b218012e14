"""Keeping a ticket at hand."""

from accounts.models import User
from tickets.models import Bookmark, Ticket


def set_bookmark(ticket: Ticket, *, actor: User, on: bool) -> None:
    """Put or remove the actor's bookmark; it is private, so nothing is recorded."""
    if on:
        Bookmark.objects.get_or_create(user=actor, ticket=ticket)
    else:
        Bookmark.objects.filter(user=actor, ticket=ticket).delete()
