"""The address ``rt-mailgate`` posts to: the door for mail over HTTP.

RT's clients send the mail as a multipart field without a file name, which Django would
decode as text; the body is read here as the bytes it is.
"""

import logging
import re
from dataclasses import dataclass, field
from email.message import Message
from ipaddress import ip_address, ip_network
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from mail import gateway
from mail.mime_headers import without_line_end
from tickets.messages import storable

logger = logging.getLogger(__name__)

_PERMANENT = "not ok"
_TEMPORARY = "temporary failure"
_SLACK = 1024 * 1024  # for the other fields and the borders of the parts
_KEPT_OF_OVERSIZE = 256 * 1024
_CHUNK = 1024 * 1024
_DEFAULT_ACTION = "correspond"
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")


@dataclass
class _Form:
    message: bytes | None = None
    is_whole: bool = True
    fields: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: bytes) -> None:
        if name == "message":
            self.message = value
        else:
            self.fields[name] = storable(value.decode("utf-8", "replace")).strip()

    def get(self, name: str) -> str:
        return self.fields.get(name, "")


@csrf_exempt
@require_POST
def receive(request: HttpRequest) -> HttpResponse:
    """Keep the mail and say ok, or say whether bringing it again makes sense."""
    if not _is_allowed(request.META.get("REMOTE_ADDR", "")):
        logger.warning("Mail from an address that is not allowed")
        return HttpResponse(
            "temporary failure - this address may not bring mail\n",
            status=403,
            content_type="text/plain; charset=utf-8",
        )
    try:
        _receive(request)
    except gateway.PermanentFailure as failure:
        return _answer(_PERMANENT, str(failure))
    except gateway.TemporaryFailure as failure:
        return _answer(_TEMPORARY, str(failure))
    except (DatabaseError, OSError) as error:
        logger.exception("An incoming mail could not be kept")
        return _answer(_TEMPORARY, str(error))
    return _answer("ok")


def _receive(request: HttpRequest) -> None:
    length = _content_length(request)
    content_type = request.META.get("CONTENT_TYPE", "")
    remote_address = request.META.get("REMOTE_ADDR", "")
    is_oversize = length > settings.MAX_MAIL_SIZE + _SLACK
    body = request.read(_KEPT_OF_OVERSIZE if is_oversize else length)
    form = _parse(body, content_type)
    if form.message is None:
        raise gateway.PermanentFailure("There is no field 'message'.")
    if is_oversize or len(form.message) > settings.MAX_MAIL_SIZE:
        while request.read(_CHUNK):
            pass  # who still sends would not hear the answer
        size = length if is_oversize else len(form.message)
        mail = gateway.refuse_oversize(
            form.message[:_KEPT_OF_OVERSIZE],
            size=size,
            limit=settings.MAX_MAIL_SIZE,
            queue=form.get("queue"),
            source="http",
            remote_address=remote_address,
        )
        raise gateway.PermanentFailure(mail.reason)
    if len(body) < length or not form.is_whole:
        raise gateway.TemporaryFailure("The upload was cut off.")
    gateway.receive(
        form.message,
        queue=form.get("queue"),
        action=form.get("action") or _DEFAULT_ACTION,
        ticket=form.get("ticket"),
        source="http",
        remote_address=remote_address,
    )


def _content_length(request: HttpRequest) -> int:
    try:
        return max(int(request.META.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        return 0


def _answer(verdict: str, reason: str = "") -> HttpResponse:
    """Answer as RT does; the reason goes to the log, and out only when debugging."""
    body = f"{verdict}\n"
    if verdict != "ok":
        logger.warning("Mail was not taken", extra={"verdict": verdict, "why": reason})
        words = " ".join(reason.split()) if settings.DEBUG else "operation unsuccessful"
        body = f"{verdict} - {words}\n"
    return HttpResponse(body, content_type="text/plain; charset=utf-8")


def _is_allowed(remote_address: str) -> bool:
    networks: list[str] = settings.MAILGATE_ALLOW
    if not networks:
        return True
    try:
        address = ip_address(remote_address)
    except ValueError:
        return False
    return any(address in ip_network(network, strict=False) for network in networks)


def _parse(body: bytes, content_type: str) -> _Form:
    header = Message()
    header["Content-Type"] = content_type
    if header.get_content_type() == "application/x-www-form-urlencoded":
        return _parse_urlencoded(body)
    boundary = header.get_boundary()
    if header.get_content_maintype() != "multipart" or not boundary:
        raise gateway.PermanentFailure("This is no form.")
    return _parse_multipart(body, boundary.encode())


def _parse_urlencoded(body: bytes) -> _Form:
    form = _Form()
    for pair in body.split(b"&"):
        name, _, value = pair.partition(b"=")
        key = unquote_to_bytes(name.replace(b"+", b" ")).decode("utf-8", "replace")
        form.add(key, unquote_to_bytes(value.replace(b"+", b" ")))
    return form


def _parse_multipart(body: bytes, boundary: bytes) -> _Form:
    form = _Form(is_whole=False)
    mark = b"--" + boundary
    part: int | None = None  # where the part begins that is being read
    position = 0
    while (found := body.find(mark, position)) != -1:
        position = found + len(mark)
        line_end = body.find(b"\n", position)
        stop = len(body) if line_end == -1 else line_end + 1
        tail = body[position:stop].strip()
        if (found and body[found - 1 : found] != b"\n") or tail not in {b"", b"--"}:
            continue  # it only looks like a border
        if part is not None:
            _add_part(form, body, part, without_line_end(body, part, found))
        part, position = stop, stop
        if tail == b"--":
            form.is_whole = True
            return form
    if part is not None:
        _add_part(form, body, part, len(body))
    return form


def _add_part(form: _Form, body: bytes, start: int, end: int) -> None:
    """Read the part that stands from start to end; its content is copied once."""
    separator = _BLANK_LINE.search(body, start, end)
    if separator is None:
        return
    headers = Message()
    head = body[start : separator.start()].decode("utf-8", "replace")
    for line in head.splitlines():
        key, colon, value = line.partition(":")
        if colon and key.strip().lower() == "content-disposition":
            headers["Content-Disposition"] = value.strip()
    name = headers.get_param("name", header="Content-Disposition")
    if isinstance(name, str):
        form.add(name, body[separator.end() : end])
