"""Outgoing mail: what was written to whom, what became of it, sending it again."""

from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest, logged_in
from mail import delivery
from mail.models import OutgoingMail, OutgoingState
from mail.views.paging import LARGEST_ID, administrators_only, listing
from mail.visibility import may_administer_mail, outgoing_mail
from tickets import blobs
from tickets.history import visible_types
from tickets.models import Blob, Ticket, Transaction, TransactionType
from tickets.rights import rights_on
from tickets.sanitize import clean, frame_document, frame_policy

# As an attachment of a ticket: nothing in it may act, wherever it is opened.
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'self'"
SANDBOX = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"


@require_safe
@administrators_only
def outgoing(request: StaffRequest) -> HttpResponse:
    """List what was written, newest first."""
    mails = outgoing_mail(request.user).defer("text", "html", "headers")
    page = listing(mails, query=request.GET, states=OutgoingState)
    has_kept = outgoing_mail(request.user).filter(state=OutgoingState.KEPT).exists()
    return render(
        request, "mail/outgoing.html", {"page_of": page, "has_kept": has_kept}
    )


@require_safe
@logged_in
def outgoing_detail(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Show one mail: its headers, text, HTML and files, and what became of it."""
    return _show(request, _mail(request, mail_id))


@require_safe
@logged_in
def record(request: StaffRequest, transaction_id: int) -> HttpResponse:
    """Show the mail a line of a ticket's history is about."""
    if transaction_id > LARGEST_ID:
        raise Http404("There is no such mail.")
    mail = (
        outgoing_mail(request.user)
        .select_related("ticket")
        .filter(record_id=transaction_id)
        .first()
    )
    if mail is not None:
        return _show(request, mail)
    return _show_imported(request, transaction_id)


@require_safe
@logged_in
@xframe_options_sameorigin
def outgoing_html(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Serve the HTML of a mail, sanitised, for its frame, with a policy of its own."""
    mail = _mail(request, mail_id)
    safe = clean(mail.html)
    if not mail.html or safe.withheld:
        raise Http404("This mail has no HTML that can be shown.")
    response = HttpResponse(
        frame_document(safe.html, show_remote_images=False, cid_urls={})
    )
    policy = frame_policy(show_remote_images=False, cid_urls={})
    response.headers["Content-Security-Policy"] = (
        f"{SANDBOX}; {policy}; frame-ancestors 'self'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@logged_in
def outgoing_file(
    request: StaffRequest, mail_id: int, file_id: int
) -> HttpResponseBase:
    """Serve a file that went with a mail, to be saved."""
    mail = _mail(request, mail_id)
    if file_id > LARGEST_ID:
        raise Http404("There is no such file.")
    file = get_object_or_404(mail.files.select_related("blob"), pk=file_id)
    return download(file.blob, filename=file.filename or "attachment")


@require_POST
@administrators_only
def send_again(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Send a mail now, to those who lack it or once more to all."""
    mail = _mail(request, mail_id)
    try:
        delivery.requeue(mail)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "The mail is being sent.")
    return redirect("mail:outgoing-mail", mail.pk)


@require_POST
@administrators_only
def send_kept(request: StaffRequest) -> HttpResponse:
    """Send what was kept while no mail server was configured."""
    count = delivery.requeue_kept(outgoing_mail(request.user))
    messages.success(request, f"{count} mail{'' if count == 1 else 's'} queued.")
    return redirect("mail:outgoing")


def download(blob: Blob, *, filename: str) -> HttpResponseBase:
    """Return a response with the bytes, to be saved and never to be opened here."""
    try:
        content = blobs.open_blob(blob)
    except FileNotFoundError as error:
        raise Http404("The bytes of this file are missing.") from error
    response = FileResponse(content, content_type="application/octet-stream")
    response.headers["Content-Length"] = str(blob.size)
    response.headers["Content-Disposition"] = (
        f"attachment; filename*=UTF-8''{quote(filename, safe='')}"
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _mail(request: StaffRequest, mail_id: int) -> OutgoingMail:
    if mail_id > LARGEST_ID:
        raise Http404("There is no such mail.")
    return get_object_or_404(
        outgoing_mail(request.user).select_related("ticket"), pk=mail_id
    )


def _show(request: StaffRequest, mail: OutgoingMail) -> HttpResponse:
    lines = {
        "From": mail.from_email,
        "To": ", ".join(mail.to),
        "Cc": ", ".join(mail.cc),
        "Bcc": ", ".join(mail.bcc),
        "Subject": mail.subject,
        "Message-ID": f"<{mail.message_id}>",
    }
    headers = [(name, value) for name, value in lines.items() if value]
    context = {
        "mail": mail,
        "headers": [*headers, *mail.headers.items()],
        "answers": [(who, mail.answers.get(who)) for who in mail.recipients()],
        "files": list(mail.files.select_related("blob").order_by("pk")),
        "may_administer": may_administer_mail(request.user),
    }
    return render(request, "mail/outgoing_detail.html", context)


def _show_imported(request: StaffRequest, transaction_id: int) -> HttpResponse:
    """Show what is known of a mail that another system sent before the import."""
    row = get_object_or_404(
        Transaction.objects.select_related("ticket__queue"),
        pk=transaction_id,
        type__in=(TransactionType.EMAIL_RECORD, TransactionType.COMMENT_EMAIL_RECORD),
        ticket__in=Ticket.objects.visible_to(request.user),
    )
    may_see = visible_types(rights_on(row.ticket, request.user))
    row = get_object_or_404(Transaction.objects.filter(may_see), pk=row.pk)
    parts = list(row.attachments.order_by("pk"))
    return render(request, "mail/record.html", {"row": row, "parts": parts})
