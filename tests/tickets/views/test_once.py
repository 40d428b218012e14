"""A form is carried out once."""

import hashlib

import pytest
from django.core.cache import cache
from django.test import Client

from tests.conftest import World
from tickets.models import Ticket
from tickets.views import once

pytestmark = pytest.mark.django_db


def form(world: World) -> dict[str, str]:
    """Return a quick form with a token."""
    return {
        "subject": "Coffee is out",
        "queue": str(world.general.pk),
        "owner": "me",
        "form_token": "the-token",
    }


def test_a_second_while_the_first_is_at_work(
    bob: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It waits a little, does nothing, and says so."""
    monkeypatch.setattr(once, "PATIENCE_SECONDS", 0.05)
    digest = hashlib.sha256(b"the-token").hexdigest()
    cache.set(f"once:{world.bob.pk}:{digest}", once.WORKING)
    answer = bob.post("/quick-create/", form(world), follow=True)
    assert "carried out once" in answer.content.decode()
    assert Ticket.objects.count() == 0


def test_a_failure_on_our_side_gives_the_token_back(
    bob: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a crash before anything was made the same form works."""

    def crash(*args: object, **kwargs: object) -> None:
        raise RuntimeError("out of paper")

    with monkeypatch.context() as broken:
        broken.setattr("tickets.commands.create_ticket", crash)
        with pytest.raises(RuntimeError):
            bob.post("/quick-create/", form(world))
    assert bob.post("/quick-create/", form(world)).status_code == 302
    assert Ticket.objects.count() == 1


def test_tokens_differ() -> None:
    """No two forms share one."""
    assert len({once.new_token() for _ in range(100)}) == 100
