"""A ticket Alice wrote, and browsers of several people."""

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from tests.conftest import World
from tests.factories import make_ticket
from tickets.models import Ticket

Browser = Callable[[User], Client]


@pytest.fixture
def browser() -> Browser:
    """Return a function that gives somebody a logged-in browser."""

    def logged_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return logged_in


@pytest.fixture
def ticket(world: World) -> Ticket:
    """Alice's printer, in General, with Nobody."""
    return make_ticket(world.general, by=world.alice)


@pytest.fixture
def bob(world: World, browser: Browser) -> Client:
    """Bob's browser: staff."""
    return browser(world.bob)


@pytest.fixture
def alice(world: World, browser: Browser) -> Client:
    """Alice's browser: the requestor."""
    return browser(world.alice)


@pytest.fixture
def dave(world: World, browser: Browser) -> Client:
    """Dave's browser: privileged, but a stranger everywhere."""
    return browser(world.dave)
