"""Delivering the outbox: claim, send, note what the server said, try again or give up.

A mail is claimed by a conditional UPDATE and sent outside of any DB transaction. Who is
killed between sending and noting it leaves a claim that another takes over: then the
mail is sent once more, with the same Message-ID.
"""

import logging
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from mail.composing import compose, envelope
from mail.models import OutgoingMail, OutgoingState
from mail.rings import ring_delivery
from mail.transport import Answer, Answers, is_configured, send
from tickets.commands import record_system_error

logger = logging.getLogger(__name__)

# Longer than any worker may take; after it the claim of a dead one is void.
CLAIM_HOLDS = timedelta(minutes=10)
# A mail just written has been rung for; the sweep leaves it to that worker.
SWEEP_GRACE = timedelta(seconds=15)
RETRY_MINUTES = (1, 2, 5, 15, 30, 60)
MOST_ATTEMPTS = 100  # with these pauses about four days
MOST_PER_SWEEP = 500
NO_SERVER = "No mail server is configured (EMAIL_URL)."


def deliver(mail_id: int) -> None:
    """Send a mail whose time has come; do nothing if somebody else is at it."""
    mail = _claim(mail_id, now=timezone.now())
    if mail is None:
        return
    if not is_configured():
        _conclude(mail, OutgoingState.KEPT, error=NO_SERVER)
        return
    try:
        answers = _send(mail)
    except ValueError as error:
        _give_up(mail, f"The mail cannot be composed: {error}")
    except Exception as error:
        logger.exception("An outgoing mail was not composed", extra={"mail": mail_id})
        _try_again(mail, f"The mail was not composed: {error!r}")
    else:
        _note(mail, answers)


def due(now: datetime) -> list[int]:
    """Return the mails to ring for again: due, or left behind by a dead worker."""
    waiting = OutgoingMail.objects.filter(_claimable(now, grace=SWEEP_GRACE))
    return list(
        waiting.order_by("next_try_at", "pk").values_list("pk", flat=True)[
            :MOST_PER_SWEEP
        ]
    )


def release_claims() -> None:
    """Void the claims of killed workers at once; only while no worker runs."""
    OutgoingMail.objects.filter(state=OutgoingState.SENDING).update(
        state=OutgoingState.QUEUED, claimed_at=None, next_try_at=timezone.now()
    )


def requeue(mail: OutgoingMail) -> None:
    """Send a mail now: to those who lack it, or once more to all if all have it.

    Raises:
        ValidationError: a worker is sending it at this moment.
    """
    now = timezone.now()
    being_sent = Q(state=OutgoingState.SENDING, claimed_at__gte=now - CLAIM_HOLDS)
    answers = {
        entry: answer
        for entry, answer in mail.answers.items()
        if mail.state != OutgoingState.SENT and answer.get("state") == "sent"
    }
    with transaction.atomic():
        count = (
            OutgoingMail.objects.filter(pk=mail.pk)
            .exclude(being_sent)
            .update(
                state=OutgoingState.QUEUED,
                answers=answers,
                attempts=0,
                next_try_at=now,
                claimed_at=None,
                error="",
            )
        )
        if not count:
            raise ValidationError("The mail is being sent right now.", code="sending")
        ring_delivery(mail.pk)


def requeue_kept(mails: QuerySet[OutgoingMail]) -> int:
    """Queue what was kept for want of a mail server; return how many."""
    kept = list(mails.filter(state=OutgoingState.KEPT).order_by("pk"))
    for mail in kept:
        requeue(mail)
    return len(kept)


def _claimable(now: datetime, *, grace: timedelta = timedelta()) -> Q:
    return Q(state=OutgoingState.QUEUED, next_try_at__lte=now - grace) | Q(
        state=OutgoingState.SENDING, claimed_at__lt=now - CLAIM_HOLDS
    )


def _claim(mail_id: int, *, now: datetime) -> OutgoingMail | None:
    count = OutgoingMail.objects.filter(_claimable(now), pk=mail_id).update(
        state=OutgoingState.SENDING, claimed_at=now, attempts=F("attempts") + 1
    )
    return OutgoingMail.objects.get(pk=mail_id) if count else None


def _send(mail: OutgoingMail) -> Answers:
    """Return the answer for each entry of the row that was still to be served."""
    to = envelope(mail)
    answers: Answers = dict.fromkeys(
        to.unusable, Answer("refused", "This is no e-mail address.")
    )
    if to.recipients:
        said = send(compose(mail), sender=to.sender, recipients=to.recipients)
        for address, answer in said.items():
            answers |= dict.fromkeys(to.recipients[address], answer)
    return answers


def _note(mail: OutgoingMail, answers: Answers) -> None:
    mail.answers |= {
        entry: {"state": answer.state, "answer": answer.text}
        for entry, answer in answers.items()
    }
    states = {answer["state"] for answer in mail.answers.values()}
    error = "\n".join(
        f"{entry}: {answer['answer']}"
        for entry, answer in mail.answers.items()
        if answer["state"] != "sent"
    )
    if states <= {"sent"}:
        _conclude(mail, OutgoingState.SENT, error="")
    elif "later" not in states:
        _give_up(mail, error)
    else:
        _try_again(mail, error)


def _try_again(mail: OutgoingMail, error: str) -> None:
    if mail.attempts >= MOST_ATTEMPTS:
        _give_up(mail, f"Given up after {mail.attempts} attempts.\n{error}")
        return
    step = min(mail.attempts, len(RETRY_MINUTES)) - 1
    pause = timedelta(minutes=RETRY_MINUTES[step])
    _conclude(
        mail, OutgoingState.QUEUED, error=error, next_try_at=timezone.now() + pause
    )


def _give_up(mail: OutgoingMail, error: str) -> None:
    """Mark it as failed and say so in the ticket.

    Without addresses: not everybody who reads the ticket may know who is written to.
    """
    with transaction.atomic():
        is_ours = _conclude(mail, OutgoingState.FAILED, error=error)
        if is_ours and mail.ticket_id is not None:
            served = sum(a["state"] == "sent" for a in mail.answers.values())
            missing = len(set(mail.recipients())) - served
            text = (
                f"Outgoing mail {mail.pk} could not be delivered to {missing} "
                f"of {len(set(mail.recipients()))} recipients."
            )
            record_system_error(mail.ticket_id, text=text)


def _conclude(
    mail: OutgoingMail,
    state: OutgoingState,
    *,
    error: str,
    next_try_at: datetime | None = None,
) -> bool:
    """Write the outcome; False if the claim had passed to somebody else meanwhile.

    That it was sent is written in any case: it must not be sent once more.
    """
    ours = OutgoingMail.objects.filter(pk=mail.pk)
    if state != OutgoingState.SENT:
        ours = ours.filter(state=OutgoingState.SENDING, claimed_at=mail.claimed_at)
    count = ours.update(
        state=state,
        error=error,
        answers=mail.answers,
        claimed_at=None,
        next_try_at=next_try_at or mail.next_try_at,
        sent_at=timezone.now() if state == OutgoingState.SENT else mail.sent_at,
    )
    if state in {OutgoingState.FAILED, OutgoingState.QUEUED}:
        logger.warning(
            "An outgoing mail was not delivered",
            extra={"mail": mail.pk, "state": state.value, "error": error},
        )
    return count == 1
