"""What a ticket's record leads to: links, history, and what may be done now."""

from django.db.models import Q

from accounts.rights import Right
from api.v2.records import Json, reference, url
from queues.models import CustomField
from tickets.models import Link, LinkType, Ticket
from tickets.rights import TicketRights

# (stored type, whether the ticket is the base) -> RT's name of the relation.
RELATIONS: dict[tuple[str, bool], str] = {
    (LinkType.DEPENDS_ON, True): "depends-on",
    (LinkType.DEPENDS_ON, False): "depended-on-by",
    (LinkType.REFERS_TO, True): "refers-to",
    (LinkType.REFERS_TO, False): "referred-to-by",
    (LinkType.MEMBER_OF, True): "parent",
    (LinkType.MEMBER_OF, False): "child",
}
UPDATE_PATHS = {"Respond": "/correspond", "Comment": "/comment"}


def ticket_hyperlinks(ticket: Ticket, can: TicketRights) -> list[Json]:
    """Return the `_hyperlinks` of a ticket. Needs `queue.lifecycle`; two queries."""
    own = f"ticket/{ticket.pk}"
    found: list[Json] = [
        {"ref": "self", "type": "ticket", "id": ticket.pk, "_url": url(own)}
    ]
    found += _links(ticket)
    if can.has(Right.SEE_CUSTOM_FIELD):
        found += [
            {"ref": "customfield", "name": field.name}
            | reference("customfield", field.pk)
            for field in CustomField.objects.for_queue(ticket.queue)
        ]
    found.append({"ref": "history", "_url": url(f"{own}/history")})
    if can.has(Right.REPLY_TO_TICKET):
        found.append({"ref": "correspond", "_url": url(f"{own}/correspond")})
    if can.has(Right.COMMENT_ON_TICKET):
        found.append({"ref": "comment", "_url": url(f"{own}/comment")})
    return found + _lifecycle(ticket, can)


def _links(ticket: Ticket) -> list[Json]:
    links = Link.objects.filter(Q(base=ticket) | Q(target=ticket)).order_by("pk")
    found: list[Json] = []
    for link in links:
        is_base = link.base_id == ticket.pk
        other = link.target_id if is_base else link.base_id
        end: Json = (
            reference("ticket", other)
            if other is not None
            else {
                "type": "external",
                "_url": link.target_uri if is_base else link.base_uri,
            }
        )
        found.append({"ref": RELATIONS[link.type, is_base]} | end)
    return found


def _lifecycle(ticket: Ticket, can: TicketRights) -> list[Json]:
    rules = ticket.queue.lifecycle.rules
    found: list[Json] = []
    for action in rules.actions_from(ticket.status):
        if not can.has(rules.right_for(ticket.status, action.to)):
            continue
        path = UPDATE_PATHS.get(action.update, "")
        entry: Json = {
            "ref": "lifecycle",
            "from": ticket.status,
            "to": action.to,
            "label": action.label,
            "_url": url(f"ticket/{ticket.pk}{path}"),
        }
        if action.update:
            entry["update"] = action.update
        found.append(entry)
    return found
