"""A staff member's day in a real browser, with and without JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Desk, box, ticket_id, write
from tests.e2e.letters import Letter

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.e2e.site import Site

pytestmark = pytest.mark.browser

BOXES = (
    "10 highest priority tickets I own",
    "10 newest unowned tickets",
    "Bookmarked tickets",
    "Quick ticket creation",
    "Queue list",
    "My reminders",
)


def status(page: Page) -> str:
    """Return the status in the head of a ticket's page."""
    return page.locator(".tickethead .status").first.inner_text().strip()


def test_at_a_glance_has_every_box(desk: Desk, site: Site) -> None:
    number = site.open_ticket(Letter(subject="Switch rebooted"))
    bob = desk.sit("bob")

    for heading in BOXES:
        expect(bob.get_by_role("heading", name=heading, exact=True)).to_be_visible()
    unowned = box(bob, "10 newest unowned tickets")
    expect(unowned.get_by_role("link", name="Switch rebooted").first).to_be_visible()
    expect(unowned.get_by_role("button", name=f"Take ticket {number}")).to_be_visible()
    row = box(bob, "Queue list").locator("tbody tr").filter(has_text="General")
    row.get_by_role("link").nth(1).click()
    expect(bob.get_by_role("link", name="Switch rebooted").first).to_be_visible()
    bob.go_back()
    bob.get_by_text("Refresh: off").click()
    bob.get_by_role("button", name="Every 5 minutes").click()
    expect(bob.get_by_text("Refresh: 5 min")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "no-js"])
def test_quick_creation(desk: Desk, site: Site, scripts: bool) -> None:
    bob = desk.sit("bob", java_script_enabled=scripts)
    quick = box(bob, "Quick ticket creation")
    quick.get_by_label("Subject").fill("Quick: no network in room 12")
    quick.get_by_label("Requestors").fill("room12@customer.example")
    quick.get_by_label("Content").fill("The socket by the window is dead.")
    quick.get_by_label("Owner").select_option("Nobody")
    quick.get_by_role("button", name="Create").click()

    said = bob.get_by_text(re.compile(r"Ticket \d+ created in queue 'General'"))
    expect(said).to_be_visible()
    number = int(re.findall(r"\d+", said.inner_text())[0])
    assert site.ticket(number)["subject"] == "Quick: no network in room 12"
    assert site.mail(number, to="room12@customer.example")


def test_taking_happens_in_place(desk: Desk, site: Site) -> None:
    number = site.open_ticket(Letter(subject="Take me"))
    bob = desk.sit("bob")
    bob.evaluate("window.samePage = true")

    bob.get_by_role("button", name=f"Take ticket {number}").click()

    mine = box(bob, "10 highest priority tickets I own")
    expect(mine.locator("tr").filter(has_text=str(number))).to_be_visible()
    expect(bob.get_by_role("button", name=f"Take ticket {number}")).to_have_count(0)
    assert bob.evaluate("window.samePage") is True
    assert site.ticket(number)["owner_id"]


def test_taking_works_without_javascript(desk: Desk, site: Site) -> None:
    number = site.open_ticket(Letter(subject="Take me plainly"))
    bob = desk.sit("bob", java_script_enabled=False)

    bob.get_by_role("button", name=f"Take ticket {number}").click()

    mine = box(bob, "10 highest priority tickets I own")
    expect(mine.locator("tr").filter(has_text="Take me plainly")).to_be_visible()


def test_the_ticket_page_tells_the_story(desk: Desk, site: Site) -> None:
    letter = Letter(
        subject="Core switch",
        text="It is down.\n\n> An old line\n> and another\n",
        files={"log.bin": b"\x00\x01log"},
    )
    number = site.open_ticket(letter)
    bob = desk.sit("bob")
    bob.goto(f"/tickets/{number}/")

    expect(bob.get_by_role("heading", name="Core switch", level=1)).to_be_visible()
    story = bob.locator("#timeline")
    expect(story.get_by_text("It is down.")).to_be_visible()
    expect(story.get_by_text("An old line")).not_to_be_visible()
    expect(story.get_by_text(re.compile("Mail to")).first).to_be_visible()
    for heading in ("Basics", "People", "Dates", "Links", "Reminders"):
        expect(box(bob, heading)).to_be_visible()
    with bob.expect_download() as download:
        story.get_by_role("link", name=re.compile("log.bin")).click()
    assert download.value.path().read_bytes() == b"\x00\x01log"


def test_boxes_are_edited_in_place(desk: Desk, site: Site) -> None:
    number = site.open_ticket(Letter())
    bob = desk.sit("bob")
    bob.goto(f"/tickets/{number}/")
    bob.evaluate("window.samePage = true")

    box(bob, "People").get_by_role("link", name="Edit").click()
    box(bob, "People").get_by_label("Add Cc").fill("Copy <copy@c.example>")
    box(bob, "People").get_by_role("button", name="Save").click()
    expect(box(bob, "People").locator("dd").filter(has_text="Copy")).to_be_visible()
    box(bob, "Dates").get_by_role("link", name="Edit").click()
    box(bob, "Dates").get_by_label("Due").fill("2030-01-02T12:00")
    box(bob, "Dates").get_by_role("button", name="Save").click()
    expect(box(bob, "Dates").get_by_text("2030").first).to_be_visible()
    assert bob.evaluate("window.samePage") is True

    # These stand in the head too, so the page is shown anew.
    box(bob, "Basics").get_by_role("link", name="Edit").click()
    box(bob, "Basics").get_by_label("Subject").fill("Paper jam")
    box(bob, "Basics").get_by_label("Priority", exact=True).fill("77")
    box(bob, "Basics").get_by_role("button", name="Save").click()
    expect(bob.get_by_role("heading", name="Paper jam", level=1)).to_be_visible()
    ticket = site.ticket(number)
    assert (ticket["subject"], ticket["priority"]) == ("Paper jam", 77)
    assert str(ticket["due"]).startswith("2030-01-02")


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "no-js"])
def test_a_reply_reaches_the_requestor(
    desk: Desk, site: Site, tmp_path: Path, scripts: bool
) -> None:
    letter = Letter()
    number = site.open_ticket(letter)
    paper = tmp_path / "manual.txt"
    paper.write_text("Turn it off and on.")
    bob = desk.sit("bob", java_script_enabled=scripts)
    bob.goto(f"/tickets/{number}/")
    bob.get_by_role("link", name=re.compile(r"^Reply( r)?$")).click()
    write(bob, "Please try again now.")
    bob.get_by_label("Attach files").set_input_files(paper)
    bob.get_by_label("Worked", exact=True).fill("15")
    bob.get_by_role("button", name="Send reply").click()

    expect(
        bob.locator("#timeline").get_by_text("Please try again now.")
    ).to_be_visible()
    assert ticket_id(bob) == number
    assert status(bob) == "open"
    site.settle(number)
    mail = site.mail(number, to=letter.sender)
    body = mail.get_body(("plain",))
    assert body is not None
    assert "Please try again now." in body.get_content()
    (file,) = [p for p in mail.iter_attachments() if p.get_filename()]
    assert (file.get_filename(), file.get_content()) == (
        "manual.txt",
        "Turn it off and on.",
    )
    ticket = site.ticket(number)
    assert ticket["told"]
    assert ticket["started"]
    assert ticket["time_worked"] == 15


def test_a_comment_is_for_colleagues_only(desk: Desk, site: Site) -> None:
    letter = Letter()
    number = site.open_ticket(letter)
    bob = desk.sit("bob")
    bob.goto(f"/tickets/{number}/")
    bob.get_by_role("link", name=re.compile(r"^Comment( m)?$")).click()
    write(bob, "Between us: warranty is over.")
    bob.get_by_role("button", name="Add comment").click()
    expect(bob.locator(".message.internal")).to_contain_text("warranty is over")
    site.settle(number)

    erin = desk.sit("erin")
    erin.goto(f"/tickets/{number}/")
    expect(erin.get_by_role("heading", name="Printer jam")).to_be_visible()
    assert "warranty" not in erin.content()
    assert len(site.mails(number, to=letter.sender)) == 1
    assert site.mail(number, to="carol@staff.example", subject="[Comment]")
    assert site.ticket(number)["status"] == "new"


def test_resolving_tells_the_requestor(desk: Desk, site: Site) -> None:
    letter = Letter()
    number = site.open_ticket(letter)
    bob = desk.sit("bob")
    bob.goto(f"/tickets/{number}/")
    bob.get_by_role("button", name="Take").click()
    bob.locator(".tickethead").get_by_text("Resolve").first.click()
    if bob.get_by_role("button", name="Send reply").is_visible():
        write(bob, "The jam is cleared.")
        bob.get_by_role("button", name="Send reply").click()
    elif bob.get_by_role("button", name="Add comment").is_visible():
        write(bob, "Cleared the jam.")
        bob.get_by_role("button", name="Add comment").click()

    expect(bob.locator(".tickethead .status").first).to_have_text("resolved")
    assert site.mail(number, to=letter.sender, subject="Resolved: Printer jam")
    bob.goto("/")
    mine = box(bob, "10 highest priority tickets I own")
    expect(mine.locator("tr").filter(has_text=str(number))).to_have_count(0)


def test_creating_a_ticket_with_everything(
    desk: Desk, site: Site, tmp_path: Path
) -> None:
    other = site.open_ticket(Letter(subject="The one before"))
    picture = tmp_path / "panel.bin"
    picture.write_bytes(bytes(range(256)))
    bob = desk.sit("bob")
    bob.get_by_role("link", name=re.compile("New ticket")).click()
    bob.get_by_label("Requestors").fill("carla@customer.example")
    bob.get_by_label("Cc", exact=True).fill("copy@customer.example")
    bob.get_by_label("AdminCc").fill("carol")
    bob.get_by_label("Subject").fill("Alarm panel beeps")
    write(bob, "Every ten minutes.", name="Describe the issue")
    bob.get_by_label("Attach files").set_input_files(picture)
    bob.get_by_label("Owner").select_option(label="Bob (me)")
    bob.get_by_label("Priority", exact=True).fill("60")
    bob.get_by_label("Due").fill("2030-01-02T12:00")
    bob.get_by_role("heading", name="Details").click()
    bob.get_by_label("Time estimated").fill("90")
    bob.get_by_label("Refers to", exact=True).fill(str(other))
    bob.get_by_role("button", name="Create ticket").click()

    bob.wait_for_url(re.compile(r"/tickets/\d+/$"))
    number = ticket_id(bob)
    expect(box(bob, "Links").get_by_text("The one before")).to_be_visible()
    expect(box(bob, "People").get_by_text("carla@customer.example")).to_be_visible()
    expect(bob.get_by_role("link", name=re.compile("panel.bin"))).to_be_visible()
    ticket = site.ticket(number)
    assert (ticket["priority"], ticket["time_estimated"]) == (60, 90)
    assert str(ticket["due"]).startswith("2030-01-02")
    assert site.mail(number, to="carla@customer.example")
    assert site.mail(number, to="copy@customer.example")
    assert site.mail(number, to="carol@staff.example")


def test_a_dependency_holds_a_ticket_open(desk: Desk, site: Site) -> None:
    waiting = site.open_ticket(Letter(subject="New rack"))
    first = site.open_ticket(Letter(subject="Power for the rack"))
    bob = desk.sit("bob")
    bob.goto(f"/tickets/{waiting}/")
    box(bob, "Links").get_by_role("link", name="Edit").click()
    box(bob, "Links").get_by_label("Depends on").fill(str(first))
    box(bob, "Links").get_by_role("button", name="Save").click()
    expect(box(bob, "Links").get_by_text("Power for the rack")).to_be_visible()

    bob.goto("/")
    unowned = box(bob, "10 newest unowned tickets")
    row = unowned.locator("tr").filter(has_text="New rack")
    expect(row.get_by_text("(pending 1 other ticket)")).to_be_visible()
    page = site.as_user("bob").post(f"/tickets/{waiting}/status/", status="resolved")
    assert f"#{first}" in page.text
    assert site.ticket(waiting)["status"] == "new"
    bob.goto(f"/tickets/{waiting}/")
    expect(bob.get_by_text("Pending 1 ticket.")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["js", "no-js"])
def test_a_refused_form_keeps_words_and_files(
    desk: Desk, site: Site, tmp_path: Path, scripts: bool
) -> None:
    number = site.open_ticket(Letter())
    paper = tmp_path / "manual.txt"
    paper.write_text("Turn it off and on.")
    bob = desk.sit("bob", java_script_enabled=scripts)
    bob.goto(f"/tickets/{number}/update/?action=respond")
    write(bob, "Words that took an hour.")
    bob.get_by_label("Attach files").set_input_files(paper)
    bob.get_by_text("Subject, Cc and Bcc for this message only").click()
    bob.get_by_label("Cc", exact=True).fill("copy@customer.example")
    bob.get_by_label("Worked", exact=True).fill("ages")
    bob.get_by_role("button", name="Send reply").click()

    expect(bob.get_by_text("Type a time like")).to_be_visible()
    editor = bob.get_by_role("textbox", name="Message", exact=True)
    if scripts:
        expect(editor).to_contain_text("Words that took an hour.")
    else:
        expect(editor).to_have_value(re.compile("Words that took an hour."))
    expect(bob.get_by_label("manual.txt")).to_be_checked()
    expect(bob.get_by_label("Cc", exact=True)).to_have_value("copy@customer.example")
    bob.get_by_label("Worked", exact=True).fill("1 h")
    bob.get_by_role("button", name="Send reply").click()

    story = bob.locator("#timeline")
    expect(story.get_by_text("Words that took an hour.")).to_be_visible()
    expect(story.get_by_role("link", name=re.compile("manual.txt"))).to_be_visible()
    assert site.mail(number, to="copy@customer.example")
    assert (
        site.count(
            "tickets_transaction", "ticket_id = ? AND type = 'Correspond'", number
        )
        == 1
    )


def test_a_one_time_cc_must_be_an_address(desk: Desk, site: Site) -> None:
    number = site.open_ticket(Letter())
    bob = desk.sit("bob")
    bob.goto(f"/tickets/{number}/update/?action=respond")
    write(bob, "With a copy for somebody.")
    bob.get_by_text("Subject, Cc and Bcc for this message only").click()
    bob.get_by_label("Cc", exact=True).fill("no address at all")
    bob.get_by_role("button", name="Send reply").click()

    expect(bob.locator(".errors").first).to_be_visible()
    assert not site.count(
        "tickets_transaction", "ticket_id = ? AND type = 'Correspond'", number
    )
