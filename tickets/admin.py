"""Tickets and transactions in the admin site: to look at, never to change."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_rights import ReadOnlyAdmin
from tickets import custom_values_admin
from tickets.models import Ticket, Transaction

# Django looks for pages in modules of this name only.
__all__ = ["TicketAdmin", "TransactionAdmin", "custom_values_admin"]


class ScripsPending(admin.SimpleListFilter):
    """Whether scrips have looked at a transaction."""

    title = "scrips"
    parameter_name = "scrips"

    def lookups(
        self, request: HttpRequest, model_admin: admin.ModelAdmin[Transaction]
    ) -> list[tuple[str, str]]:
        """Offer what an administrator looks for: what is left to do, what fails."""
        return [("pending", "Still to run"), ("retried", "Failed before")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Transaction]
    ) -> QuerySet[Transaction]:
        """Keep the transactions chosen."""
        if self.value() == "pending":
            return queryset.filter(scrips_done_at=None)
        if self.value() == "retried":
            return queryset.filter(scrips_attempts__gt=1)
        return queryset


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin[Ticket]):
    """Every ticket there is, merged and deleted ones and reminders included."""

    list_display = (
        "id",
        "subject",
        "queue",
        "status",
        "owner",
        "type",
        "created",
        "last_updated",
        "page",
    )
    list_display_links = ("id", "subject")
    list_filter = ("queue", "status", "type", "is_active")
    list_select_related = ("queue", "owner")
    search_fields = ("=id", "subject")
    search_help_text = "A ticket number, or words of the subject"
    ordering = ("-id",)

    @admin.display(description="")
    def page(self, ticket: Ticket) -> SafeString:
        """Lead to where a ticket can be worked on."""
        return _ticket_link(ticket.pk, "Open")


@admin.register(Transaction)
class TransactionAdmin(ReadOnlyAdmin[Transaction]):
    """The whole audit trail, newest first."""

    list_display = (
        "id",
        "ticket_link",
        "type",
        "field",
        "change",
        "creator",
        "created",
        "done",
    )
    list_filter = ("type", ScripsPending, "created")
    list_select_related = ("creator",)
    search_fields = ("=id", "=ticket__id", "creator__name__iexact")
    search_help_text = "A number of a transaction or ticket, or a login name"
    ordering = ("-id",)

    @admin.display(description="ticket", ordering="ticket_id")
    def ticket_link(self, transaction: Transaction) -> SafeString:
        """Lead to the ticket's page."""
        return _ticket_link(transaction.ticket_id, f"#{transaction.ticket_id}")

    @admin.display
    def change(self, transaction: Transaction) -> str:
        """Show old and new value, cut short."""
        old, new = transaction.old_value[:60], transaction.new_value[:60]
        return f"{old} → {new}" if old and new else old or new

    @admin.display(boolean=True, description="scrips done")
    def done(self, transaction: Transaction) -> bool:
        """Say whether scrips have looked at it."""
        return transaction.scrips_done_at is not None


def _ticket_link(ticket_id: int, text: str) -> SafeString:
    url = reverse("tickets:detail", args=[ticket_id])
    return format_html('<a href="{}">{}</a>', url, text)
