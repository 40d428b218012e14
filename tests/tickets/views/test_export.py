"""All tickets of a search as a file or a page to print."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.conftest import World
from tests.factories import make_ticket
from tickets.exports import rows
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
FORMAT = "id, Subject, Priority, Due, Requestors, NBSP"


def body(answer: Any) -> bytes:
    """Return what an answer sends piece by piece."""
    return b"".join(answer.streaming_content)


def sent(client: Client, kind: str, **parameters: object) -> bytes:
    """Return the bytes of an export."""
    given: dict[str, Any] = {"query": "id > 0", "format": FORMAT} | parameters
    answer = client.get(f"/search/export/tickets.{kind}", given)
    assert answer.status_code == 200
    return body(answer)


@pytest.fixture
def three(world: World) -> list[Ticket]:
    """Tickets with subjects that make trouble."""
    due = datetime(2026, 5, 13, 12, tzinfo=UTC)
    subjects = ['=HYPERLINK("http://evil")', 'Quote " and, comma', "-5"]
    return [
        make_ticket(world.general, by=world.alice, subject=s, due=due, text="")
        for s in subjects
    ]


def test_tsv_by_rts_rules(bob: Client, three: list[Ticket]) -> None:
    """A header, tabs, one line a ticket; RT's address serves it."""
    Ticket.objects.filter(pk=three[1].pk).update(subject="a\tb\r\nc")
    given = {"Query": "id > 0", "Format": FORMAT, "OrderBy": "id", "Order": "ASC"}
    answer = bob.get("/Search/Results.tsv", given)
    lines = body(answer).decode().split("\n")
    assert answer.headers["Content-Type"].startswith("application/vnd.ms-excel")
    assert lines[0] == "#\tSubject\tPriority\tDue\tRequestors"
    number = three[1].pk
    due = "2026-05-13 12:00:00"
    assert lines[2] == f"{number}\ta    b c\t0\t{due}\talice@customer.example"
    assert lines[1].split("\t")[1] == '\'=HYPERLINK("http://evil")'
    assert len(lines) == 5


def test_csv(bob: Client, three: list[Ticket]) -> None:
    """Formulas are defused, numbers are not, Excel sees that it is UTF-8."""
    text = sent(bob, "csv", order="id").decode()
    assert text.startswith("\ufeff")
    found = list(csv.reader(io.StringIO(text[1:])))
    assert [row[1] for row in found] == [
        "Subject", "'=HYPERLINK(\"http://evil\")", 'Quote " and, comma', "-5",
    ]  # fmt: skip


def test_json(bob: Client, three: list[Ticket]) -> None:
    """Objects by title, numbers as numbers, moments as ISO 8601."""
    found = json.loads(sent(bob, "json", order="id"))
    assert found[2] == {
        "#": three[2].pk,
        "Subject": "-5",
        "Priority": 0,
        "Due": "2026-05-13T12:00:00+00:00",
        "Requestors": "alice@customer.example",
    }


def test_xlsx(bob: Client, three: list[Ticket]) -> None:
    """A workbook whose cells are texts, numbers and dates, never formulas."""
    with zipfile.ZipFile(io.BytesIO(sent(bob, "xlsx", order="id"))) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "=HYPERLINK" in sheet
    assert "<f>" not in sheet
    assert f"<v>{three[0].pk}</v>" in sheet
    assert sheet.count("<row ") == 4


def test_print_view(bob: Client, three: list[Ticket]) -> None:
    """All tickets on one plain page."""
    answer = bob.get("/search/print/", {"query": "id > 0"})
    text = body(answer).decode()
    assert text.count("<tr id=") == 3
    assert "=HYPERLINK(&quot;" in text
    assert 'class="edit"' not in text


def test_only_what_one_may_see(dave: Client, three: list[Ticket]) -> None:
    """A stranger's export has a header and nothing else."""
    assert sent(dave, "tsv").decode().count("\n") == 1
    assert json.loads(sent(dave, "json")) == []


def test_queries_grow_by_the_chunk_only(
    bob: Client, three: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever a column needs is read once for all tickets of a chunk."""

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            sent(bob, "tsv")
        return len(queries)

    whole = cost()
    monkeypatch.setattr(rows, "CHUNK", 1)
    assert cost() == whole + 2  # the requestors of two chunks more


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"query": "Statuss = 1"}, "Did you mean Status"),
        ({"query": ""}, "needs a query"),
        ({"query": "id > 0", "format": "'oops"}, "not closed"),
        ({"query": "id > 0", "order": "Nonsense"}, "cannot be ordered"),
    ],
)
@pytest.mark.parametrize("address", ["/search/export/tickets.csv", "/search/print/"])
def test_bad_input(
    bob: Client, address: str, parameters: dict[str, str], message: str
) -> None:
    """A page that says what is wrong, not half a file."""
    answer = bob.get(address, parameters)
    assert answer.status_code == 400
    assert message in answer.content.decode()


def test_unknown_kinds(bob: Client) -> None:
    assert bob.get("/search/export/tickets.exe", {"query": "id > 0"}).status_code == 404


def test_the_reader_s_time_zone(bob: Client, three: list[Ticket], world: World) -> None:
    """Also of what is written after the request proper."""
    world.bob.timezone = "Africa/Kampala"
    world.bob.save(update_fields=["timezone"])
    assert b"2026-05-13 15:00:00" in sent(bob, "tsv")
