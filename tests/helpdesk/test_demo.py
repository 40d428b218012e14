"""``manage.py demo``: an example site that looks alive."""

import io

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import Group, User
from accounts.rights import Right
from helpdesk.demo.people import GROUPS, QUEUES, STAFF
from mail.models import OutgoingMail
from queues.models import Queue
from queues.rights import rights_of
from tickets import lists
from tickets.models import Attachment, Ticket, Transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def printed() -> str:
    """Return what the command printed when it filled an empty site."""
    out = io.StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def test_it_has_five_queues_twelve_people_and_sixty_tickets(printed: str) -> None:
    assert Queue.objects.filter(name__in=[q.name for q in QUEUES]).count() == 5
    assert User.objects.filter(name__in=[p.name for p in STAFF]).count() == 12
    assert Group.objects.filter(name__in=GROUPS).count() == 3
    assert Ticket.objects.filter(type="ticket").count() == 60
    assert "66 tickets" in printed  # the reminders are tickets, too


def test_everything_lies_in_the_past_and_nothing_is_left_to_do(printed: str) -> None:
    now = timezone.now()
    assert not Transaction.objects.filter(created__gt=now).exists()
    assert not Ticket.objects.filter(last_updated__gt=now).exists()
    assert not Transaction.objects.filter(scrips_done_at=None).exists()
    assert not OutgoingMail.objects.exists()
    assert mail.outbox == []


def test_every_panel_of_at_a_glance_has_something_to_show(printed: str) -> None:
    amina = User.objects.get(name="amina")
    mine = lists.first_rows(lists.my_tickets(amina)).tickets
    lists.mark_pending(mine)
    assert mine[0].subject.startswith("Core switch sw-core-2")
    assert mine[0].is_overdue
    coffee = next(ticket for ticket in mine if ticket.subject == "Order more coffee")
    assert coffee.pending == 2  # type: ignore[attr-defined]
    assert lists.unowned_tickets(amina)[0].subject == "Missing cat"
    assert lists.unowned_tickets(amina).count() >= 10
    assert lists.bookmarked_tickets(amina).count() == 3
    assert lists.my_reminders(amina).count() == 3
    rows = {row.queue.name: row.total for row in lists.queue_rows(amina)}
    assert all(rows[place.name] for place in QUEUES)


def test_the_service_desk_does_not_see_security(printed: str) -> None:
    security = Queue.objects.get(name="Security")
    desk = rights_of(User.objects.get(name="tom"))
    assert not desk.has(Right.SHOW_TICKET, security.pk)
    assert desk.has(Right.SHOW_TICKET, Queue.objects.get(name="Systems").pk)


def test_the_printed_password_opens_the_door(printed: str, client: Client) -> None:
    password = printed.rpartition(" is '")[2].partition("'")[0]
    assert client.login(username="amina", password=password)


def test_it_has_files_and_time_worked(printed: str) -> None:
    assert Attachment.objects.filter(filename="sw-core-2.log", size__gt=500).exists()
    assert Ticket.objects.get(subject__startswith="Core switch").time_worked == 85


def test_a_second_run_adds_nothing(printed: str) -> None:
    before = Ticket.objects.count(), User.objects.count()
    out = io.StringIO()
    call_command("demo", stdout=out)
    assert "there already" in out.getvalue()
    assert (Ticket.objects.count(), User.objects.count()) == before


def test_where_others_can_reach_it_the_password_is_random(settings) -> None:  # type: ignore[no-untyped-def]
    settings.HOST = "desk.example.org"
    out = io.StringIO()
    call_command("demo", stdout=out)
    assert "example desk" not in out.getvalue()


def test_a_password_can_be_chosen() -> None:
    call_command("demo", password="chosen by hand", stdout=io.StringIO())
    assert User.objects.get(name="joseph").check_password("chosen by hand")
