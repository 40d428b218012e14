"""Incoming mail: what came, what became of it and why, processing it again."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.http import StaffRequest
from mail import gateway
from mail.models import IncomingMail, IncomingState
from mail.views.outgoing import download
from mail.views.paging import LARGEST_ID, administrators_only, listing
from mail.visibility import incoming_mail
from tickets import blobs

SHOWN = 32 * 1024  # bytes of the raw mail; all of it can be downloaded


@require_safe
@administrators_only
def incoming(request: StaffRequest) -> HttpResponse:
    """List what came in, newest first."""
    mails = incoming_mail(request.user).defer("traceback")
    page = listing(mails, query=request.GET, states=IncomingState)
    return render(request, "mail/incoming.html", {"page_of": page})


@require_safe
@administrators_only
def incoming_detail(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Show one mail: its state and the reason for it, and how it begins."""
    mail = _mail(request, mail_id)
    try:
        with blobs.open_blob(mail.blob) as file:
            beginning = file.read(SHOWN).decode("utf-8", "replace")
    except FileNotFoundError:
        beginning = ""
    context = {
        "mail": mail,
        "beginning": beginning.replace("\x00", "␀"),
        "is_cut": mail.blob.size > SHOWN,
        "can_process_again": mail.state
        in {IncomingState.RECEIVED, IncomingState.REFUSED, IncomingState.FAILED},
    }
    return render(request, "mail/incoming_detail.html", context)


@require_safe
@administrators_only
def incoming_raw(request: StaffRequest, mail_id: int) -> HttpResponseBase:
    """Serve the mail byte for byte, to be saved."""
    mail = _mail(request, mail_id)
    return download(mail.blob, filename=f"incoming-{mail.pk}.eml")


@require_POST
@administrators_only
def process_again(request: StaffRequest, mail_id: int) -> HttpResponse:
    """Have a mail that was refused or has failed processed now."""
    mail = _mail(request, mail_id)
    try:
        gateway.process_again(mail)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, "The mail is being processed.")
    return redirect("mail:incoming-mail", mail.pk)


def _mail(request: StaffRequest, mail_id: int) -> IncomingMail:
    if mail_id > LARGEST_ID:
        raise Http404("There is no such mail.")
    mails = incoming_mail(request.user).select_related("blob", "ticket", "transaction")
    return get_object_or_404(mails, pk=mail_id)
