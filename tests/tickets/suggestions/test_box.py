"""What the search box offers, to whom."""

import copy
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.test import Client

from accounts.commands import create_user, user_for_address
from accounts.models import User
from accounts.rights import Right
from queues.models import CustomField, CustomFieldChoice
from queues.rights import grant
from tests.conftest import World
from tests.factories import make_ticket
from tickets.models import SavedSearch, Ticket
from tickets.search import parse, simple_search
from tickets.suggestions import people_like, suggestions

pytestmark = pytest.mark.django_db


def fresh(user: User) -> User:
    """Return a user with what was remembered about rights forgotten."""
    return User.objects.get(pk=user.pk)


def texts(text: str, user: User) -> list[str]:
    """Return what the box would become."""
    found = suggestions(text, user=fresh(user))
    return [one.text or f"#{one.ticket_id}" for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sta", ["status:", "stalled"]),
        ("printer sta", ["printer status:", "printer stalled"]),
        ("status:re", ["status:resolved", "status:rejected"]),
        ("status:ope", ["status:open"]),
        ("queue:net", ["queue:Networking"]),
        ("q:gen", ["q:General"]),
        ("networ", ["queue:Networking"]),
        ("owner:m", ["owner:me"]),
        ("owner:nob", ["owner:nobody"]),
        ("owner:bo", ["owner:bob"]),
        ("carol", ["owner:carol"]),
        ("watcher:caro", ["watcher:carol@example.org"]),
        ("requestor:alice", ["requestor:alice@customer.example"]),
        ("alice adam", []),
        ("inact", ["inactive"]),
        ("deleted", []),
        ('"sta', []),
        ("nosuchkey:sta", []),
        ("", []),
        ("   ", []),
        ("sta ", []),
    ],
)
def test_offers(world: World, text: str, expected: list[str]) -> None:
    make_ticket(world.general, by=world.alice, subject="Unrelated")
    assert texts(text, world.bob) == expected


def test_names_with_spaces_are_quoted(world: World) -> None:
    """What is offered reads back as that queue."""
    world.networking.name = 'Help "Desk"'
    world.networking.save(update_fields=["name"])
    (text,) = texts("queue:help", world.bob)
    assert text == 'queue:"Help \\"Desk\\""'
    assert simple_search(text).query.startswith("Queue = 'Help \"Desk\"'")
    assert texts('queue:"Help', world.bob) == [text]


def test_custom_fields_and_their_values(world: World) -> None:
    """A field the user may see nowhere is not offered, nor are its values."""
    colour = CustomField.objects.create(
        name="Paint colour", type="SelectSingle", is_global=True
    )
    CustomFieldChoice.objects.create(field=colour, name="Dark red")
    assert "cf.{Paint colour}:" in texts("cf.pai", world.bob)
    (value,) = texts("cf.{Paint colour}:re", world.bob)
    assert value == 'cf.{Paint colour}:"Dark red"'
    assert "'CF.{Paint colour}' LIKE 'Dark red'" in simple_search(value).query
    assert texts("cf.{Paint colour}:re", world.dave) == []
    assert not [text for text in texts("cf.pai", world.dave) if "Paint" in text]


def test_tickets_by_number_and_subject(world: World) -> None:
    """Only those the user may see; all words, in any case."""
    seen = make_ticket(world.general, by=world.alice, subject="Coffee machine broken")
    staff_only = make_ticket(world.networking, by=world.carol, subject="Coffee router")
    assert texts(str(seen.pk), world.bob)[0] == f"#{seen.pk}"
    assert set(texts("coffee", world.bob)) == {f"#{seen.pk}", f"#{staff_only.pk}"}
    assert texts("BROKEN cof", world.bob) == [f"#{seen.pk}"]
    assert texts("coffee", world.dave) == []
    assert texts(str(staff_only.pk), world.dave) == []
    assert texts("9" * 18, world.bob) == []


def test_tickets_one_may_not_see_take_no_place(world: World) -> None:
    """However many of them match, what one may see is offered."""
    mine = make_ticket(world.general, by=world.alice, subject="Printer jam")
    grant(world.dave, Right.SHOW_TICKET, queue=world.general)
    hidden = Ticket(
        queue=world.networking, subject="Printer jam", status="new",
        creator=world.bob, last_updated_by=world.bob,
    )  # fmt: skip
    rows = [copy.copy(hidden) for _ in range(60)]
    Ticket.objects.bulk_create(rows)
    assert texts("printer", world.dave) == [f"#{mine.pk}"]


def test_a_merged_ticket_is_not_offered(world: World) -> None:
    """Its survivor is what one finds."""
    kept = make_ticket(world.general, by=world.alice, subject="Coffee again")
    gone = make_ticket(world.general, by=world.alice, subject="Coffee twice")
    Ticket.objects.filter(pk=gone.pk).update(merged_into=kept)
    assert texts("coffee", world.bob) == [f"#{kept.pk}"]


def test_saved_searches(world: World, client: Client) -> None:
    """Those one may load, by a word of their name; one's own are nobody else's."""
    own = SavedSearch.objects.create(
        name="Old printers", owner=world.bob, query="id > 0", format="", order_by=[]
    )
    client.force_login(world.bob)
    answer = client.get("/search/suggestions/", {"q": "printers"})
    assert f'data-url="/searches/{own.pk}/"' in answer.content.decode()
    client.force_login(world.carol)
    answer = client.get("/search/suggestions/", {"q": "printers"})
    assert "Old printers" not in answer.content.decode()


def test_who_may_know_whom(world: World) -> None:
    """Colleagues are known, customers by their tickets, and to a stranger nobody."""
    make_ticket(world.general, by=world.alice)
    user_for_address("albert@customer.example", real_name="Albert")

    def known(user: User, text: str = "al") -> list[str]:
        return [person.name for person in people_like(text, user=fresh(user))]

    assert known(world.bob) == [world.alice.name]
    assert known(world.bob, "caro") == ["carol"]
    assert known(world.dave) == []
    assert known(world.dave, "caro") == []
    grant(world.alice, Right.SHOW_TICKET)
    assert known(world.alice) == []  # whatever is granted: the portal lists nobody
    grant(world.bob, Right.SHOW_TICKET)
    assert len(known(world.bob)) == 2
    grant(world.dave, Right.ADMIN_USERS)
    assert known(world.dave) == []
    grant(world.dave, Right.SEE_QUEUE)
    assert len(known(world.dave)) == 2


def test_disabled_people_and_the_system_are_not_offered(world: World) -> None:
    """Nor is Nobody, as a person."""
    create_user("bobbing", is_privileged=True, email="bobbing@example.org")
    User.objects.filter(name="bobbing").update(disabled=True)
    assert [p.name for p in people_like("bob", user=world.carol)] == ["bob"]
    assert people_like("rt_sys", user=world.carol) == []
    assert people_like("nobod", user=world.carol) == []
    assert people_like("x" * 500, user=world.carol) == []


@pytest.mark.parametrize(
    "path", ["/search/suggestions/", "/search/suggestions/people/"]
)
def test_pages(
    path: str, client: Client, world: World, django_user_model: type[User]
) -> None:
    """Options for staff; nothing for the portal or for nobody."""
    client.force_login(world.bob)
    answer = client.get(path, {"q": "caro"}, headers={"HX-Request": "true"})
    assert 'role="option"' in answer.content.decode()
    client.force_login(world.alice)
    answer = client.get(path, {"q": "caro"})
    assert answer.status_code == 403
    assert b"arol" not in answer.content
    client.logout()
    assert client.get(path, headers={"HX-Request": "true"}).status_code == 401


def test_people_for_an_input_of_the_builder(client: Client, world: World) -> None:
    """htmx sends the input under its own name; a login name or an address is put in."""
    client.force_login(world.bob)
    headers = {"HX-Request": "true", "HX-Trigger-Name": "v3"}
    path = "/search/suggestions/people/"
    by_name = client.get(path, {"v3": "caro", "part": "name"}, headers=headers)
    assert 'data-text="carol"' in by_name.content.decode()
    by_address = client.get(path, {"v3": "caro"}, headers=headers)
    assert 'data-text="carol@example.org"' in by_address.content.decode()
    me = client.get(path, {"v3": "me"}, headers=headers)
    assert 'data-text="__CurrentUser__"' in me.content.decode()


@pytest.mark.parametrize("text", ["x" * 10_000, "'" * 900, "a:" * 90, "%", "\\", "é("])
def test_monsters(world: World, text: str) -> None:
    """Whatever is typed gets an answer, and what it offers can be searched."""
    for offered in suggestions(text, user=world.bob):
        if offered.text:
            parse(simple_search(offered.text).query)


@pytest.mark.parametrize("tickets", [1, 12])
def test_number_of_queries(
    world: World,
    tickets: int,
    django_assert_max_num_queries: Callable[..., AbstractContextManager[object]],
) -> None:
    """The same however many there are to be found."""
    for _ in range(tickets):
        make_ticket(world.general, by=world.alice, subject="alice in General", text="")
    for text in ("al", "alice", "owner:al", "1"):
        user = fresh(world.bob)
        with django_assert_max_num_queries(9):
            suggestions(text, user=user)
