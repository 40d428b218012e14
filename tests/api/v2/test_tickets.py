"""Searching and reading tickets over REST 2.0."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from queues.models import CustomField
from tests.api.v2.conftest import Rest
from tests.conftest import World
from tests.factories import make_ticket
from tickets.commands import add_link, comment, correspond, set_status
from tickets.messages import compose
from tickets.models import CustomFieldValue, Ticket

pytestmark = pytest.mark.django_db
Rests = Callable[..., Rest]


@pytest.fixture
def tickets(world: World) -> list[Ticket]:
    """Three tickets of Alice in General, one in Networking."""
    made = [
        make_ticket(
            world.general, by=world.bob, requestors=(world.alice,), subject=text
        )
        for text in ("Printer jam", "Router down", "Grüße")
    ]
    made.append(
        make_ticket(world.networking, by=world.bob, subject="Fibre cut", priority=70)
    )
    return made


def ids(answer: object) -> list[int]:
    """Return the numbers of the tickets in a collection."""
    return [int(item["id"]) for item in answer.json()["items"]]  # type: ignore[attr-defined]


def test_finds_in_rts_shape(world: World, rest: Rests, tickets: list[Ticket]) -> None:
    answer = rest("bob").get("tickets", query="Queue = 'General'", per_page=2)
    first, second, third, _ = [ticket.pk for ticket in tickets]
    body = answer.json()
    base = "http://127.0.0.1:8000/REST/2.0"
    next_page = body.pop("next_page")
    assert body == {
        "count": 2,
        "total": 3,
        "pages": 2,
        "page": 1,
        "per_page": 2,
        "items": [
            {"type": "ticket", "id": str(first), "_url": f"{base}/ticket/{first}"},
            {"type": "ticket", "id": str(second), "_url": f"{base}/ticket/{second}"},
        ],
    }
    assert next_page.startswith("http://testserver/REST/2.0/tickets?")
    following = rest("bob").client.get(next_page)
    assert ids(following) == [third]
    assert "next_page" not in following.json()
    assert "page=1" in following.json()["prev_page"]


def test_fields(world: World, rest: Rests, tickets: list[Ticket]) -> None:
    answer = rest("bob").get(
        "tickets",
        query=f"id = {tickets[3].pk}",
        fields="Subject,Status,Owner,Queue,Priority,Due,Requestor,Nope,id,CustomFields",
        **{"fields[Queue]": "Name,Disabled", "fields[Requestor]": "EmailAddress,id"},
    )
    (item,) = answer.json()["items"]
    base = "http://127.0.0.1:8000/REST/2.0"
    queue, number = world.networking.pk, tickets[3].pk
    assert item == {
        "type": "ticket",
        "id": number,
        "_url": f"{base}/ticket/{number}",
        "Subject": "Fibre cut",
        "Status": "new",
        "Owner": {"type": "user", "id": "Nobody", "_url": f"{base}/user/Nobody"},
        "Queue": {
            "type": "queue",
            "id": str(queue),
            "_url": f"{base}/queue/{queue}",
            "Name": "Networking",
            "Disabled": "0",
        },
        "Priority": "70",
        "Due": "1970-01-01T00:00:00Z",
        "Requestor": [
            {
                "type": "user",
                "id": world.bob.pk,
                "_url": f"{base}/user/bob",
                "EmailAddress": "bob@example.org",
            }
        ],
        "Nope": "",
        "CustomFields": "",
    }


def test_text_is_utf8_and_not_escaped(
    world: World, rest: Rests, tickets: list[Ticket]
) -> None:
    answer = rest("bob").get("tickets", query="Subject LIKE 'Grüße'", fields="Subject")
    assert "Grüße".encode() in answer.content


def test_order(world: World, rest: Rests, tickets: list[Ticket]) -> None:
    numbers = [ticket.pk for ticket in tickets]
    query = {"query": "id > 0"}
    bob = rest("bob")
    assert ids(bob.get("tickets", **query)) == numbers
    assert ids(bob.get("tickets", **query, orderby="id", order="DESC")) == numbers[::-1]
    by_priority = bob.get("tickets", **query, orderby="Priority", order="desc")
    assert ids(by_priority) == [numbers[3], *numbers[2::-1]]
    two = bob.get(
        "tickets", **query, orderby=["Queue", "Subject"], order=["DESC", "ASC"]
    )
    assert ids(two) == [numbers[3], numbers[2], numbers[0], numbers[1]]


def test_mixed_and_or_is_read_as_rt_reads_it(
    world: World, rest: Rests, tickets: list[Ticket]
) -> None:
    query = "Subject = 'Printer jam' OR Queue = 'General' AND Subject = 'Router down'"
    assert ids(rest("bob").get("tickets", query=query)) == []


def test_simple_search(world: World, rest: Rests, tickets: list[Ticket]) -> None:
    bob = rest("bob")
    assert ids(bob.get("tickets", query="router", simple=1)) == [tickets[1].pk]
    number = tickets[2].pk
    assert ids(bob.get("tickets", query=f"#{number}", simple=1)) == [number]


def test_posted_form(world: World, rest: Rests, tickets: list[Ticket]) -> None:
    answer = rest("bob").post(
        "tickets", data={"query": "Subject = 'Router down'", "fields": "Subject"}
    )
    assert [item["Subject"] for item in answer.json()["items"]] == ["Router down"]


def test_no_query_no_tickets(world: World, rest: Rests, tickets: list[Ticket]) -> None:
    assert rest("bob").get("tickets").json() == {
        "count": 0,
        "total": 0,
        "pages": 0,
        "page": 1,
        "per_page": 20,
        "items": [],
    }


@pytest.mark.parametrize(
    ("params", "per_page", "page"),
    [
        ({"per_page": "junk", "page": "-1"}, 20, 1),
        ({"per_page": "0", "page": "0"}, 20, 1),
        ({"per_page": "1000", "page": "x"}, 100, 1),
        ({"per_page": "5", "page": "9"}, 5, 9),
    ],
)
def test_paging_parameters(
    world: World,
    rest: Rests,
    tickets: list[Ticket],
    params: dict[str, str],
    per_page: int,
    page: int,
) -> None:
    body = rest("bob").get("tickets", query="id > 0", **params).json()
    assert (body["per_page"], body["page"]) == (per_page, page)
    assert body["total"] == 4
    assert body["count"] == (0 if page == 9 else 4)


@pytest.mark.parametrize(
    "params",
    [
        {"query": "Nonsense = 1"},
        {"query": "Status = "},
        {"query": "(" * 5_000},
        {"query": "id > 0", "orderby": "Nonsense"},
        {"query": "Subject LIKE 'a\x00b'"},
    ],
)
def test_bad_queries(world: World, rest: Rests, params: dict[str, str]) -> None:
    answer = rest("bob").post("tickets", data=params)
    assert answer.status_code == 400
    assert answer.json()["message"]


def test_nothing_for_those_without_rights(
    world: World, rest: Rests, tickets: list[Ticket]
) -> None:
    body = rest("dave").get("tickets", query="id > 0").json()
    assert (body["total"], body["items"]) == (0, [])


def test_hidden_queue_fields_are_empty(
    world: World, rest: Rests, tickets: list[Ticket]
) -> None:
    make_ticket(world.general, by=world.dave, subject="Dave's own")
    (item,) = (
        rest("dave")
        .get("tickets", query="id > 0", fields="Queue", **{"fields[Queue]": "Name"})
        .json()["items"]
    )
    assert item["Queue"]["Name"] == ""


@pytest.mark.parametrize(
    "fields", ["Subject,Status,Owner,Queue,Created", "Requestor,CustomFields,Creator"]
)
def test_queries_do_not_grow_with_rows(
    world: World, rest: Rests, tickets: list[Ticket], fields: str
) -> None:
    bob = rest("bob")
    bob.get("rt")
    counts = []
    for query in (f"id = {tickets[0].pk}", "id > 0"):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            answer = bob.get(
                "tickets", query=query, fields=fields, **{"fields[Queue]": "Name"}
            )
        assert answer.status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[1] <= 8


def test_search_costs_five_queries(
    world: World, rest: Rests, tickets: list[Ticket]
) -> None:
    """The user, the rights, the queues, the page, the count."""
    bob = rest("bob")
    bob.get("rt")
    with CaptureQueriesContext(connection) as captured:
        bob.get(
            "tickets",
            query="Queue = 'General' AND Status = 'new'",
            per_page=2,
            fields="Subject,Status,Owner,Queue,Created",
        )
    assert len(captured) == 5, [query["sql"] for query in captured]


def test_one_ticket_in_rts_shape(world: World, rest: Rests) -> None:
    ticket = make_ticket(
        world.general,
        by=world.bob,
        requestors=(world.alice,),
        owner=world.bob,
        time_worked=5,
    )
    field = CustomField.objects.create(
        name="Severity", type="SelectSingle", is_global=True
    )
    CustomFieldValue.objects.create(
        ticket=ticket, field=field, content="High", creator=world.bob
    )
    other = make_ticket(world.general, by=world.bob)
    add_link(ticket, actor=world.bob, direction="DependsOn", to=str(other.pk))
    record = rest("bob").get(f"ticket/{ticket.pk}").json()
    base = "http://127.0.0.1:8000/REST/2.0"
    number = ticket.pk
    assert record["id"] == number
    assert record["EffectiveId"] == {
        "type": "ticket",
        "id": str(number),
        "_url": f"{base}/ticket/{number}",
    }
    assert record["Owner"] == {"type": "user", "id": "bob", "_url": f"{base}/user/bob"}
    assert [person["id"] for person in record["Requestor"]] == [world.alice.name]
    assert (record["Cc"], record["AdminCc"]) == ([], [])
    assert (record["TimeWorked"], record["TotalTimeWorked"]) == ("5", "5")
    assert record["Resolved"] == "1970-01-01T00:00:00Z"
    assert record["Created"].endswith("Z")
    assert record["Created"][:2] == "20"
    assert not {"Told", "SLA"} & set(record)
    assert record["CustomRoles"] == {}
    assert record["CustomFields"] == [
        {
            "type": "customfield",
            "id": str(field.pk),
            "_url": f"{base}/customfield/{field.pk}",
            "name": "Severity",
            "values": ["High"],
        }
    ]
    links = record["_hyperlinks"]
    assert links[0] == {
        "ref": "self",
        "type": "ticket",
        "id": number,
        "_url": f"{base}/ticket/{number}",
    }
    assert links[1] == {
        "ref": "depends-on",
        "type": "ticket",
        "id": str(other.pk),
        "_url": f"{base}/ticket/{other.pk}",
    }
    refs = [link["ref"] for link in links]
    assert refs[2:6] == ["customfield", "history", "correspond", "comment"]
    assert {
        "ref": "lifecycle",
        "from": "new",
        "to": "open",
        "label": "Open It",
        "update": "Respond",
        "_url": f"{base}/ticket/{number}/correspond",
    } in links


def test_requestor_is_offered_only_what_they_may_do(world: World, rest: Rests) -> None:
    ticket = make_ticket(world.general, by=world.dave)
    refs = [
        link["ref"]
        for link in rest("dave").get(f"ticket/{ticket.pk}").json()["_hyperlinks"]
    ]
    assert refs == ["self", "history", "correspond"]


def test_an_invisible_ticket_is_answered_like_a_missing_one(
    world: World, rest: Rests, tickets: list[Ticket]
) -> None:
    invisible = rest("dave").get(f"ticket/{tickets[0].pk}")
    missing = rest("dave").get("ticket/999999")
    assert invisible.status_code == missing.status_code == 404
    assert invisible.json() == missing.json()
    assert rest("dave").get("ticket/99999999999999999999").status_code == 404


def test_merged_ticket_is_its_survivor(
    world: World, rest: Rests, tickets: list[Ticket]
) -> None:
    Ticket.objects.filter(pk=tickets[0].pk).update(merged_into=tickets[1])
    record = rest("bob").get(f"ticket/{tickets[0].pk}").json()
    assert record["id"] == tickets[1].pk


def test_told_appears_once_set(world: World, rest: Rests) -> None:
    ticket = make_ticket(world.general, by=world.bob, requestors=(world.alice,))
    correspond(ticket, actor=world.bob, message=compose(text="hello"))
    assert "Told" in rest("bob").get(f"ticket/{ticket.pk}").json()


def test_etag_is_the_newest_visible_transaction(world: World, rest: Rests) -> None:
    ticket = make_ticket(world.general, by=world.dave)
    dave, bob = rest("dave"), rest("bob")
    path = f"ticket/{ticket.pk}"
    before = dave.get(path).headers["ETag"]
    unchanged = dave.client.get(f"/REST/2.0/{path}", headers={"If-None-Match": before})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    comment(ticket, actor=world.bob, message=compose(text="internal"))
    assert dave.get(path).headers["ETag"] == before
    assert bob.get(path).headers["ETag"] != before
    set_status(ticket, actor=world.bob, status="open")
    assert dave.get(path).headers["ETag"] != before


def test_queues_all(world: World, rest: Rests) -> None:
    body = rest("bob").get("queues/all", fields="Name,Description,Nope").json()
    names = [
        (item["Name"], item["Description"], item["Nope"]) for item in body["items"]
    ]
    assert names == [
        ("General", "The default queue", ""),
        ("Networking", "The network", ""),
    ]
    assert rest("dave").get("queues/all").json()["total"] == 0
    world.networking.disabled = True
    world.networking.save(update_fields=["disabled"])
    assert rest("bob").get("queues/all").json()["total"] == 1
    disabled_too = rest("bob").get("queues/all", find_disabled_rows=1).json()
    assert disabled_too["total"] == 2
