"""Incoming and outgoing mail in the admin site: what came, what went, and how."""

from collections.abc import Callable
from typing import TypeVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.admin_rights import PartOf, ReadOnlyAdmin
from mail.delivery import requeue
from mail.gateway import process_again
from mail.models import IncomingMail, OutgoingFile, OutgoingMail, WebhookDelivery
from tickets.blobs import open_blob, read

SHOWN_RAW = 32 * 1024
MailT = TypeVar("MailT", IncomingMail, OutgoingMail)


@admin.register(IncomingMail)
class IncomingMailAdmin(ReadOnlyAdmin[IncomingMail]):
    """Each mail as it arrived, and what became of it."""

    list_display = (
        "received_at",
        "sender",
        "subject",
        "queue_name",
        "state",
        "ticket_link",
        "attempts",
    )
    list_display_links = ("received_at", "subject")
    list_filter = ("state", "source", "action", "received_at")
    search_fields = ("sender", "subject", "=message_id")
    search_help_text = "A sender, words of the subject, or a whole Message-ID"
    ordering = ("-received_at", "-id")
    date_hierarchy = "received_at"
    exclude = ("blob", "dedup_key", "ticket", "transaction")
    readonly_fields = ("ticket_link", "raw")
    actions = ("process_again",)

    def get_urls(self) -> list[URLPattern]:
        """Add the download."""
        view = self.admin_site.admin_view(self.download)
        return [
            path("<int:mail_id>/raw/", view, name="mail_incomingmail_raw"),
            *super().get_urls(),
        ]

    def download(self, request: HttpRequest, mail_id: int) -> HttpResponseBase:
        """Send the mail byte for byte, never to be opened in place."""
        mail = get_object_or_404(
            IncomingMail.objects.select_related("blob"), pk=mail_id
        )
        if not self.has_view_permission(request, mail):
            raise PermissionDenied("This is for superusers.")
        try:
            content = open_blob(mail.blob)
        except OSError as error:
            raise Http404("The storage does not have this mail.") from error
        return FileResponse(
            content,
            as_attachment=True,
            filename=f"incoming-{mail.pk}.eml",
            content_type="message/rfc822",
        )

    @admin.action(description="Process again", permissions=["view"])
    def process_again(
        self, request: HttpRequest, mails: QuerySet[IncomingMail]
    ) -> None:
        """Give mails that were refused or failed to a worker once more."""
        _do_each(self, request, mails, process_again, "to be processed again")

    @admin.display(description="ticket", ordering="ticket_id")
    def ticket_link(self, mail: IncomingMail) -> SafeString | str:
        """Lead to the ticket the mail went to."""
        return _ticket_link(mail.ticket_id) or self.get_empty_value_display()

    @admin.display(description="the mail as it arrived")
    def raw(self, mail: IncomingMail) -> SafeString:
        """Show the beginning of the mail as text, with a link to all of it."""
        url = reverse("admin:mail_incomingmail_raw", args=[mail.pk])
        try:
            data = read(mail.blob)
        except OSError as error:
            return format_html("It cannot be read from the storage: {}", error)
        text = data[:SHOWN_RAW].decode("utf-8", "replace")
        more = "…" if len(data) > SHOWN_RAW else ""
        return format_html(
            '<a class="button small" href="{}">Download ({} bytes)</a>'
            '<pre class="raw">{}{}</pre>',
            url,
            len(data),
            text,
            more,
        )


class FileInline(PartOf[OutgoingFile, OutgoingMail]):
    """The files that went along."""

    model = OutgoingFile
    fields = readonly_fields = ("filename", "content_type")
    verbose_name = "file"


@admin.register(OutgoingMail)
class OutgoingMailAdmin(ReadOnlyAdmin[OutgoingMail]):
    """The outbox: everything that was or is to be sent."""

    list_display = (
        "created",
        "recipient_list",
        "subject",
        "state",
        "ticket_link",
        "scrip_description",
        "attempts",
    )
    list_display_links = ("created", "subject")
    list_filter = ("state", "created")
    search_fields = ("subject", "to", "cc", "bcc", "=message_id")
    search_help_text = "A recipient, words of the subject, or a whole Message-ID"
    ordering = ("-created", "-id")
    date_hierarchy = "created"
    exclude = ("ticket", "transaction", "record", "html")
    readonly_fields = ("ticket_link",)
    inlines = (FileInline,)
    actions = ("send_again",)

    @admin.action(description="Send again", permissions=["view"])
    def send_again(self, request: HttpRequest, mails: QuerySet[OutgoingMail]) -> None:
        """Queue mails that failed, were kept, or are wanted once more."""
        _do_each(self, request, mails, requeue, "queued")

    @admin.display(description="to")
    def recipient_list(self, mail: OutgoingMail) -> str:
        """Show everyone it goes to, cut short."""
        recipients = mail.recipients()
        more = f" and {len(recipients) - 3} more" if len(recipients) > 3 else ""
        return ", ".join(recipients[:3]) + more

    @admin.display(description="ticket", ordering="ticket_id")
    def ticket_link(self, mail: OutgoingMail) -> SafeString | str:
        """Lead to the ticket the mail is about."""
        return _ticket_link(mail.ticket_id) or self.get_empty_value_display()


@admin.register(WebhookDelivery)
class WebhookDeliveryAdmin(ReadOnlyAdmin[WebhookDelivery]):
    """The calls that were or are to be made to other programs."""

    list_display = ("created", "event", "webhook", "state", "answer", "attempts")
    list_filter = ("state", "event", "created")
    list_select_related = ("webhook",)
    search_fields = ("webhook__url", "=key")
    search_help_text = "A part of the URL, or a whole webhook-id"
    ordering = ("-id",)
    date_hierarchy = "created"


def _do_each(
    page: admin.ModelAdmin[MailT],
    request: HttpRequest,
    mails: QuerySet[MailT],
    command: Callable[[MailT], None],
    word: str,
) -> None:
    """Run a command on each mail; say what was done and what was refused."""
    done = 0
    for mail in mails.order_by("pk"):
        try:
            command(mail)
        except ValidationError as error:
            words = " ".join(error.messages)
            page.message_user(request, f"{mail}: {words}", "error")
        else:
            page.log_change(request, mail, word.capitalize())
            done += 1
    count = f"{done} mail" if done == 1 else f"{done} mails"
    page.message_user(request, f"{count} {word}.", "success" if done else "info")


def _ticket_link(ticket_id: int | None) -> SafeString | str:
    if ticket_id is None:
        return ""
    url = reverse("tickets:detail", args=[ticket_id])
    return format_html('<a href="{}">#{}</a>', url, ticket_id)
