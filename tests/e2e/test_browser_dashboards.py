"""Arranging at a glance in a real browser: by mouse, by keyboard, without script."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import Desk, box, photograph
from tests.e2e.letters import Letter
from tests.e2e.test_browser_looks import LOOKS, overflow

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.e2e.site import Site

pytestmark = pytest.mark.browser
UNOWNED = "10 newest unowned tickets"


def column(page: Page, number: int) -> Locator:
    """Return a column of the first row in the editor."""
    return page.get_by_role("list", name=f"Row 1, column {number}", exact=True)


def parts(page: Page, number: int) -> list[str]:
    """Return the names of the parts of a column, from the top."""
    return column(page, number).locator("li b").all_inner_texts()


def open_editor(page: Page) -> None:
    """Open the editor of one's own home page."""
    page.locator("summary[title=Arrange]").click()
    page.get_by_role("button", name="Arrange this page").click()
    expect(column(page, 1).locator("li").first).to_be_visible()


def test_arranging_by_mouse_and_keyboard(desk: Desk) -> None:
    """A part is dragged, another carried by keys; each is kept and said."""
    bob = desk.sit("bob")
    open_editor(bob)
    said = bob.locator("#arrange-said")

    queue_list = bob.get_by_role("button", name="Move Queue list", exact=True)
    unowned = column(bob, 1).locator("li").filter(has_text="unowned tickets")
    queue_list.drag_to(unowned, target_position={"x": 20, "y": 4})
    expect(said).to_have_text("Queue list: row 1, column 1, place 2 of 4.")
    assert parts(bob, 1)[1] == "Queue list"

    grip = bob.get_by_role("button", name="Move Newest unowned tickets", exact=True)
    grip.focus()
    bob.keyboard.press("Space")
    expect(said).to_contain_text("is held")
    bob.keyboard.press("ArrowRight")
    expect(said).to_contain_text("row 1, column 2, place 3 of 3")
    expect(grip).to_be_focused()
    expect(grip).to_have_attribute("aria-pressed", "true")
    bob.keyboard.press("ArrowUp")
    expect(said).to_contain_text("column 2, place 2 of 3")
    expect(grip).to_be_focused()
    bob.keyboard.press("Space")
    expect(said).to_contain_text("stays here")
    bob.keyboard.press("Space")
    bob.keyboard.press("ArrowDown")
    expect(said).to_contain_text("place 3 of 3")
    expect(grip).to_be_focused()
    bob.keyboard.press("Escape")
    expect(said).to_contain_text("place 2 of 3")
    photograph(bob, "arrange")

    bob.get_by_role("link", name="Done").click()
    expect(bob).to_have_url(re.compile(r"/$"))
    side = bob.locator(".boxes.wide-narrow > .stack").nth(1)
    expect(side.get_by_role("heading").nth(1)).to_have_text(UNOWNED)
    expect(box(bob, "Queue list")).to_be_visible()

    bob.locator("summary[title=Arrange]").click()
    bob.get_by_role("button", name="Reset to default").click()
    main = bob.locator(".boxes.wide-narrow > .stack").first
    expect(main.get_by_role("heading").nth(1)).to_have_text(UNOWNED)


def test_arranging_without_script(desk: Desk) -> None:
    """Buttons do all of it: move, add, settings, remove."""
    carol = desk.sit("carol", java_script_enabled=False)
    open_editor(carol)
    carol.get_by_role("button", name="Move My reminders left").click()
    assert "My reminders" in parts(carol, 1)
    carol.locator("select[name=what]").select_option("Queues I support")
    carol.locator("select[name=where]").select_option("Row 1, column 2")
    carol.get_by_role("button", name="Add", exact=True).click()
    assert "Queues I support" in parts(carol, 2)
    carol.get_by_role("button", name="Remove Bookmarked tickets").click()
    assert "Bookmarked tickets" not in parts(carol, 1)
    unowned = column(carol, 1).locator("li").filter(has_text="unowned tickets")
    unowned.locator("summary").click()
    unowned.locator("input[name=title]").fill("Take one of these")
    unowned.get_by_role("button", name="Save").click()
    carol.get_by_role("link", name="Done").click()
    expect(carol.get_by_role("heading", name="Take one of these")).to_be_visible()
    carol.locator("summary[title=Arrange]").click()
    carol.get_by_role("button", name="Reset to default").click()
    expect(carol.get_by_role("heading", name=UNOWNED)).to_be_visible()


@pytest.mark.parametrize("look", LOOKS)
def test_the_pages_fit(desk: Desk, site: Site, look: str) -> None:
    """Dashboard, editor, list and subscription, in two colours and on a telephone."""
    site.open_ticket(Letter(subject="A rather long subject about a rack and its power"))
    bob = desk.sit("bob", **LOOKS[look])
    bob.goto("/dashboards/create/")
    bob.get_by_label("Name").fill(f"Everything, {look}")
    bob.get_by_role("button", name="Create").click()
    said = bob.locator("#arrange-said")
    for what, where in (
        ("Newest unowned tickets", "Row 1, column 2"),
        ("Queue list, all statuses", "Row 1, column 2"),
        ("Saved searches", "Row 1, column 1"),
        ("Unowned Tickets", "Row 1, column 1"),
    ):
        said.evaluate("element => element.textContent = ''")
        bob.locator("select[name=what]").select_option(what)
        bob.locator("#where").select_option(where)
        bob.get_by_role("button", name="Add", exact=True).click()
        expect(said).to_have_text("Added.")
    assert overflow(bob) <= 0
    photograph(bob, f"dashboard-edit-{look}")
    bob.get_by_role("link", name="Done").click()
    expect(box(bob, "Unowned Tickets").get_by_role("table")).to_be_visible()
    assert overflow(bob) <= 0
    photograph(bob, f"dashboard-{look}")
    bob.get_by_role("link", name="Subscribe").click()
    expect(bob.get_by_role("heading", level=1)).to_contain_text("Mail Everything")
    assert overflow(bob) <= 0
    photograph(bob, f"dashboard-mail-{look}")
    bob.goto("/dashboards/")
    bob.get_by_text("Show it").first.click()
    assert overflow(bob) <= 0
    photograph(bob, f"dashboards-{look}")
