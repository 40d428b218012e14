"""Columns of the ticket itself: number, subject, status, priorities, times, dates."""

from collections.abc import Iterator
from datetime import datetime

from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tickets.columns.kinds import Column
from tickets.columns.loading import Loaded
from tickets.models import Ticket
from tickets.templatetags.tickets import (
    ago,
    duration,
    icon,
    moment,
    pending_url,
    priority,
    relative,
    status,
    ticket_url,
)

DATES = {
    "Created": ("created", "Created"),
    "Starts": ("starts", "Starts"),
    "Started": ("started", "Started"),
    "Due": ("due", "Due"),
    "Told": ("told", "Last Contact"),
    "Resolved": ("resolved", "Resolved"),
    "LastUpdated": ("last_updated", "Last Updated"),
}
PRIORITIES = {
    "Priority": ("priority", "Priority"),
    "InitialPriority": ("initial_priority", "Initial Priority"),
    "FinalPriority": ("final_priority", "Final Priority"),
}
TIMES = {
    "TimeWorked": ("time_worked", "Time Worked"),
    "TimeLeft": ("time_left", "Time Left"),
    "TimeEstimated": ("time_estimated", "Time Estimated"),
}


def columns() -> Iterator[Column]:
    """Yield the columns that need nothing but the ticket's own row, and its marks."""
    yield Column("id", "#", _number, order="id", css="r muted", value=lambda t, _: t.pk)
    yield Column(
        "EffectiveId", "Effective Id",
        lambda t, _: str(t.merged_into_id or t.pk), fields=("merged_into",),
    )  # fmt: skip
    yield Column(
        "Subject", "Subject", lambda t, _: t.subject, html=_subject,
        order="Subject", css="subject",
    )  # fmt: skip
    yield Column(
        "Status", "Status", lambda t, _: t.status, html=_status,
        order="Status", edits="status", keeps_look=True,
    )  # fmt: skip
    yield Column(
        "ExtendedStatus", "Status", _extended_text, html=_extended,
        order="Status", edits="status", keeps_look=True,
    )  # fmt: skip
    yield Column(
        "QueueName", "Queue", lambda t, _: t.queue.name, order="Queue", css="tight",
        fields=("queue__name",), related=("queue",),
    )  # fmt: skip
    yield Column("Type", "Type", lambda t, _: t.type, order="Type", fields=("type",))
    yield Column("SLA", "SLA", lambda t, _: t.sla, order="SLA", fields=("sla",))
    yield Column("loop", "", lambda t, loaded: str(loaded.positions[t.pk]), css="r")
    yield Column(
        "Bookmark", "Bookmark", _bookmark_text, html=_bookmark, keeps_look=True
    )
    yield Column("Timer", "Timer", lambda t, _: "", html=_timer, keeps_look=True)
    for name in ("UpdateStatus", "UnreadMessages"):
        yield Column(name, "New messages", _news_text, html=_news, keeps_look=True)
    yield from _priorities()
    yield from _times()
    yield from _dates()


def _priorities() -> Iterator[Column]:
    for name, (path, title) in PRIORITIES.items():

        def number(ticket: Ticket, loaded: Loaded, path: str = path) -> int:
            return int(getattr(ticket, path))

        def text(ticket: Ticket, loaded: Loaded, path: str = path) -> str:
            return str(getattr(ticket, path))

        def bars(ticket: Ticket, loaded: Loaded, path: str = path) -> SafeString:
            return priority(getattr(ticket, path))

        edits = "priority" if name == "Priority" else ""
        yield Column(
            name, title, text, html=bars, order=name, fields=(path,), css="tight",
            value=number, edits=edits,
        )  # fmt: skip
        yield Column(
            f"{name}Number", title, text, order=name, fields=(path,), css="r",
            value=number, edits=edits,
        )  # fmt: skip


def _times() -> Iterator[Column]:
    for name, (path, title) in TIMES.items():

        def text(ticket: Ticket, loaded: Loaded, path: str = path) -> str:
            return duration(getattr(ticket, path))

        def minutes(ticket: Ticket, loaded: Loaded, path: str = path) -> int:
            return int(getattr(ticket, path))

        yield Column(
            name, title, text, order=name, fields=(path,), css="tight", value=minutes
        )
    yield Column(
        "TotalTimeWorked", "Total Time Worked",
        lambda t, loaded: duration(_total(t, loaded)),
        fields=("time_worked",), css="tight", value=_total,
    )  # fmt: skip


def _total(ticket: Ticket, loaded: Loaded) -> int:
    return ticket.time_worked + loaded.time_of_children.get(ticket.pk, 0)


def _dates() -> Iterator[Column]:
    for name, (path, title) in DATES.items():

        def value(ticket: Ticket, loaded: Loaded, path: str = path) -> datetime | None:
            found: datetime | None = getattr(ticket, path)
            return found

        def text(ticket: Ticket, loaded: Loaded, path: str = path) -> str:
            found = getattr(ticket, path)
            return f"{timezone.localtime(found):%Y-%m-%d %H:%M:%S}" if found else ""

        def html(ticket: Ticket, loaded: Loaded, path: str = path) -> SafeString:
            return _late(ticket, path, loaded, moment(getattr(ticket, path), "–"))

        def words(ticket: Ticket, loaded: Loaded, path: str = path) -> str:
            found = getattr(ticket, path)
            return relative(found, now=loaded.now) if found else ""

        def distance(ticket: Ticket, loaded: Loaded, path: str = path) -> SafeString:
            return _late(ticket, path, loaded, ago(getattr(ticket, path)))

        yield Column(
            name, title, text, html=html, order=name, fields=(path,),
            css="tight muted", value=value,
        )  # fmt: skip
        yield Column(
            f"{name}Relative", title, words, html=distance, order=name, fields=(path,),
            css="tight muted", keeps_look=True,
        )  # fmt: skip


def _late(ticket: Ticket, path: str, loaded: Loaded, shown: SafeString) -> SafeString:
    """Mark the due date of an unfinished ticket that has passed."""
    if path != "due" or not ticket.is_active:
        return shown
    if ticket.due is None or ticket.due >= loaded.now:
        return shown
    return format_html('<span class="status overdue">{}</span>', shown)


def _number(ticket: Ticket, loaded: Loaded) -> str:
    return str(ticket.pk)


def _subject(ticket: Ticket, loaded: Loaded) -> SafeString:
    """Link the subject; under it, what the ticket waits for and where words stand."""
    link = f'<a href="{ticket_url(ticket.pk)}">{escape(ticket.display_subject)}</a>'
    pending = _pending(ticket, loaded)
    if pending:
        link += f' <span class="muted small">{pending}</span>'
    snippet = loaded.snippets.get(ticket.pk)
    under = f'<div class="snippet small muted">{snippet}</div>' if snippet else ""
    return mark_safe(f"<div>{link}</div>{under}")  # noqa: S308 - escaped above


def _pending(ticket: Ticket, loaded: Loaded) -> str:
    count = loaded.pending[ticket.pk]
    if not count:
        return ""
    url = escape(pending_url(ticket.pk))
    return f'<a href="{url}">{_pending_words(count)}</a>'


def _pending_words(count: int) -> str:
    return f"(pending {count} other ticket{'' if count == 1 else 's'})"


def _status(ticket: Ticket, loaded: Loaded) -> SafeString:
    return status(ticket.status)


def _extended(ticket: Ticket, loaded: Loaded) -> SafeString:
    pending = _pending(ticket, loaded)
    return mark_safe(pending) if pending else status(ticket.status)  # noqa: S308 - ours


def _extended_text(ticket: Ticket, loaded: Loaded) -> str:
    count = loaded.pending[ticket.pk]
    return _pending_words(count) if count else ticket.status


def _bookmark_text(ticket: Ticket, loaded: Loaded) -> str:
    return "★" if ticket.pk in loaded.bookmarked else ""


def _bookmark(ticket: Ticket, loaded: Loaded) -> SafeString:
    """Show the mark; it is put and removed on the ticket's page."""
    if ticket.pk not in loaded.bookmarked:
        return mark_safe("")
    return format_html('{}<span class="unseen">Bookmarked</span>', icon("star"))


def _timer(ticket: Ticket, loaded: Loaded) -> SafeString:
    """Lead to where time worked is noted."""
    return format_html(
        '<a href="{}update/?action=comment" title="Note time worked">{}'
        '<span class="unseen">Note time worked on {}</span></a>',
        ticket_url(ticket.pk),
        icon("clock"),
        ticket.pk,
    )


def _news_text(ticket: Ticket, loaded: Loaded) -> str:
    return "New" if ticket.pk in loaded.news else ""


def _news(ticket: Ticket, loaded: Loaded) -> SafeString:
    if ticket.pk not in loaded.news:
        return mark_safe("")
    return format_html('<a class="status new" href="{}">New</a>', ticket_url(ticket.pk))
