"""Tickets a user keeps at hand."""

from django.db import models

from accounts.models import User
from tickets.models.tickets import Ticket


class Bookmark(models.Model):
    """One user's mark on one ticket; nobody else's business, so no history."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="bookmarks")
    ticket = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, related_name="bookmarks"
    )

    class Meta:
        default_permissions = ()
        constraints = (
            models.UniqueConstraint(fields=["user", "ticket"], name="bookmark_once"),
        )

    def __str__(self) -> str:
        return f"{self.user} keeps #{self.ticket_id}"
