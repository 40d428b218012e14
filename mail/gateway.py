"""The one way in: keep the bytes, then turn them into what the mail asks for, once.

``receive`` is what a mail server waits for: it commits the raw mail and rings. Whatever
goes wrong afterwards, the mail is there, with a state and a reason, to be processed
again. ``process`` runs in a worker.
"""

import logging
import traceback
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from mail import refusals
from mail.actions import carry_out, require_rights, split_actions
from mail.arrival import Arrival, deduplication_key, read
from mail.matching import find_queue, find_ticket, named_ticket
from mail.models import IncomingMail, IncomingState
from mail.parsing import parse
from mail.refusals import Refusal, RefusedError
from mail.rings import ring_processing
from tickets import blobs
from tickets.messages import one_line
from tickets.stored_messages import keep_files

logger = logging.getLogger(__name__)

# A worker's claim; retry_at is set this far ahead while one is at it.
CLAIM_HOLDS = timedelta(minutes=10)
SWEEP_GRACE = timedelta(seconds=15)
RETRY_PAUSES = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
)
MOST_ATTEMPTS = len(RETRY_PAUSES) + 1
MOST_PER_SWEEP = 500
_LONGEST_HEAD = 256 * 1024  # bytes


class TemporaryFailure(Exception):
    """The mail cannot be taken now; who brings it must keep it and try again."""


class PermanentFailure(Exception):
    """The mail is refused for good; nothing would change by bringing it again."""


def receive(
    raw: bytes,
    *,
    queue: str,
    action: str,
    ticket: str = "",
    source: str,
    remote_address: str = "",
) -> IncomingMail:
    """Keep a mail and ring a worker; when this returns the bytes are safe.

    Raises:
        TemporaryFailure: the action is unknown, or there is neither such a queue nor
            such a ticket: somebody must put an alias right first.
        PermanentFailure: there is no mail at all.
    """
    if not raw or raw.isspace():
        raise PermanentFailure("The message is empty.")
    place = _require_place(raw, queue=queue, action=action, ticket=ticket)
    blob = blobs.store(raw)
    with transaction.atomic():
        mail = IncomingMail.objects.create(
            blob=blob,
            queue_name=place[:200],
            action=one_line(action)[:64],
            ticket_number=one_line(ticket)[:20],
            source=source,
            remote_address=remote_address[:64],
        )
        ring_processing(mail.pk)
    return mail


def refuse_oversize(
    head: bytes, *, size: int, limit: int, queue: str, source: str, remote_address: str
) -> IncomingMail:
    """Keep the beginning of a mail that is too large, and tell its sender.

    Nobody waits for it: bringing it again would not make it smaller.
    """
    parsed = parse(head_of(head))
    blob = blobs.store(head)
    text = f"The mail has {size:,} bytes; {limit:,} is the most that is taken."
    with transaction.atomic():
        mail = IncomingMail(
            blob=blob,
            queue_name=one_line(queue)[:200],
            source=source,
            remote_address=remote_address[:64],
        )
        arrival = Arrival(mail=mail, parsed=parsed)
        arrival.describe()
        mail.save(force_insert=True)
        refusal = Refusal(
            reason=f"{text} Only its beginning was kept.",
            subject="Message not recorded:",
            text=f"{text}\n\nYour message was not recorded. Please send large files "
            "another way, or in several mails.",
        )
        _refuse(arrival, refusal)
    return mail


def process(mail_id: int) -> None:
    """Carry out a mail that waits; do nothing if it does not, or another is at it."""
    mail = _claim(mail_id, now=timezone.now())
    if mail is None:
        return
    if mail.attempts > MOST_ATTEMPTS:
        _conclude(
            mail,
            IncomingState.FAILED,
            reason=f"Given up: {MOST_ATTEMPTS} workers died over it.",
        )
        return
    try:
        _process(mail)
    except TemporaryFailure as failure:
        _put_off(mail, reason=str(failure))
    except Exception as error:
        logger.exception("An incoming mail was not processed", extra={"mail": mail_id})
        _put_off(
            mail,
            reason=f"{type(error).__name__}: {error}",
            trace="".join(traceback.format_exception(error)),
        )


def process_again(mail: IncomingMail) -> None:
    """Have a mail that was refused or failed, or that waits, processed now.

    Raises:
        ValidationError: it has taken effect, so it must not be done again.
    """
    again = (IncomingState.RECEIVED, IncomingState.REFUSED, IncomingState.FAILED)
    with transaction.atomic():
        count = IncomingMail.objects.filter(pk=mail.pk, state__in=again).update(
            state=IncomingState.RECEIVED,
            reason="",
            traceback="",
            attempts=0,
            retry_at=None,
            processed_at=None,
        )
        if not count:
            raise ValidationError(
                "This mail has taken effect already.", code="processed"
            )
        ring_processing(mail.pk)


def due(now: datetime) -> list[int]:
    """Return the mails to ring for again, and those left behind by a dead worker."""
    waiting = IncomingMail.objects.filter(
        Q(retry_at=None, received_at__lte=now - SWEEP_GRACE) | Q(retry_at__lte=now),
        state=IncomingState.RECEIVED,
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST_PER_SWEEP])


def release_claims() -> None:
    """Void the claims of killed workers at once; only while no worker runs."""
    IncomingMail.objects.filter(
        state=IncomingState.RECEIVED, retry_at__isnull=False
    ).update(retry_at=None)


def head_of(raw: bytes) -> bytes:
    """Return the header lines of a mail without its body."""
    head = raw[:_LONGEST_HEAD]
    ends = [end for mark in (b"\r\n\r\n", b"\n\n") if (end := head.find(mark)) > 0]
    return head[: min(ends, default=len(head))] + b"\n\n"


def _require_place(raw: bytes, *, queue: str, action: str, ticket: str) -> str:
    """Return the queue's name; without reading the mail, find out if it can be taken.

    The subject is looked at only where there is no such queue.
    """
    if split_actions(action) is None:
        raise TemporaryFailure(f"There is no action '{action}'.")
    found = find_queue(queue)
    if found is not None:
        return found.name
    number = ticket.strip() or named_ticket(parse(head_of(raw)).subject)
    if not number or find_ticket(number) is None:
        raise TemporaryFailure(f"There is neither a queue '{queue}' nor such a ticket.")
    return one_line(queue)


def _claim(mail_id: int, *, now: datetime) -> IncomingMail | None:
    free = Q(retry_at=None) | Q(retry_at__lte=now)
    count = IncomingMail.objects.filter(
        free, pk=mail_id, state=IncomingState.RECEIVED
    ).update(attempts=F("attempts") + 1, retry_at=now + CLAIM_HOLDS)
    if not count:
        return None
    return IncomingMail.objects.select_related("blob").get(pk=mail_id)


def _process(mail: IncomingMail) -> None:
    arrival = Arrival(mail=mail, parsed=parse(blobs.read(mail.blob)))
    arrival.describe()
    mail.save(update_fields=["message_id", "sender", "subject"])
    key = deduplication_key(mail)
    if _is_duplicate(arrival, key):
        return
    try:
        letter = read(arrival)
        if letter is None:
            raise TemporaryFailure(
                f"There is neither a queue '{mail.queue_name}' nor such a ticket."
            )
        require_rights(letter)
        keep_files(letter.message)
        with transaction.atomic():
            # First, so that whoever carries out the same mail waits here for us. The
            # number of attempts is our claim's: another worker may have taken it over.
            ours = IncomingMail.objects.filter(
                pk=mail.pk, state=IncomingState.RECEIVED, attempts=mail.attempts
            )
            if not ours.update(dedup_key=key):
                return
            mail.dedup_key = key
            carry_out(letter)
            mail.ticket, mail.transaction = letter.ticket, letter.transaction
            notes = [problem.reason for problem in letter.problems]
            notes += [f"Mended: {defect}." for defect in arrival.parsed.defects]
            for problem in letter.problems:
                refusals.tell(
                    problem, mail=mail, parsed=arrival.parsed, own=arrival.own
                )
            _conclude(mail, IncomingState.PROCESSED, reason="\n".join(notes))
    except RefusedError as refused:
        mail.dedup_key = None  # that transaction was rolled back
        with transaction.atomic():
            still_ours = IncomingMail.objects.select_for_update().filter(
                pk=mail.pk, state=IncomingState.RECEIVED, attempts=mail.attempts
            )
            if still_ours:
                _refuse(arrival, refused.refusal)
    except IntegrityError:
        mail.dedup_key = None
        if not _is_duplicate(arrival, key):
            raise


def _is_duplicate(arrival: Arrival, key: str) -> bool:
    mail = arrival.mail
    first = IncomingMail.objects.filter(dedup_key=key).exclude(pk=mail.pk).first()
    if first is None:
        return False
    mail.ticket_id, mail.transaction_id = first.ticket_id, first.transaction_id
    reason = f"The same mail arrived before: it is incoming mail {first.pk}."
    _conclude(mail, IncomingState.DUPLICATE, reason=reason)
    return True


def _refuse(arrival: Arrival, refusal: Refusal) -> None:
    refusals.tell(refusal, mail=arrival.mail, parsed=arrival.parsed, own=arrival.own)
    _conclude(arrival.mail, IncomingState.REFUSED, reason=refusal.reason)


def _put_off(mail: IncomingMail, *, reason: str, trace: str = "") -> None:
    claimed = mail.attempts
    mail.refresh_from_db()  # what was set for a transaction that is rolled back goes
    if mail.state != IncomingState.RECEIVED or mail.attempts != claimed:
        return  # another worker has it, or has concluded it
    if mail.attempts >= MOST_ATTEMPTS:
        _conclude(mail, IncomingState.FAILED, reason=reason, trace=trace)
        return
    IncomingMail.objects.filter(pk=mail.pk, state=IncomingState.RECEIVED).update(
        reason=reason,
        traceback=trace,
        retry_at=timezone.now() + RETRY_PAUSES[mail.attempts - 1],
    )


def _conclude(
    mail: IncomingMail, state: IncomingState, *, reason: str, trace: str = ""
) -> None:
    mail.state, mail.reason, mail.traceback = state, reason, trace
    mail.retry_at, mail.processed_at = None, timezone.now()
    mail.save(
        update_fields=[
            "state", "reason", "traceback", "retry_at", "processed_at", "ticket",
            "transaction", "dedup_key",
        ]
    )  # fmt: skip
    level = logging.ERROR if state == IncomingState.FAILED else logging.INFO
    logger.log(
        level,
        "An incoming mail was concluded",
        extra={"mail": mail.pk, "state": state.value, "reason": reason},
    )
