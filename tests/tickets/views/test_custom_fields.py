"""Custom fields on the pages: shown, edited in place, on new tickets and replies."""

import re
from base64 import b64decode
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape

from accounts.models import RoleName
from accounts.rights import Right
from queues.models import CustomField, CustomFieldChoice, LookupType
from queues.rights import grant, revoke, role_group
from tests.conftest import World
from tests.tickets.views.conftest import Browser
from tickets import commands
from tickets.commands import FieldChange
from tickets.counts import active_counts
from tickets.models import CustomFieldValue, ObjectCustomFieldValue, Ticket, Transaction

pytestmark = pytest.mark.django_db
IN_PLACE = {"HX-Request": "true"}
PICTURE = b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


def make(name: str, kind: str, *choices: str, **options: object) -> CustomField:
    """Create a global field; ``Berlin:B1`` is the choice B1 of the category Berlin."""
    field = CustomField.objects.create(
        name=name, type=kind, **({"is_global": True} | options)
    )
    for place, text in enumerate(choices):
        category, _, choice = text.rpartition(":")
        CustomFieldChoice.objects.create(
            field=field, name=choice, category=category, sort_order=place
        )
    return field


def put(world: World, ticket: Ticket, field: CustomField, *values: str) -> None:
    """Set the values as Bob."""
    change = FieldChange(field=field, values=values)
    commands.set_custom_fields(ticket, actor=world.bob, changes=[change])


def values(field: CustomField) -> list[str]:
    """Return the current values of a field on all tickets."""
    rows = CustomFieldValue.objects.filter(field=field, disabled=False)
    return [row.text for row in rows.order_by("pk")]


def url(ticket: Ticket, box: str = "Custom fields") -> str:
    """Return the address of the form of a box."""
    return f"/tickets/{ticket.pk}/fields/?box={box}"


def page(client: Client, ticket: Ticket) -> str:
    """Return the ticket's page."""
    return client.get(f"/tickets/{ticket.pk}/").content.decode()


# --- the ticket's page


def test_each_field_stands_in_its_box(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """In one that is there anyway, in one of its own, or in the common one."""
    for name, grouping in (
        ("Site", "Basics"),
        ("Deadline", "Dates"),
        ("Rack", "Where"),
    ):
        put(world, ticket, make(name, "FreeformSingle", grouping=grouping), f"<{name}>")
    make("Loose", "FreeformSingle")
    shown = page(bob, ticket)
    for box, name in (("box-basics", "Site"), ("box-dates", "Deadline")):
        start = shown.index(f'id="{box}"')
        assert f"&lt;{name}&gt;" in shown[start : shown.index("</section>", start)]
    assert "<h2>Where</h2>" in shown
    assert "<h2>Custom fields</h2>" in shown
    assert "(no value)" in shown
    assert "<Rack>" not in shown


def test_fields_are_hidden_without_the_right(
    alice: Client, ticket: Ticket, world: World
) -> None:
    """Names, values and history; a grant to the role on one field shows that one."""
    seen, hidden = make("Seen", "FreeformSingle"), make("Hidden", "FreeformSingle")
    put(world, ticket, seen, "apple")
    put(world, ticket, hidden, "pear")
    assert "apple" not in page(alice, ticket)
    grant(role_group(RoleName.REQUESTOR), Right.SEE_CUSTOM_FIELD, field=seen)
    shown = page(alice, ticket)
    assert "apple" in shown
    assert "pear" not in shown
    assert "Hidden" not in shown
    assert "fields/?box" not in shown


@pytest.mark.parametrize("count", [1, 6])
def test_the_page_costs_the_same_for_one_field_and_for_six(
    bob: Client,
    ticket: Ticket,
    world: World,
    count: int,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    """Fields, values, choices of the reply's fields, values of messages."""
    for number in range(count):
        field = make(f"F{number}", "FreeformMultiple")
        put(world, ticket, field, "a", "b")
        make(f"T{number}", "SelectSingle", "x", lookup_type=LookupType.TRANSACTION)
    page(bob, ticket)
    active_counts.exact()
    with django_assert_max_num_queries(17):  # type: ignore[attr-defined]
        page(bob, ticket)


# --- editing

TYPED = [
    ("SelectSingle", {}, ["Blue"], ["Blue"], '<select name="{}"'),
    ("SelectSingle", {"render_type": "Select box"}, ["Blue"], ["Blue"], 'size="'),
    ("SelectSingle", {"render_type": "List"}, ["Blue"], ["Blue"], 'type="radio"'),
    (
        "SelectSingle",
        {"render_type": "Checkbox"},
        ["Red", "Blue"],
        ["Blue"],
        "checkbox",
    ),
    ("SelectMultiple", {}, ["Red", "Blue"], ["Red", "Blue"], "multiple"),
    ("SelectMultiple", {"render_type": "List"}, ["Blue"], ["Blue"], 'type="checkbox"'),
    ("FreeformSingle", {}, ["a"], ["a"], 'type="text"'),
    ("FreeformMultiple", {}, ["a\r\n\r\nb"], ["a", "b"], "<textarea"),
    ("TextSingle", {}, ["a\r\nb"], ["a\nb"], "<textarea"),
    ("HTMLSingle", {}, ["<b>a</b>"], ["<b>a</b>"], 'data-editor="html"'),
    ("WikitextSingle", {}, ["'''a'''"], ["'''a'''"], "<textarea"),
    ("ComboboxSingle", {}, ["Pink"], ["Pink"], "<datalist"),
    ("AutocompleteSingle", {}, ["blue"], ["Blue"], "/choices/"),
    ("AutocompleteMultiple", {}, ["blue", "Pink", ""], ["Blue", "Pink"], "data-lines"),
    ("DateSingle", {}, ["2026-05-01"], ["2026-05-01"], 'type="date"'),
    ("DateMultiple", {}, ["2026-05-01", ""], ["2026-05-01"], "data-lines"),
    (
        "DateTimeSingle",
        {},
        ["2026-05-01T10:00"],
        ["2026-05-01 08:00:00"],
        'type="datetime-local"',
    ),
    (
        "DateTimeMultiple",
        {},
        ["2026-05-01T10:00"],
        ["2026-05-01 08:00:00"],
        "data-lines",
    ),
    ("IPAddressSingle", {}, ["10.0.0.01"], ["10.0.0.1"], 'type="text"'),
    ("IPAddressMultiple", {}, ["::1\n10.0.0.1"], ["::1", "10.0.0.1"], "<textarea"),
    ("IPAddressRangeSingle", {}, ["10.0.0.0/31"], ["10.0.0.0-10.0.0.1"], 'type="text"'),
    ("IPAddressRangeMultiple", {}, ["10.0.0.0/31"], ["10.0.0.0-10.0.0.1"], "<textarea"),
]


@pytest.mark.parametrize(("kind", "options", "sent", "stored", "input_"), TYPED)
def test_every_type_and_render_type(
    browser: Browser,
    ticket: Ticket,
    world: World,
    kind: str,
    options: dict[str, str],
    sent: list[str],
    stored: list[str],
    input_: str,
) -> None:
    """The input, the value, and that sending it unchanged changes nothing."""
    world.bob.timezone = "Europe/Berlin"
    world.bob.save(update_fields=["timezone"])
    field = make("F", kind, "Red", "Blue", **options)
    bob = browser(world.bob)
    assert input_.format(field.key) in bob.get(url(ticket)).content.decode()
    answer = bob.post(url(ticket), {field.key: sent, "custom_fields": field.key})
    assert answer.status_code == 302
    assert values(field) == stored
    before = Transaction.objects.count()
    bob.post(url(ticket), sent_again(bob.get(url(ticket)).content.decode(), field.key))
    assert Transaction.objects.count() == before
    bob.post(url(ticket), {"custom_fields": field.key})
    assert values(field) == []


def sent_again(html: str, name: str) -> dict[str, list[str]]:
    """Return what a browser sends of an unchanged form, roughly."""
    html = re.sub(r"<datalist.*?</datalist>", "", html, flags=re.DOTALL)
    found = re.findall(
        rf'<input type="(?:radio|checkbox)" name="{name}" value="([^"]*)"[^>]* checked',
        html,
    )
    found += re.findall(
        rf'<input type="(?:text|date|datetime-local)" name="{name}" value="([^"]*)"',
        html,
    )
    found += re.findall(rf'<textarea name="{name}"[^>]*>\n(.*?)</textarea>', html, re.S)
    found += re.findall(r'<option value="([^"]+)" selected', html)
    unescaped = [text.replace("&lt;", "<").replace("&gt;", ">") for text in found]
    return {
        name: [text.replace("&#x27;", "'") for text in unescaped],
        "custom_fields": [name],
    }


def test_a_moment_keeps_its_seconds(bob: Client, ticket: Ticket, world: World) -> None:
    """The browser's control shows minutes; another value beside it changes nothing."""
    field = make("Windows", "DateTimeMultiple")
    put(world, ticket, field, "2026-05-01 10:00:33")
    sent = {field.key: ["2026-05-01T10:00", "2026-06-01T10:00"]}
    bob.post(url(ticket), sent | {"custom_fields": field.key})
    assert values(field) == ["2026-05-01 10:00:33", "2026-06-01 10:00:00"]


def test_in_place_and_back(bob: Client, ticket: Ticket, world: World) -> None:
    """htmx gets the box alone: to edit, after cancelling, after saving."""
    field = make("Site", "FreeformSingle", grouping="Where & what")
    box = "Where+%26+what"
    for query in ("", "&show=1"):
        shown = bob.get(url(ticket, box) + query, headers=IN_PLACE).content.decode()
        assert "<html" not in shown
        assert ("<form" in shown) == (not query)
        assert "Where &amp; what" in shown
    sent = {field.key: "Berlin", "custom_fields": field.key}
    saved = bob.post(url(ticket, box), sent, headers=IN_PLACE).content.decode()
    assert "Berlin" in saved
    assert "<form" not in saved


def test_what_is_wrong_stands_beside_the_field(bob: Client, ticket: Ticket) -> None:
    """What was typed is still there, and nothing is stored."""
    field = make("Number", "FreeformSingle", pattern=r"(?#Digits)^\d+$")
    other = make("Other", "FreeformSingle")
    sent = {
        field.key: "<ten>",
        other.key: "kept",
        "custom_fields": [field.key, other.key],
    }
    answer = bob.post(url(ticket), sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'id="id_{field.key}_error"><li>Input must match [Digits]' in shown
    assert escape("<ten>") in shown
    assert 'value="kept"' in shown
    assert not CustomFieldValue.objects.exists()


def test_too_many_values(bob: Client, ticket: Ticket) -> None:
    """The form says so, where a program would take the oldest away."""
    field = make("Serials", "FreeformMultiple", max_values=2)
    sent = {field.key: "a\nb\nc", "custom_fields": field.key}
    answer = bob.post(url(ticket), sent)
    assert "At most 2 values" in answer.content.decode()
    assert values(field) == []


def test_what_the_form_did_not_show_is_left_alone(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """A field that was added meanwhile is not emptied."""
    shown, added = make("Shown", "FreeformSingle"), make("Added", "FreeformSingle")
    put(world, ticket, added, "x")
    bob.post(url(ticket), {shown.key: "a", "custom_fields": shown.key})
    assert (values(shown), values(added)) == (["a"], ["x"])


def test_categories_are_groups_and_name_their_field(
    bob: Client, ticket: Ticket
) -> None:
    """The script narrows them, the server checks."""
    site = make("Site", "SelectSingle", "Berlin", "Munich")
    room = make("Room", "SelectSingle", "Berlin:B1", "Munich:M1", based_on=site)
    shown = bob.get(url(ticket)).content.decode()
    assert f'data-based-on="{site.key}"' in shown
    assert '<optgroup label="Berlin"><option value="B1">' in shown
    both = {"custom_fields": [site.key, room.key], site.key: "Berlin"}
    answer = bob.post(url(ticket), both | {room.key: "M1"})
    assert escape("'M1' belongs to Munich.") in answer.content.decode()
    assert bob.post(url(ticket), both | {room.key: "B1"}).status_code == 302


def test_a_retired_value_can_stay(bob: Client, ticket: Ticket, world: World) -> None:
    """It is offered to who has it, and taken as it is."""
    field = make("Site", "SelectMultiple", "Berlin", "Bonn")
    put(world, ticket, field, "Bonn")
    field.choices.filter(name="Bonn").delete()
    assert '<option value="Bonn" selected>' in bob.get(url(ticket)).content.decode()
    bob.post(url(ticket), {field.key: ["Bonn", "Berlin"], "custom_fields": field.key})
    assert values(field) == ["Bonn", "Berlin"]


def test_strangers_and_requestors(
    dave: Client, alice: Client, ticket: Ticket, world: World
) -> None:
    """Not visible is not there; visible but not allowed is refused."""
    field = make("Site", "FreeformSingle")
    for client, status in ((dave, 404), (alice, 403)):
        assert client.get(url(ticket)).status_code == status
        sent = {field.key: "x", "custom_fields": field.key}
        assert client.post(url(ticket), sent).status_code == status
    assert values(field) == []


def test_modify_ticket_alone_shows_no_link(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """And the form is refused."""
    make("Site", "FreeformSingle")
    revoke(world.staff, Right.MODIFY_CUSTOM_FIELD, queue=world.general)
    assert "fields/?box" not in page(bob, ticket)
    assert bob.get(url(ticket)).status_code == 403


# --- suggestions


def test_suggestions_for_who_may_set_the_field(bob: Client, dave: Client) -> None:
    """Twenty at most, of what contains the text."""
    field = make(
        "Model", "AutocompleteSingle", *(f"Laser {n}" for n in range(30)), "Ink"
    )
    address = f"/tickets/fields/{field.pk}/choices/?{field.key}=las"
    shown = bob.get(address).content.decode()
    assert shown.count("<option") == 20
    assert "Ink" not in shown
    assert dave.get(address).status_code == 404
    assert bob.get("/tickets/fields/999999/choices/").status_code == 404
    CustomField.objects.update(is_global=False)
    assert bob.get(address).status_code == 404


# --- files


def upload(client: Client, ticket: Ticket, field: CustomField, **files: bytes) -> int:
    """Send the files and return the status."""
    sent = [SimpleUploadedFile(f"{n}.png", d, "image/png") for n, d in files.items()]
    form = {field.key: sent, "custom_fields": field.key}
    return client.post(url(ticket), form).status_code


def test_pictures_are_uploaded_shown_kept_and_removed(
    bob: Client, ticket: Ticket, world: World
) -> None:
    """The page shows them, the form has a box for each."""
    field = make("Photos", "ImageMultiple")
    assert upload(bob, ticket, field, cat=PICTURE) == 302
    assert upload(bob, ticket, field) == 302  # nothing sent: all unticked
    assert values(field) == []
    upload(bob, ticket, field, cat=PICTURE, dog=PICTURE + b"x")
    row = CustomFieldValue.objects.filter(disabled=False).order_by("pk")[0]
    assert f'src="/tickets/fields/ticket/{row.pk}/file/"' in page(bob, ticket)
    form = bob.get(url(ticket)).content.decode()
    tokens = re.findall(rf'name="{field.key}" value="([^"]+)" checked', form)
    bob.post(url(ticket), {field.key: tokens[1:], "custom_fields": field.key})
    assert values(field) == ["dog.png"]


def test_files_survive_a_form_that_must_be_corrected(
    bob: Client, ticket: Ticket
) -> None:
    """Uploaded once, ticked in the form that comes back."""
    field = make("Log", "BinarySingle")
    number = make("Number", "FreeformSingle", pattern=r"^\d*$")
    file = SimpleUploadedFile("a.txt", b"text", "text/plain")
    sent = {"custom_fields": [field.key, number.key], number.key: "x"}
    answer = bob.post(url(ticket), sent | {field.key: file})
    assert answer.status_code == 422
    tokens = re.findall(
        rf'name="{field.key}" value="([^"]+)" checked', answer.content.decode()
    )
    bob.post(url(ticket), sent | {number.key: "1", field.key: tokens})
    assert values(field) == ["a.txt"]


def test_files_are_served_harmlessly_to_who_may_see_them(
    bob: Client, alice: Client, dave: Client, ticket: Ticket, world: World
) -> None:
    """A page is a download, never run; old values can still be had."""
    field = make("Log", "BinarySingle")
    file = SimpleUploadedFile("x.html", b"<script>1</script>", "text/html")
    bob.post(url(ticket), {field.key: file, "custom_fields": field.key})
    row = CustomFieldValue.objects.get()
    address = f"/tickets/fields/ticket/{row.pk}/file/"
    answer = bob.get(address)
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert b"".join(answer) == b"<script>1</script>"
    assert alice.get(address).status_code == 404
    assert dave.get(address).status_code == 404
    put(world, ticket, field)
    assert bob.get(address).status_code == 200
    for wrong in ("object", "queue"):
        assert bob.get(address.replace("/ticket/", f"/{wrong}/")).status_code == 404


def test_a_script_is_no_picture(bob: Client, ticket: Ticket) -> None:
    """Whatever it is called."""
    field = make("Photo", "ImageSingle")
    file = SimpleUploadedFile("x.svg", b"<svg/>", "image/svg+xml")
    answer = bob.post(url(ticket), {field.key: file, "custom_fields": field.key})
    assert "GIF, JPEG, PNG or WebP" in answer.content.decode()
    assert values(field) == []


def test_html_is_served_for_its_frame(
    bob: Client, alice: Client, ticket: Ticket, world: World
) -> None:
    """With a policy that runs nothing."""
    field = make("Summary", "HTMLSingle")
    put(world, ticket, field, "<b>bold</b><img src=x onerror=alert(1)>")
    row = CustomFieldValue.objects.get()
    address = f"/tickets/fields/ticket/{row.pk}/html/"
    assert address in page(bob, ticket)
    answer = bob.get(address)
    assert "<b>bold</b>" in answer.content.decode()
    assert "onerror" not in answer.content.decode()
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert alice.get(address).status_code == 404


# --- new tickets


def new(world: World, **fields: object) -> dict[str, object]:
    """Return the smallest form of a new ticket."""
    return {"queue": str(world.general.pk), "owner": "0", "subject": "New"} | fields


def test_the_page_of_a_new_ticket_follows_the_queue(bob: Client, world: World) -> None:
    """Without script by a button; what was typed stays, defaults are filled in."""
    port = make("Port", "FreeformSingle", is_global=False, default_value="80")
    port.places.create(queue=world.networking, grouping="Network")
    make("Site", "FreeformSingle", grouping="Basics")
    first = bob.get(f"/tickets/create/?queue={world.general.pk}").content.decode()
    assert "Site" in first
    assert "Port" not in first
    changed = new(
        world, queue=str(world.networking.pk), change_queue="1", subject="Kept"
    )
    then = bob.post("/tickets/create/", changed).content.decode()
    assert "<h2>Network</h2>" in then
    assert f'name="{port.key}" value="80"' in then
    assert 'value="Kept"' in then


def test_a_new_ticket_has_its_values(bob: Client, world: World) -> None:
    """Of every field of the form."""
    site = make("Site", "FreeformSingle", default_value="Berlin")
    tags = make("Tags", "SelectMultiple", "red", "blue")
    form = new(world, **{site.key: "Munich", tags.key: ["red", "blue"]})
    answer = bob.post("/tickets/create/", form)
    assert answer.status_code == 302
    assert (values(site), values(tags)) == (["Munich"], ["red", "blue"])


def test_a_mandatory_field_keeps_the_form(bob: Client, world: World) -> None:
    """The error stands beside it, and no ticket is made."""
    field = make("Site", "FreeformSingle", pattern="(?#Mandatory).")
    for form in (new(world), new(world, **{field.key: ""})):
        answer = bob.post("/tickets/create/", form)
        assert answer.status_code == 422
        assert f'id="id_{field.key}_error"' in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        "cf_{}",
        "Object-RT::Ticket--CustomField-{}-Value",
        "Object-RT::Ticket--CustomField:Basics-{}-Values",
    ],
)
def test_links_prefill_fields_by_our_name_and_rts(bob: Client, name: str) -> None:
    """As bookmarks of RT's page have them."""
    field = make("Site", "FreeformSingle")
    query = {name.format(field.pk): "<Berlin>"}
    shown = bob.get("/tickets/create/", query).content.decode()
    assert f'name="{field.key}" value="&lt;Berlin&gt;"' in shown


def test_quick_creation_leads_to_the_full_form(bob: Client, world: World) -> None:
    """When the queue insists on a field; what was typed is there."""
    field = make("Site", "FreeformSingle", pattern="(?#Mandatory).")
    sent = {
        "subject": "Quick <one>",
        "queue": str(world.general.pk),
        "owner": "me",
        "requestors": "alice@customer.example",
        "content": "Long story",
    }
    answer = bob.post("/quick-create/", sent)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="{field.key}"' in shown
    assert escape("Quick <one>") in shown
    assert "Long story" in shown
    assert not Ticket.objects.exists()


def test_who_may_not_set_a_field_is_not_asked(bob: Client, world: World) -> None:
    """Nor prevented by it."""
    field = make("Site", "FreeformSingle", pattern="(?#Mandatory).")
    revoke(world.staff, Right.MODIFY_CUSTOM_FIELD, queue=world.general)
    assert field.key not in bob.get("/tickets/create/").content.decode()
    assert bob.post("/tickets/create/", new(world)).status_code == 302


# --- replies


def test_a_reply_has_the_fields_of_messages(
    bob: Client, alice: Client, ticket: Ticket, world: World
) -> None:
    """Shown below it to those who see such fields."""
    field = make("Channel", "SelectSingle", "phone", lookup_type=LookupType.TRANSACTION)
    assert f'name="{field.key}"' in page(bob, ticket)
    sent = {"action": "respond", "content": "Hello", field.key: "phone"}
    bob.post(f"/tickets/{ticket.pk}/update/", sent)
    assert ObjectCustomFieldValue.objects.get().content == "phone"
    assert "<dt>Channel</dt>" in page(bob, ticket)
    assert "Channel" not in page(alice, ticket)


def test_a_reply_with_a_wrong_field_is_not_sent(bob: Client, ticket: Ticket) -> None:
    """The error stands beside it."""
    field = make(
        "Minutes",
        "FreeformSingle",
        pattern=r"^\d*$",
        lookup_type=LookupType.TRANSACTION,
    )
    before = Transaction.objects.count()
    sent = {"action": "respond", "content": "Hello", field.key: "x"}
    answer = bob.post(f"/tickets/{ticket.pk}/update/", sent)
    assert answer.status_code == 422
    assert f'id="reply_{field.key}_error"' in answer.content.decode()
    assert Transaction.objects.count() == before
