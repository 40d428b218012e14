"""Where a full-text search hit: a line of text for each ticket of a page.

Only texts that the reader may read are looked at, with the same condition as the
search itself.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Case, Value, When, Window
from django.db.models.functions import RowNumber, Substr
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from tickets.html_text import html_to_text, tagless
from tickets.models import Attachment, CustomFieldValue, IndexedText, TextSource, Ticket
from tickets.search.context import Context
from tickets.search.fields import Kind, resolve
from tickets.search.fulltext import any_term, readable_texts, weight
from tickets.search.nodes import And, Condition, Node, Number, Operator, Or, Text
from tickets.search.parser import parse
from tickets.words import Term, Written, terms_of, written_words

MOST_TERMS, MOST_WORDS = 10, 50
MOST_HITS = 200
LONGEST_READ = 100_000  # characters of a text in which hits are looked for
BEFORE, LENGTH = 60, 240  # characters
SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Snippet:
    """A piece of a text with the hits in `<mark>`, escaped otherwise."""

    html: SafeString
    source: TextSource
    transaction_id: int | None


class Hit(NamedTuple):
    """A term found in a text."""

    start: int
    end: int
    term: int


class _Source(NamedTuple):
    text: str
    transaction_id: int | None


def snippets(
    tickets: Sequence[Ticket], query: str, *, user: User
) -> dict[int, Snippet]:
    """Return a snippet by ticket id, for those where one of the texts has a hit.

    None costs a query unless the search asks for full text; then at most five,
    whatever the number of tickets. The subject is left out: lists show it anyway.

    Raises:
        TicketSQLError: the query cannot be understood.
    """
    terms = searched_terms(parse(query))
    if not terms or not tickets:
        return {}
    context = Context(user=user, now=timezone.now())
    if not context.is_indexed:
        return {}
    best = _best_texts([ticket.pk for ticket in tickets], terms, context)
    sources = _sources(best)
    found = {}
    for text in best:
        source = sources.get(text.pk)
        if source and (html := marked(source.text, terms)):
            kind = TextSource(text.source)
            found[text.ticket_id] = Snippet(html, kind, source.transaction_id)
    return found


def searched_terms(node: Node) -> tuple[Term, ...]:
    """Return what a query looks for in full text, negated parts left out."""
    terms = dict.fromkeys(term for text in _texts(node) for term in terms_of(text))
    return tuple(term for term in terms if len(term.words) <= MOST_WORDS)[:MOST_TERMS]


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, And | Or):
        for operand in node.operands:
            yield from _texts(operand)
    elif isinstance(node, Condition) and node.operator is Operator.LIKE:
        value = node.value
        if resolve(node.field).field.kind is Kind.CONTENT:
            if isinstance(value, Text):
                yield value.value
            elif isinstance(value, Number):
                yield value.text


def _best_texts(
    numbers: list[int], terms: tuple[Term, ...], context: Context
) -> list[IndexedText]:
    """Choose a text for each ticket: most of the terms, then by weight, then newest."""
    sources = set(TextSource) - {TextSource.SUBJECT}
    terms_in_it = sum(
        (
            Case(When(words__matches=(term,), then=Value(1)), default=Value(0))
            for term in terms
        ),
        start=Value(0),
    )
    place = Window(
        RowNumber(),
        partition_by="ticket_id",
        order_by=[terms_in_it.desc(), weight().desc(), "-pk"],
    )
    texts = readable_texts(sources, context).filter(
        any_term(terms), ticket_id__in=numbers
    )
    return list(texts.annotate(place=place).filter(place=1).defer("words"))


def _sources(texts: Iterable[IndexedText]) -> dict[int, _Source]:
    """Load what the chosen texts say, at most two queries."""
    by_attachment = {t.attachment_id: t.pk for t in texts if t.attachment_id}
    by_value = {t.value_id: t.pk for t in texts if t.value_id}
    found = {}
    if by_attachment:
        rows = Attachment.objects.filter(pk__in=by_attachment).values_list(
            *("pk", "transaction_id", "content_type"),
            Substr("content", 1, LONGEST_READ),
            Substr("safe_html", 1, LONGEST_READ),
        )
        for pk, transaction_id, content_type, content, safe_html in rows:
            text = _readable(content_type, content or "", safe_html)
            found[by_attachment[pk]] = _Source(text, transaction_id)
    if by_value:
        values = CustomFieldValue.objects.filter(pk__in=by_value)
        for pk, content, large in values.values_list("pk", "content", "large_content"):
            found[by_value[pk]] = _Source((large or content)[:LONGEST_READ], None)
    return found


def _readable(content_type: str, content: str, safe_html: str | None) -> str:
    if content_type != "text/html":
        return content
    return tagless(content) if safe_html is None else html_to_text(safe_html)


def marked(text: str, terms: Sequence[Term]) -> SafeString | None:
    """Return the best piece of a text with its hits marked, or None without a hit."""
    hits = list(_hits(text, terms))
    if not hits:
        return None
    first = max(hits, key=lambda hit: len({h.term for h in _near(hit, hits)}))
    start = _word_start(text, first.start)
    end = min(len(text), max(start + LENGTH, first.end))
    pieces = ["… " if start else ""]
    position = start
    for hit in _near(first, hits):
        if hit.start < position or hit.end > end:
            continue
        pieces.append(_plain(text[position : hit.start]))
        pieces.append(f"<mark>{_plain(text[hit.start : hit.end])}</mark>")
        position = hit.end
    pieces.append(_plain(text[position:end]))
    pieces.append(" …" if end < len(text) else "")
    return mark_safe("".join(pieces).strip())  # noqa: S308 - every piece is escaped


def _near(first: Hit, hits: Iterable[Hit]) -> list[Hit]:
    limit = first.start + LENGTH - BEFORE
    return [hit for hit in hits if first.start <= hit.start and hit.end <= limit] or [
        first
    ]


def _word_start(text: str, position: int) -> int:
    start = max(0, position - BEFORE)
    if start:
        space = SPACE.search(text, start, position)
        start = space.end() if space else start
    return start


def _plain(text: str) -> str:
    return escape(SPACE.sub(" ", text))


def _hits(text: str, terms: Sequence[Term]) -> Iterator[Hit]:
    words = list(written_words(text[:LONGEST_READ]))
    count = 0
    for place, word in enumerate(words):
        for number, term in enumerate(terms):
            if not _begins(word.word, term, 0):
                continue
            row = words[place : place + len(term.words)]
            if _is_at(row, term):
                yield Hit(word.start, row[-1].end, number)
                count += 1
        if count >= MOST_HITS:
            return


def _is_at(row: Sequence[Written], term: Term) -> bool:
    return len(row) == len(term.words) and all(
        _begins(word.word, term, index) for index, word in enumerate(row)
    )


def _begins(word: str, term: Term, index: int) -> bool:
    wanted = term.words[index]
    if term.is_beginning and index == len(term.words) - 1:
        return word.startswith(wanted)
    return word == wanted
