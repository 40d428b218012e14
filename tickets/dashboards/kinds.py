"""What a portlet can show, by RT's names of its components."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Kind(StrEnum):
    """What a portlet shows; the value is what a layout stores."""

    SEARCH = "Search"
    CHART = "Chart"
    DASHBOARD = "Dashboard"
    MY_TICKETS = "MyTickets"
    UNOWNED_TICKETS = "UnownedTickets"
    BOOKMARKED_TICKETS = "BookmarkedTickets"
    QUICK_CREATE = "QuickCreate"
    QUEUE_LIST = "QueueList"
    QUEUE_LIST_ALL_STATUSES = "QueueListAllStatuses"
    MY_ADMIN_QUEUES = "MyAdminQueues"
    MY_SUPPORT_QUEUES = "MySupportQueues"
    MY_REMINDERS = "MyReminders"
    REFRESH = "RefreshHomepage"
    DASHBOARDS = "Dashboards"
    SAVED_SEARCHES = "SavedSearches"


@dataclass(frozen=True, slots=True)
class KindFacts:
    """What there is to know of a kind before anything is loaded."""

    label: str
    icon: str
    template: str
    # How many rows of it are shown unless the portlet says otherwise; 0: has none.
    rows: int = 0
    # A kind that may cost much is read with the page only where the eye falls first.
    is_costly: bool = False


ROWS: Final = 10
MOST_PORTLET_ROWS: Final = 100
# What shows something saved, which the portlet names by its number.
SAVED: Final = frozenset({Kind.SEARCH, Kind.CHART, Kind.DASHBOARD})
# Lists that a taken ticket leaves or enters.
TICKET_LISTS: Final = frozenset(
    {Kind.MY_TICKETS, Kind.UNOWNED_TICKETS, Kind.BOOKMARKED_TICKETS}
)

FACTS: Final[dict[Kind, KindFacts]] = {
    Kind.SEARCH: KindFacts(
        "Saved search", "search", "search.html", ROWS, is_costly=True
    ),
    Kind.CHART: KindFacts("Saved chart", "chart-column", "chart.html", is_costly=True),
    Kind.DASHBOARD: KindFacts("Dashboard", "layout-dashboard", "dashboard.html"),
    Kind.MY_TICKETS: KindFacts(
        "Highest priority tickets I own", "user", "my_tickets.html", ROWS
    ),
    Kind.UNOWNED_TICKETS: KindFacts(
        "Newest unowned tickets", "inbox", "unowned_tickets.html", ROWS
    ),
    Kind.BOOKMARKED_TICKETS: KindFacts(
        "Bookmarked tickets", "star", "bookmarked_tickets.html", ROWS
    ),
    Kind.QUICK_CREATE: KindFacts("Quick ticket creation", "plus", "quick_create.html"),
    Kind.QUEUE_LIST: KindFacts("Queue list", "list", "queue_list.html"),
    Kind.QUEUE_LIST_ALL_STATUSES: KindFacts(
        "Queue list, all statuses", "list", "queue_list.html", is_costly=True
    ),
    Kind.MY_ADMIN_QUEUES: KindFacts(
        "Queues I administer", "settings", "my_queues.html"
    ),
    Kind.MY_SUPPORT_QUEUES: KindFacts("Queues I support", "list", "my_queues.html"),
    Kind.MY_REMINDERS: KindFacts("My reminders", "bell", "my_reminders.html", ROWS),
    Kind.REFRESH: KindFacts("Refresh", "refresh-cw", "refresh.html"),
    Kind.DASHBOARDS: KindFacts("Dashboards", "layout-dashboard", "dashboards.html"),
    Kind.SAVED_SEARCHES: KindFacts("Saved searches", "search", "saved_searches.html"),
}
COMPONENTS: Final = tuple(kind for kind in Kind if kind not in SAVED)
