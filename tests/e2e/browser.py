"""Chromium, and people who sit in front of it."""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect, sync_playwright

from tests.e2e.people import PASSWORD
from tests.requirements import chromium

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
# A busy machine may take a while; nothing waits this long when all is well.
PATIENCE = 15_000
TICKET_URL = re.compile(r"/tickets/(\d+)/")


@contextmanager
def started() -> Iterator[Browser]:
    """Run a headless Chromium."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Desk:
    """Opens browsers of people on one site and notes everything that goes wrong."""

    browser: Browser
    url: str
    troubles: list[str] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def open(self, **options: Any) -> Page:
        """Return an empty window of somebody who is not logged in."""
        context = self.browser.new_context(
            base_url=self.url, reduced_motion="reduce", locale="en-GB", **options
        )
        context.set_default_timeout(PATIENCE)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on(
            "response",
            lambda answer: (
                self.troubles.append(f"{answer.status} {answer.url}")
                if answer.status >= 500
                else None
            ),
        )
        return page

    def sit(self, name: str, *, password: str = PASSWORD, **options: Any) -> Page:
        """Return the window of somebody who has logged in by the form."""
        page = self.open(**options)
        log_in(page, name, password)
        return page

    def close(self) -> None:
        """Close all windows."""
        for context in self._contexts:
            context.close()

    def _hear(self, message: ConsoleMessage) -> None:
        # Chromium also says so of every 404 and 422, which tests ask for.
        is_answer = message.text.startswith("Failed to load resource")
        if message.type in {"error", "warning"} and not is_answer:
            self.troubles.append(f"{message.type}: {message.text} ({message.location})")


def log_in(page: Page, name: str, password: str) -> None:
    """Fill in the login form and send it."""
    page.goto("/login/")
    page.get_by_label("User name or e-mail").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()
    page.wait_for_url(lambda url: "/login/" not in url)


def box(page: Page, heading: str) -> Any:
    """Return the card with this heading."""
    title = page.get_by_role("heading", name=heading, exact=True)
    return page.locator("section.card").filter(has=title)


def write(page: Page, text: str, *, name: str = "Message") -> None:
    """Write into the editor, which is a plain text box without JavaScript."""
    page.get_by_role("textbox", name=name, exact=True).fill(text)


def ticket_id(page: Page) -> int:
    """Return the number of the ticket that is shown."""
    found = TICKET_URL.search(page.url)
    assert found, page.url
    return int(found[1])


def photograph(page: Page, name: str) -> None:
    """Keep a picture if the environment says where (``SCREENSHOTS``)."""
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
