"""Searching by hand: the box of every page with its suggestions, and the builder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Desk, photograph
from tests.e2e.letters import Letter

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.e2e.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def tickets(site: Site) -> list[int]:
    """Two tickets of the same customer."""
    return [
        site.open_ticket(Letter(subject=f"Zeppelin {part} is lost"))
        for part in ("propeller", "rudder")
    ]


def chosen(page: Page) -> Locator:
    """Return the suggestion that the arrows have reached."""
    return page.locator("#suggestions [aria-selected=true]")


def test_search_box_by_keyboard(desk: Desk, tickets: list[int]) -> None:
    """Slash, words, arrows, Escape, Enter."""
    page = desk.sit("bob")
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search tickets")
    expect(box).to_be_focused()
    box.press_sequentially("status:re")
    expect(page.get_by_role("option", name="resolved")).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    photograph(page, "search-box")
    page.keyboard.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(box).to_be_focused()
    expect(box).to_have_value("status:re")
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()

    page.keyboard.press("/")
    box.fill("")
    box.press_sequentially("owner")
    page.keyboard.press("ArrowDown")
    expect(chosen(page)).to_contain_text("owner:")
    page.keyboard.press("Enter")  # a keyword goes on: its values are offered
    expect(box).to_have_value("owner:")
    expect(page.locator("#suggestions").get_by_text("nobody")).to_be_visible()
    box.press_sequentially("nob")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=owner*")
    expect(page.get_by_label("Query in TicketSQL")).to_have_value(
        "Owner = 'nobody' AND Status = '__Active__'"
    )
    expect(page.get_by_text("Searched for")).to_be_visible()


def test_search_box_leads_to_tickets(desk: Desk, tickets: list[int]) -> None:
    """A ticket among the suggestions is opened; Enter alone runs what was typed."""
    page = desk.sit("bob")
    box = page.get_by_role("combobox", name="Search tickets")
    box.press_sequentially("zeppelin rudd")
    page.get_by_role("option", name=f"#{tickets[1]}").click()
    page.wait_for_url(f"**/tickets/{tickets[1]}/")
    box.press_sequentially("zeppelin")
    expect(page.locator("#suggestions [role=option]").first).to_be_visible()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=zeppelin")
    expect(page.get_by_role("link", name="Zeppelin propeller is lost")).to_be_visible()


def test_builder(desk: Desk, tickets: list[int]) -> None:
    """Rows make text and count while one types, text makes rows, and back."""
    page = desk.sit("bob")
    page.goto("/search/edit/")
    text = page.get_by_label("The query as text")
    page.get_by_label("Field", exact=True).select_option("Subject")
    page.get_by_label("Subject: value").press_sequentially("zeppelin")
    expect(page.get_by_text("tickets found")).to_be_visible()
    expect(text).to_have_value("Subject LIKE 'zeppelin'")
    expect(page.get_by_label("Subject: value")).to_be_focused()

    page.locator("#add-0").click()
    expect(page.get_by_label("Field", exact=True).nth(1)).to_be_focused()
    page.get_by_label("Field", exact=True).nth(1).select_option("Created")
    page.get_by_label("Comparison of Created").select_option(">")
    date = page.get_by_label("Created: value", exact=True)
    date.press_sequentially("yesterday")
    expect(page.locator("#said-2")).to_contain_text(
        re.compile(r"\w{3} \d+ \w{3} \d{4}")
    )
    date.fill("32nd of Nevember")
    expect(page.locator("#said-2")).to_contain_text("Cannot read")
    date.fill("2 days ago")
    expect(page.get_by_text("tickets found")).to_be_visible()

    text.fill("Subject LIKE 'rudder' OR (Owner = 'bob' AND Priority = 77)")
    expect(page.get_by_label("Which conditions must match")).to_have_value("any")
    expect(page.get_by_label("Owner: value")).to_have_value("bob")
    expect(text).to_be_focused()
    text.fill("Subject LIK 'rudder'")
    expect(page.locator("#query-note")).to_contain_text("Did you mean LIKE?")
    expect(page.get_by_label("Owner: value")).to_have_value("bob")
    text.fill("Subject LIKE 'rudder' OR (Owner = 'bob' AND Priority = 77)")
    expect(page.get_by_text("1 ticket found")).to_be_visible()
    photograph(page, "builder")

    page.locator("#negate-2").click()
    expect(text).to_have_value(
        "Subject LIKE 'rudder' OR NOT (Owner = 'bob' AND Priority = 77)"
    )
    page.locator("#remove-2").click()
    expect(text).to_have_value("Subject LIKE 'rudder'")
    page.get_by_role("button", name="Show tickets").click()
    page.wait_for_url("**/search/?query=Subject*")
    expect(page.get_by_role("link", name="Zeppelin rudder is lost")).to_be_visible()


def test_people_in_the_builder(desk: Desk, tickets: list[int]) -> None:
    """Suggested by name, filled in as address or login name."""
    page = desk.sit("bob")
    page.goto("/search/edit/?query=Requestor = 'x'")
    person = page.get_by_role("combobox", name="Requestor: value")
    person.fill("")
    person.press_sequentially("caro")
    expect(page.get_by_role("option", name="Carol")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(person).to_have_value("carol@staff.example")
    expect(page.get_by_label("The query as text")).to_have_value(
        "Requestor = 'carol@staff.example'"
    )


def test_builder_without_javascript(desk: Desk, tickets: list[int]) -> None:
    """The same by plain forms."""
    page = desk.sit("bob", java_script_enabled=False)
    page.goto("/search/edit/")
    page.get_by_label("Field", exact=True).select_option("Subject")
    page.get_by_role("button", name="Apply what was chosen").click()
    page.get_by_label("Subject: value").fill("rudder")
    page.locator("#add-0").click()
    expect(page.get_by_label("The query as text")).to_have_value(
        "Subject LIKE 'rudder'"
    )
    page.get_by_label("Subject: value").press("Enter")
    expect(page.get_by_role("link", name="Zeppelin rudder is lost")).to_be_visible()


def test_a_row_is_edited_by_keyboard(desk: Desk, tickets: list[int]) -> None:
    """Escape and saving lead back to where one was."""
    page = desk.sit("bob")
    page.goto(f"/search/?query=id+=+{tickets[0]}")
    status = page.get_by_title("Change status")
    for key in ("Escape", "Enter"):
        status.focus()
        page.keyboard.press("Enter")
        expect(page.locator(".cellform select")).to_be_focused()
        if key == "Enter":
            page.keyboard.press("Tab")  # to the button that saves
        page.keyboard.press(key)
        expect(page.locator(".cellform")).to_have_count(0)
        expect(status).to_be_focused()
