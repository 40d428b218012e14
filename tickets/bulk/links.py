"""Links and merges, which may name tickets that come later in the file."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from tickets.bulk.drafts import TicketDraft
from tickets.bulk.lines import LineError
from tickets.bulk.tables import Ids, Row, Table
from tickets.models import Link, LinkType, Ticket

_AT_ONCE = 5_000


class Wish(NamedTuple):
    """A link, or without a type a merge, that waits for its target."""

    line: int
    base: int
    target: int
    type: LinkType | None
    creator: int
    created: datetime


class Links:
    """Links of the tickets of one import.

    A link is written as soon as both its tickets are there. A circle can consist of
    imported tickets only, since nothing existing can have pointed at them: so the
    links of this import are all that has to be searched.
    """

    def __init__(self) -> None:
        self._table = Table(
            Link,
            *("id", "type", "base_id", "target_id", "target_uri"),
            *("creator_id", "created"),
        )
        self._ids = Ids(Link)
        self._waiting: list[Wish] = []
        self._edges: dict[LinkType | None, dict[int, list[int]]] = defaultdict(
            lambda: defaultdict(list)
        )

    def add(self, drafts: Iterable[TicketDraft], *, now: datetime) -> list[LineError]:
        """Write what these tickets, written before, link to, if it is there."""
        rows: list[Row] = []
        for draft in drafts:
            base = draft.pk or 0
            created = draft.moments["created"] or now
            if draft.merged_into is not None:
                self._waiting.append(
                    Wish(draft.line, base, draft.merged_into, None, 0, created)
                )
            for kind, end in draft.links:
                if end.ticket_id is None:
                    rows.append((kind, base, None, end.uri, draft.creator, created))
                else:
                    self._waiting.append(
                        Wish(
                            *(draft.line, base, end.ticket_id, kind),
                            *(draft.creator, created),
                        )
                    )
        return self._write_ready(rows)

    def finish(self) -> list[LineError]:
        """Return an error for every link whose target has not come."""
        left, self._waiting = self._waiting, []
        return [_error(wish, f"there is no ticket {wish.target}") for wish in left]

    def _write_ready(self, rows: list[Row]) -> list[LineError]:
        there = set(_existing({wish.target for wish in self._waiting}))
        ready = [wish for wish in self._waiting if wish.target in there]
        self._waiting = [wish for wish in self._waiting if wish.target not in there]
        errors = []
        for wish in ready:
            if self._closes_a_circle(wish):
                errors.append(
                    _error(wish, f"linking it to {wish.target} would close a circle")
                )
            elif wish.type is None:
                Ticket.objects.filter(pk=wish.base).update(merged_into=wish.target)
            else:
                rows.append(
                    (wish.type, wish.base, wish.target, "", wish.creator, wish.created)
                )
        self._ids.reserve(len(rows))
        self._table.write(
            [(self._ids.draw(), kind.value, *rest) for kind, *rest in rows]
        )
        return errors

    def _closes_a_circle(self, wish: Wish) -> bool:
        if wish.base == wish.target:
            return True
        if wish.type is LinkType.REFERS_TO:
            return False
        edges = self._edges[wish.type]
        seen: set[int] = set()
        waiting = [wish.target]
        while waiting:
            ticket = waiting.pop()
            if ticket == wish.base:
                return True
            if ticket not in seen:
                seen.add(ticket)
                waiting.extend(edges.get(ticket, ()))
        edges[wish.base].append(wish.target)
        return False


def _error(wish: Wish, reason: str) -> LineError:
    return LineError(wish.line, f"ticket {wish.base}: {reason}")


def _existing(numbers: set[int]) -> Iterator[int]:
    wanted = sorted(numbers)
    for start in range(0, len(wanted), _AT_ONCE):
        yield from Ticket.objects.filter(
            pk__in=wanted[start : start + _AT_ONCE]
        ).values_list("pk", flat=True)
