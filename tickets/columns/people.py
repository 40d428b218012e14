"""Columns of people: the owner, who wrote last, and everybody with a role."""

from collections.abc import Callable, Iterator

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import NOBODY, RoleName, User
from tickets.columns.kinds import Column, Html, Text
from tickets.columns.loading import Loaded
from tickets.models import Ticket, TicketWatcher
from tickets.search.fields import PERSON_SUBFIELDS

NAMES = ("name", "real_name", "nickname", "email")
SINGLE = {
    "Owner": ("owner", "Owner"),
    "Creator": ("creator", "Created By"),
    "LastUpdatedBy": ("last_updated_by", "Last Updated By"),
}
ROLES = {
    "Requestors": (RoleName.REQUESTOR, "Requestors"),
    "Cc": (RoleName.CC, "Cc"),
    "AdminCc": (RoleName.ADMIN_CC, "AdminCc"),
}
ALIASES = {
    "owner": "Owner", "creator": "Creator", "createdby": "Creator",
    "lastupdatedby": "LastUpdatedBy", "requestor": "Requestors",
    "requestors": "Requestors", "cc": "Cc", "admincc": "AdminCc",
}  # fmt: skip
# RT's name of a part → our title, where they differ in anything but blanks.
TITLES = {"EmailAddress": "Email", "RealName": "Name", "id": "id"}


def columns() -> Iterator[Column]:
    """Yield the columns of people by name."""
    for name, edits in (("OwnerName", "owner"), ("OwnerNameEdit", "owner")):
        yield _single(name, "Owner", "owner", edits=edits)
    yield _single("CreatedBy", "Created By", "creator", order="Creator")
    yield _single("LastUpdatedBy", "Last Updated By", "last_updated_by")
    for name, (role, title) in ROLES.items():
        yield Column(
            name, title, _role_text(role), html=_role_html(role),
            order=f"{role}.EmailAddress", keeps_look=True,
        )  # fmt: skip


def part_column(person: str, part: str) -> Column | None:
    """Return the column of a part of somebody, as ``Requestor.City`` asks for."""
    name = ALIASES.get(person.lower())
    known = (each for each in PERSON_SUBFIELDS if each.lower() == part.lower())
    part = next(known, "")
    if name is None or not part:
        return None
    path = PERSON_SUBFIELDS[part]
    if name in SINGLE:
        attribute, label = SINGLE[name]
        return Column(
            f"{name}.{part}", f"{label} {TITLES.get(part, part)}",
            _part_of_single(attribute, path), order=f"{name}.{part}",
            fields=(f"{attribute}__{path}",), related=(attribute,),
        )  # fmt: skip
    role, label = ROLES[name]
    return Column(
        f"{name}.{part}", f"{label} {TITLES.get(part, part)}",
        _part_of_role(role, path), order=f"{role}.{part}", person_fields=(path,),
    )  # fmt: skip


def _single(
    name: str, title: str, attribute: str, *, edits: str = "", order: str = ""
) -> Column:
    def text(ticket: Ticket, loaded: Loaded) -> str:
        person: User | None = getattr(ticket, attribute)
        return person.display_name if person else NOBODY

    def html(ticket: Ticket, loaded: Loaded) -> SafeString:
        person: User | None = getattr(ticket, attribute)
        if person is None:
            return mark_safe('<span class="muted">Nobody</span>')
        return mark_safe(escape(person.display_name))  # noqa: S308 - escaped

    return Column(
        name, title, text, html=html, order=order or title.replace(" ", ""),
        fields=tuple(f"{attribute}__{field}" for field in NAMES),
        related=(attribute,), css="tight", edits=edits,
    )  # fmt: skip


def _part_of_single(attribute: str, path: str) -> Text:
    def text(ticket: Ticket, loaded: Loaded) -> str:
        person = getattr(ticket, attribute)
        return str(getattr(person, path)) if person else ""

    return text


def _watchers(ticket: Ticket, loaded: Loaded, role: str) -> list[TicketWatcher]:
    return loaded.watchers.get((ticket.pk, role), [])


def _role_text(role: RoleName) -> Text:
    """Name them by address, as RT does; by name who has none."""

    def address(row: TicketWatcher) -> str:
        if row.user is not None:
            return row.user.email or row.user.name
        return row.group.name if row.group else ""

    return _joined(role, address)


def _part_of_role(role: RoleName, path: str) -> Text:
    def part(row: TicketWatcher) -> str:
        return str(getattr(row.user, path)) if row.user else ""

    return _joined(role, part)


def _joined(role: RoleName, name: Callable[[TicketWatcher], str]) -> Text:
    def text(ticket: Ticket, loaded: Loaded) -> str:
        found = (name(row) for row in _watchers(ticket, loaded, role))
        return ", ".join(filter(None, found))

    return text


def _role_html(role: RoleName) -> Html:
    def html(ticket: Ticket, loaded: Loaded) -> SafeString:
        names = []
        for row in _watchers(ticket, loaded, role):
            if row.user is None:
                names.append(escape(row.group.name if row.group else ""))
                continue
            title = row.user.email or row.user.name
            names.append(
                format_html('<span title="{}">{}</span>', title, row.user.display_name)
            )
        return mark_safe(", ".join(names))  # noqa: S308 - each is escaped

    return html
