"""The site itself, and addresses that lead nowhere."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from api import RT_VERSION
from api.errors import ApiError, json_answer


def about(request: HttpRequest, user: User) -> HttpResponse:
    """Return the version of RT whose interface this is, and our own."""
    answer: dict[str, object] = {
        "Version": RT_VERSION,
        "Helpdesk": settings.VERSION,
    }
    if user.is_superuser:
        answer["Plugins"] = []
    return json_answer(answer)


def nowhere(request: HttpRequest, user: User, **path: str) -> HttpResponse:
    """Answer 404 in JSON for every address that is not in the list."""
    raise ApiError(404)
