"""The search box of every page: a few words → TicketSQL, or one ticket.

Texts must all be found; several values of any other kind (queues, statuses,
owners …) are alternatives; the kinds narrow each other. Without a status only
active tickets are meant.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db.models.functions import Lower

from accounts.models import User
from queues.models import Lifecycle, Queue
from tickets.messages import storable
from tickets.models.indexed_texts import index_is_usable
from tickets.search.nodes import quote
from tickets.words import terms_of

LONGEST_INPUT = 2_000
TICKET_NUMBER = re.compile(r"#?(\d{1,18})")
TOKEN = re.compile(
    r"(?:(?P<key>\w+(?:\.(?:\{[^{}]+\}|[\w.-]+))?):)?"
    r"(?:\"(?P<double>(?:[^\"\\]|\\.)*)\"|'(?P<single>(?:[^'\\]|\\.)*)'|(?P<word>\S+))"
)
ESCAPED = re.compile(r"\\(.)")
ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")
ACTIVE = "Status = '__Active__'"
STATUS_WORDS = {"active": ACTIVE, "inactive": "Status = '__Inactive__'", "any": ""}
# Kinds whose several values must all be found; those of others are alternatives.
CUMULATIVE = frozenset({"text", "subject", "content"})


@dataclass(frozen=True, slots=True)
class SimpleSearch:
    """What the words meant: the ticket to go to, or else a query to run."""

    query: str = ""
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True)
class _Token:
    key: str
    value: str
    is_quoted: bool
    written: str


@dataclass(frozen=True, slots=True)
class _Known:
    """The names that give a plain word its meaning, in lower case."""

    statuses: frozenset[str]
    queues: frozenset[str]
    staff: frozenset[str]
    has_full_text: bool


def simple_search(text: str) -> SimpleSearch:
    """Read the words of the search box; costs four queries unless it is a number."""
    text = storable(text).strip()[:LONGEST_INPUT]
    if number := TICKET_NUMBER.fullmatch(text):
        return SimpleSearch(ticket_id=int(number[1]))
    tokens = list(_tokens(text))
    known = _known_names(tokens)
    kinds: dict[str, list[str]] = {}
    for token in tokens:
        kind, clause = _meaning(token, known)
        kinds.setdefault(kind, []).append(clause)
    if "id" in kinds and len(kinds) > 1:
        kinds = _numbers_as_text(tokens, known)
    if "status" not in kinds and "id" not in kinds:
        kinds["status"] = [ACTIVE]
    return SimpleSearch(query=_joined(kinds))


def _tokens(text: str) -> Iterator[_Token]:
    for match in TOKEN.finditer(text):
        quoted = match["double"] if match["double"] is not None else match["single"]
        value = ESCAPED.sub(r"\1", quoted) if quoted is not None else match["word"]
        if value:
            yield _Token(match["key"] or "", value, quoted is not None, match[0])


def _known_names(tokens: list[_Token]) -> _Known:
    words = {
        token.value.lower() for token in tokens if not token.key and not token.is_quoted
    }
    queues = Queue.objects.filter(disabled=False).annotate(folded=Lower("name"))
    staff = User.objects.filter(is_privileged=True, disabled=False)
    return _Known(
        statuses=frozenset(
            status
            for lifecycle in Lifecycle.objects.all()
            for status in lifecycle.rules.statuses
        ),
        queues=frozenset(
            queues.filter(folded__in=words).values_list("folded", flat=True)
        ),
        staff=frozenset(
            staff.annotate(folded=Lower("name"))
            .filter(folded__in=words)
            .values_list("folded", flat=True)
        ),
        has_full_text=index_is_usable(),
    )


def _meaning(token: _Token, known: _Known) -> tuple[str, str]:
    """Return the kind of limit and its TicketSQL; an empty clause limits nothing."""
    if not token.key:
        return _plain_meaning(token, known)
    key = token.key.lower()
    prefix, _, name = token.key.partition(".")
    if prefix.lower() in {"cf", "customfield"} and name:
        field = name.strip("{}")
        clause = f"{quote('CF.{' + field + '}')} LIKE {quote(token.value)}"
        return f"cf.{field.lower()}", clause
    if key in KEYWORDS:
        kind, clause_for = KEYWORDS[key]
        return kind, clause_for(token.value)
    return "text", _text(token.written, known)


def _plain_meaning(token: _Token, known: _Known) -> tuple[str, str]:
    value, folded = token.value, token.value.lower()
    if token.is_quoted:
        return "text", _text(value, known)
    if number := TICKET_NUMBER.fullmatch(value):
        return "id", f"id = {number[1]}"
    if ADDRESS.fullmatch(value):
        return "requestor", _requestor(value)
    if len(value) > 1 and value.startswith("@"):
        return "requestor", _domain(value)
    if folded in known.statuses or folded in STATUS_WORDS:
        return "status", _status(value)
    if folded in known.queues:
        return "queue", _queue(value)
    if folded in known.staff or folded == "me":
        return "owner", _owner(value)
    return "text", _text(value, known)


def _numbers_as_text(tokens: list[_Token], known: _Known) -> dict[str, list[str]]:
    kinds: dict[str, list[str]] = {}
    for token in tokens:
        kind, clause = _meaning(token, known)
        if kind == "id" and not token.key:
            kind, clause = "text", _text(token.value, known)
        kinds.setdefault(kind, []).append(clause)
    return kinds


def _joined(kinds: dict[str, list[str]]) -> str:
    parts = []
    for kind, clauses in kinds.items():
        if kind in CUMULATIVE:
            parts += clauses
        elif all(clauses):
            unique = list(dict.fromkeys(clauses))
            parts.append(unique[0] if len(unique) == 1 else f"({' OR '.join(unique)})")
    return " AND ".join(parts) if parts else "id > 0"


def _text(value: str, known: _Known) -> str:
    """Look for a text everywhere, as long as the index makes that quick."""
    if not known.has_full_text or not terms_of(value):
        return _subject(value)
    return f"({_subject(value)} OR {_content(value)})"


def _subject(value: str) -> str:
    return f"Subject LIKE {quote(value)}"


def _content(value: str) -> str:
    if " " in value:  # only quotes keep a space: the words in a row are meant
        value = '"' + value.replace('"', " ") + '"'
    return f"Content LIKE {quote(value)}"


def _id(value: str) -> str:
    number = TICKET_NUMBER.fullmatch(value)
    return f"id = {number[1]}" if number else f"id = {quote(value)}"


def _status(value: str) -> str:
    folded = value.lower()
    return STATUS_WORDS.get(folded, f"Status = {quote(folded)}")


def _queue(value: str) -> str:
    return f"Queue = {quote(value)}"


def _owner(value: str) -> str:
    if value.lower() == "me":
        return "Owner = '__CurrentUser__'"
    if ADDRESS.fullmatch(value):
        return f"Owner.EmailAddress = {quote(value)}"
    return f"Owner = {quote(value)}"


def _requestor(value: str) -> str:
    if value.lower() == "me":
        return "Requestor.id = '__CurrentUser__'"
    return f"Requestor STARTSWITH {quote(value)}"


def _watcher(value: str) -> str:
    if value.lower() == "me":
        return "Watcher.id = '__CurrentUser__'"
    return f"Watcher = {quote(value)}"


def _domain(value: str) -> str:
    return f"Requestor ENDSWITH {quote('@' + value.lstrip('@'))}"


KEYWORDS: dict[str, tuple[str, Callable[[str], str]]] = {
    "subject": ("subject", _subject),
    "content": ("content", _content),
    "fulltext": ("content", _content),
    "id": ("id", _id),
    "status": ("status", _status),
    "owner": ("owner", _owner),
    "requestor": ("requestor", _requestor),
    "domain": ("requestor", _domain),
    "watcher": ("watcher", _watcher),
    "queue": ("queue", _queue),
    "q": ("queue", _queue),
}
