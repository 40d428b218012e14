"""Every main page at three sizes and in two colours: nothing breaks, nothing overflows.

``SCREENSHOTS=directory`` keeps the pictures.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Desk, photograph
from tests.e2e.letters import Letter

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.site import Site

pytestmark = pytest.mark.browser

LOOKS: dict[str, dict[str, Any]] = {
    "light": {"color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    "dark": {"color_scheme": "dark", "viewport": {"width": 1440, "height": 900}},
    "narrow": {"color_scheme": "light", "viewport": {"width": 400, "height": 800}},
}
ADMIN = (
    "accounts/user",
    "accounts/group",
    "queues/queue",
    "queues/customfield",
    "scrips/scrip",
    "scrips/scriptemplate",
    "mail/incomingmail",
    "mail/outgoingmail",
    "tickets/transaction",
)


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than the window."""
    root = "document.documentElement"
    return int(page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


@pytest.fixture
def story(site: Site) -> int:
    """A ticket with a conversation, a comment and a file."""
    letter = Letter(
        subject="Intermittent packet loss between the two buildings",
        text="Since this morning every third ping is lost.\n\n"
        "Anna wrote:\n> Did you try the other line?\n> It was fine yesterday.\n",
        files={"a-rather-long-file-name-of-a-packet-capture.pcap": b"\xd4\xc3" * 4000},
    )
    number = site.open_ticket(letter)
    bob = site.as_user("bob")
    for action, words in (
        ("respond", "We are looking into it: https://status.example/" + "x" * 90),
        ("comment", "The fibre was patched last night, was it not?"),
    ):
        bob.post(f"/tickets/{number}/update/", action=action, content=words)
    bob.post(f"/tickets/{number}/take/")
    site.settle(number)
    return number


@pytest.mark.parametrize("look", LOOKS)
def test_pages_of_staff(desk: Desk, site: Site, story: int, look: str) -> None:
    bob = desk.sit("bob", **LOOKS[look])
    pages = {
        "at-a-glance": "/",
        "ticket": f"/tickets/{story}/",
        "reply": f"/tickets/{story}/update/?action=respond",
        "create": "/tickets/create/",
        "search": "/search/?query=Queue+%3D+%27General%27",
        "search-columns": "/search/?query=id+%3E+0&options=1",
        "bulk-update": "/search/bulk/?query=id+%3E+0&rows=10",
        "bulk-update-done": f"/search/bulk/{_bulk_update(site, story)}/?query=id+>+0",
        "search-empty": "/search/",
        "feeds": "/search/feeds/?query=id+>+0",
        "print": "/search/print/?query=id+>+0",
        "builder-empty": "/search/edit/",
        "chart": "/search/chart/?query=id+>+0&group_by=Queue&group_by=Status",
        "chart-pie": "/search/chart/?query=id+>+0&group_by=Status&style=pie",
        "chart-line": "/search/chart/?query=id+>+0&group_by=Created&style=line",
        "reports": "/reports/",
        "report": "/reports/created-resolved/",
        "searches": "/searches/",
        "save-search": "/searches/save/?query=id+>+0",
        "subscriptions": "/subscriptions/",
        "subscribe": f"/subscriptions/new/?search={_saved_search(site)}",
        "dashboards": "/dashboards/",
        "builder": "/search/edit/?query=Owner=1+AND+(Due<Created+OR+Status+IN+('new'))",
        "my-tickets": "/my-tickets/",
        "preferences": "/preferences/",
        "mail-of-ticket": _mail_url(site, story),
        "not-found": "/tickets/4242424242/",
    }
    for name, url in pages.items():
        answer = bob.goto(url)
        assert answer is not None
        assert answer.status == (404 if name == "not-found" else 200), name
        expect(bob.get_by_role("heading").first).to_be_attached()
        policy = answer.headers["content-security-policy"]
        assert "script-src 'self'" in policy
        assert "unsafe-inline" not in policy
        photograph(bob, f"{name}-{look}")
        assert overflow(bob) <= 0, f"{name} is too wide"
    background = bob.evaluate("getComputedStyle(document.body).backgroundColor")
    (red,) = re.findall(r"rgba?\((\d+)", background)
    assert (int(red) < 80) == (look == "dark")


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
def test_pages_of_administrators(desk: Desk, site: Site, story: int, look: str) -> None:
    root = desk.sit("root", **LOOKS[look])
    pages = {"admin": "/admin/"}
    pages |= {f"admin-{name.split('/')[1]}": f"/admin/{name}/" for name in ADMIN}
    pages |= {
        "outgoing-mail": "/mail/outgoing/",
        "incoming-mail": "/mail/incoming/",
        "set-up-again": "/setup/",
    }
    for name, url in pages.items():
        answer = root.goto(url)
        assert answer is not None
        assert answer.status == 200, name
        photograph(root, f"{name}-{look}")
        assert overflow(root) <= 0, f"{name} is too wide"


def test_the_admin_site_administers(desk: Desk, site: Site) -> None:
    root = desk.sit("root")
    root.goto("/admin/queues/queue/add/")
    root.get_by_label("Name", exact=False).first.fill("Telephony")
    root.get_by_label("Lifecycle").select_option(label="default")
    root.get_by_role("button", name="Save", exact=True).click()
    expect(root.get_by_role("link", name="Telephony").first).to_be_visible()
    assert site.count("queues_queue", "name = 'Telephony'") == 1
    row = site.row("SELECT id FROM queues_queue WHERE name = 'General'")
    root.goto(f"/admin/queues/queue/{row['id']}/change/")
    root.get_by_role("link", name=re.compile("[Rr]ights")).first.click()
    expect(root.get_by_text("ShowTicketComments").first).to_be_visible()
    photograph(root, "admin-rights")

    root.goto("/admin/tickets/transaction/")
    expect(root.get_by_role("link", name="Create").first).to_be_visible()
    expect(root.get_by_role("link", name="Add transaction")).to_have_count(0)


def test_the_admin_site_is_not_for_everybody(desk: Desk, site: Site) -> None:
    bob = desk.sit("bob")
    for place in ("/admin/", "/admin/accounts/user/", "/admin/queues/queue/add/"):
        bob.goto(place)
        expect(bob.get_by_role("button", name="Save")).to_have_count(0)
        assert "Add user" not in bob.content()
    expect(bob.get_by_role("link", name="Admin", exact=True)).to_have_count(0)


def _bulk_update(site: Site, ticket_id: int) -> str:
    answer = site.as_user("bob").post(
        "/search/bulk/",
        query="id > 0",
        scope="ticked",
        id=str(ticket_id),
        priority="40",
    )
    found = re.search(r"/search/bulk/(\d+)/", answer.url)
    assert found, answer.url
    return found[1]


def _saved_search(site: Site) -> int:
    return int(site.row("SELECT id FROM tickets_savedsearch ORDER BY id LIMIT 1")["id"])


def _mail_url(site: Site, ticket_id: int) -> str:
    record = site.rows(
        "SELECT record_id FROM mail_outgoingmail WHERE ticket_id = ? ORDER BY id",
        ticket_id,
    )[0]
    return f"/mail/record/{record['record_id']}/"
