"""What queries find: exact ids on one small world, the same on every database."""

import pytest

from queues.models import Queue
from tests.tickets.search.conftest import NOW, World
from tickets.search import search

pytestmark = pytest.mark.django_db

ALL = [1, 2, 3, 4, 5, 6, 8, 12, 13]
ACTIVE = [1, 2, 3, 5, 8, 12]

# Asked by bob: staff everywhere but in the secret queue, zone UTC, member of NOC.
FOUND: dict[str, list[int]] = {
    # Numbers of tickets
    "id = 1": [1],
    "id > 0": ALL,
    "id >= 10 AND id <= 20": [12, 13],
    "id BETWEEN 2 AND 4": [2, 3, 4],
    "id IN (1, '3', 999)": [1, 3],
    "id NOT IN (1, 2, 3, 4, 5)": [6, 8, 12, 13],
    "id != 1 AND id < 4": [2, 3],
    "id LIKE 1": [1, 12, 13],
    "id STARTSWITH '1' AND id NOT ENDSWITH '2'": [1, 13],
    "id = '__Bookmarked__'": [3, 4],
    "id != '__Bookmarked__' AND id < 6": [1, 2, 5],
    "EffectiveId = 1": [1, 10],
    "EffectiveId = 10": [],
    "id = 10": [],
    "id = 7": [],
    # Queue and lifecycle
    "Queue = 'Network'": [1, 2, 8, 13],
    "queue = 'network'": [1, 2, 8, 13],
    "Queue = 'Help Desk'": [3, 4, 12],
    "Queue != 'Network'": [3, 4, 5, 6, 12],
    "Queue LIKE 'desk'": [3, 4, 12],
    "Queue NOT LIKE 'desk'": [1, 2, 5, 6, 8, 13],
    "Queue = 'No such queue'": [],
    "Queue != 'No such queue'": ALL,
    "Queue = 'Secret'": [],
    "Queue IN ('Alerts', 'Help Desk')": [3, 4, 5, 6, 12],
    "Queue = 'Alerts' OR Queue = 'Help Desk'": [3, 4, 5, 6, 12],
    "Lifecycle = 'alerts'": [5, 6],
    "Lifecycle != 'alerts'": [1, 2, 3, 4, 8, 12, 13],
    # Status and type
    "Status = 'open'": [1, 12],
    "status='OPEN'": [1, 12],
    "Status != 'open'": [2, 3, 4, 5, 6, 8, 13],
    "Status = '__Active__'": ACTIVE,
    "Status != '__Active__'": [4, 6, 13],
    "Status = '__Inactive__'": [4, 6, 13],
    "Status = 'new' OR Status = '__Inactive__'": [2, 3, 4, 6, 13],
    "Status LIKE 'rejec'": [13],
    "Status = 'deleted'": [],
    "Type = 'reminder'": [11],
    "Type = 'Ticket' OR Type = 'reminder'": sorted([*ALL, 11]),
    "Type != 'ticket'": [11],
    # Texts
    "Subject LIKE 'router'": [1],
    "Subject LIKE '%router%'": [1],
    "Subject NOT LIKE 'r'": [2, 5, 13],
    "Subject LIKE '100%'": [12],
    "Subject STARTSWITH 'PRINTER'": [3],
    "Subject ENDSWITH 'cut'": [8],
    "Subject NOT STARTSWITH 'printer' AND Queue = 'Help Desk'": [4, 12],
    "Subject = 'fibre CUT'": [8],
    "Subject != 'fibre cut' AND Queue = 'Network'": [1, 2, 13],
    r"Subject = 'It\'s a \\ \'quoted\' subject'": [13],
    "Subject LIKE \"'quoted'\"": [13],
    "SLA = 'gold'": [3],
    "SLA IS NOT NULL": [3],
    "SLA != 'gold' AND Queue = 'Help Desk'": [4, 12],
    # Whole numbers
    "Priority > 50": [1],
    "Priority >= 50": [1, 2],
    "Priority = 'High' OR Priority = 'Medium'": [2],
    "Priority BETWEEN 20 AND 50": [2, 8],
    "Priority IN (20, 80)": [1, 8],
    "FinalPriority = '90'": [5],
    "TimeWorked > 0": [4],
    "TimeLeft = 15": [12],
    "Priority > InitialPriority": [1, 2, 8],
    # Owner, creator
    "Owner = 'Nobody'": [2, 3, 5, 12],
    "Owner != 'Nobody'": [1, 4, 6, 8, 13],
    "Owner = 'bob'": [1, 6, 13],
    "Owner = 'BOB'": [1, 6, 13],
    "Owner != 'bob'": [2, 3, 4, 5, 8, 12],
    "Owner = '__CurrentUser__'": [1, 6, 13],
    "Owner = 'no such user'": [],
    "Owner IS NULL": [2, 3, 5, 12],
    "Owner LIKE 'o'": [1, 2, 3, 4, 5, 6, 8, 12, 13],
    "Owner STARTSWITH 'car'": [4, 8],
    "Owner = 'bob' OR Owner = 'Nobody'": [1, 2, 3, 5, 6, 12, 13],
    "Owner.EmailAddress = 'carol@desk.org'": [4, 8],
    "Owner.Organization LIKE 'desk'": [1, 4, 6, 8, 13],
    "Owner.City = 'Bergen'": [1, 6, 13],
    "Owner.Name = 'Nobody'": [2, 3, 5, 12],
    "OwnerGroup = 'noc'": [1, 6, 13],
    "Creator = 'alice'": [1, 4],
    "Creator != 'alice' AND id < 4": [2, 3],
    "LastUpdatedBy = 'carol'": [8],
    # Roles
    "Requestor = 'alice@acme.com'": [1, 4, 8],
    "Requestors = 'ALICE@acme.com'": [1, 4, 8],
    "Requestor = 'alice'": [],
    "Requestor.Name = 'alice'": [1, 4, 8],
    "Requestor != 'alice@acme.com'": [2, 3, 5, 6, 12, 13],
    "Requestor LIKE '@acme.com'": [1, 3, 4, 8],
    "Requestor NOT LIKE '@acme.com'": [2, 5, 6, 12, 13],
    "Requestor ENDSWITH 'globex.com'": [2, 8],
    "Requestor.Organization = 'Acme' AND Requestor.Organization = 'Globex'": [8],
    "Requestor = 'alice@acme.com' AND Requestor = 'dave@globex.com'": [8],
    "Requestor = 'alice@acme.com' OR Requestor = 'dave@globex.com'": [1, 2, 4, 8],
    "Requestor IN ('erin@acme.com', 'dave@globex.com')": [2, 3, 8],
    "Requestor IS NULL": [5, 6, 13],
    "Requestor IS NOT NULL": [1, 2, 3, 4, 8, 12],
    "Requestor.City IS NOT NULL": [1, 4, 8],
    "Requestor.id = '__CurrentUser__'": [12],
    "Requestor = 'NOC'": [12],
    "Requestor.Name = 'bob'": [12],
    "Requestor.Name SHALLOW = 'bob'": [],
    "RequestorGroup = 'noc'": [12],
    "AdminCc.Name = 'bob'": [1, 8],
    "AdminCc.Name SHALLOW = 'bob'": [8],
    "AdminCc.Name != 'bob' AND Queue = 'Network'": [2, 13],
    "Cc = 'erin@acme.com'": [1],
    "Watcher.Name = 'bob'": [1, 6, 8, 12, 13],
    "Watcher = 'erin@acme.com'": [1, 3],
    "QueueAdminCc.Name = 'carol'": [1, 2, 8, 13],
    "QueueCc.Name = 'bob'": [3, 4, 12],
    "QueueCc.Name SHALLOW = 'bob'": [],
    "QueueWatcher IS NULL": [5, 6],
    "Requestor.id = Creator": [1, 4],
    # Dates
    "Created = '2026-05-13'": [3, 5],
    "Created != '2026-05-13' AND id < 6": [1, 2, 4],
    "Created = 'today'": [3, 5],
    "Created = 'yesterday'": [2],
    "Created > '2026-05-12'": [2, 3, 5],
    "Created < '2026-05-02'": [1],
    "Created >= '2 days ago'": [2, 3, 5, 12],
    "Created >= '2 hours ago'": [5],
    "Created BETWEEN '2026-05-11' AND '2026-05-12'": [2, 12],
    "Created IN ('2026-05-01', '2026-05-13')": [1, 3, 5],
    "Due < 'now'": [1],
    "Due > 'now'": [8],
    "Due > 0": [1, 8],
    "Due = '2026-05-20'": [8],
    "Due != '2026-05-20'": [1],
    "Due IS NULL AND Queue = 'Network'": [2, 13],
    "Due IS NOT NULL": [1, 8],
    "Due = NULL AND Queue = 'Network'": [2, 13],
    "NOT (Due < 'now') AND Queue = 'Network'": [2, 8, 13],
    "Resolved = '2026-05-05'": [4],
    "Told = '3 May 2026'": [1],
    "LastContact IS NOT NULL": [1],
    "Starts > 'tomorrow'": [8],
    "LastUpdated < '7 days ago'": [3, 4, 5, 6, 8, 12, 13],
    "LastUpdated > Created AND Due < LastUpdated": [1],
    "Resolved > Started": [4],
    "NOT Resolved > Started AND Queue = 'Help Desk'": [3, 12],
    # Links
    "DependsOn = 8": [1],
    "DependedOnBy = 1": [8],
    "DependentOn = '1'": [8],
    "DependsOn != 8 AND id < 4": [2, 3],
    "DependsOn IS NOT NULL": [1],
    "MemberOf IS NULL AND HasMember IS NOT NULL": [12],
    "MemberOf = 12": [3],
    "HasMember = 3 OR MemberOf = 12": [3, 12],
    "RefersTo = 1": [4],
    "ReferredToBy = 11": [1],
    "RefersTo = 'http://wiki.example.org/printers'": [12],
    "LinkedTo = 1": [4],
    "LinkedFrom = 1": [8],
    "Linked = 1": [4, 8],
    "Linked IS NULL": [2, 5, 6, 13],
    "DependsOn IN (3, 8)": [1],
    # Custom fields
    "CF.Location = 'basement'": [1],
    "CF.{Location} != 'Basement' AND Queue = 'Network'": [2, 8, 13],
    "'CF.{Asset Tag}' LIKE 'PC-'": [1],
    "CF.{Asset Tag} NOT LIKE 'PC-' AND id < 4": [2, 3],
    "CustomField.{Location} IS NULL AND id < 4": [3],
    "CF.Location IS NOT NULL": [1, 2],
    "CF.Network.{Location} = 'Attic'": [2],
    "CF.{Location}.Content = 'Attic'": [2],
    "CF.{Severity} > 9": [2],
    "CF.{Severity} >= '9'": [1, 2],
    "CF.{Severity} < 10": [1],
    "CF.{Severity} >= 'g'": [3],
    "CF.{Tags} = 'red' AND CF.{Tags} = 'blue'": [1],
    "CF.{Tags} != 'red' AND CF.{Tags} IS NOT NULL": [8],
    "CF.{Deadline} < 'today'": [1],
    "CF.{Deadline} = '21 May 2026'": [8],
    "CF.{Seen} = 'today'": [5],
    "CF.{Seen} > '2 hours ago'": [5],
    "CF.{Address} = '10.0.0.0/8'": [1, 8],
    "CF.{Address} = '10.1.2.3'": [1],
    "CF.{Address} < '10.1.2.10'": [1],
    "CF.{Address} != '10.0.0.0/8' AND CF.{Address} IS NOT NULL": [2],
    "Due > CF.{Deadline}": [1],
    "CF.{Deadline} > Due": [8],
    "(CF.{Tags}'='red')": [1],
    # History
    "Content LIKE 'CABLE'": [1],
    "Content LIKE 'budget'": [1],
    "Content NOT LIKE 'cable' AND id < 4": [2, 3],
    "Filename = 'plan.pdf'": [8],
    "Filename LIKE '.pdf'": [8],
    "ContentType = 'text/plain'": [1, 3, 8],
    "UpdatedBy = 'carol'": [8],
    "UpdatedBy != 'carol' AND Queue = 'Network'": [1, 2, 13],
    "Updated > '2026-05-11' AND Updated < '2026-05-12'": [8],
    # Logic
    "Queue = 'Network' AND Status = 'new' OR Status = 'raised'": [2, 5],
    "Status = 'raised' OR Queue = 'Network' AND Status = 'new'": [2, 5],
    "(Queue = 'Network' OR Queue = 'Alerts') AND Status = 'new'": [2],
    "NOT Queue = 'Network' AND NOT (Status = 'new' OR Status = 'open')": [4, 5, 6],
    "NOT NOT id = 1": [1],
    "id=1+OR+id=2": [1, 2],
    # RT's own examples
    "Owner = 'Nobody' AND Status = '__Active__'": [2, 3, 5, 12],
    "(Queue = 'Network' OR Queue = 'Alerts') AND Due < 'now'"
    " AND Status = '__Active__'": [1],
    "Requestor.EmailAddress LIKE '@acme.com' AND LastUpdated < '7 days ago'": [3, 4, 8],
    "'CF.{Asset Tag}' LIKE 'PC-' AND Created >= '2024-01-01'": [1],
    "HasMember IS NOT NULL AND MemberOf IS NULL": [12],
}


def ids(
    query: str, world: World, *, by: str = "bob", rt_precedence: bool = False
) -> list[int]:
    """Return what a person finds."""
    found = search(query, user=world.named(by), now=NOW, rt_precedence=rt_precedence)
    return [ticket.pk for ticket in found]


@pytest.mark.parametrize("query", FOUND)
def test_finds_exactly(world: World, query: str) -> None:
    assert ids(query, world) == FOUND[query]


def test_queue_by_id(world: World) -> None:
    number = Queue.objects.get(name="Alerts").pk
    assert ids(f"Queue = {number}", world) == [5, 6]
    assert ids(f"Queue = '{number}'", world) == [5, 6]


def test_owner_by_id(world: World) -> None:
    assert ids(f"Owner = {world.carol.pk}", world) == [4, 8]
    assert ids(f"Owner.id = {world.carol.pk}", world) == [4, 8]


def test_rt_precedence_is_the_last_word_of_a_level(world: World) -> None:
    query = "Status = 'raised' OR Queue = 'Network' AND Status = 'new'"
    assert ids(query, world, rt_precedence=True) == []
    query = "Queue = 'Network' AND Status = 'new' OR Status = 'raised'"
    assert ids(query, world, rt_precedence=True) == [1, 2, 3, 5, 8, 13]
    grouped = "Status = 'raised' OR (Queue = 'Network' AND Status = 'new')"
    assert ids(grouped, world, rt_precedence=True) == [2, 5]


def test_days_are_those_of_the_user(world: World) -> None:
    # 22:30 UTC on the 12th is the 13th in Berlin, where carol lives.
    assert ids("Created = '2026-05-13'", world, by="carol") == [2, 3, 5]
    assert ids("Created = '2026-05-13'", world, by="bob") == [3, 5]


def test_placeholders_mean_who_asks(world: World) -> None:
    assert ids("Owner = '__CurrentUser__'", world, by="carol") == [4, 8]
    assert ids("Owner.Name = '__CurrentUserName__'", world, by="carol") == [4, 8]
    assert ids("id = '__Bookmarked__'", world, by="carol") == []
