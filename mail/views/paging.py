"""Lists of mail, newest first, a page at a time, at the same cost however long."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet, TextChoices
from django.http import HttpResponseBase, QueryDict

from accounts.http import StaffRequest, View, logged_in
from mail.visibility import may_administer_mail

ROWS = 50
LARGEST_ID = 2**63 - 1
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Choice:
    """One of the states a list can be narrowed to."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True)
class Listing(Generic[Row]):
    """A page of rows and the ways on from it."""

    rows: list[Row]
    choices: list[Choice]
    newest_url: str
    older_url: str
    is_narrowed: bool


def listing(
    rows: QuerySet[Row], *, query: QueryDict, states: type[TextChoices]
) -> Listing[Row]:
    """Return the page the query string asks for; what it cannot mean is ignored."""
    state = query.get("state", "")
    if state not in states.values:
        state = ""
    before = _number(query.get("before", ""))
    if state:
        rows = rows.filter(state=state)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: ROWS + 1])
    shown = found[:ROWS]
    choices = [Choice("All", _url(""), is_current=not state)]
    choices += [
        Choice(_short(str(label)), _url(value), is_current=value == state)
        for value, label in states.choices
    ]
    return Listing(
        rows=shown,
        choices=choices,
        newest_url=_url(state) if before is not None else "",
        older_url=_url(state, before=shown[-1].pk) if len(found) > ROWS else "",
        is_narrowed=bool(state),
    )


def administrators_only(view: View[Any]) -> Callable[..., HttpResponseBase]:
    """Let in those who administer mail; others are told that they may not."""

    @logged_in
    @wraps(view)
    def wrapper(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_administer_mail(request.user):
            raise PermissionDenied("Only who may see the configuration sees all mail.")
        return view(request, *args, **kwargs)

    return wrapper


def _short(label: str) -> str:
    """Return the first words of a state's label: what stands before the details."""
    return label.split(":")[0].split(",")[0]


def _url(state: str, **more: object) -> str:
    return "?" + urlencode(({"state": state} if state else {}) | more)


def _number(text: str) -> int | None:
    if not (text.isascii() and text.isdigit()):
        return None
    return min(int(text[:20]), LARGEST_ID)
