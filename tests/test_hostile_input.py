"""Input nobody means well with: every door answers with an error, never a crash.

The same table of values goes into every number of a URL, every parameter, every field
of every form and every property of the API; all of it as somebody who is logged in.
"""

import json
import threading
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client

from accounts.models import User
from accounts.rights import Right
from queues.rights import grant
from tests.conftest import World
from tests.factories import make_ticket
from tickets import commands
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

HUGE = "9" * 40
NUMBERS = ("0", "9223372036854775808", HUGE, "9" * 5000, "²", "٣")
PLACES = (
    "/tickets/{}/",
    "/tickets/{}/history/",
    "/tickets/{}/update/",
    "/tickets/{}/basics/",
    "/tickets/html/{}/",
    "/tickets/attachment/{}/{}/x",
    "/mail/outgoing/{}/",
    "/mail/outgoing/{}/html/",
    "/mail/outgoing/1/files/{}/",
    "/mail/record/{}/",
    "/mail/incoming/{}/",
    "/mail/incoming/{}/raw/",
    "/Ticket/Display.html?id={}",
    "/Ticket/Display.html?Action=Take&id={}",
    "/Ticket/Attachment/{}/{}/x",
    "/Transaction/Display.html?id={}",
    "/REST/2.0/ticket/{}",
)
WORDS = {
    "nothing": "",
    "NUL": "a\x00b",
    "huge": HUGE,
    "minus": "-" + HUGE,
    "superscript": "²",
    "digits of another script": "٣",
    "halves": "((((" * 1200,
    "quotes": "'\"\\`<script>alert(1)</script>",
    "lines": "a\r\nBcc: x@example.net\r\n\r\nb",
    "marks": "\u202e\u2028\ufeff\U0001f600",
    "not a number": "NaN",
    "address": "https://example.org/\x00",
    "long": "x" * 100_000,
    "first day": "0001-01-01T00:00",
    "last day": "9999-12-31T23:59",
    "percent": "%00%ff{{7*7}}",
}
QUERIES = (
    "/search/?query={}",
    "/search/?q={}",
    "/search/?query=id>0&order={}",
    "/search/?query=id>0&page={}",
    "/search/?query=Subject LIKE '{}'",
    "/search/?query=Content LIKE '{}'",
    "/search/?query=Requestor = '{}'",
    "/search/?query=Owner = '{}'",
    "/search/?query=Queue = '{}'",
    "/search/?query=Due < '{}'",
    "/search/?query=Updated > '{}'",
    "/search/?query=id = {}",
    "/search/?query=Priority > {}",
    "/search/?query=RefersTo = '{}'",
    "/search/?query=UpdatedBy = '{}'",
    "/search/?query=CF.{{{}}} = 1",
    "/tickets/{ticket}/history/?before={}",
    "/tickets/{ticket}/history/?before=5&first={}",
    "/tickets/{ticket}/?history={}",
    "/tickets/{ticket}/update/?quote={}",
    "/tickets/{ticket}/update/?action={}&content={}&cc={}&status={}",
    "/tickets/create/?queue={}",
    "/tickets/create/?Owner={}&Subject={}&Requestors={}&Due={}&Priority={}",
    "/login/?next={}",
    "/mail/outgoing/?before={}&state={}",
    "/mail/incoming/?before={}&state={}",
    "/Ticket/Create.html?Queue={}",
    "/Search/Results.html?Query={}&OrderBy={}",
    "/REST/2.0/tickets?query={}",
    "/REST/2.0/tickets?query=id>0&page={}&per_page={}",
    "/REST/2.0/tickets?query=id>0&orderby={}&order={}",
    "/REST/2.0/tickets?query=id>0&fields={}&fields[{}]=Name",
    "/REST/2.0/tickets?simple=1&query={}",
    "/REST/2.0/queues/all?find_disabled_rows={}&fields={}",
)
TEXT = {"action": "respond", "content": "Hello"}
FORMS: dict[str, dict[str, str]] = {
    "/tickets/{ticket}/update/": {
        **TEXT, "content_html": "", "subject": "", "cc": "", "bcc": "", "status": "",
        "worked": "", "quoting": "", "form_token": "", "kept": "",
    },
    "/tickets/create/": {
        "queue": "{queue}", "status": "", "owner": "", "requestors": "", "cc": "",
        "admin_cc": "", "subject": "x", "content": "y", "content_html": "",
        "priority": "", "final_priority": "", "time_estimated": "", "time_worked": "",
        "time_left": "", "starts": "", "due": "", "depends_on": "", "refers_to": "",
        "member_of": "", "form_token": "", "kept": "",
    },
    "/quick-create/": {
        "subject": "x", "queue": "{queue}", "owner": "me", "requestors": "",
        "content": "", "form_token": "",
    },
    "/tickets/{ticket}/basics/": {
        "subject": "x", "queue": "{queue}", "owner": "0", "status": "", "priority": "1",
        "final_priority": "1", "time_estimated": "", "time_worked": "",
        "time_left": "",
    },
    "/tickets/{ticket}/people/": {
        "requestors": "", "cc": "", "admin_cc": "", "remove": "",
    },
    "/tickets/{ticket}/dates/": {"starts": "", "started": "", "told": "", "due": ""},
    "/tickets/{ticket}/links/": {
        "depends_on": "", "depended_on_by": "", "member_of": "", "has_member": "",
        "refers_to": "", "referred_to_by": "", "remove": "",
    },
    "/tickets/{ticket}/reminders/add/": {
        "subject": "x", "owner": "", "due": "", "form_token": "", "next": "",
    },
    "/tickets/reminders/{ticket}/complete/": {"next": ""},
    "/tickets/reminders/{reminder}/complete/": {"next": ""},
    "/tickets/{ticket}/status/": {"status": "", "next": ""},
    "/tickets/{ticket}/take/": {"next": ""},
    "/tickets/{ticket}/bookmark/": {"on": "", "next": ""},
    "/refresh/": {"minutes": ""},
    "/preferences/": {
        "real_name": "Bob", "email": "bob@example.org", "timezone": "", "theme": "",
        "signature": "",
    },
    "/password/": {"current": "", "new": "", "again": ""},
    "/login/": {"username": "bob", "password": "x", "next": ""},
}  # fmt: skip
PROPERTIES = (
    "Queue", "Subject", "Content", "ContentType", "Requestor", "Cc", "AdminCc", "Owner",
    "Status", "Type", "Priority", "InitialPriority", "FinalPriority", "TimeWorked",
    "TimeLeft", "TimeEstimated", "Starts", "Due", "DependsOn", "RefersTo", "Parent",
    "CustomFields", "Attachments", "TimeTaken",
)  # fmt: skip
IN_JSON = ("NUL", "huge", "superscript", "halves", "long", "first day", "last day")
VALUES: dict[str, str] = {name: json.dumps(WORDS[name]) for name in IN_JSON} | {
    "null": "null",
    "true": "true",
    "NaN": "NaN",
    "infinity": "-Infinity",
    "integer": HUGE,
    "float": "1e400",
    "list": '[null, [], {}, "\\ud800", 1]',
    "object": '{"id": {"id": 1}, "type": "group"}',
    "group": '{"id": "99999999999999999999", "type": "group"}',
    "half a character": '"\\ud800"',
    "deep": "[" * 5000 + "]" * 5000,
}


@pytest.fixture
def ticket(world: World) -> Ticket:
    """A ticket of Alice's that Bob owns."""
    return make_ticket(world.general, by=world.alice, owner=world.bob)


@pytest.fixture
def bob(world: World) -> Client:
    """Bob, who may look at mail too; a crash is an answer of his browser."""
    grant(world.bob, Right.SHOW_CONFIG_TAB)
    client = Client(raise_request_exception=False)
    client.force_login(world.bob)
    return client


def is_calm(answer: Any) -> bool:
    """Say whether nothing broke, neither at once nor while streaming."""
    if answer.streaming:
        b"".join(answer.streaming_content)
    return bool(answer.status_code < 500)


@pytest.mark.parametrize("number", NUMBERS, ids=lambda text: text[:20])
def test_numbers_in_addresses(bob: Client, number: str) -> None:
    broken = [
        place for place in PLACES if not is_calm(bob.get(place.replace("{}", number)))
    ]
    assert broken == []


def encoded(template: str, word: str, *, ticket: Ticket) -> str:
    """Return the address with the word in it, as a browser would send it."""
    address = template.replace("{ticket}", str(ticket.pk)).replace("{{{}}}", "{{}}")
    path, _, query = address.partition("?")
    fields = [field.partition("=")[::2] for field in query.split("&")]
    put = [(a.replace("{}", word), b.replace("{}", word)) for a, b in fields]
    return f"{path}?{urlencode(put)}"


@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_parameters(bob: Client, ticket: Ticket, word: str) -> None:
    broken = [
        template
        for template in QUERIES
        if not is_calm(bob.get(encoded(template, word, ticket=ticket)))
    ]
    assert broken == []


def test_bytes_that_are_no_text(bob: Client, ticket: Ticket) -> None:
    broken = [
        template
        for template in QUERIES
        if not is_calm(
            bob.get(
                template.replace("{ticket}", str(ticket.pk))
                .replace("{}", "%ff%ed%a0%80")
                .replace(" ", "%20")
            )
        )
    ]
    assert broken == []


@pytest.mark.slow
@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
@pytest.mark.parametrize("address", FORMS)
def test_fields_of_forms(
    world: World, bob: Client, ticket: Ticket, address: str, word: str
) -> None:
    """Each field in turn; afterwards every page still shows."""
    reminder = commands.add_reminder(ticket, actor=world.bob, subject="Call")
    known = {"ticket": ticket.pk, "reminder": reminder.pk, "queue": world.general.pk}
    usual = {name: value.format(**known) for name, value in FORMS[address].items()}
    broken = []
    for name in usual:
        with transaction.atomic():
            answer = bob.post(address.format(**known), usual | {name: word})
            if not is_calm(answer):
                broken.append(name)
                transaction.set_rollback(True)
        bob.force_login(world.bob)
    assert broken == []
    if word.endswith(("T00:00", "T23:59")):
        assert_all_shown(world, ticket)


def assert_all_shown(world: World, ticket: Ticket) -> None:
    """Whatever was stored, everybody's pages can show it, east and west."""
    pages = ["/", "/search/?query=id>0", "/REST/2.0/tickets?query=id>0&fields=Due"]
    for number in Ticket.objects.values_list("pk", flat=True):
        pages += [f"/tickets/{number}/", f"/tickets/{number}/dates/"]
    for zone in ("Pacific/Auckland", "America/Los_Angeles"):
        world.bob.timezone = zone
        world.bob.save(update_fields=["timezone"])
        client = Client(raise_request_exception=False)
        client.force_login(world.bob)
        assert [page for page in pages if not is_calm(client.get(page))] == []


@pytest.mark.slow
@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
@pytest.mark.parametrize("path", ["ticket", "ticket/{}/correspond"])
def test_properties_of_the_api(
    world: World, bob: Client, ticket: Ticket, path: str, value: str
) -> None:
    usual = {"Queue": "General", "Content": "x", "ContentType": "text/plain"}
    broken = []
    for name in PROPERTIES:
        rest = {key: text for key, text in usual.items() if key != name}
        body = json.dumps(rest)[:-1] + f', "{name}": {value}}}'
        with transaction.atomic():
            answer = bob.post(
                f"/REST/2.0/{path.format(ticket.pk)}",
                body,
                content_type="application/json",
            )
            if not is_calm(answer):
                broken.append(name)
                transaction.set_rollback(True)
    assert broken == []
    if value.endswith(('T00:00"', 'T23:59"')):
        assert_all_shown(world, ticket)


@pytest.mark.parametrize("far", ["", "²", "https://a\x00b", HUGE, "mailto:\x00"])
@pytest.mark.parametrize("direction", ["RefersTo", "Nothing", "\x00"])
def test_links_to_remove(bob: Client, ticket: Ticket, direction: str, far: str) -> None:
    """The boxes of links are read without a field of a form."""
    answer = bob.post(f"/tickets/{ticket.pk}/links/", {"remove": f"{direction}:{far}"})
    assert is_calm(answer)


@pytest.mark.parametrize("minutes", [2_147_483_647, -2_147_483_647])
def test_time_worked_stays_a_number_of_the_database(
    bob: Client, ticket: Ticket, minutes: int
) -> None:
    """Time taken adds up; what does not fit is refused, not a crash."""
    body = {"Content": "x", "ContentType": "text/plain", "TimeTaken": minutes}
    for _ in range(2):
        with transaction.atomic():
            answer = bob.post(
                f"/REST/2.0/ticket/{ticket.pk}/comment",
                json.dumps(body),
                content_type="application/json",
            )
            transaction.set_rollback(answer.status_code >= 500)
    assert answer.status_code == 400


@pytest.mark.parametrize("field", ["queue", "action", "ticket"])
@pytest.mark.parametrize("word", WORDS.values(), ids=WORDS)
def test_fields_of_the_mail_gateway(bob: Client, field: str, word: str) -> None:
    """The mail gateway answers in its own words, so that no mail is lost."""
    mail = "From: alice@customer.example\nSubject: x\n\nHello\n"
    fields = {"queue": "General", "action": "correspond", "message": mail}
    answer = bob.post("/REST/1.0/NoAuth/mail-gateway", fields | {field: word})
    assert answer.status_code == 200
    assert answer.content.startswith((b"ok", b"not ok", b"temporary failure"))


@pytest.mark.django_db(transaction=True)
def test_two_take_at_once(world: World) -> None:
    """One of them gets the ticket, the other hears about it."""
    made = make_ticket(world.general, by=world.alice)
    start = threading.Barrier(2)
    results: list[str] = []

    def take(user: User) -> None:
        try:
            start.wait(timeout=10)
            commands.take(made.pk, actor=user)
            results.append("taken")
        except ValidationError:
            results.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=take, args=[u]) for u in (world.bob, world.carol)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(results) == ["refused", "taken"]
