"""The plain data a template sees: no model, no method, nothing to follow."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.html import linebreaks, urlize

from accounts.models import NOBODY, RoleName, User
from queues.addresses import comment_address, correspond_address, subject_tag
from scrips.context import ScripContext
from scrips.templating import trusted_html
from tickets.html_text import html_to_text, tagless
from tickets.models import Ticket

LONGEST_QUOTE = 20_000


def variables(context: ScripContext, *, argument: str = "") -> dict[str, Any]:
    """Return what every template of a transaction may use.

    ``ticket``, ``transaction``, ``queue``, ``requestor``, ``owner``, ``actor``,
    ``rtname``, ``argument`` and, for RT's Simple templates, ``simple``.
    """
    requestors = context.requestors
    data: dict[str, Any] = {
        "ticket": _ticket(context),
        "transaction": _transaction(context),
        "queue": _queue(context),
        "requestor": _person(requestors[0] if requestors else None),
        "owner": _person(context.owner),
        "actor": _person(context.actor),
        "rtname": settings.RTNAME,
        "organization": settings.ORGANIZATION,
        "tag": f"[{subject_tag(context.queue)} #{context.ticket.pk}]",
        "argument": argument,
    }
    data["simple"] = _simple(data)
    return data


def ticket_url(ticket: Ticket) -> str:
    """Return the address of a ticket's page, for mails."""
    return f"{settings.WEB_URL}/tickets/{ticket.pk}/"


def _ticket(context: ScripContext) -> dict[str, Any]:
    ticket = context.ticket
    return {
        "id": ticket.pk,
        "subject": ticket.subject,
        "type": ticket.type,
        "status": ticket.status,
        "priority": ticket.priority,
        "initial_priority": ticket.initial_priority,
        "final_priority": ticket.final_priority,
        "time_estimated": ticket.time_estimated,
        "time_worked": ticket.time_worked,
        "time_left": ticket.time_left,
        "starts": ticket.starts,
        "started": ticket.started,
        "due": ticket.due,
        "told": ticket.told,
        "resolved": ticket.resolved,
        "created": ticket.created,
        "last_updated": ticket.last_updated,
        "url": ticket_url(ticket),
        "requestors": _people(context.requestors),
        "requestor_addresses": _joined(_people(context.requestors)),
        "cc": _people(context.people.get(RoleName.CC, ())),
        "admin_cc": _people(context.people.get(RoleName.ADMIN_CC, ())),
    }


def _transaction(context: ScripContext) -> dict[str, Any]:
    row, entry = context.row, context.entry
    text = _text(context)
    return {
        "id": row.pk,
        "type": row.type,
        "field": row.field,
        "old_value": row.old_value,
        "new_value": row.new_value,
        "data": row.data,
        "time_taken": row.time_taken,
        "created": row.created,
        "description": f"{entry.description} by {context.actor.display_name}",
        "brief_description": entry.description,
        "subject": entry.root.subject if entry.root else "",
        "content": text,
        "content_html": _html(context, text),
        "has_content": bool(text.strip()),
    }


def _text(context: ScripContext) -> str:
    body = context.entry.text
    if body is None or body.content is None:
        return ""
    if body.content_type != "text/html":
        return body.content
    return html_to_text(body.safe_html) if body.safe_html else tagless(body.content)


def _html(context: ScripContext, text: str) -> str:
    html = context.entry.html
    if html is not None and html.safe_html:
        return trusted_html(html.safe_html)
    return trusted_html(
        linebreaks(urlize(text[:LONGEST_QUOTE], nofollow=True, autoescape=True))
    )


def _queue(context: ScripContext) -> dict[str, Any]:
    queue = context.queue
    return {
        "id": queue.pk,
        "name": queue.name,
        "description": queue.description,
        "correspond_address": correspond_address(queue),
        "comment_address": comment_address(queue),
    }


def _people(users: Iterable[User]) -> list[dict[str, str]]:
    return [_person(user) for user in users]


def _person(user: User | None) -> dict[str, str]:
    if user is None:
        return {"name": NOBODY, "real_name": "", "email": "", "display_name": NOBODY}
    return {
        "name": user.name,
        "real_name": user.real_name,
        "email": user.email,
        "display_name": user.display_name,
    }


def _simple(data: dict[str, Any]) -> dict[str, str]:
    """RT's variables of Simple templates, by their names."""
    ticket, row, queue = data["ticket"], data["transaction"], data["queue"]
    values: dict[str, Any] = {
        "rtname": data["rtname"],
        "Requestor": data["requestor"]["name"],
        "TicketQueueId": queue["id"],
        "TicketQueueName": queue["name"],
        "TicketOwnerName": data["owner"]["name"],
        "TicketOwnerEmailAddress": data["owner"]["email"],
        "TicketRequestorAddresses": _joined(ticket["requestors"]),
        "TicketCcAddresses": _joined(ticket["cc"]),
        "TicketAdminCcAddresses": _joined(ticket["admin_cc"]),
    }
    for prefix, source in (("Ticket", ticket), ("Transaction", row)):
        for name, value in source.items():
            if isinstance(value, str | int | datetime) or value is None:
                values.setdefault(prefix + _camel(name), value)
    return {name: _shown(value) for name, value in values.items()}


def _joined(people: list[dict[str, str]]) -> str:
    return ", ".join(person["email"] for person in people if person["email"])


def _camel(name: str) -> str:
    return re.sub(r"(?:^|_)(\w)", lambda match: match[1].upper(), name)


def _shown(value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value:%a %b %d %H:%M:%S %Y}"
    return "" if value is None else str(value)
