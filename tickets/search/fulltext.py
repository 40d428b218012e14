"""Full text → tickets, through the index of words on either database.

What is found in comments counts only for those who may see them, what is found in
custom fields only where their values may be seen. While the index is being filled for
the first time the texts themselves are read instead, which takes long.
"""

from collections.abc import Collection, Iterable
from typing import Any, TypeAlias, cast

from django.db.models import (
    Case,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from accounts.rights import Right
from tickets.custom_values.visible import visible_q
from tickets.models import (
    Attachment,
    CustomFieldValue,
    IndexedText,
    TextSource,
    Ticket,
    TransactionType,
)
from tickets.search.context import Context
from tickets.search.fulltext_index import INDEXED_AS, NOT_INDEXED
from tickets.words import Term

TicketIds: TypeAlias = QuerySet[Any, dict[str, Any]]

# What each field of TicketSQL looks in.
SOURCES: dict[str, frozenset[TextSource]] = {
    "Content": frozenset(TextSource),
    "Description": frozenset({TextSource.DESCRIPTION}),
    "CustomFieldContent": frozenset({TextSource.CUSTOM_FIELD}),
}
# What a ticket found in one of these is worth beside others.
WEIGHTS = {
    TextSource.SUBJECT: 8,
    TextSource.DESCRIPTION: 4,
    TextSource.CUSTOM_FIELD: 3,
    TextSource.MESSAGE: 2,
    TextSource.COMMENT: 1,
}


def ticket_ids(
    field: str, terms: tuple[Term, ...], context: Context
) -> list[TicketIds]:
    """Return subqueries of the tickets with a text that has all the terms.

    Of the texts that the field looks in and the user may read; no terms find nothing.
    """
    if not terms:
        return [_ids(IndexedText.objects.none())]
    context.terms += terms
    sources = SOURCES[field]
    if not context.is_indexed:
        return scanned_ids(sources, terms, context)
    found = readable_texts(sources, context).filter(words__matches=terms)
    return [_ids(found)]


def readable_texts(
    sources: Iterable[TextSource], context: Context
) -> "QuerySet[IndexedText]":
    """Return the indexed texts that the user may read in tickets they may see."""
    sources = set(sources)
    open_sources = sources - {TextSource.COMMENT, TextSource.CUSTOM_FIELD}
    readable = Q(source__in=sorted(open_sources)) if open_sources else Q(pk__in=())
    if TextSource.COMMENT in sources:
        comments = Q(source=TextSource.COMMENT)
        readable |= comments & _where(Right.SHOW_TICKET_COMMENTS, context)
    is_wanted = TextSource.CUSTOM_FIELD in sources
    fields = [field.id for field in context.custom_fields] if is_wanted else []
    if fields:
        values = Q(source=TextSource.CUSTOM_FIELD, field_id__in=fields)
        readable |= values & _fields(context)
    return IndexedText.objects.filter(readable)


def relevance(terms: Collection[Term], context: Context) -> Coalesce:
    """Return what a ticket is worth: the best of the texts that have a term."""
    texts = readable_texts(TextSource, context).filter(ticket=OuterRef("pk"))
    return Coalesce(_best(texts.filter(any_term(terms))), 0)


def any_term(terms: Collection[Term]) -> Q:
    """Say that a text has at least one of the terms."""
    unique = dict.fromkeys(terms)
    return Q(*(Q(words__matches=(term,)) for term in unique), _connector=Q.OR)


def weight() -> Case:
    """Return what a hit in a text is worth, by where the text comes from."""
    return Case(
        *(When(source=source.value, then=Value(w)) for source, w in WEIGHTS.items()),
        default=Value(0),
    )


def _best(texts: "QuerySet[IndexedText]") -> Any:
    by_ticket = texts.order_by().values("ticket").annotate(best=Max(weight()))
    return Subquery(by_ticket.values("best"))


def _where(right: Right, context: Context, *, path: str = "ticket_id") -> Q:
    """Say that the user holds a right on the ticket of a text."""
    allowed = context.tickets_with(right)
    if allowed is None:
        return Q()
    return Q(Exists(allowed.filter(pk=OuterRef(path))))


def _fields(context: Context) -> Q:
    """Say that the user may see the custom field of a text, be it this one alone."""
    goes_with_ticket = context.tickets_with(Right.SEE_CUSTOM_FIELD) is None
    return Q() if goes_with_ticket else visible_q(context.user)


def scanned_ids(
    sources: frozenset[TextSource], terms: tuple[Term, ...], context: Context
) -> list[TicketIds]:
    """Find the tickets by reading the texts; the terms match anywhere in them."""
    found: list[Any] = []
    if TextSource.SUBJECT in sources:
        subjects = Ticket.objects.filter(_contains("subject", terms))
        found.append(subjects.values("pk"))
    if kinds := _messages(sources, context):
        texts = Attachment.objects.filter(_contains("content", terms), kinds)
        found.append(texts.values("transaction__ticket_id"))
    if TextSource.CUSTOM_FIELD in sources:
        values = CustomFieldValue.objects.filter(
            _contains("content", terms) | _contains("large_content", terms),
            _fields(context),
            field_id__in=[field.id for field in context.custom_fields],
            disabled=False,
        )
        found.append(values.values("ticket_id"))
    return found


def _contains(column: str, terms: tuple[Term, ...]) -> Q:
    return Q(*(Q(**{f"{column}__icontains": term.text}) for term in terms))


def _messages(sources: frozenset[TextSource], context: Context) -> Q:
    """Describe the attachments that belong to the sources and may be read."""
    kinds = Q()
    if TextSource.DESCRIPTION in sources:
        kinds |= Q(transaction__type=TransactionType.CREATE)
    if TextSource.MESSAGE in sources:
        kinds |= ~Q(transaction__type__in=[*NOT_INDEXED, *INDEXED_AS])
    if TextSource.COMMENT in sources:
        right = Right.SHOW_TICKET_COMMENTS
        allowed = _where(right, context, path="transaction__ticket_id")
        kinds |= Q(transaction__type=TransactionType.COMMENT) & allowed
    return kinds


def _ids(texts: "QuerySet[IndexedText]") -> TicketIds:
    return cast(TicketIds, texts.values("ticket_id"))
