"""RT's addresses in old mails and bookmarks."""

import pytest
from django.test import Client

from tests.conftest import World
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/index.html", "/"),
        ("/NoAuth/Login.html?next=x", "/login/?next=x"),
        ("/Ticket/Display.html?id={id}", "/tickets/{id}/"),
        ("/Ticket/History.html?id={id}", "/tickets/{id}/"),
        (
            "/Ticket/Update.html?id={id}&Action=Respond",
            "/tickets/{id}/update/?Action=Respond",
        ),
        ("/Ticket/Modify.html?id={id}", "/tickets/{id}/basics/"),
        ("/Ticket/ModifyPeople.html?id={id}", "/tickets/{id}/people/"),
        ("/Ticket/ModifyDates.html?id={id}", "/tickets/{id}/dates/"),
        ("/Ticket/ModifyLinks.html?id={id}", "/tickets/{id}/links/"),
        ("/Ticket/Create.html?Queue=1", "/tickets/create/?Queue=1"),
        ("/Ticket/Attachment/3/4/a%20b.txt", "/tickets/attachment/3/4/a%20b.txt"),
        ("/Search/Results.html?Query=id%3D1", "/search/?Query=id%3D1"),
        ("/Search/Simple.html?q=jam", "/search/?q=jam"),
    ],
)
def test_they_lead_to_ours(bob: Client, ticket: Ticket, old: str, new: str) -> None:
    """With the parameters there were."""
    answer = bob.get(old.format(id=ticket.pk))
    assert answer.status_code == 302
    assert answer.headers["Location"] == new.format(id=ticket.pk)


def test_a_search_of_rt_is_run(bob: Client, ticket: Ticket) -> None:
    """Query, OrderBy and Order are understood."""
    address = "/Search/Results.html?Query=Queue%3D'General'&OrderBy=Subject&Order=DESC"
    answer = bob.get(address, follow=True)
    text = answer.content.decode()
    assert ticket.subject in text
    assert 'aria-sort="descending"' in text


def test_a_reply_link_of_rt_opens_the_form(bob: Client, ticket: Ticket) -> None:
    """Action and DefaultStatus are chosen in the form."""
    address = (
        f"/Ticket/Update.html?id={ticket.pk}&Action=Comment&DefaultStatus=resolved"
    )
    text = bob.get(address, follow=True).content.decode()
    assert 'value="comment" checked' in text
    assert '<option value="resolved" selected>' in text


@pytest.mark.parametrize("action", ["Take", "Steal"])
def test_links_that_changed_something_ask_first(
    bob: Client, ticket: Ticket, action: str
) -> None:
    """A GET changes nothing: a page with a button stands between."""
    answer = bob.get(f"/Ticket/Display.html?id={ticket.pk}&Action={action}")
    assert f'action="/tickets/{ticket.pk}/{action.lower()}/"' in answer.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).owner is None


def test_a_transaction_leads_to_its_place(bob: Client, ticket: Ticket) -> None:
    """The entry in the history of its ticket."""
    row = ticket.transactions.get()
    answer = bob.get(f"/Transaction/Display.html?id={row.pk}")
    assert answer.headers["Location"] == f"/tickets/{ticket.pk}/#txn-{row.pk}"


@pytest.mark.parametrize(
    "address",
    [
        "/Ticket/Display.html",
        "/Ticket/Display.html?id=x",
        "/Ticket/Nonsense.html?id=1",
        "/Search/Nonsense.html",
        "/Transaction/Display.html?id=999999",
    ],
)
def test_addresses_that_are_none(bob: Client, world: World, address: str) -> None:
    """A clear 404."""
    assert bob.get(address).status_code == 404


def test_a_stranger_is_not_told(dave: Client, ticket: Ticket) -> None:
    """The transaction of an unseen ticket is not there."""
    row = ticket.transactions.get()
    assert dave.get(f"/Transaction/Display.html?id={row.pk}").status_code == 404
