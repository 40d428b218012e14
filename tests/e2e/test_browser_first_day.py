"""From the first start to the first mail: what an administrator sees on day one."""

from __future__ import annotations

import base64
import re
import urllib.error
import urllib.request
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Desk, log_in, photograph
from tests.e2e.letters import Letter, by_http

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.e2e.site import Site

pytestmark = pytest.mark.browser

NEW_PASSWORD = "seven green bottles 7"
PLACES = ("/", "/tickets/create/", "/search/", "/setup/", "/admin/", "/preferences/")


def rest_status(site: Site, password: str) -> int:
    """Return what REST says to root with a password."""
    request = urllib.request.Request(f"{site.url}/REST/2.0/queues/all")
    login = base64.b64encode(f"root:{password}".encode()).decode()
    request.add_header("Authorization", f"Basic {login}")
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def choose_password(page: Page, new: str, again: str) -> None:
    """Fill in the two fields and send them."""
    page.get_by_label("New password", exact=True).fill(new)
    page.get_by_label("New password, again").fill(again)
    page.get_by_role("button", name="Set password").click()


def test_from_the_first_login_to_the_first_mail(
    fresh_desk: Desk, fresh_site: Site
) -> None:
    """One long walk, as the steps build on each other."""
    root = fresh_desk.sit("root", password="password")
    _has_to_choose_a_password(root, fresh_site)
    _sets_the_site_up(root)
    password = _reads_the_first_password(root)
    _gets_mail_at_once(fresh_site)

    anna = fresh_desk.open()
    log_in(anna, "anna", password)
    expect(anna.get_by_role("heading", name="Choose a new password")).to_be_visible()
    choose_password(anna, NEW_PASSWORD, NEW_PASSWORD)
    expect(anna.get_by_role("link", name="The line is down").first).to_be_visible()
    fresh_site.wait(
        lambda: "Northwind Networks" in _title(root),
        "every page bears the name of the organisation",
        seconds=45,
    )


def _title(page: Page) -> str:
    page.goto("/")
    return page.title()


def _has_to_choose_a_password(root: Page, site: Site) -> None:
    heading = root.get_by_role("heading", name="Choose a new password")
    for place in PLACES:
        root.goto(place)
        expect(heading).to_be_visible()
    assert rest_status(site, "password") in {401, 403}
    photograph(root, "choose-password")

    choose_password(root, "password", "password")
    expect(root.locator(".errors").first).to_be_visible()
    choose_password(root, NEW_PASSWORD, "another one entirely")
    expect(root.get_by_text("The two passwords differ.")).to_be_visible()
    choose_password(root, NEW_PASSWORD, NEW_PASSWORD)
    expect(root.get_by_text("Your password has been changed.")).to_be_visible()
    assert rest_status(site, NEW_PASSWORD) == 200
    assert rest_status(site, "password") == 401


def _sets_the_site_up(root: Page) -> None:
    root.get_by_role("link", name=re.compile("[Ss]et up|[Ss]et-up")).first.click()
    expect(root.get_by_role("heading", name="Set up your help desk")).to_be_visible()
    for name in ("Networking", "Services", "Security", "Systems", "Help Desk"):
        expect(root.locator(f"input[value='{name}']")).to_be_visible()
    root.get_by_label("Organisation").fill("Northwind Networks")
    root.get_by_label("Your name").fill("Ruth Root")
    root.get_by_label("Your e-mail address").fill("ruth@northwind.example")
    row = root.get_by_role("group", name="Queue 1", exact=True)
    row.get_by_role("checkbox").check()
    person = root.get_by_role("group", name="Person 1", exact=True)
    person.get_by_label("Login name").fill("anna")
    person.get_by_label("Name", exact=True).fill("Anna Ohm")
    photograph(root, "set-up")
    root.get_by_role("button", name="Set up").last.click()

    # The address was forgotten: all the rest is still there.
    expect(root.get_by_text("An address is needed")).to_be_visible()
    expect(root.get_by_label("Organisation")).to_have_value("Northwind Networks")
    person.get_by_label("E-mail address").fill("anna@northwind.example")
    root.get_by_role("button", name="Set up").last.click()
    done = root.get_by_role("heading", name="Your help desk is set up")
    expect(done).to_be_visible()


def _reads_the_first_password(root: Page) -> str:
    photograph(root, "set-up-done")
    expect(root.get_by_text("rt-mailgate --queue Networking").first).to_be_visible()
    row = root.locator("tr").filter(has_text="anna")
    password = row.locator("td.mono").inner_text().strip()
    root.get_by_role("link", name="Start working").click()
    expect(root.get_by_role("heading", name="Queue list")).to_be_visible()
    return password


def _gets_mail_at_once(site: Site) -> None:
    letter = Letter(subject="The line is down")
    assert by_http(site.url, letter.raw, queue="Networking") == 0
    mail = site.concluded(letter.message_id)
    assert mail["state"] == "processed", mail
    ticket_id = mail["ticket_id"]
    assert site.mail(ticket_id, to=letter.sender, subject="AutoReply")
    assert site.mail(ticket_id, to="anna@northwind.example")
