"""Request bodies: JSON, JSON with files beside it, or the bare text of a message."""

import base64
import binascii
import json
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest

from api.errors import ApiError
from tickets.messages import File, storable

TEXT_TYPES = frozenset({"text/plain", "text/html"})


@dataclass(frozen=True)
class Payload:
    """What a caller sent: the object, and the files that came beside it."""

    values: dict[str, Any]
    files: list[File] = field(default_factory=list)


def payload_of(
    request: HttpRequest, *, json_name: str, accepts_text: bool = False
) -> Payload:
    """Read the body; parameters of the URL stand over it, as in RT.

    Raises:
        ApiError: 415 for another content type, 400 for what is no JSON object.
    """
    content_type = (request.content_type or "").lower()
    if content_type == "application/json":
        payload = Payload(_object(request.body))
    elif content_type == "multipart/form-data":
        payload = _multipart(request, json_name)
    elif accepts_text and content_type in TEXT_TYPES:
        text = request.body.decode("utf-8", "replace")
        payload = Payload({"Content": storable(text), "ContentType": content_type})
    else:
        raise ApiError(415)
    payload.values.update(_storable(request.GET.dict()))
    return payload


def attached_files(payload: Payload, *, required: tuple[str, str]) -> list[File]:
    """Return the files of a payload: those beside it and those in `Attachments`.

    `required` has the messages for a missing name and a missing type.
    """
    entries = payload.values.get("Attachments", [])
    if not isinstance(entries, list):
        raise ApiError(400, "Attachments must be an array")
    return [*(_file(entry, required) for entry in entries), *payload.files]


def _multipart(request: HttpRequest, json_name: str) -> Payload:
    text = request.POST.get("JSON")
    if text is None:
        raise ApiError(400, f"{json_name} is a required field for multipart/form-data")
    files = [
        File(
            filename=upload.name or "",
            content_type=upload.content_type or "application/octet-stream",
            data=upload.read(),
        )
        for upload in request.FILES.getlist("Attachments")
        if isinstance(upload, UploadedFile)
    ]
    return Payload(_object(text.encode()), files)


def _object(body: bytes) -> dict[str, Any]:
    if not body.strip():
        return {}
    try:
        found = _storable(json.loads(body))
    except (ValueError, RecursionError) as error:
        raise ApiError(400, f"JSON parse error: {error}") from error
    if not isinstance(found, dict):
        raise ApiError(400, "JSON object must be a HASH")
    return found


def _storable(value: Any) -> Any:
    """Drop from all text what databases refuse: NUL and halves of characters."""
    if isinstance(value, str):
        return storable(value)
    if isinstance(value, list):
        return [_storable(one) for one in value]
    if isinstance(value, dict):
        return {storable(name): _storable(one) for name, one in value.items()}
    return value


def _file(entry: object, required: tuple[str, str]) -> File:
    if not isinstance(entry, dict):
        raise ApiError(400, "Each element of Attachments must be a hash")
    for name, message in zip(("FileName", "FileType"), required, strict=True):
        if not entry.get(name):
            raise ApiError(400, message)
    try:
        data = base64.b64decode(str(entry.get("FileContent", "")))
    except (binascii.Error, ValueError) as error:
        raise ApiError(400, "FileContent of an attachment is not base64") from error
    return File(
        filename=str(entry["FileName"]), content_type=str(entry["FileType"]), data=data
    )
