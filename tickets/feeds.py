"""A search as a feed: RSS 1.0 for readers, iCalendar for calendars."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta, tzinfo
from io import StringIO
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.db.models import Min
from django.db.models.functions import Left
from django.utils.xmlutils import SimplerXMLGenerator
from icalendar import Calendar, Event, vUri

from tickets.models import Attachment, Ticket, Transaction, TransactionType
from tickets.models.querysets import TicketQuerySet
from tickets.templatetags.tickets import ticket_url

MOST_ITEMS = 100
MOST_EVENTS = 1_000
LONGEST_DESCRIPTION = 4_000
NAMESPACES = {
    "xmlns": "http://purl.org/rss/1.0/",
    "xmlns:rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "xmlns:dc": "http://purl.org/dc/elements/1.1/",
}
# XML 1.0 has no form for these at all.
_UNSPEAKABLE = {n: None for n in range(32) if n not in {9, 10, 13}} | {
    0xFFFE: None,
    0xFFFF: None,
}


def speakable(text: str) -> str:
    """Return a text without the characters that XML has no form for."""
    return text.translate(_UNSPEAKABLE)


def full_url(path: str) -> str:
    """Return the address of a page of ours as others must write it."""
    return settings.WEB_URL.removesuffix(settings.WEB_PATH).rstrip("/") + path


def rss(found: TicketQuerySet, *, title: str, url: str) -> str:
    """Write the first hundred tickets of a search as RSS 1.0. Two queries."""
    tickets = list(
        found.select_related("creator").only(
            "subject", "created", "creator__name", "creator__real_name",
            "creator__nickname", "creator__email",
        )[:MOST_ITEMS]
    )  # fmt: skip
    texts = _first_texts([ticket.pk for ticket in tickets])
    stream = StringIO()
    xml = SimplerXMLGenerator(stream, "utf-8")
    xml.startDocument()
    xml.startElement("rdf:RDF", AttributesImpl(NAMESPACES))
    _channel(xml, tickets, title=title, url=url)
    for ticket in tickets:
        _item(xml, ticket, texts.get(ticket.pk, ""))
    xml.endElement("rdf:RDF")
    xml.endDocument()
    return stream.getvalue()


def _channel(
    xml: SimplerXMLGenerator, tickets: list[Ticket], *, title: str, url: str
) -> None:
    xml.startElement("channel", AttributesImpl({"rdf:about": url}))
    for name, text in (("title", title), ("link", url), ("description", title)):
        _element(xml, name, text)
    xml.startElement("items", AttributesImpl({}))
    xml.startElement("rdf:Seq", AttributesImpl({}))
    for ticket in tickets:
        xml.addQuickElement("rdf:li", attrs={"rdf:resource": _address(ticket)})
    xml.endElement("rdf:Seq")
    xml.endElement("items")
    xml.endElement("channel")


def _item(xml: SimplerXMLGenerator, ticket: Ticket, text: str) -> None:
    xml.startElement("item", AttributesImpl({"rdf:about": _address(ticket)}))
    _element(xml, "title", ticket.display_subject)
    _element(xml, "link", _address(ticket))
    _element(xml, "description", text)
    _element(xml, "dc:creator", ticket.creator.display_name)
    _element(xml, "dc:date", ticket.created.isoformat(timespec="seconds"))
    xml.endElement("item")


def _element(xml: SimplerXMLGenerator, name: str, text: str) -> None:
    xml.addQuickElement(name, speakable(text))


def _address(ticket: Ticket) -> str:
    return full_url(ticket_url(ticket.pk))


def _first_texts(ids: list[int]) -> dict[int, str]:
    """Return what each ticket was opened with; comments are never among it."""
    opened = (
        Transaction.objects.filter(ticket__in=ids, type=TransactionType.CREATE)
        .values("ticket_id")
        .annotate(first=Min("pk"))
        .values("first")
    )
    rows = (
        Attachment.objects.filter(
            transaction__in=opened, filename="", content_type="text/plain"
        )
        .exclude(content=None)
        .annotate(text=Left("content", LONGEST_DESCRIPTION))
        .order_by("-pk")
        .values_list("transaction__ticket_id", "text")
    )
    return dict(rows)


def calendar(
    found: TicketQuerySet, *, zone: tzinfo, with_times: bool, in_one: bool
) -> bytes:
    """Write when the tickets of a search start and are due. One query.

    Whole days of the reader's zone, unless times are wanted; start and due date as two
    events, unless one that spans both is wanted.
    """
    due = found.filter(due__isnull=False).order_by("-due", "-pk")
    fields = ("subject", "starts", "created", "due", "last_updated")
    result = Calendar()
    result.add("prodid", "-//Helpdesk//tickets//EN")
    result.add("version", "2.0")
    result.add("x-wr-calname", f"Tickets of {settings.WEB_URL}")
    for ticket in due.only(*fields)[:MOST_EVENTS]:
        for event in _events(ticket, in_one=in_one, zone=zone, with_times=with_times):
            result.add_component(event)
    written: bytes = result.to_ical()
    return written


def _events(
    ticket: Ticket, *, in_one: bool, zone: tzinfo, with_times: bool
) -> Iterator[Event]:
    if ticket.due is None:
        return
    begins = ticket.starts or ticket.created
    start = _moment(begins, zone=zone, with_time=with_times)
    end = _moment(ticket.due, zone=zone, with_time=with_times)
    if in_one:
        until = _moment(max(ticket.due, begins), zone=zone, with_time=with_times)
        yield _event(ticket, "span", ticket.display_subject, start, until)
        return
    yield _event(ticket, "start", f"Start: {ticket.display_subject}", start, start)
    yield _event(ticket, "due", f"Due: {ticket.display_subject}", end, end)


def _moment(value: datetime, *, zone: tzinfo, with_time: bool) -> date | datetime:
    # In UTC, so that no calendar needs a table of the zone.
    return value if with_time else value.astimezone(zone).date()


def _event(ticket: Ticket, kind: str, title: str, start: date, end: date) -> Event:
    event = Event()
    host = settings.WEB_URL.partition("://")[2].partition("/")[0]
    event.add("uid", f"ticket-{ticket.pk}-{kind}@{host}")
    event.add("dtstamp", ticket.last_updated)
    event.add("summary", speakable(f"#{ticket.pk} {title}"))
    event.add("dtstart", start)
    # The end of a whole day is the day after it.
    is_day = not isinstance(start, datetime)
    event.add("dtend", end + timedelta(days=1) if is_day else end)
    event.add("url", vUri(_address(ticket)))
    return event
