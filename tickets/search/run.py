"""Search: text → the tickets a user may see, in a stable order, by page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from accounts.models import User
from tickets.models import Ticket
from tickets.models.querysets import TicketQuerySet
from tickets.search.compiler import compile_query
from tickets.search.context import Context
from tickets.search.ordering import ordering
from tickets.search.parser import parse


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a result: the tickets and where they stand in the whole."""

    tickets: "list[Ticket]"
    number: int
    per_page: int
    total: int

    @property
    def pages(self) -> int:
        """Return how many pages there are; none for an empty result."""
        return -(-self.total // self.per_page)

    @property
    def has_next(self) -> bool:
        """Say whether another page follows."""
        return self.number < self.pages

    @property
    def has_previous(self) -> bool:
        """Say whether a page comes before."""
        return self.number > 1 and self.total > 0


def search(
    text: str,
    *,
    user: User,
    order_by: Sequence[str] = (),
    rt_precedence: bool = False,
    now: datetime | None = None,
    selected_user: User | None = None,
) -> TicketQuerySet:
    """Return the visible tickets a query asks for; names in it are looked up now.

    `order_by` has RT's names (`tickets.search.ordering`), `-` before one turns it
    round; the number of the ticket always comes last, so that pages neither repeat nor
    skip one. `selected_user` is who `__SelectedUser__` means, the user by default.

    Raises:
        TicketSQLError: the text cannot be understood, with place and hint.
    """
    context = Context(user=user, now=now or timezone.now(), selected_user=selected_user)
    found = search_within(context, text, rt_precedence=rt_precedence)
    return found.order_by(*ordering(order_by, context=context))


def search_within(
    context: Context, text: str, *, rt_precedence: bool = False
) -> TicketQuerySet:
    """Return what a query finds, in no order, for one who needs its context later.

    An order by `Relevance` is made with the context of the search it belongs to.

    Raises:
        TicketSQLError: as `search`.
    """
    condition = compile_query(parse(text, rt_precedence=rt_precedence), context=context)
    return Ticket.objects.filter(condition).visible_to(context.user)


def tickets_page(
    queryset: TicketQuerySet, *, page: int = 1, per_page: int = 50
) -> Page:
    """Return one page; a number past the end gives the last.

    At most three queries. A last page that is not full counts itself: then it is one.
    """
    number = max(1, page)
    tickets = _rows(queryset, number, per_page)
    is_last = len(tickets) < per_page and (tickets or number == 1)
    if is_last:
        total = (number - 1) * per_page + len(tickets)
    else:
        total = queryset.order_by().count()
    last = max(1, -(-total // per_page))
    if number > last:
        number, tickets = last, _rows(queryset, last, per_page)
    return Page(tickets=tickets, number=number, per_page=per_page, total=total)


def _rows(queryset: TicketQuerySet, number: int, per_page: int) -> list[Ticket]:
    start = (number - 1) * per_page
    return list(queryset[start : start + per_page])
