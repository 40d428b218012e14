"""The help desk of the search tests, with what charts can tell apart."""

from collections.abc import Iterator

import pytest

from accounts.commands import add_member, create_group
from accounts.models import RoleName, User
from queues.models import CustomField, CustomFieldType
from tests.tickets.search.conftest import World, loaded
from tickets.models import CustomFieldValue, Ticket, TicketWatcher

__all__ = ["loaded"]


@pytest.fixture(scope="module")
def rich(loaded: World, django_db_blocker: object) -> Iterator[World]:
    """Add groups in roles, values that differ in case, and odd numbers, once."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        _enrich(loaded)
        yield loaded


@pytest.fixture
def world(rich: World, db: None) -> World:
    """Three staff queues, a secret one, and thirteen tickets."""
    return rich


def _enrich(world: World) -> None:
    User.objects.filter(name="erin").update(organization="ACME", lang="no")
    User.objects.filter(name="bob").update(real_name="Bob \\ O'Neil", country="NO")
    acme = create_group("Acme people")
    for name in ("alice", "erin"):
        add_member(acme, User.objects.get(name=name))
    for number in (5, 8):
        TicketWatcher.objects.create(
            ticket_id=number, role=RoleName.REQUESTOR, group=acme
        )
    Ticket.objects.filter(pk=2).update(sla="gold", time_worked=90)
    Ticket.objects.filter(pk=8).update(time_worked=15, time_estimated=60)
    tags = CustomField.objects.get(name="Tags")
    add_value(tags, 3, "RED")
    add_value(tags, 5, "it's 100% \\ odd")
    wide = CustomField.objects.create(
        name="Range", type=CustomFieldType.IP_RANGE_SINGLE, is_global=True
    )
    add_value(wide, 1, "10.0.0.0-10.255.255.255")
    add_value(wide, 2, "10.1.0.0-10.1.255.255")
    long = CustomField.objects.get(name="Asset Tag")
    add_value(long, 8, "", large_content="long " * 80)


def add_value(field: CustomField, ticket_id: int, text: str, **more: str) -> None:
    """Store one current value."""
    root = User.objects.get(name="root")
    CustomFieldValue.objects.create(
        ticket_id=ticket_id, field=field, content=text, creator=root, **more
    )
