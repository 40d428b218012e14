"""The errors of RT's interfaces: Django's exceptions in JSON, and our own."""

from http import HTTPStatus

from django.core.exceptions import ValidationError
from django.http import JsonResponse

JSON = "application/json; charset=utf-8"


class ApiError(Exception):
    """An answer with a status of 400 or more and a sentence for people."""

    def __init__(self, status: int, message: str = "", **headers: str) -> None:
        self.status = status
        self.message = message or HTTPStatus(status).phrase
        self.headers = {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        super().__init__(self.message)


def json_error(error: ApiError) -> JsonResponse:
    """Return RT's form of an error: an object with a message."""
    return json_answer({"message": error.message}, error.status, error.headers)


def json_answer(
    data: object, status: int = 200, headers: dict[str, str] | None = None
) -> JsonResponse:
    """Return data as JSON the way RT sends it: UTF-8, not escaped."""
    return JsonResponse(
        data,
        status=status,
        headers=headers,
        content_type=JSON,
        safe=False,
        json_dumps_params={"ensure_ascii": False},
    )


def sentence(error: ValidationError) -> str:
    """Return what is wrong as one line."""
    return " ".join(str(message) for message in error.messages)
