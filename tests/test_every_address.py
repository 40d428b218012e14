"""Every address there is, for everybody, with parameters nobody means well with.

The addresses are read from the URL tables, so that a new one is tried as soon as it
exists. The tickets have all that is hard to show: the first and the last day there is,
letters that XML has no form for, markup, formulas.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import product
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.feeds import feed_signature
from accounts.models import User
from accounts.rights import Right
from mail.models import OutgoingMail
from queues.models import CustomField
from queues.rights import grant
from scrips.models import Channel, SubscriptionEvent
from scrips.subscriptions import links
from scrips.subscriptions.commands import Wishes, subscribe
from tests.conftest import Settled, World
from tests.factories import make_ticket
from tests.test_hostile_input import HUGE, WORDS, is_calm
from tests.tickets.dashboards.making import make_chart, make_dashboard
from tickets import commands
from tickets.bulk_change import BulkChange
from tickets.charts.groupings import KINDS, PARTS
from tickets.commands import FieldChange
from tickets.commands.bulk import start_bulk_update
from tickets.exports import FORMATS
from tickets.messages import File, compose
from tickets.models import Attachment, CustomFieldValue, SavedSearch, Ticket
from tickets.reports import REPORTS

pytestmark = pytest.mark.django_db

APPS = ("accounts", "queues", "tickets", "scrips", "mail")
QUERY = "id > 0"
NASTY = "=1+1\x08\x1b<script>alert(1)</script>&\"'\u2028\ufffe;,}{"
FIRST = datetime(1900, 1, 1, tzinfo=UTC)
LAST = datetime(9000, 12, 31, 23, 59, tzinfo=UTC)
# RT's addresses and ours; each parameter is read somewhere.
PARAMETERS = (
    *("query", "Query", "q", "order", "OrderBy", "Order", "format", "Format", "rows"),
    *("page", "Page", "after", "before", "refresh", "reading", "search", "options"),
    *("set", "add", "id", "scope", "history", "quote", "queue", "Queue", "group_by"),
    *("by", "function", "style", "order_by", "direction", "limit", "limit_type"),
    *("width", "height", "GroupBy", "ChartFunction", "ChartStyle", "Width", "from"),
    *("to", "range", "kind", "name", "part", "field_name", "box", "row", "next"),
    *("Time", "SingleEvent", "state", "download", "images", "show", "all", "carried"),
    "dashboard",
)


def routes(
    patterns: list[URLPattern | URLResolver], prefix: str = "", app: str = ""
) -> Iterator[str]:
    """Yield the route of every address of the apps, as its table writes it."""
    for each in patterns:
        route = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            yield from routes(each.url_patterns, route, app or each.app_name or "")
        elif app in APPS:
            yield route


ROUTES = sorted(set(routes(get_resolver().url_patterns)))


@pytest.fixture
def ticket(world: World, settled: Settled) -> Ticket:
    """Alice's ticket that Bob owns, with dates at both ends of time and much else."""
    field = CustomField.objects.create(name="Where", type="FreeformMultiple",
                                       is_global=True)  # fmt: skip
    with settled():
        made = make_ticket(
            world.general,
            by=world.alice,
            owner=world.bob,
            subject="Printer",
            due=LAST,
            starts=FIRST,
        )
        commands.comment(
            made,
            actor=world.bob,
            message=compose(text=NASTY, files=[File("a.txt", "text/plain", b"x")]),
        )
        change = FieldChange(field=field, values=(NASTY.replace("\x08", ""),))
        commands.set_custom_fields(made, actor=world.bob, changes=[change])
    Ticket.objects.filter(pk=made.pk).update(subject=NASTY, resolved=LAST, told=FIRST)
    made.refresh_from_db()
    return made


@pytest.fixture
def numbers(world: World, ticket: Ticket) -> dict[str, object]:
    """What the parts of addresses may be, all of it Bob's own."""
    for right in (
        *(Right.SHOW_SEARCH_BULK_UPDATE, Right.SUBSCRIBE_DASHBOARD),
        *(Right.SHOW_CONFIG_TAB, Right.MODIFY_CUSTOM_FIELD, Right.SEE_CUSTOM_FIELD),
    ):
        grant(world.bob, right)
    search = SavedSearch.objects.create(owner=world.bob, name=NASTY, query=QUERY)
    subscription = subscribe(
        search, actor=world.bob, wishes=Wishes(channel=Channel.FEED)
    )
    SubscriptionEvent.objects.create(
        subscription=subscription, ticket=ticket, kind="entered", at=ticket.created
    )
    chart = make_chart(world.bob)
    dashboard = make_dashboard(
        world.bob,
        ("Search", search.pk),
        ("Chart", chart.pk),
        "QueueList",
        name=NASTY,
    )
    update = start_bulk_update(
        [ticket.pk], actor=world.bob, change=BulkChange(status="open"), token="x"
    )
    node = Attachment.objects.filter(transaction__type="Comment").latest("pk")
    mail = OutgoingMail.objects.latest("pk")
    value = CustomFieldValue.objects.get()
    return {
        "job_id": update.pk, "search_id": search.pk, "slug": next(iter(REPORTS)),
        "transaction_id": node.transaction_id, "attachment_id": node.pk,
        "name": "bob", "field_id": value.field_id, "kind": "csv",
        "value_id": value.pk, "ticket_id": ticket.pk, "reminder_id": ticket.pk,
        "auth": feed_signature(world.bob, parts=("ical", QUERY)), "query": QUERY,
        "page": "Results.html", "token": links.token(subscription, "feed"),
        "subscription_id": subscription.pk, "delivery_id": 1, "mail_id": mail.pk,
        "file_id": node.pk, "to": "next", "dashboard_id": dashboard.pk, "key": "2",
    }  # fmt: skip


def filled(route: str, parts: dict[str, object]) -> str:
    """Return the address a route has with these parts."""
    route = re.sub(r"\(\?P<(\w+)>[^)]*\)\$?", r"<\1>", route).removesuffix("$")
    return "/" + re.sub(
        r"<(?:\w+:)?(\w+)>", lambda m: quote(str(parts[m[1]]), safe=""), route
    )


def browser(user: User | None) -> Client:
    """Return somebody's browser, or a stranger's; a crash is an answer to it."""
    client = Client(raise_request_exception=False)
    if user is not None:
        client.force_login(user)
    return client


def person(world: World, name: str) -> User | None:
    """Return one of the world, a superuser, or nobody."""
    if name == "root":
        world.carol.is_superuser = True
        world.carol.save(update_fields=["is_superuser"])
        return world.carol
    return getattr(world, name, None)


def broken(client: Client, addresses: list[str], **headers: str) -> list[str]:
    """Return those of the addresses that crash."""
    return [
        address[:200]
        for address in addresses
        if not is_calm(client.get(address, headers=headers))
    ]


PEOPLE = ("nobody", "alice", "dave", "bob", "root")


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("fragment", ["", "true"])
def test_every_address(
    world: World, numbers: dict[str, object], name: str, fragment: str
) -> None:
    client = browser(person(world, name))
    addresses = [filled(route, numbers) for route in ROUTES]
    assert (
        broken(client, addresses, **({"HX-Request": "true"} if fragment else {})) == []
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_every_address_with_odd_parts(
    world: World, numbers: dict[str, object], name: str, word: str
) -> None:
    """Where an address has a number, a huge one; where it has a word, an odd one."""
    client = browser(person(world, name))
    huge = {part: HUGE if isinstance(value, int) else value
            for part, value in numbers.items()}  # fmt: skip
    odd: dict[str, object] = {part: value if isinstance(value, int) else word or "x"
           for part, value in numbers.items()}  # fmt: skip
    addresses = [filled(route, parts) for route in ROUTES for parts in (huge, odd)]
    assert broken(client, addresses) == []


@pytest.mark.slow
@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_every_address_with_odd_parameters(
    world: World, numbers: dict[str, object], word: str
) -> None:
    """Each parameter in turn, beside a query that is understood, and all at once."""
    client = browser(world.bob)
    addresses = []
    for route in ROUTES:
        address = filled(route, numbers)
        every = [(name, word) for name in PARAMETERS if name not in {"query", "Query"}]
        addresses.append(f"{address}?{urlencode([('query', QUERY), *every])}")
        addresses.append(f"{address}?{urlencode([(n, word) for n in PARAMETERS])}")
    for name in PARAMETERS:
        pairs = urlencode({"query": QUERY, name: word})
        addresses += [
            f"{path}?{pairs}"
            for path in (
                *("/search/", "/search/edit/", "/search/chart/", "/search/bulk/"),
                *("/search/export/tickets.json", "/search/feeds/", "/searches/save/"),
                "/reports/created-resolved/",
                "/my-tickets/",
            )
        ]
    assert broken(client, addresses) == []


def test_every_address_refuses_a_post_without_the_token_of_the_form(
    world: World, numbers: dict[str, object]
) -> None:
    """But for what programs post on somebody's behalf."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=True)
    client.force_login(world.bob)
    answers = {
        route: client.post(filled(route, numbers)).status_code for route in ROUTES
    }
    free = {r for r, status in answers.items() if status not in {403, 404, 405}}
    assert free <= {"subscriptions/unsubscribe/<str:token>/"}


ZONES = ("Pacific/Auckland", "America/Los_Angeles")


@pytest.mark.parametrize("zone", ZONES)
def test_dates_at_both_ends_of_time(
    world: World, numbers: dict[str, object], zone: str
) -> None:
    """Whatever can be stored can be listed, exported, drawn, fed and sent."""
    User.objects.filter(pk=world.bob.pk).update(timezone=zone)
    client = browser(world.bob)
    columns = "'__Due__','__DueRelative__','__Starts__','__StartsRelative__'"
    columns += ",'__Resolved__','__Told__','__ToldRelative__','__CustomField.{Where}__'"
    pairs = urlencode({"query": QUERY, "format": columns, "order": "-Due"})
    addresses = [f"/search/export/tickets.{kind}?{pairs}" for kind in FORMATS]
    addresses += [f"/search/?{pairs}", f"/search/print/?{pairs}"]
    auth = numbers["auth"]
    root = f"/NoAuth/iCal/bob/{auth}/{quote(QUERY)}"
    addresses += [root, f"{root}?Time=1", f"{root}?SingleEvent=1"]
    groupings = [
        f"{name}.{part}" if part else name
        for name, kind in KINDS.items()
        for part in PARTS.get(kind, ("",))
    ]
    for grouping in [*groupings, "CF.{Where}"]:
        pairs = urlencode({"query": QUERY, "group_by": grouping})
        addresses += [f"/search/chart/?{pairs}", f"/search/chart/csv/?{pairs}"]
    assert broken(client, addresses) == []


ENDS = ("", "0001-01-01", "1970-01-01", "9999-12-31")


@pytest.mark.parametrize("slug", REPORTS)
def test_reports_at_both_ends_of_time(world: World, ticket: Ticket, slug: str) -> None:
    """Days with nothing before or after them are refused, beside the field."""
    periods = [urlencode({"from": a, "to": b}) for a, b in product(ENDS, ENDS)]
    addresses = [f"/reports/{slug}/{end}?{p}" for p in periods for end in ("", "csv/")]
    assert broken(browser(world.bob), addresses) == []
