"""What a mail may do to a ticket: correspond, comment, take, resolve, or several."""

from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError

from accounts.rights import Right
from mail.matching import Place
from mail.parsing import ParsedMail
from mail.refusals import Refusal, RefusedError
from mail.senders import Sender
from queues.rights import rights_of
from tickets import commands
from tickets.messages import Message
from tickets.models import Ticket, Transaction
from tickets.rights import rights_on

CORRESPOND = "correspond"
COMMENT = "comment"
TAKE = "take"
RESOLVE = "resolve"
ACTIONS = frozenset({CORRESPOND, COMMENT, TAKE, RESOLVE})

_RIGHTS = {
    CORRESPOND: (Right.REPLY_TO_TICKET, "reply to"),
    COMMENT: (Right.COMMENT_ON_TICKET, "comment on"),
    TAKE: (Right.OWN_TICKET, "own"),
    RESOLVE: (Right.MODIFY_TICKET, "resolve"),
}
_FAILED = {
    CORRESPOND: "Message not recorded:",
    COMMENT: "Message not recorded:",
    TAKE: "Ticket not taken:",
    RESOLVE: "Ticket not resolved:",
}


@dataclass
class Letter:
    """A mail with all that was found out about it; ``ticket`` may be yet to come."""

    parsed: ParsedMail
    message: Message
    sender: Sender
    place: Place
    actions: list[str]
    own: frozenset[str]
    ticket: Ticket | None = None
    transaction: Transaction | None = None
    problems: list[Refusal] = field(default_factory=list)


def split_actions(text: str) -> list[str] | None:
    """Return the actions of ``take-correspond`` in order; None if one is unknown."""
    actions = [word for word in text.strip().lower().split("-") if word]
    actions = actions or [CORRESPOND]
    return actions if ACTIONS.issuperset(actions) else None


def require_rights(letter: Letter) -> None:
    """Demand the right for the first action, exactly that one, as RT does.

    Raises:
        RefusedError: the sender does not hold it.
    """
    user, ticket, queue = letter.sender.user, letter.ticket, letter.place.queue
    right, verb = _RIGHTS[letter.actions[0]]
    if ticket is not None:
        if rights_on(ticket, user).has(right):
            return
        words = f"{verb} ticket {ticket.pk} in queue {ticket.queue.name}"
        raise RefusedError(_denied(letter, words, right, f"{verb} a ticket"))
    if queue is None or rights_of(user).has(Right.CREATE_TICKET, queue.pk):
        return
    words = f"create tickets in queue {queue.name}"
    raise RefusedError(_denied(letter, words, Right.CREATE_TICKET, "create a ticket"))


def carry_out(letter: Letter) -> None:
    """Do what the mail asks for; belongs inside a DB transaction.

    An action after the first that fails is noted in ``problems``; what is done stays.

    Raises:
        RefusedError: the first action cannot be carried out.
    """
    steps: dict[str, Callable[[Letter], None]] = {
        CORRESPOND: _record,
        COMMENT: _record_comment,
        TAKE: _take,
        RESOLVE: _resolve,
    }
    actions = letter.actions
    if letter.ticket is None:  # first the ticket, then what is to be done with it
        actions = sorted(actions, key=lambda action: action in {TAKE, RESOLVE})
    for number, action in enumerate(actions):
        try:
            steps[action](letter)
        except (PermissionDenied, ValidationError) as error:
            refusal = _failed(letter, action, error)
            if number == 0:
                raise RefusedError(refusal) from error
            letter.problems.append(refusal)


def _record(letter: Letter) -> None:
    if letter.ticket is None:
        _create(letter)
        return
    letter.transaction = commands.correspond(
        letter.ticket, actor=letter.sender.user, message=letter.message
    )


def _record_comment(letter: Letter) -> None:
    if letter.ticket is None:
        _create(letter)
        return
    letter.transaction = commands.comment(
        letter.ticket, actor=letter.sender.user, message=letter.message
    )


def _create(letter: Letter) -> None:
    queue, sender = letter.place.queue, letter.sender
    if queue is None:
        raise ValidationError("There is no such queue.")
    created = commands.create_ticket(
        commands.NewTicket(
            queue=queue,
            subject=letter.message.subject,
            message=letter.message,
            requestors=() if sender.is_ours else (sender.user,),
            cc=_ticket_ccs(letter),
        ),
        actor=sender.user,
    )
    letter.ticket, letter.transaction = created.ticket, created.transaction


def _ticket_ccs(letter: Letter) -> tuple[str, ...]:
    """Return the other readers of a new mail, where the site wants them as Cc."""
    if not settings.PARSE_NEW_MESSAGE_FOR_TICKET_CCS:
        return ()
    left_out = letter.own | {letter.sender.address.lower()}
    everybody = (address.address for address in (*letter.parsed.to, *letter.parsed.cc))
    return tuple(
        dict.fromkeys(one.lower() for one in everybody if one.lower() not in left_out)
    )


def _take(letter: Letter) -> None:
    ticket = _existing(letter)
    if ticket.owner_id != letter.sender.user.pk:
        row = commands.take(ticket, actor=letter.sender.user)
        letter.transaction = letter.transaction or row


def _resolve(letter: Letter) -> None:
    ticket = _existing(letter)
    status = ticket.queue.lifecycle.rules.inactive[0]
    row = commands.set_status(ticket, actor=letter.sender.user, status=status)
    letter.transaction = letter.transaction or row


def _existing(letter: Letter) -> Ticket:
    if letter.ticket is None:
        raise ValidationError("The mail names no ticket.")
    return letter.ticket


def _failed(letter: Letter, action: str, error: Exception) -> Refusal:
    messages = error.messages if isinstance(error, ValidationError) else [str(error)]
    reason = " ".join(messages)
    is_creation = letter.ticket is None and action in {CORRESPOND, COMMENT}
    subject = "Ticket creation failed:" if is_creation else _FAILED[action]
    done = "Everything else your mail asked for was done." if letter.transaction else ""
    text = (
        f"{reason}\n\n{done or 'Your message was not recorded.'} Please put this right "
        f"and write again, or ask {settings.OWNER_EMAIL} for help."
    )
    return Refusal(reason=f"{subject} {reason}", subject=subject, text=text)


def _denied(letter: Letter, words: str, right: Right, attempt: str) -> Refusal:
    address = letter.sender.address
    sentence = f"{address} has no right to {words}"
    ticket = letter.ticket
    told = sentence
    if ticket and not rights_on(ticket, letter.sender.user).has(Right.SHOW_TICKET):
        # A stranger is not to learn in which queue the ticket is.
        verb = _RIGHTS[letter.actions[0]][1]
        told = f"{address} has no right to {verb} ticket {ticket.pk}"
    text = (
        f"{told}.\n\nYour message was not recorded. If you have written before "
        "from another address, please write from that one; otherwise please ask "
        f"{settings.OWNER_EMAIL} for help."
    )
    owner_text = (
        f"{sentence}: the right {right.value} is missing.\n\n"
        f"If people may do this by mail, grant {right.value} to Everyone, Unprivileged "
        "or a role such as Requestor, on the queue or globally, and then process the "
        "mail again on the page Incoming mail."
    )
    return Refusal(
        reason=f"Permission Denied: {sentence}",
        subject="Permission Denied:",
        text=text,
        owner_subject=f"Failed attempt to {attempt} by email, from {address}:",
        owner_text=owner_text,
    )
