"""The searches of the system that every site begins with."""

from django.db.models.functions import Lower

from tickets.models import SavedSearch

# Name, description, query, columns, order.
SEARCHES = (
    (
        "My Tickets",
        "Unfinished tickets that I own, the most urgent first",
        "Owner = '__CurrentUser__' AND Status = '__Active__'",
        "id, Subject, Priority, QueueName, ExtendedStatus",
        ["-Priority"],
    ),
    (
        "Unowned Tickets",
        "Unfinished tickets that nobody owns, the newest first",
        "Owner = 'Nobody' AND Status = '__Active__'",
        "id, Subject, QueueName, ExtendedStatus, CreatedRelative",
        ["-Created"],
    ),
    (
        "Bookmarked Tickets",
        "Tickets I keep at hand, closed ones too",
        "id = '__Bookmarked__'",
        "id, Subject, Priority, QueueName, ExtendedStatus, Bookmark",
        ["-LastUpdated"],
    ),
)


def ensure_saved_searches() -> None:
    """Create the searches of the system that are missing, by name."""
    of_system = SavedSearch.objects.of_system().annotate(key=Lower("name"))
    known = set(of_system.values_list("key", flat=True))
    SavedSearch.objects.bulk_create(
        SavedSearch(
            name=name,
            description=description,
            query=query,
            format=columns,
            order_by=order_by,
        )
        for name, description, query, columns, order_by in SEARCHES
        if name.lower() not in known
    )
