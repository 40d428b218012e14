"""Replying and commenting."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from queues.models import LookupType
from tickets import commands, forms
from tickets.custom_values.reading import settable_fields
from tickets.descriptions import describe, names_for
from tickets.forms.choices import reply_status_choices
from tickets.forms.errors import take_errors
from tickets.history import entry, visible_transactions
from tickets.html_text import html_to_text
from tickets.messages import File, Message, compose
from tickets.models import Ticket, Transaction, TransactionType
from tickets.quotes import fold
from tickets.rights import TicketRights
from tickets.settled import wait_for_scrips
from tickets.views import sides
from tickets.views.answers import say, ticket_url
from tickets.views.detail import (
    head,
    recipients,
    reply_actions,
    reply_form,
    signature,
)
from tickets.views.lookup import seen_ticket
from tickets.views.once import once
from tickets.views.permitted import permitted

MESSAGE_TYPES = {
    "respond": TransactionType.CORRESPOND,
    "comment": TransactionType.COMMENT,
}
LONGEST_QUOTE = 20_000


@logged_in
@require_http_methods(["GET", "HEAD", "POST"])
@once
def update(request: StaffRequest, ticket_id: int) -> HttpResponse:
    """Show the reply form on a page of its own, or carry it out."""
    ticket, can = seen_ticket(request.user, ticket_id)
    if request.method == "POST":
        form = forms.Reply(
            request.POST,
            request.FILES,
            actions=reply_actions(permitted(ticket, can)),
            statuses=reply_status_choices(ticket, can),
            custom_fields=settable_fields(
                ticket, can, lookup_type=LookupType.TRANSACTION
            ),
        )
        rows = _carry_out(form, ticket, can) if form.is_valid() else None
        if rows is not None:
            return _done(request, ticket, rows)
    else:
        asked = _asked_for(request, ticket, can)
        found = reply_form(ticket, can, **asked)
        if found is None:
            return redirect(ticket_url(ticket))
        form = found
    ctx = {
        **head(ticket, can),
        "reply": form,
        "reply_to": recipients(sides.watchers_of(ticket), besides=request.user),
        "page_form": True,
    }
    status = 422 if form.is_bound else 200
    return render(request, "tickets/update.html", ctx, status=status)


def message_of(
    form: forms.Reply | forms.Create, *, user: User, subject: str, references: str = ""
) -> Message:
    """Build the message of a valid form; a lone signature is no message."""
    fields = form.cleaned_data
    text, html = fields["content"].replace("\r\n", "\n"), fields["content_html"]
    if text.strip() == signature(user).replace("\r\n", "\n").strip():
        text = html = ""
    return compose(
        text=text.strip("\n"),
        html=html,
        files=[
            File(kept.filename, kept.content_type, kept.read())
            for kept in form.kept_files
        ],
        subject=subject,
        in_reply_to=references,
        references=[references] if references else [],
        cc_once=fields.get("cc", []) if isinstance(form, forms.Reply) else [],
        bcc_once=fields.get("bcc", []) if isinstance(form, forms.Reply) else [],
    )


def _carry_out(
    form: forms.Reply, ticket: Ticket, can: TicketRights
) -> list[Transaction] | None:
    user = can.user
    fields = form.cleaned_data
    subject = fields["subject"] if fields["subject"] != ticket.subject else ""
    change = commands.TicketUpdate(
        message_type=MESSAGE_TYPES[fields["action"]],
        message=message_of(
            form, user=user, subject=subject, references=_answered(form, ticket, can)
        ),
        time_worked=fields["worked"],
        status=fields["status"],
        message_fields=form.custom_values(),
    )
    try:
        return commands.update_ticket(ticket, actor=user, update=change)
    except ValidationError as error:
        take_errors(form, error)
        return None


def _done(
    request: StaffRequest, ticket: Ticket, rows: list[Transaction]
) -> HttpResponse:
    wait_for_scrips(ticket.pk)
    names = names_for(rows)
    draft = f"{request.user.pk}-ticket-{ticket.pk}"
    shown = [row for row in rows if row.type != TransactionType.SET_WATCHER]
    say(request, [describe(row, names=names) for row in shown], draft=draft)
    messages = [row for row in rows if row.is_message]
    anchor = f"txn-{messages[0].pk}" if messages else ""
    return redirect(ticket_url(ticket, anchor=anchor))


def _asked_for(
    request: StaffRequest, ticket: Ticket, can: TicketRights
) -> dict[str, object]:
    """Read what the link to this page asked for; RT's names for it work too."""
    given = request.GET
    action = given.get("action", given.get("Action", "")).lower()
    asked: dict[str, object] = {
        "action": action,
        "status": given.get("status", given.get("DefaultStatus", "")),
        "subject": given.get("subject", ""),
        "cc": given.get("cc", ""),
        "bcc": given.get("bcc", ""),
    }
    quoted = _transaction(given.get("quote", ""), ticket, can)
    if quoted is not None:
        asked["quoting"] = quoted.pk
        asked["content"] = quotation(quoted) + signature(request.user)
    elif given.get("content"):
        asked["content"] = given["content"] + signature(request.user)
    return asked


def _transaction(number: str, ticket: Ticket, can: TicketRights) -> Transaction | None:
    if not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    visible = visible_transactions(ticket, can).select_related("creator")
    return visible.filter(pk=int(number)).first()


def quotation(row: Transaction) -> str:
    """Return the words of a message, quoted, without what it quotes itself."""
    shown = entry(row)
    text = ""
    if shown.text is not None:
        text = shown.text.content or ""
    elif shown.html is not None:
        text = html_to_text(shown.html.safe_html or "")
    own = "".join(
        block.text for block in fold(text[:LONGEST_QUOTE]) if block.kind == "text"
    )
    lines = own.strip().splitlines()
    when = timezone.localtime(row.created).strftime("%a %b %d %H:%M:%S %Y")
    quoted = "\n".join(f"> {line}".rstrip() for line in lines)
    return f"On {when}, {row.creator.display_name} wrote:\n{quoted}\n\n"


def _answered(form: forms.Reply, ticket: Ticket, can: TicketRights) -> str:
    """Return the Message-ID of the entry the reply quotes, for threading."""
    number = form.cleaned_data["quoting"]
    if number is None:
        return ""
    row = visible_transactions(ticket, can).filter(pk=number).order_by("pk").first()
    root = entry(row).root if row else None
    return root.message_id if root else ""
