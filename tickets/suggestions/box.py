"""The search box: what the last word could become, and the tickets it could mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from queues.models import CustomFieldChoice, Lifecycle
from tickets.builder.offers import Offers
from tickets.models import SavedSearch, Ticket
from tickets.search.conditions.values import ID_LIMIT
from tickets.search.context import Context
from tickets.search.simple import STATUS_WORDS, TICKET_NUMBER
from tickets.suggestions.people import people_like

LONGEST_TEXT = 200
MOST_OF_A_KIND = 5
MOST_SHOWN = 12
# Words are looked for in the subjects of the tickets that changed last.
RECENT_TICKETS = 1_000
SHORTEST_SUBJECT = 3
LAST_WORD = re.compile(
    r"(?:^|(?<=\s))(?:(?P<key>\w+(?:\.(?:\{[^{}]+\}|[\w.-]+))?):)?"
    r"(?P<value>\"[^\"]*|'[^']*|[^\s\"']*)$"
)
KEYWORD_HELP = {
    "subject": "words of the subject",
    "content": "words of a message",
    "fulltext": "words of a message",
    "id": "a ticket's number",
    "status": "new, open, any …",
    "owner": "who works on it; me, nobody",
    "requestor": "who asked",
    "domain": "the requestor's domain",
    "watcher": "anybody on the ticket",
    "queue": "where it is",
    "cf.": "a custom field",
}
PERSON_KEYS = frozenset({"owner", "requestor", "watcher"})
BARE_WORD = re.compile(r"[\w@.+-]+")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line: what it says, and the text the box becomes or the page it leads to."""

    kind: str
    label: str
    detail: str = ""
    text: str = ""
    ticket_id: int | None = None
    search_id: int | None = None


def suggestions(text: str, *, user: User) -> list[Suggestion]:
    """Return what the box offers; at most eight queries besides the user's rights."""
    text = text[:LONGEST_TEXT].lstrip()
    match = LAST_WORD.search(text)
    if not text or match is None:
        return []
    head = text[: match.start()]
    key, value = (match["key"] or "").lower(), match["value"].lstrip("\"'")
    if value != match["value"] and not key:
        return []  # what is quoted is a text and nothing else
    box = _Box(user, head)
    if key:
        found = list(box.values_of(key, match["key"] or "", value))
    else:
        found = [*box.tickets(text.strip()), *box.words(value)] if value else []
    return found[:MOST_SHOWN]


class _Box:
    def __init__(self, user: User, head: str) -> None:
        self.user = user
        self.head = head
        self.context = Context(user=user, now=timezone.now())
        self.offers = Offers(self.context)

    def tickets(self, text: str) -> Iterator[Suggestion]:
        """Yield tickets by their number, or else by words of their subject."""
        if number := TICKET_NUMBER.fullmatch(text):
            wanted = int(number[1])
            ids = [wanted, *range(wanted * 10, wanted * 10 + 10)]
            ids = [pk for pk in ids if pk <= ID_LIMIT]
        elif len(text) >= SHORTEST_SUBJECT and not set(text) & set(":\"'"):
            ids = _recent_with_words(text)
        else:
            return
        visible = Ticket.objects.real().visible_to(self.user).filter(pk__in=ids)
        rows = {row[0]: row for row in visible.values_list("pk", "subject", "status")}
        for pk in [pk for pk in ids if pk in rows][:MOST_OF_A_KIND]:
            _, subject, status = rows[pk]
            shown = subject or "(No subject)"
            yield Suggestion("Ticket", f"#{pk} {shown}", status, ticket_id=pk)

    def words(self, value: str) -> Iterator[Suggestion]:
        """Yield what one bare word could be: keyword, status, queue or person."""
        folded = value.lower()
        if TICKET_NUMBER.fullmatch(value):
            return
        for word, help_text in KEYWORD_HELP.items():
            if word.startswith(folded) and len(folded) > 1:
                shown = word if word.endswith(".") else f"{word}:"
                yield Suggestion("Keyword", shown, help_text, f"{self.head}{shown}")
        if folded.startswith("cf."):
            yield from self._custom_fields(folded.removeprefix("cf.").strip("{"))
            return
        yield from self._statuses(folded, "", prefix_only=True)
        yield from self._queues(folded, "")
        if not self.head:
            yield from self._saved_searches(folded)
        yield from self._people(folded, "")

    def values_of(self, key: str, written: str, value: str) -> Iterator[Suggestion]:
        """Yield what may follow a keyword."""
        folded = value.lower()
        if key == "status":
            yield from self._statuses(folded, f"{written}:")
        elif key in {"queue", "q"}:
            yield from self._queues(folded, f"{written}:")
        elif key in PERSON_KEYS:
            yield from self._people(folded, f"{written}:", key=key)
        elif key.startswith(("cf.", "customfield.")):
            name = written.partition(".")[2].strip("{}")
            yield from self._custom_values(name, folded, f"{written}:")

    def _statuses(
        self, folded: str, before: str, *, prefix_only: bool = False
    ) -> Iterator[Suggestion]:
        names = {queue.lifecycle for queue in self.offers.queues}
        found = Lifecycle.objects.filter(name__in=names).order_by("name")
        words = dict.fromkeys(STATUS_WORDS)
        for lifecycle in found:
            words |= dict.fromkeys(lifecycle.rules.statuses)
        words.pop("deleted", None)
        for word in words:
            begins = word.startswith(folded)
            if begins or (not prefix_only and folded in word):
                yield self._completed("Status", word, before)

    def _queues(self, folded: str, before: str) -> Iterator[Suggestion]:
        matching = [
            queue.name for queue in self.offers.queues if folded in queue.name.lower()
        ]
        matching.sort(key=lambda name: not name.lower().startswith(folded))
        for name in matching[:MOST_OF_A_KIND]:
            yield self._completed("Queue", name, before or "queue:")

    def _people(self, folded: str, before: str, key: str = "") -> Iterator[Suggestion]:
        is_owner = key == "owner"
        if key and "me".startswith(folded):
            yield self._completed("Person", "me", before)
        if is_owner and "nobody".startswith(folded):
            yield self._completed("Person", "nobody", before)
        people = people_like(folded, user=self.user, staff_only=is_owner)
        for person in people[:MOST_OF_A_KIND]:
            is_staff = person.is_privileged
            by_name = is_owner or (not key and is_staff) or not person.email
            word = person.name if by_name else person.email
            keyword = before or ("owner:" if is_staff else "requestor:")
            shown = person.display_name
            detail = person.email if person.email != shown else ""
            text = f"{self.head}{keyword}{quoted(word)}"
            yield Suggestion("Person", f"{shown}", detail, text)

    def _saved_searches(self, folded: str) -> Iterator[Suggestion]:
        found = SavedSearch.objects.enabled().visible_to(self.user)
        matching = found.filter(name__icontains=folded).order_by("name", "pk")
        for pk, name in matching.values_list("pk", "name")[:MOST_OF_A_KIND]:
            yield Suggestion("Saved search", name, search_id=pk)

    def _custom_fields(self, folded: str) -> Iterator[Suggestion]:
        names = sorted({field.name for field in self.context.custom_fields})
        for name in [n for n in names if folded in n.lower()][:MOST_OF_A_KIND]:
            is_bare = re.fullmatch(r"[\w.-]+", name) is not None
            word = f"cf.{name}:" if is_bare else f"cf.{{{name}}}:"
            yield Suggestion("Custom field", word, "", f"{self.head}{word}")

    def _custom_values(
        self, name: str, folded: str, before: str
    ) -> Iterator[Suggestion]:
        ids = [field.id for field in self.offers.custom_fields_named(name)]
        choices = CustomFieldChoice.objects.filter(
            field_id__in=ids, name__icontains=folded
        ).order_by("sort_order", "name")
        names = choices.values_list("name", flat=True)[:MOST_OF_A_KIND]
        for value in dict.fromkeys(names):
            yield self._completed("Value", value, before)

    def _completed(self, kind: str, value: str, before: str) -> Suggestion:
        return Suggestion(kind, value, "", f"{self.head}{before}{quoted(value)}")


def _recent_with_words(text: str) -> list[int]:
    """Return the latest tickets with all words in their subject, whoever may see them.

    One query, and the words compared here: the database would rather read all subjects.
    All that match, so that tickets one may not see take no place of others.
    """
    words = text.lower().split()
    recent = Ticket.objects.order_by("-last_updated", "-pk").values_list(
        "pk", "subject"
    )
    return [
        pk
        for pk, subject in recent[:RECENT_TICKETS]
        if all(word in subject.lower() for word in words)
    ]


def quoted(value: str) -> str:
    """Write a value as the box reads it: in quotes if it has spaces or quotes."""
    if BARE_WORD.fullmatch(value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
