"""Columns of links and custom fields."""

from collections.abc import Iterator

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tickets.columns.kinds import Column, Html, Text
from tickets.columns.loading import LinkedEnd, Loaded
from tickets.custom_values.showing import brief_html, plain_text
from tickets.models import CustomFieldValue, Ticket
from tickets.search import TicketSQLError
from tickets.search.conditions.custom_fields import named_fields
from tickets.search.context import Context
from tickets.search.fields import CUSTOM_FIELD, Resolved
from tickets.search.nodes import Condition, FieldName, Operator
from tickets.search.nodes import Text as TextNode
from tickets.templatetags.tickets import ticket_url

# RT's name of a column → the direction, its title.
LINKS = {
    "DependsOn": ("DependsOn", "Depends On"),
    "DependedOnBy": ("DependedOnBy", "Depended On By"),
    "RefersTo": ("RefersTo", "Refers To"),
    "ReferredToBy": ("ReferredToBy", "Referred To By"),
    "MemberOf": ("MemberOf", "Member Of"),
    "Parents": ("MemberOf", "Parents"),
    "Members": ("HasMember", "Members"),
    "Children": ("HasMember", "Children"),
    "HasMember": ("HasMember", "Members"),
}
WEB = ("http://", "https://")
CUSTOM_WORDS = frozenset({"cf", "customfield", "customfieldview", "ticketcf"})


def columns() -> Iterator[Column]:
    """Yield the columns of links by direction."""
    for name, (direction, title) in LINKS.items():
        yield _link_column(name, title, direction)


def link_part(name: str, part: str) -> Column | None:
    """Return ``RefersTo.{Ticket}``: the links to tickets, without other addresses."""
    known = {each.lower(): each for each in LINKS}.get(name.lower())
    if known is None or part.lower() not in {"ticket", "id"}:
        return None
    direction, title = LINKS[known]
    return _link_column(f"{known}.{{Ticket}}", title, direction, only_tickets=True)


def custom_column(parts: tuple[str, ...], context: Context) -> Column | None:
    """Return the column of a custom field; None for one the reader sees nowhere."""
    first, *rest = parts
    if first.lower() not in CUSTOM_WORDS or not 1 <= len(rest) <= 2:
        return None
    name, queue = rest[-1], rest[0] if len(rest) > 1 else ""
    resolved = Resolved(CUSTOM_FIELD, custom_name=name, custom_queue=queue)
    written = FieldName(parts, ".".join(parts), 0)
    condition = Condition(written, Operator.EQUAL, (TextNode("", 0),))
    try:
        found = named_fields(resolved, condition, context)
    except TicketSQLError:
        return None
    ids = tuple(field.id for field in found)
    title = found[0].name
    where = f"{queue}.{{{title}}}" if queue else f"{{{title}}}"
    text, html = _custom(ids)
    return Column(
        f"CustomField.{where}", title, text, html=html, order=f"CF.{where}",
        custom_fields=ids, css="wrap", keeps_look=True,
    )  # fmt: skip


def _link_column(
    name: str, title: str, direction: str, *, only_tickets: bool = False
) -> Column:
    def ends(ticket: Ticket, loaded: Loaded) -> list[LinkedEnd]:
        found = loaded.links.get((ticket.pk, direction), [])
        return [end for end in found if end.ticket_id or not only_tickets]

    def text(ticket: Ticket, loaded: Loaded) -> str:
        return ", ".join(str(e.ticket_id or e.uri) for e in ends(ticket, loaded))

    def html(ticket: Ticket, loaded: Loaded) -> SafeString:
        shown = ", ".join(_link(end) for end in ends(ticket, loaded))
        return mark_safe(shown)  # noqa: S308 - each is escaped

    return Column(name, title, text, html=html, css="wrap", keeps_look=True)


def _link(end: LinkedEnd) -> SafeString:
    if end.ticket_id is not None:
        url = ticket_url(end.ticket_id)
        return format_html('<a href="{}">#{}</a>', url, end.ticket_id)
    return _address(end.uri)


def _address(uri: str) -> SafeString:
    if not uri.startswith(WEB):
        return mark_safe(escape(uri))  # noqa: S308 - escaped
    return format_html(
        '<a href="{}" rel="noopener noreferrer nofollow">{}</a>', uri, uri
    )


def _custom(ids: tuple[int, ...]) -> tuple[Text, Html]:
    def values(ticket: Ticket, loaded: Loaded) -> list[CustomFieldValue]:
        found = loaded.custom_values
        return [value for pk in ids for value in found.get((ticket.pk, pk), ())]

    def text(ticket: Ticket, loaded: Loaded) -> str:
        return ", ".join(plain_text(v.field, v) for v in values(ticket, loaded))

    def html(ticket: Ticket, loaded: Loaded) -> SafeString:
        shown = ", ".join(
            brief_html(value.field, value, number=ticket.pk) or _address(value.text)
            for value in values(ticket, loaded)
        )
        return mark_safe(shown)  # noqa: S308 - each is escaped

    return text, html
