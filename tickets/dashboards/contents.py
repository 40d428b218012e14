"""What the boxes of a page show, each read in a fixed number of queries.

A box that cannot be read shows why, and the page goes on.
"""

import logging
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import Any, Final

from django.db import DatabaseError
from django.db.models.functions import Lower
from django.urls import reverse

from accounts.models import User
from accounts.rights import Right
from queues.rights import Rights, rights_of
from tickets import lists
from tickets.charts import ChartError
from tickets.columns import FormatError
from tickets.dashboards import queues
from tickets.dashboards.boxes import Box
from tickets.dashboards.kinds import Kind
from tickets.dashboards.results import chart_of, result_of
from tickets.models import Dashboard, SavedSearch, Ticket
from tickets.models.querysets import TicketQuerySet
from tickets.saved_searches import results_url
from tickets.search import TicketSQLError
from tickets.templatetags.tickets import search_url

logger = logging.getLogger(__name__)

UNOWNED_QUERY: Final = "Owner = 'Nobody' AND Status = '__Active__'"
BOOKMARKED_QUERY: Final = "id = '__Bookmarked__'"
TAKING: Final = (Right.TAKE_TICKET, Right.MODIFY_TICKET, Right.REASSIGN_TICKET)
MOST_NAMED: Final = 30
UNREADABLE: Final = "This could not be read. The administrator finds why in the log."

Filler = Callable[["Contents", Box], None]
Guard = Callable[[], AbstractContextManager[None]]


class Contents:
    """Fills boxes for one person; what several need is read once.

    ``guard`` is put around the reading of each box: a limit of time, for example.
    """

    def __init__(self, user: User, *, guard: Guard = nullcontext) -> None:
        self.user = user
        self._guard = guard
        self._listings: list[list[Ticket]] = []

    @cached_property
    def rights(self) -> Rights:
        """What the person was granted."""
        return rights_of(self.user)

    @cached_property
    def queue_rows(self) -> list[lists.QueueRow]:
        """The queues the person sees, with counts."""
        return lists.queue_rows(self.user)

    @property
    def has_queue_rows(self) -> bool:
        """Say whether some box has asked for them."""
        return "queue_rows" in self.__dict__

    def fill(self, boxes: Iterable[Box]) -> None:
        """Read what the boxes show, and what the tickets in them wait for."""
        for box in boxes:
            filler = _FILLERS.get(box.kind)
            if box.notice or box.is_filled:
                continue
            try:
                if filler is not None:
                    with self._guard():
                        filler(self, box)
            except (TicketSQLError, FormatError, ChartError) as error:
                box.error = " ".join(error.messages)
            except DatabaseError:
                logger.exception("A portlet was not read", extra={"portlet": box.key})
                box.error = UNREADABLE
            box.is_filled = True
        if self._listings:
            lists.mark_pending(*self._listings)
            self._listings = []

    # --- lists of tickets --------------------------------------------------------

    def my_tickets(self, box: Box) -> None:
        """What the person owns."""
        self._list(
            box, lists.my_tickets(self.user), "{} highest priority tickets I own"
        )
        box.url = reverse("tickets:mine")

    def unowned_tickets(self, box: Box) -> None:
        """What nobody owns, and which of it the person may take."""
        listing = self._list(
            box, lists.unowned_tickets(self.user), "{} newest unowned tickets"
        )
        box.url = search_url(UNOWNED_QUERY)
        box.content = {
            "tickets": listing.tickets,
            "takeable": {t.pk for t in listing.tickets if self._may_take(t)},
        }

    def bookmarked_tickets(self, box: Box) -> None:
        """What the person keeps at hand."""
        self._list(box, lists.bookmarked_tickets(self.user), "Bookmarked tickets")
        box.url = search_url(BOOKMARKED_QUERY)

    def search(self, box: Box) -> None:
        """The first tickets of a saved search, in its columns and order."""
        if box.saved is None:
            return
        box.url = results_url(box.saved)
        box.content = result = result_of(
            box.saved, user=self.user, rows=box.portlet.shown_rows
        )
        box.number = result.total

    def chart(self, box: Box) -> None:
        """A saved chart; they name colleagues and other customers."""
        if box.saved is None:
            return
        if not self.user.is_privileged:
            box.notice = "Charts are for staff."
            return
        box.url = results_url(box.saved)
        box.content = chart_of(box.saved, user=self.user, title=box.title)

    # --- the others --------------------------------------------------------------

    def queue_list(self, box: Box) -> None:
        """Unfinished tickets by queue and status."""
        box.content = queues.queue_tables(self.queue_rows)

    def queue_list_all_statuses(self, box: Box) -> None:
        """All tickets by queue and status."""
        rows = queues.with_every_status(self.queue_rows, user=self.user)
        box.content = queues.queue_tables(rows, with_inactive=True)

    def my_admin_queues(self, box: Box) -> None:
        """Queues the person administers."""
        box.content = queues.administered(self.user)

    def my_support_queues(self, box: Box) -> None:
        """Queues the person is AdminCc of."""
        box.content = queues.supported(self.queue_rows, user=self.user)

    def my_reminders(self, box: Box) -> None:
        """Open reminders, each with the ticket it is about."""
        box.content = lists.reminders(self.user, rows=box.portlet.shown_rows)

    def dashboards(self, box: Box) -> None:
        """Dashboards the person may see."""
        visible = Dashboard.objects.visible_to(self.user).enabled()
        visible = visible.defer("layout").order_by(Lower("name"), "pk")
        box.content = _first(box, visible)
        box.url = reverse("tickets:dashboards")

    def saved_searches(self, box: Box) -> None:
        """Searches the person may load."""
        visible = SavedSearch.objects.visible_to(self.user).enabled()
        box.content = _first(box, visible.order_by(Lower("name"), "pk"))
        box.url = reverse("tickets:searches")

    def _list(self, box: Box, tickets: TicketQuerySet, title: str) -> lists.Listing:
        rows = box.portlet.shown_rows
        listing = lists.first_rows(tickets, rows=rows)
        self._listings.append(listing.tickets)
        box.title = box.portlet.title or title.format(rows)
        box.number = listing.total
        box.content = {"tickets": listing.tickets}
        return listing

    def _may_take(self, ticket: Ticket) -> bool:
        may = self.rights.has
        return may(Right.OWN_TICKET, ticket.queue_id) and any(
            may(right, ticket.queue_id) for right in TAKING
        )


def _first(box: Box, found: Any) -> list[Any]:
    rows = list(found[: MOST_NAMED + 1])
    box.number = None if len(rows) > MOST_NAMED else len(rows)
    return rows[:MOST_NAMED]


_FILLERS: Final[dict[Kind, Filler]] = {
    Kind.SEARCH: Contents.search,
    Kind.CHART: Contents.chart,
    Kind.MY_TICKETS: Contents.my_tickets,
    Kind.UNOWNED_TICKETS: Contents.unowned_tickets,
    Kind.BOOKMARKED_TICKETS: Contents.bookmarked_tickets,
    Kind.QUEUE_LIST: Contents.queue_list,
    Kind.QUEUE_LIST_ALL_STATUSES: Contents.queue_list_all_statuses,
    Kind.MY_ADMIN_QUEUES: Contents.my_admin_queues,
    Kind.MY_SUPPORT_QUEUES: Contents.my_support_queues,
    Kind.MY_REMINDERS: Contents.my_reminders,
    Kind.DASHBOARDS: Contents.dashboards,
    Kind.SAVED_SEARCHES: Contents.saved_searches,
}
