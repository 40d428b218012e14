"""The search box: words → TicketSQL, which is then run."""

import re

import pytest

from tests.tickets.search.conftest import NOW, World
from tickets.search import parse, search, simple_search

pytestmark = pytest.mark.django_db

ACTIVE = "Status = '__Active__'"


def expected(short: str) -> str:
    """Write <'x'> out: a plain text is looked for in the subject and everywhere."""
    return re.sub("<('.*?')>", r"(Subject LIKE \1 OR Content LIKE \1)", short)


QUERIES = {
    "printer jam": f"<'printer'> AND <'jam'> AND {ACTIVE}",
    "new printer": "Status = 'new' AND <'printer'>",
    "bob open": "Owner = 'bob' AND Status = 'open'",
    "alice": f"<'alice'> AND {ACTIVE}",
    "me": f"Owner = '__CurrentUser__' AND {ACTIVE}",
    "alice@x.org": f"Requestor STARTSWITH 'alice@x.org' AND {ACTIVE}",
    "any alice@x.org": "Requestor STARTSWITH 'alice@x.org'",
    "any": "id > 0",
    "": ACTIVE,
    "inactive router": "Status = '__Inactive__' AND <'router'>",
    'queue:"Help Desk" resolved': "Queue = 'Help Desk' AND Status = 'resolved'",
    "q:network new open": "Queue = 'network' AND (Status = 'new' OR Status = 'open')",
    "NETWORK alerts": f"(Queue = 'NETWORK' OR Queue = 'alerts') AND {ACTIVE}",
    "@x.org": f"Requestor ENDSWITH '@x.org' AND {ACTIVE}",
    "domain:x.org": f"Requestor ENDSWITH '@x.org' AND {ACTIVE}",
    "cf.Location:Basement": f"'CF.{{Location}}' LIKE 'Basement' AND {ACTIVE}",
    "cf.{Asset Tag}:PC": f"'CF.{{Asset Tag}}' LIKE 'PC' AND {ACTIVE}",
    '"42"': f"<'42'> AND {ACTIVE}",
    "router 42": f"<'router'> AND <'42'> AND {ACTIVE}",
    "#1 #2": "(id = 1 OR id = 2)",
    "id:7": "id = 7",
    "subject:cut": f"Subject LIKE 'cut' AND {ACTIVE}",
    "fulltext:cable": f"Content LIKE 'cable' AND {ACTIVE}",
    "content:'blue cable' status:any": "Content LIKE '\"blue cable\"'",
    "owner:carol@desk.org": f"Owner.EmailAddress = 'carol@desk.org' AND {ACTIVE}",
    "owner:me owner:nobody": (
        f"(Owner = '__CurrentUser__' OR Owner = 'nobody') AND {ACTIVE}"
    ),
    "requestor:alice": f"Requestor STARTSWITH 'alice' AND {ACTIVE}",
    "watcher:me": f"Watcher.id = '__CurrentUser__' AND {ACTIVE}",
    "raised": "Status = 'raised'",
    "http://example.org/x": f"<'http://example.org/x'> AND {ACTIVE}",
    "don't": f"<'don\\'t'> AND {ACTIVE}",
    "back\\slash": f"<'back\\\\slash'> AND {ACTIVE}",
    "'": f"Subject LIKE '\\'' AND {ACTIVE}",
    '"blue cable"': (
        f"(Subject LIKE 'blue cable' OR Content LIKE '\"blue cable\"') AND {ACTIVE}"
    ),
}


@pytest.mark.parametrize("text", QUERIES)
def test_becomes(world: World, text: str) -> None:
    found = simple_search(text)
    assert found.ticket_id is None
    assert found.query == expected(QUERIES[text])
    parse(found.query)


@pytest.mark.parametrize("text", ["42", "#42", " 42 "])
def test_number_is_a_ticket(text: str) -> None:
    assert simple_search(text).ticket_id == 42


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("printer jam", [3]),
        ("new printer", [3]),
        ("bob open", [1]),
        ("alice@acme.com", [1, 8]),
        ("any alice@acme.com", [1, 4, 8]),
        ('queue:"Help Desk" resolved', [4]),
        ("@acme.com", [1, 3, 8]),
        ("cf.Location:Basement", [1]),
        ("fulltext:budget", [1]),
        ("watcher:bob@desk.org", [1, 8, 12]),
        ("owner:nobody alerts", [5]),
    ],
)
def test_finds(world: World, text: str, ids: list[int]) -> None:
    found = search(simple_search(text).query, user=world.named("bob"), now=NOW)
    assert [ticket.pk for ticket in found] == ids


def test_costs_four_queries(world: World, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(4):  # type: ignore[operator]
        simple_search("router bob network open printer alerts")


@pytest.mark.parametrize("text", ["x" * 100_000, "'" * 5_000, '"a' * 5_000, "a:" * 900])
def test_monsters_stay_small(world: World, text: str) -> None:
    found = simple_search(text)
    assert len(found.query) < 100_000
