"""The marks by which mail finds its ticket again: written and read here only.

The subject tag, the Message-ID, the References, the loop header, all in RT's shapes.
Message-IDs are handed around without angle brackets; what goes into a header has them.
"""

import os
import re
import secrets
import time
from collections.abc import Iterable, Sequence
from email.header import Header
from email.utils import quote

from tickets.messages import one_line

LOOP_HEADER = "X-RT-Loop-Prevention"
TICKET_HEADER = "X-RT-Ticket"
ORIGINATOR_HEADER = "X-RT-Originator"

# The version of RT whose formats these are; scripts tell by its shape, not its value.
_SHAPE_VERSION = "5.0"
_MOST_DIGITS = 18  # of a ticket id; no database has a longer one
_REFERENCES_KEPT = (4, 6)  # first and last of more than ten
_SPACE = re.compile(r"\s+")


def subject_tag(tag: str, ticket_id: int) -> str:
    """Return the mark in the subject, "[example.com #12]"."""
    return f"[{one_line(tag)} #{ticket_id}]"


def tagged_subject(subject: str, *, tag: str, ticket_id: int) -> str:
    """Return the subject as one line, with the ticket's tag in front, never twice."""
    subject = _SPACE.sub(" ", one_line(subject)).strip()
    mark = subject_tag(tag, ticket_id)
    present = rf"\[(?:https?://)?{re.escape(one_line(tag))} #{ticket_id}\]"
    if re.search(present, subject):
        return subject
    return f"{mark} {subject}".strip()


def ticket_id_in(subject: str, *, rtname: str, tags: Iterable[str] = ()) -> int | None:
    """Return the ticket a subject names, or None.

    The name of this installation comes first, then the subject tags of all queues,
    whichever queue the ticket is in. Case does not matter, the first match wins.
    """
    for tag in dict.fromkeys((rtname, *tags)):
        if not tag.strip():
            continue
        pattern = rf"\[(?:https?://)?{re.escape(tag)}\s+#([0-9]+)\s*\]"
        found = re.search(pattern, subject, re.IGNORECASE)
        if found and len(found.group(1)) <= _MOST_DIGITS:
            return int(found.group(1))
    return None


def new_message_id(
    *, ticket_id: int, scrip_id: int = 0, sequence: int = 0, organization: str
) -> str:
    """Return a new Message-ID, without angle brackets.

    Scrip and sequence are 0 for what a person wrote.
    """
    unique = secrets.randbelow(10**9)
    moment = f"{_SHAPE_VERSION}-{os.getpid()}-{int(time.time())}-{unique}"
    return f"rt-{moment}.{ticket_id}-{scrip_id}-{sequence}@{organization}"


def ticket_reference(ticket_id: int, organization: str) -> str:
    """Return the id that heads the References of all mail on a ticket, bracketed."""
    return f"<RT-Ticket-{ticket_id}@{organization}>"


def references_for(
    *,
    ticket_id: int,
    organization: str,
    message_id: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
) -> str:
    """Return the References header for mail about a message with these headers.

    The ticket's own reference first, then what the message refers to, then itself;
    of more than ten the first four and the last six.
    """
    earlier = tuple(references) or (in_reply_to,)
    own = ticket_reference(ticket_id, organization)
    named = [f"<{bare}>" for item in (*earlier, message_id) if (bare := bare_id(item))]
    every = list(dict.fromkeys((own, *named)))
    first, last = _REFERENCES_KEPT
    if len(every) > first + last:
        every = every[:first] + every[-last:]
    return " ".join(every)


def bare_id(message_id: str) -> str:
    """Return a Message-ID without angle brackets or anything else around it."""
    return _SPACE.sub("", one_line(message_id)).strip("<>")


def loop_value(rtname: str) -> str:
    """Return the value of the loop header."""
    return one_line(rtname)


def friendly_from(name: str, address: str) -> str:
    """Return a From header's value for a name in any language.

    The name is encoded, a domain in another script becomes IDNA, and neither can begin
    a header of its own.
    """
    address = _ascii_address(_SPACE.sub("", one_line(address)).strip("<>,;"))
    name = _SPACE.sub(" ", one_line(name)).strip()
    if not name:
        return address
    if name.isascii():
        return f'"{quote(name)}" <{address}>'
    encoded = Header(name, "utf-8", maxlinelen=75).encode(linesep="")
    return f"{_SPACE.sub(' ', encoded)} <{address}>"


def _ascii_address(address: str) -> str:
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address
