"""The engine: order, isolation, what failure leaves behind."""

import pytest
from django.utils import timezone

from accounts.models import User
from mail.models import OutgoingMail
from scrips import engine
from scrips.actions import ACTIONS, Action, Commit
from scrips.conditions import CONDITIONS
from scrips.context import ScripContext
from scrips.defaults import SCRIPS
from scrips.models import Outcome, Scrip, ScripRun, ScripTemplate
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.models import Ticket, Transaction


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of Alice's whose Create transaction is pending."""
    return make_ticket(world.general, by=world.alice)


def scrip(action: str, *, condition: str = "On Create") -> Scrip:
    """Add a scrip that runs before the default ones."""
    return Scrip.objects.create(
        description=f"Test {action}",
        condition=condition,
        action=action,
        sort_order=-1,
    )


def explode(context: ScripContext, scrip: Scrip, argument: str) -> Commit:
    """Fail while preparing."""
    raise RuntimeError("boom")


def test_every_default_scrip_is_in_the_registries() -> None:
    """A name that nobody knows would fail at run time only."""
    for condition, action, _template in SCRIPS:
        assert condition in CONDITIONS
        assert action in ACTIONS


def test_a_broken_scrip_does_not_stop_the_others(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its error is kept where the administrator looks."""
    monkeypatch.setitem(ACTIONS, "Explode", Action("Explode", explode))
    broken = scrip("Explode")
    engine.drain(ticket.pk)

    assert OutgoingMail.objects.count() == 2
    broken.refresh_from_db()
    assert broken.last_error == "RuntimeError: boom"
    assert ScripRun.objects.get(scrip=broken).outcome == Outcome.FAILED


def test_what_a_failing_commit_wrote_is_taken_back(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each scrip has its own savepoint."""

    def prepare(context: ScripContext, scrip: Scrip, argument: str) -> Commit:
        def commit() -> str:
            commands.set_status(context.ticket, actor=_system(), status="open")
            raise RuntimeError("too late")

        return commit

    monkeypatch.setitem(ACTIONS, "Half", Action("Half", prepare))
    scrip("Half")
    engine.drain(ticket.pk)

    ticket.refresh_from_db()
    assert ticket.status == "new"
    assert not Transaction.objects.filter(ticket=ticket, type="Status").exists()
    assert not Transaction.objects.filter(ticket=ticket, scrips_done_at=None).exists()


def test_every_preparation_comes_before_the_first_commit(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Scenario O: the second scrip still sees the old subject."""
    seen = []

    def rename(context: ScripContext, scrip: Scrip, argument: str) -> Commit:
        def commit() -> str:
            commands.set_properties(context.ticket, actor=_system(), subject="Renamed")
            return "renamed"

        return commit

    def look(context: ScripContext, scrip: Scrip, argument: str) -> Commit:
        seen.append(Ticket.objects.get(pk=context.ticket.pk).subject)
        return lambda: "looked"

    monkeypatch.setitem(ACTIONS, "Rename", Action("Rename", rename))
    monkeypatch.setitem(ACTIONS, "Look", Action("Look", look))
    scrip("Rename")
    scrip("Look")
    engine.drain(ticket.pk)
    assert seen == ["Printer jam"]


def test_effects_name_their_cause_and_a_chain_ends(ticket: Ticket) -> None:
    """Two scrips that set each other off are stopped, and the ticket says so."""
    Scrip.objects.all().delete()
    scrip("Toggle", condition="On Transaction")
    ACTIONS["Toggle"] = Action("Toggle", _toggle)
    try:
        engine.drain(ticket.pk)
    finally:
        del ACTIONS["Toggle"]

    rows = list(Transaction.objects.filter(ticket=ticket, type="Set").order_by("pk"))
    assert [row.depth for row in rows] == list(range(1, engine.MAX_DEPTH + 2))
    assert rows[1].caused_by == rows[0]
    error = Transaction.objects.get(ticket=ticket, type="SystemError")
    assert "set each other off" in error.data


def test_a_transaction_that_cannot_be_worked_on_waits_and_is_given_up(
    ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Put off with growing pauses; in the end the ticket's history says so."""
    monkeypatch.setattr(engine, "_run_scrips", explode)
    engine.drain(ticket.pk)
    row = Transaction.objects.get(ticket=ticket, type="Create")
    assert (row.scrips_attempts, row.scrips_done_at) == (1, None)
    assert row.scrips_retry_at
    assert row.scrips_retry_at > timezone.now()
    engine.drain(ticket.pk)
    row.refresh_from_db()
    assert row.scrips_attempts == 1, "it is not yet time"

    for _ in range(engine.MAX_ATTEMPTS):
        Transaction.objects.filter(pk=row.pk).update(scrips_retry_at=None)
        engine.drain(ticket.pk)
    row.refresh_from_db()
    assert row.scrips_done_at
    assert Transaction.objects.filter(ticket=ticket, type="SystemError").exists()


def test_a_queues_template_overrides_and_an_empty_one_suppresses(
    world: World, ticket: Ticket
) -> None:
    """By name, for that queue's tickets alone."""
    ScripTemplate.objects.create(
        queue=world.general, name="Autoreply in HTML", content=""
    )
    ScripTemplate.objects.create(
        queue=world.general,
        name="Transaction in HTML",
        content="Subject: Ours\n\nHello {{ ticket.subject }}",
    )
    engine.drain(ticket.pk)
    mail = OutgoingMail.objects.get()
    assert mail.subject == f"[example.com #{ticket.pk}] Ours"
    assert mail.text == "Hello Printer jam"


def test_disabled_and_foreign_scrips_are_left_out(world: World, ticket: Ticket) -> None:
    """Only those of the queue, or of all."""
    Scrip.objects.update(disabled=True)
    own = Scrip.objects.filter(condition="On Create").order_by("pk")[0]
    own.disabled, own.is_global = False, False
    own.save(update_fields=["disabled", "is_global"])
    own.queues.add(world.networking)
    engine.drain(ticket.pk)
    assert not OutgoingMail.objects.exists()


def _toggle(context: ScripContext, scrip: Scrip, argument: str) -> Commit:
    subject = f"{context.row.pk}"

    def commit() -> str:
        commands.set_properties(context.ticket, actor=_system(), subject=subject)
        return subject

    return commit


def _system() -> User:
    return User.objects.system()
