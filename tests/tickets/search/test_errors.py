"""Bad queries: one clear error that says where and what, soon."""

import time

import pytest
from django.core.exceptions import ValidationError

from tests.tickets.search.conftest import NOW, World
from tickets.search import TicketSQLError, parse, search
from tickets.search.compiler import MOST_CONDITIONS, MOST_LEVELS

pytestmark = pytest.mark.django_db

# query -> character where it goes wrong (from 0), words of the message
BAD: dict[str, tuple[int, str]] = {
    "Status = 'open": (9, "quote is not closed"),
    "Status = ": (8, "ends too early"),
    "Status": (6, "ends too early"),
    "(Status = 'open'": (16, "parenthesis is not closed"),
    "Status = 'open')": (15, "parenthesis was not opened"),
    "Status LIK 'x'": (7, "Did you mean LIKE?"),
    "Status = 'a' XOR id = 1": (13, "Did you mean OR?"),
    "Status = new": (9, "'new'"),
    "Subjct LIKE 'x'": (0, "Did you mean Subject?"),
    "Nonsense = 'x'": (0, "Unknown field: Nonsense"),
    "Requestor.Organisation = 'x'": (0, "Requestor.Organization"),
    "Subject.Length = 1": (0, "no parts"),
    "CF.{Locatoin} = 'x'": (0, "CF.{Location}"),
    "CF.{} = 'x'": (0, "empty"),
    "Priority = 'urgent'": (11, "whole number"),
    "Priority = 1.5": (11, "whole number"),
    "Priority LIKE '1'": (0, "cannot be compared with LIKE"),
    "Priority = 99999999999": (11, "too large"),
    "id = 99999999999999999999": (5, "too large"),
    "Due < '32nd of Nevember'": (6, "as a date"),
    "Due < '2026-02-30'": (6, "as a date"),
    "Due LIKE '2026'": (0, "cannot be compared with LIKE"),
    "Due < Subject": (6, "cannot be compared"),
    "Subject > 'm'": (0, "cannot be compared with >"),
    "Priority SHALLOW = 1": (0, "SHALLOW"),
    "id BETWEEN 1 OR 2": (13, "AND"),
    "id IN ()": (7, "expected a value"),
    "id IN (1": (8, "parenthesis is not closed"),
    "id = 1 AND": (10, "expected a condition"),
    "id >IN (1, 2)": (4, "Unexpected IN"),
    "id = 1; DROP TABLE tickets_ticket": (6, "Unexpected ';'"),
    "id = 1 -- comment": (7, "Unexpected '-'"),
    "Created > 2026-05-01": (14, "Unexpected -05"),
    "Subject LIKE 'a\x00b'": (15, "no text can hold"),
    "Subject = '\ud800'": (11, "no text can hold"),
    "CF.{Address} = 'somewhere'": (15, "address"),
    "HasUnreadMessages = 'bob'": (0, "what each user has read is not kept"),
    "CustomRole.{Engineer} = 'bob'": (0, "no custom roles"),
    "Created.Fortnight = 1": (0, "Unknown field: Created.Fortnight"),
    "Created.DayOfWek = 1": (0, "Did you mean Created.DayOfWeek?"),
    "Created.DayOfWeek = 'Caturday'": (20, "a name such as Monday"),
    "Created.DayOfWeek LIKE 'Mon'": (0, "cannot be compared with LIKE"),
    "Created.Monthly = 'May'": (18, "the month written as '2026-05'"),
    "Created.Daily = '2026-02-30'": (16, "the day written as"),
    "Created.Year = '9999'": (15, "the year written as"),
    "Created.Month = Due.Month": (16, "cannot be compared"),
    "Owner.City = Creator.City": (13, "cannot be compared"),
    "Content = 'x'": (0, "one of LIKE, NOT LIKE"),
    "Content LIKE NULL": (13, "Unexpected value NULL"),
    "Content LIKE Subject": (13, "compares what cannot be compared"),
    "Subject LIKE NULL": (13, "Unexpected value NULL"),
}


@pytest.mark.parametrize("query", BAD)
def test_says_where_and_what(world: World, query: str) -> None:
    position, words = BAD[query]
    with pytest.raises(TicketSQLError) as caught:
        search(query, user=world.named("bob"), now=NOW)
    assert caught.value.position == position
    assert words in str(caught.value)


@pytest.mark.parametrize("query", ["", "   ", "\n"])
def test_empty_query_is_an_error_of_its_own(query: str) -> None:
    with pytest.raises(TicketSQLError) as caught:
        parse(query)
    assert caught.value.code == "empty"


def test_is_a_validation_error_for_forms() -> None:
    with pytest.raises(ValidationError) as caught:
        parse("Status =")
    assert caught.value.messages == [str(caught.value)]


@pytest.mark.parametrize(
    "query",
    [
        "x" * 100_001,
        "é" * 50_001,
        "(" * 10_000 + "id = 1" + ")" * 10_000,
        "NOT (" * 10_000 + "id = 1" + ")" * 10_000,
        "(" * 100_000,
        "'" * 99_999,
        "{" * 99_999,
        "\\" * 99_999,
        "CF.{" * 24_000,
        "(id = 1 AND (id = 1 OR " * 11 + "id = 2" + "))" * 11,
        " OR ".join(["id = 1", "Subject LIKE 'x'"] * 3_000),
        "id = " + "9" * 99_000,
        "id IN (" + ", ".join(["1"] * 20_000) + ")",
        "Due < '" + "1 day " * 15_000 + "ago'",
        "CF.{" + "x" * 99_000 + "} = 1",
        "Sub" + "ject" * 20_000 + " = 1",
        " AND ".join(["Content LIKE 'x'"] * 3_000),
        "Created.Hourly = '" + "9" * 90_000 + "'",
    ],
    ids=lambda query: query[:12],
)
def test_monsters_fail_soon(world: World, query: str) -> None:
    began = time.monotonic()
    with pytest.raises(TicketSQLError):
        list(search(query, user=world.named("bob"), now=NOW))
    assert time.monotonic() - began < 5


def test_as_much_as_is_allowed_runs(world: World) -> None:
    bob = world.named("bob")
    deep = "(" * 100 + "id = 1" + ")" * 100
    assert [ticket.pk for ticket in search(deep, user=bob)] == [1]
    nested = "id = 1"
    for level in range(MOST_LEVELS // 2):
        word = "OR" if level % 2 else "AND"
        nested = f"(Subject LIKE 'o' {word} NOT {nested})"
    list(search(nested, user=bob))
    many = " OR ".join(["Subject LIKE 'router'"] * MOST_CONDITIONS)
    assert [ticket.pk for ticket in search(many, user=bob)] == [1]
    numbers = ", ".join(str(number) for number in range(1, 5_001))
    assert len(search(f"id IN ({numbers})", user=bob)) == 9


@pytest.mark.parametrize(
    "words",
    [
        '"' * 49_000,
        "((((((((((a*)*)*)*)*)*)*)*)*)*$",
        "(a|aa)+" * 50,
        "a" * 49_000,
        "a b c " * 80,
        "\u5317" * 240,
        "* NEAR(a b) AND OR NOT words:x ^a {b} a:* !b | c <-> d & ",
        "'; DROP TABLE tickets_ticket; --".replace("'", "\\'"),
        "\\\\ %s %% %(x)s :1 ? $1",
        "\ufdfa" * 30,
    ],
    ids=lambda words: words[:12],
)
def test_full_text_takes_anything_as_words(world: World, words: str) -> None:
    began = time.monotonic()
    query = f"Content LIKE '{words}' OR Description NOT LIKE '{words}'"
    list(search(query, user=world.named("bob"), order_by=["-Relevance"]))
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "words",
    ["(a|aa)+" * 9_000, "a b c " * 15_000, "\u5317" * 30_000, "\ufdfa" * 30_000],
    ids=lambda words: words[:12],
)
def test_too_many_words_are_refused_soon(world: World, words: str) -> None:
    began = time.monotonic()
    with pytest.raises(TicketSQLError, match="more than 500 words") as caught:
        search(f"Content LIKE '{words}'", user=world.named("bob"))
    assert caught.value.position == 13
    assert time.monotonic() - began < 5


def test_as_many_texts_as_are_allowed_run(world: World) -> None:
    bob = world.named("bob")
    for word in ("AND", "OR"):
        query = f" {word} ".join(["Content LIKE 'paper'"] * MOST_CONDITIONS)
        assert [ticket.pk for ticket in search(query, user=bob)] == [3]
    pairs = ["(Subject LIKE 'jam' OR Content LIKE 'jam')"] * (MOST_CONDITIONS // 2)
    assert [t.pk for t in search(" AND ".join(pairs), user=bob)] == [3]


def test_injection_is_only_text(world: World) -> None:
    query = "Subject = '\\' OR 1=1 --' OR Subject LIKE '\"; DROP TABLE tickets_ticket'"
    assert list(search(query, user=world.named("bob"))) == []
    assert list(search("id = 1", user=world.named("bob")))
