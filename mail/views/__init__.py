"""The pages on which mail is read, in both directions."""

from mail.views.incoming import (
    incoming,
    incoming_detail,
    incoming_raw,
    process_again,
)
from mail.views.outgoing import (
    outgoing,
    outgoing_detail,
    outgoing_file,
    outgoing_html,
    record,
    send_again,
    send_kept,
)

__all__ = [
    "incoming",
    "incoming_detail",
    "incoming_raw",
    "outgoing",
    "outgoing_detail",
    "outgoing_file",
    "outgoing_html",
    "process_again",
    "record",
    "send_again",
    "send_kept",
]
