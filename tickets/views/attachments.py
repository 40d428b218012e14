"""Files and HTML bodies: served so that nothing in them can act in our name."""

from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from accounts.models import User
from tickets import blobs
from tickets.history import visible_transactions
from tickets.models import Attachment, Blob
from tickets.sanitize import frame_document, frame_policy
from tickets.views.lookup import LARGEST_ID, seen_ticket

# What a browser may show by itself: no type among them can carry a script.
INLINE_TYPES = {
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/plain",
}
FILE_POLICY = "default-src 'none'; sandbox; frame-ancestors 'self'"
SANDBOX = "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox"


@logged_in
@require_safe
def attachment(
    request: StaffRequest, transaction_id: int, attachment_id: int, name: str = ""
) -> HttpResponseBase:
    """Serve one file, or a text body as plain text, to who may see its transaction."""
    node = visible_attachment(request.user, attachment_id)
    if node.transaction_id != transaction_id:
        raise Http404("There is no such attachment.")
    content_type = node.content_type
    if node.content is not None or content_type not in INLINE_TYPES:
        # HTML, SVG and the like are shown as their source or saved, never run.
        content_type = "text/plain" if node.content is not None else content_type
    inline = content_type in INLINE_TYPES and not request.GET.get("download")
    response = _content(node, content_type if inline else _download_type(content_type))
    filename = node.filename or name or "attachment"
    return _harmless(response, filename=filename, is_inline=inline)


def served_blob(
    blob: Blob, *, content_type: str, filename: str, is_download: bool
) -> HttpResponseBase:
    """Serve stored bytes: what a browser may show by itself, the rest as a download."""
    inline = content_type in INLINE_TYPES and not is_download
    response = _bytes(blob, content_type if inline else _download_type(content_type))
    return _harmless(response, filename=filename, is_inline=inline)


def _harmless(
    response: HttpResponseBase, *, filename: str, is_inline: bool
) -> HttpResponseBase:
    kind = "inline" if is_inline else "attachment"
    response.headers["Content-Disposition"] = (
        f"{kind}; filename*=UTF-8''{quote(filename, safe='')}"
    )
    response.headers["Content-Security-Policy"] = FILE_POLICY
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


@logged_in
@require_safe
@xframe_options_sameorigin
def html(request: StaffRequest, attachment_id: int) -> HttpResponse:
    """Serve a sanitised HTML body for its frame; it has a policy of its own."""
    node = visible_attachment(request.user, attachment_id)
    if node.safe_html is None:
        raise Http404("This has no HTML that can be shown.")
    shows_images = request.GET.get("images") == "1"
    cid_urls = _cid_urls(node) if "data-cid=" in node.safe_html else {}
    return framed_html(
        node.safe_html, show_remote_images=shows_images, cid_urls=cid_urls
    )


def framed_html(
    safe_html: str, *, show_remote_images: bool, cid_urls: dict[str, str] | None = None
) -> HttpResponse:
    """Return sanitised HTML as a document that a sandboxed frame shows."""
    document = frame_document(
        safe_html, show_remote_images=show_remote_images, cid_urls=cid_urls or {}
    )
    policy = frame_policy(
        show_remote_images=show_remote_images, cid_urls=cid_urls or {}
    )
    response = HttpResponse(document)
    response.headers["Content-Security-Policy"] = (
        f"{SANDBOX}; {policy}; frame-ancestors 'self'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


def visible_attachment(user: User, attachment_id: int) -> Attachment:
    """Return an attachment whose transaction the user may see.

    Raises:
        Http404: it is not there or not to be seen.
    """
    if attachment_id > LARGEST_ID:
        raise Http404("There is no such attachment.")
    node = (
        Attachment.objects.select_related("transaction", "blob")
        .filter(pk=attachment_id)
        .first()
    )
    if node is None:
        raise Http404("There is no such attachment.")
    ticket, can = seen_ticket(user, node.transaction.ticket_id)
    visible = visible_transactions(ticket, can)
    if not visible.filter(pk=node.transaction_id).exists():
        raise Http404("There is no such attachment.")
    return node


def _content(node: Attachment, content_type: str) -> HttpResponseBase:
    if node.blob is not None:
        return _bytes(node.blob, content_type)
    return HttpResponse(
        node.content or "", content_type=f"{content_type}; charset=utf-8"
    )


def _bytes(blob: Blob, content_type: str) -> HttpResponseBase:
    try:
        file = blobs.open_blob(blob)
    except FileNotFoundError as error:
        raise Http404("The bytes of this file are missing.") from error
    response = FileResponse(file, content_type=content_type)
    response.headers["Content-Length"] = str(blob.size)
    return response


def _download_type(content_type: str) -> str:
    """Return a type no browser opens; pictures and text keep theirs."""
    return content_type if content_type in INLINE_TYPES else "application/octet-stream"


def _cid_urls(node: Attachment) -> dict[str, str]:
    """Return Content-ID -> address of the pictures sent with this HTML."""
    siblings = Attachment.objects.filter(transaction_id=node.transaction_id)
    return {
        picture.content_id: reverse(
            "tickets:attachment",
            args=[picture.transaction_id, picture.pk, picture.filename or "picture"],
        )
        for picture in siblings.exclude(content_id="").defer("content", "safe_html")
        if picture.content_type.startswith("image/")
    }
