"""A small help desk on 13 May 2026, a Wednesday, noon in UTC; ids are fixed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction
from pytest_django import DjangoDbBlocker

from accounts.commands import (
    add_member,
    create_group,
    create_user,
    ensure_builtin_groups,
    refresh_membership,
)
from accounts.models import NOBODY, RT_SYSTEM, Group, RoleName, User
from accounts.rights import Right
from queues.models import (
    CustomField,
    CustomFieldChoice,
    CustomFieldType,
    Lifecycle,
    Queue,
    QueueWatcher,
)
from queues.right_sets import let_requestors_see_their_own, let_staff_do_the_rest
from tests.requirements import postgresql_server
from tests.tickets.search.answering import OtherDatabase
from tickets.models import (
    Attachment,
    Bookmark,
    CustomFieldValue,
    Link,
    Ticket,
    TicketWatcher,
    Transaction,
)
from tickets.search.fulltext_backlog import index_backlog, start_again

ZURICH = "Die Straße in Zürich: 10.1.2.3 antwortet nicht. 東京都のルータ, MAC 00:1b:44"
NOW = datetime(2026, 5, 13, 12, 0, tzinfo=UTC)


def may(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """Return a moment of May 2026 in UTC."""
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


@dataclass
class World:
    """The people who search."""

    root: User
    alice: User
    bob: User
    carol: User
    dave: User
    stranger: User

    def named(self, name: str) -> User:
        """Return a person, with what was remembered about their rights forgotten."""
        return User.objects.get(name=name)


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[World]:
    """Load the world once a module, in a transaction that is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(loaded: World, db: None) -> World:
    """Three staff queues, a secret one, and thirteen tickets."""
    return loaded


@pytest.fixture(scope="module")
def other_database(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[OtherDatabase]:
    """Start the same world on the other kind of database, SQLite or PostgreSQL."""
    directory = tmp_path_factory.mktemp("other")
    is_here = connection.vendor == "postgresql"
    url = f"sqlite:///{directory}/other.sqlite3" if is_here else postgresql_server()
    other = OtherDatabase(url, directory)
    yield other
    other.close()


def load_world() -> World:
    """Write the people, their rights, the tickets and all that is theirs."""
    ensure_builtin_groups()
    people = _people()
    noc, desk = _groups(people)
    queues = _queues(people, noc, desk)
    _tickets(people, queues)
    _watchers(people, noc)
    _links(people)
    _history(people)
    _custom_fields(people, queues)
    start_again()
    list(index_backlog())
    for number in (3, 4):
        Bookmark.objects.create(user=people["bob"], ticket_id=number)
    return World(
        root=people["root"],
        alice=people["alice"],
        bob=people["bob"],
        carol=people["carol"],
        dave=people["dave"],
        stranger=people["stranger"],
    )


def _people() -> dict[str, User]:
    people = {
        name: User.objects.filter(name=name).first() or create_user(name)
        for name in (NOBODY, RT_SYSTEM)
    }
    for name, domain, organization, city, is_privileged in (
        ("root", "desk.org", "", "", True),
        ("alice", "acme.com", "Acme", "Oslo", False),
        ("bob", "desk.org", "Desk", "Bergen", True),
        ("carol", "desk.org", "Desk", "", True),
        ("dave", "globex.com", "Globex", "", False),
        ("erin", "acme.com", "Acme", "", False),
        ("stranger", "nowhere.net", "", "", False),
    ):
        person = User.objects.filter(name=name).first() or create_user(name)
        person.email = f"{name}@{domain}"
        person.organization = organization
        person.city = city
        person.is_privileged = is_privileged
        person.is_superuser = name == "root"
        person.timezone = "Europe/Berlin" if name == "carol" else "UTC"
        person.save()
        people[name] = person
    refresh_membership([person.pk for person in people.values()])
    return people


def _groups(people: dict[str, User]) -> tuple[Group, Group]:
    noc, desk = create_group("NOC"), create_group("Desk")
    add_member(noc, people["bob"])
    add_member(desk, noc)
    add_member(desk, people["carol"])
    return noc, desk


def _queues(people: dict[str, User], noc: Group, desk: Group) -> dict[str, Queue]:
    usual, _ = Lifecycle.objects.get_or_create(name="default")
    alerts = Lifecycle.objects.create(
        name="alerts",
        definition={
            "initial": ["raised"],
            "active": ["acknowledged"],
            "inactive": ["cleared", "deleted"],
        },
    )
    queues = {
        name: Queue.objects.create(name=name, lifecycle=lifecycle)
        for name, lifecycle in (
            ("Network", usual),
            ("Help Desk", usual),
            ("Alerts", alerts),
            ("Secret", usual),
        )
    }
    for name in ("Network", "Help Desk", "Alerts"):
        let_staff_do_the_rest(queues[name], group=desk)
        let_requestors_see_their_own(queues[name])
    QueueWatcher.objects.create(
        queue=queues["Network"], role=RoleName.ADMIN_CC, user=people["carol"]
    )
    QueueWatcher.objects.create(queue=queues["Help Desk"], role=RoleName.CC, group=noc)
    return queues


def _tickets(people: dict[str, User], queues: dict[str, Queue]) -> None:
    rows: list[tuple[int, str, str, str, str | None, dict[str, object]]] = [
        (
            1,
            "Network",
            "Router down in Oslo",
            "open",
            "bob",
            {"priority": 80, "due": may(10), "started": may(2), "told": may(3)},
        ),
        (2, "Network", "Switch flapping", "new", None, {"priority": 50}),
        (3, "Help Desk", "Printer jam on floor 3", "new", None, {"sla": "Gold"}),
        (
            4,
            "Help Desk",
            "Password reset",
            "resolved",
            "carol",
            {"resolved": may(5, 9), "started": may(4), "time_worked": 30},
        ),
        (5, "Alerts", "Disk full on db1", "raised", None, {"final_priority": 90}),
        (6, "Alerts", "Temperature high", "cleared", "bob", {"resolved": may(13, 6)}),
        (7, "Secret", "Merger plans", "open", "root", {"priority": 99}),
        (
            8,
            "Network",
            "Fibre cut",
            "stalled",
            "carol",
            {"priority": 20, "due": may(20, 15), "starts": may(15)},
        ),
        (9, "Network", "Old router", "deleted", None, {"resolved": may(6)}),
        (10, "Network", "Router down too", "open", None, {"merged_into_id": 1}),
        (
            11,
            "Network",
            "Call the vendor",
            "open",
            "bob",
            {"type": "reminder", "due": may(14)},
        ),
        (12, "Help Desk", "New printer 100% broken", "open", None, {"time_left": 15}),
        (13, "Network", "It's a \\ 'quoted' subject", "rejected", "bob", {}),
    ]
    created = {
        1: may(1, 8),
        2: may(12, 22, 30),
        3: may(13, 7),
        4: may(4),
        5: may(13, 11),
        12: may(11, 23),
    }
    inactive = {"resolved", "rejected", "deleted", "cleared"}
    Ticket.objects.bulk_create(
        Ticket(
            pk=number,
            queue=queues[queue],
            subject=subject,
            status=status,
            is_active=status not in inactive,
            owner=people[owner] if owner else None,
            creator=people["alice" if number in {1, 4} else "root"],
            last_updated_by=people["carol" if number == 8 else "root"],
            created=created.get(number, may(3)),
            last_updated=may(12, 10) if number in {1, 2} else may(5, 9),
            **values,
        )
        for number, queue, subject, status, owner, values in rows
    )


def _watchers(people: dict[str, User], noc: Group) -> None:
    requestors = {
        1: ["alice"],
        2: ["dave"],
        3: ["erin"],
        4: ["alice"],
        7: ["dave"],
        8: ["alice", "dave"],
        10: ["erin"],
    }
    rows = [
        TicketWatcher(ticket_id=number, role=RoleName.REQUESTOR, user=people[name])
        for number, names in requestors.items()
        for name in names
    ]
    rows += [
        TicketWatcher(ticket_id=12, role=RoleName.REQUESTOR, group=noc),
        TicketWatcher(ticket_id=1, role=RoleName.CC, user=people["erin"]),
        TicketWatcher(ticket_id=1, role=RoleName.ADMIN_CC, group=noc),
        TicketWatcher(ticket_id=8, role=RoleName.ADMIN_CC, user=people["bob"]),
    ]
    TicketWatcher.objects.bulk_create(rows)


def _links(people: dict[str, User]) -> None:
    for kind, base, target, uri in (
        ("DependsOn", 1, 8, ""),
        ("MemberOf", 3, 12, ""),
        ("RefersTo", 4, 1, ""),
        ("RefersTo", 11, 1, ""),
        ("RefersTo", 12, None, "http://wiki.example.org/Printers"),
    ):
        Link.objects.create(
            type=kind,
            base_id=base,
            target_id=target,
            target_uri=uri,
            creator=people["root"],
        )


def _history(people: dict[str, User]) -> None:
    for number, kind, creator, created, text, filename in (
        (1, "Create", "alice", may(1, 8), "The blue cable is broken", ""),
        (1, "Comment", "bob", may(2), "No budget for a new cable", ""),
        (8, "Correspond", "carol", may(11, 12), "A technician comes", "plan.pdf"),
        (8, "EmailRecord", "RT_System", may(11, 13), "A technician comes", ""),
        (3, "Create", "erin", may(13, 7), "Paper jam", ""),
        (8, "Correspond", "root", may(4), ZURICH, ""),
        (3, "Comment", "root", may(4), "Ask the vendor about the toner", ""),
    ):
        row = Transaction.objects.create(
            ticket_id=number, type=kind, creator=people[creator], created=created
        )
        Attachment.objects.create(
            transaction=row,
            content=text,
            filename=filename,
            content_type="text/plain",
            creator=people[creator],
        )
    _html_message(people["root"])


def _html_message(creator: User) -> None:
    """Say the same twice on ticket 4, and more in HTML alone."""
    row = Transaction.objects.create(
        ticket_id=4, type="Correspond", creator=creator, created=may(4)
    )
    parts = (
        ("multipart/mixed", None, None, None),
        ("multipart/alternative", None, None, 0),
        ("text/plain", "Your new password is ready", None, 1),
        ("text/html", "<p>Onlyhtml</p>", "<p>Onlyhtml</p>", 1),
        (
            "text/html",
            "<p>The <b>visi</b>ble<script>hidden</script></p>",
            "<p>The <b>visi</b>ble &amp; <i>r&eacute;sum&eacute;</i></p>",
            0,
        ),
    )
    nodes: list[Attachment] = []
    for content_type, content, safe_html, parent in parts:
        node = Attachment.objects.create(
            transaction=row,
            parent=None if parent is None else nodes[parent],
            content_type=content_type,
            content=content,
            safe_html=safe_html,
            creator=creator,
        )
        nodes.append(node)


def _custom_fields(people: dict[str, User], queues: dict[str, Queue]) -> None:
    kinds = CustomFieldType
    values: dict[str, tuple[CustomFieldType, dict[int, list[str]]]] = {
        "Location": (kinds.SELECT_SINGLE, {1: ["Basement"], 2: ["Attic"]}),
        "Asset Tag": (kinds.FREEFORM_SINGLE, {1: ["PC-100"], 3: ["PRN-7"]}),
        "Severity": (kinds.FREEFORM_SINGLE, {1: ["9"], 2: ["10"], 3: ["high"]}),
        "Tags": (kinds.FREEFORM_MULTIPLE, {1: ["red", "blue"], 8: ["blue"]}),
        "Deadline": (kinds.DATE_SINGLE, {1: ["2026-05-09"], 8: ["2026-05-21"]}),
        "Seen": (kinds.DATETIME_SINGLE, {5: ["2026-05-13 10:30:00"]}),
        "Address": (
            kinds.IP_SINGLE,
            {1: ["10.1.2.3"], 2: ["192.168.0.9"], 8: ["010.001.002.200"]},
        ),
        "Clearance": (kinds.FREEFORM_SINGLE, {7: ["top"]}),
    }
    for name, (kind, by_ticket) in values.items():
        is_secret = name == "Clearance"
        field = CustomField.objects.create(
            name=name, type=kind, is_global=not is_secret
        )
        if is_secret:
            field.queues.add(queues["Secret"])
        for number, contents in by_ticket.items():
            for content in contents:
                CustomFieldValue.objects.create(
                    ticket_id=number,
                    field=field,
                    content=content,
                    creator=people["root"],
                )
    for place, name in enumerate(("Basement", "Attic")):
        CustomFieldChoice.objects.create(
            field=CustomField.objects.get(name="Location"), name=name, sort_order=place
        )
    CustomFieldValue.objects.create(
        ticket_id=3,
        field=CustomField.objects.get(name="Location"),
        content="Cellar",
        disabled=True,
        creator=people["root"],
    )


__all__ = ["NOW", "Right", "World"]
