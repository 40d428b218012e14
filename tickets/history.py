"""The read model of a ticket's history: pages in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet, Window

from accounts.rights import Right
from tickets.custom_values.reading import FieldValues, transaction_fields
from tickets.descriptions import describe, names_for
from tickets.models import Attachment, Ticket, Transaction, TransactionType
from tickets.rights import TicketRights

PAGE = 20
# What an entry shows; the rest of a user is wide.
ENTRY_FIELDS = (
    "ticket", "type", "field", "old_value", "new_value", "data", "time_taken",
    "created", "batch", "creator__name", "creator__real_name", "creator__nickname",
    "creator__email", "creator__is_privileged",
)  # fmt: skip
MAIL_TYPES = (TransactionType.EMAIL_RECORD, TransactionType.COMMENT_EMAIL_RECORD)
INTERNAL_TYPES = (TransactionType.COMMENT, TransactionType.COMMENT_EMAIL_RECORD)


@dataclass
class Entry:
    """One transaction as a reader sees it."""

    row: Transaction
    description: str
    attachments: list[Attachment] = field(default_factory=list)
    fields: list[FieldValues] = field(default_factory=list)

    @property
    def is_message(self) -> bool:
        """Say whether a person said something."""
        return self.row.is_message

    @property
    def is_mail(self) -> bool:
        """Say whether it records a mail that went out."""
        return self.row.type in MAIL_TYPES

    @property
    def is_internal(self) -> bool:
        """Say whether requestors must not see it."""
        return self.row.type in INTERNAL_TYPES

    @property
    def root(self) -> Attachment | None:
        """The outermost MIME node, which carries the message's headers."""
        return next((a for a in self.attachments if a.parent_id is None), None)

    @property
    def html(self) -> Attachment | None:
        """The HTML body that can be shown, if there is one."""
        return next((a for a in self.attachments if a.safe_html), None)

    @property
    def text(self) -> Attachment | None:
        """The plain text body, if there is one."""
        texts = [
            a
            for a in self.attachments
            if not a.is_file and a.content is not None and _is_text(a)
        ]
        plain = [a for a in texts if a.content_type == "text/plain"]
        return next(iter(plain or texts), None)

    @property
    def files(self) -> list[Attachment]:
        """What readers see as files; images shown inside the HTML are left out."""
        return [
            a
            for a in self.attachments
            if a.is_file and not (a.content_id and self.html and _is_image(a))
        ]

    @property
    def scrip(self) -> str:
        """The description of the scrip that sent the mail."""
        return self.header("X-Helpdesk-Scrip")

    def header(self, name: str) -> str:
        """Return a header line's value from the root, or an empty string."""
        root = self.root
        prefix = f"{name.lower()}:"
        for line in (root.headers if root else "").splitlines():
            if line.lower().startswith(prefix):
                return line[len(prefix) :].strip()
        return ""


@dataclass(frozen=True)
class HistoryPage:
    """Entries oldest first; ``first`` is the Create entry when others are left out.

    ``earlier`` says how many lie between it and the entries shown, ``before`` is what
    to ask the next page with.
    """

    first: Entry | None
    entries: list[Entry]
    earlier: int
    before: int | None


def visible_transactions(ticket: Ticket, can: TicketRights) -> "QuerySet[Transaction]":
    """Return what of a ticket's history a person may see."""
    return Transaction.objects.filter(ticket=ticket).filter(visible_types(can))


def visible_types(can: TicketRights) -> Q:
    """Say in SQL which transactions of a ticket a person may see."""
    if not can.has(Right.SHOW_TICKET):
        return Q(pk__in=[])
    hidden = {TransactionType.SET_WATCHER}
    comments = can.has(Right.SHOW_TICKET_COMMENTS)
    mails = can.has(Right.SHOW_OUTGOING_EMAIL)
    if not comments:
        hidden |= {TransactionType.COMMENT, TransactionType.COMMENT_EMAIL_RECORD}
    if not mails:
        hidden |= {TransactionType.EMAIL_RECORD, TransactionType.COMMENT_EMAIL_RECORD}
    if not comments:
        # What staff remind themselves of is as internal as what they say.
        hidden |= {
            TransactionType.ADD_REMINDER,
            TransactionType.OPEN_REMINDER,
            TransactionType.RESOLVE_REMINDER,
        }
    visible = ~Q(type__in=hidden)
    if not can.has(Right.SEE_CUSTOM_FIELD):
        # Stored is the field's id; rights may be held on single fields.
        seen = [str(pk) for pk in can.fields_with(Right.SEE_CUSTOM_FIELD)]
        visible &= ~Q(type=TransactionType.CUSTOM_FIELD) | Q(field__in=seen)
    return visible


def history_page(
    ticket: Ticket, can: TicketRights, *, before: int | None = None, limit: int = PAGE
) -> HistoryPage:
    """Return the newest entries, or those before a transaction id.

    At most six queries, whatever the length of the history. The Create entry comes
    with the first page only.
    """
    visible = visible_transactions(ticket, can)
    older = visible if before is None else visible.filter(pk__lt=before)
    newest = older.select_related("creator").only(*ENTRY_FIELDS).order_by("-pk")
    rows = list(newest[: limit + 1])[::-1]
    if len(rows) <= limit:
        entries = _with_fields(_entries(rows), ticket, can)
        return HistoryPage(first=None, entries=entries, earlier=0, before=None)
    rows = rows[1:]
    first = (
        older.select_related("creator")
        .only(*ENTRY_FIELDS)
        .annotate(number=Window(Count("*")))
        .order_by("pk")[0]
    )
    earlier = first.number - len(rows) - 1
    entries = _with_fields(_entries([first, *rows]), ticket, can)
    if earlier == 0:
        # Only the first entry is left out: show it in its place.
        return HistoryPage(first=None, entries=entries, earlier=0, before=None)
    return HistoryPage(
        first=entries[0] if before is None else None,
        entries=entries[1:],
        earlier=earlier,
        before=rows[0].pk,
    )


def _with_fields(
    entries: list[Entry], ticket: Ticket, can: TicketRights
) -> list[Entry]:
    """Give messages the values of their own custom fields. One query, or none."""
    ids = [each.row.pk for each in entries if each.is_message]
    found = transaction_fields(ids, ticket, can) if ids else {}
    for each in entries:
        each.fields = found.get(each.row.pk, [])
    return entries


def entry(row: Transaction) -> Entry:
    """Return one transaction as an entry."""
    return _entries([row])[0]


def _entries(rows: list[Transaction]) -> list[Entry]:
    names = names_for(rows)
    attachments: dict[int, list[Attachment]] = defaultdict(list)
    for node in Attachment.objects.filter(
        transaction_id__in=[row.pk for row in rows]
    ).order_by("pk"):
        attachments[node.transaction_id].append(node)
    return [
        Entry(
            row=row,
            description=describe(row, names=names),
            attachments=attachments[row.pk],
        )
        for row in rows
    ]


def _is_text(node: Attachment) -> bool:
    return node.content_type.startswith("text/")


def _is_image(node: Attachment) -> bool:
    return node.content_type.startswith("image/")
