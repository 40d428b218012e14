"""Conditions on a ticket's history: what was written, by whom, when.

Comments and records of outgoing mail count only for those who may see them.
"""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accounts.rights import Right
from tickets.models import Attachment, Ticket, Transaction, TransactionType
from tickets.search.conditions.columns import compare, date_matches, text_matches
from tickets.search.conditions.values import text_of
from tickets.search.context import Context
from tickets.search.errors import TicketSQLError
from tickets.search.fields import Resolved
from tickets.search.fulltext import TicketIds, ticket_ids
from tickets.search.nodes import Condition, Operator
from tickets.words import terms_of

# Databases nest what they look for, one level a word.
MOST_WORDS = 500
COMMENT_TYPES = (TransactionType.COMMENT, TransactionType.COMMENT_EMAIL_RECORD)
MAIL_RECORD_TYPES = (
    TransactionType.EMAIL_RECORD,
    TransactionType.COMMENT_EMAIL_RECORD,
)


def content(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Find words in subjects, messages and custom fields, as far as the field goes."""
    return in_any(content_ids(resolved, condition, context))


def content_ids(
    resolved: Resolved, condition: Condition, context: Context
) -> list[TicketIds]:
    """Return subqueries that together have the tickets a full-text search finds."""
    terms = terms_of(text_of(condition.value, operator=Operator.LIKE))
    wanted = sum(len(term.words) for term in (*context.terms, *terms))
    if wanted > MOST_WORDS:
        raise TicketSQLError(
            f"The query looks for more than {MOST_WORDS} words",
            position=condition.value.position,
            code="too_long",
        )
    return ticket_ids(resolved.field.name, terms, context)


def in_any(found: Sequence[TicketIds]) -> Q:
    """Say that a ticket is in one of the subqueries, which run as one."""
    first, *others = found
    return Q(pk__in=first.union(*others, all=True) if others else first)


def attachment(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Compare the name or type of anything attached."""
    matching = text_matches(resolved.field.path, condition)
    return _tickets(Attachment.objects.filter(matching), context)


def updated(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Say that something happened to the ticket in the time given."""
    return updated_once([condition], context)


def updated_once(conditions: Sequence[Condition], context: Context) -> Q:
    """Say that one and the same thing happened when all the conditions allow.

    `Updated > 'monday' AND Updated < 'friday'` means something within these days.
    """
    times = [date_matches("created", condition, context) for condition in conditions]
    rows = Transaction.objects.filter(visible_history(context), *times)
    return Q(pk__in=rows.values("ticket_id"))


def updated_by(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Say that one of the users did something to the ticket."""
    users = [context.user_named(text_of(value)) for value in condition.values]
    ids = [user.pk for user in users if user is not None]
    rows = Transaction.objects.filter(compare("creator_id", Operator.IN, ids))
    return Q(pk__in=rows.filter(visible_history(context)).values("ticket_id"))


def _tickets(attachments: "QuerySet[Attachment]", context: Context) -> Q:
    seen = attachments.filter(visible_history(context, prefix="transaction__"))
    return Q(pk__in=seen.values("transaction__ticket_id"))


def visible_history(context: Context, *, prefix: str = "") -> Q:
    """Say which transactions of visible tickets the user may see.

    ``prefix`` is the path from the row to the transaction.
    """
    visible = Q()
    for right, types in (
        (Right.SHOW_TICKET_COMMENTS, COMMENT_TYPES),
        (Right.SHOW_OUTGOING_EMAIL, MAIL_RECORD_TYPES),
    ):
        allowed = context.tickets_with(right)
        if allowed is not None:
            where = Q(**{f"{prefix}ticket__in": allowed.values("pk")})
            visible &= ~_of_types(types, prefix=prefix) | where
    allowed = context.tickets_with(Right.SEE_CUSTOM_FIELD)
    if allowed is not None:
        where = Q(**{f"{prefix}ticket__in": allowed.values("pk")})
        where |= _of_visible_fields(context, prefix=prefix)
        visible &= ~_of_types((TransactionType.CUSTOM_FIELD,), prefix=prefix) | where
    return visible


def _of_visible_fields(context: Context, *, prefix: str) -> Q:
    """Say that a change is one of a field on which the user holds a right by itself.

    Stored is the field's number as text.
    """
    rights, right = context.rights, Right.SEE_CUSTOM_FIELD
    direct = [str(pk) for pk, held in rights.fields.items() if right in held]
    seen = Q(**{f"{prefix}field__in": direct})
    for role, granted in rights.field_roles.items():
        numbers = [str(pk) for pk, held in granted.items() if right in held]
        if numbers:
            holding = Ticket.objects.held_by(context.user, role=role).values("pk")
            seen |= Q(**{f"{prefix}field__in": numbers, f"{prefix}ticket__in": holding})
    return seen


def _of_types(
    types: tuple[TransactionType, ...], *, prefix: str = "transaction__"
) -> Q:
    return Q(**{f"{prefix}type__in": types})
