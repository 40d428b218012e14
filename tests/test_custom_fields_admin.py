"""Administering custom fields: definitions, values, queues, rights."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from accounts.models import User
from accounts.rights import Right
from queues.models import CustomField, CustomFieldChoice, LookupType
from queues.rights import grant, rights_of
from tests.conftest import World
from tickets.models import ObjectCustomFieldValue

pytestmark = pytest.mark.django_db
LIST = "/admin/queues/customfield/"
LogIn = Callable[..., User]


@pytest.fixture
def log_in(client: Client, world: World) -> LogIn:
    """Return a function that logs Dave in with some rights."""

    def log_in_with(*rights: Right, **place: Any) -> User:
        grant(world.dave, Right.SHOW_CONFIG_TAB)
        for right in rights:
            grant(world.dave, right, **place)
        client.force_login(world.dave)
        return world.dave

    return log_in_with


@pytest.fixture
def root(client: Client) -> User:
    """A superuser, logged in."""
    user = User.objects.create(name="boss", is_superuser=True, is_privileged=True)
    client.force_login(user)
    return user


def form(choices: int = 0, places: int = 0, **values: Any) -> dict[str, Any]:
    """Return the form of a field."""
    return {
        "name": "Site",
        "type": "SelectSingle",
        "lookup_type": LookupType.TICKET.value,
        "max_values": "0",
        "sort_order": "0",
        "choices-TOTAL_FORMS": str(choices),
        "choices-INITIAL_FORMS": "0",
        "places-TOTAL_FORMS": str(places),
        "places-INITIAL_FORMS": "0",
    } | values


def test_a_field_with_values_and_queues(
    client: Client, root: User, world: World
) -> None:
    """All in one form."""
    sent = form(
        choices=2,
        places=1,
        **{
            "choices-0-name": "Berlin",
            "choices-0-category": "Germany",
            "choices-0-sort_order": "1",
            "choices-1-name": "Paris",
            "choices-1-sort_order": "2",
            "places-0-queue": str(world.networking.pk),
            "places-0-grouping": "Basics",
            "places-0-default_value": "Berlin",
        },
    )
    assert client.post(f"{LIST}add/", sent).status_code == 302
    field = CustomField.objects.get()
    assert list(field.choices.values_list("name", "category", "sort_order")) == [
        ("Berlin", "Germany", 1),
        ("Paris", "", 2),
    ]
    place = field.places.get()
    assert (place.queue, place.grouping, place.default_value, place.sort_order) == (
        world.networking,
        "Basics",
        "Berlin",
        None,
    )
    shown = client.get(LIST).content.decode()
    assert "Networking" in shown
    assert f"{LIST}{field.pk}/rights/" in shown


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"pattern": "["}, "No regular expression"),
        ({"pattern": "(?=x)"}, "bounded time"),
        ({"name": "12"}, "neither a number"),
        ({"name": "a{b}"}, "braces"),
        ({"link_value_to": "javascript:alert(1)"}, "An address begins with"),
        ({"include_content_for_value": "data:x"}, "An address begins with"),
        ({"type": "FreeformSingle", "render_type": "List"}, "not drawn so"),
        ({"type": "SelectMultiple", "render_type": "Dropdown"}, "not drawn so"),
        ({"max_values": "3"}, "has one value"),
    ],
)
def test_what_does_not_fit_is_refused(
    client: Client, root: User, values: dict[str, Any], message: str
) -> None:
    """With the reason, and nothing is made."""
    answer = client.post(f"{LIST}add/", form(**values))
    assert message in answer.content.decode()
    assert not CustomField.objects.exists()


def test_based_on_goes_one_way(client: Client, root: User) -> None:
    """And to a field of the same kind of thing."""
    site = CustomField.objects.create(name="Site", type="SelectSingle")
    room = CustomField.objects.create(name="Room", type="SelectSingle", based_on=site)
    of_users = CustomField.objects.create(
        name="Team", type="SelectSingle", lookup_type=LookupType.USER
    )
    url = f"{LIST}{site.pk}/change/"
    for other, message in ((room, "based on this one"), (of_users, "something else")):
        answer = client.post(url, form(based_on=str(other.pk)))
        assert message in answer.content.decode()
    assert CustomField.objects.get(pk=site.pk).based_on is None


def test_administering_values_only(client: Client, log_in: LogIn) -> None:
    """The list can be changed, the definition cannot."""
    field = CustomField.objects.create(name="Site", type="SelectSingle")
    log_in(Right.ADMIN_CUSTOM_FIELD_VALUES, field=field)
    other = CustomField.objects.create(name="Other", type="SelectSingle")
    sent = form(choices=1, name="Renamed") | {
        "choices-0-name": "Berlin",
        "choices-0-sort_order": "0",
    }
    assert client.post(f"{LIST}{field.pk}/change/", sent).status_code == 302
    field.refresh_from_db()
    assert field.name == "Site"
    assert [choice.name for choice in field.choices.all()] == ["Berlin"]
    assert "Other" not in client.get(LIST).content.decode()
    # Django's answer to a row that is not in the list.
    assert client.get(f"{LIST}{other.pk}/change/").status_code == 302
    assert client.get(f"{LIST}add/").status_code == 403


def test_applying_fields_to_ones_own_queue_only(
    client: Client, log_in: LogIn, world: World
) -> None:
    """AssignCustomFields on the queue; values and definition stay."""
    field = CustomField.objects.create(name="Site", type="SelectSingle")
    log_in(Right.ASSIGN_CUSTOM_FIELDS, queue=world.networking)
    sent = form(places=1, is_global="on", name="Renamed", choices=1)
    sent |= {"choices-0-name": "x", "choices-0-sort_order": "0"}
    refused = sent | {"places-0-queue": str(world.general.pk)}
    assert client.post(f"{LIST}{field.pk}/change/", refused).status_code == 200
    assert not field.places.exists()
    allowed = sent | {"places-0-queue": str(world.networking.pk)}
    assert client.post(f"{LIST}{field.pk}/change/", allowed).status_code == 302
    field.refresh_from_db()
    assert [place.queue for place in field.places.all()] == [world.networking]
    assert (field.name, field.is_global) == ("Site", False)
    assert not CustomFieldChoice.objects.exists()


def test_administering_definitions_is_not_applying_them(
    client: Client, log_in: LogIn, world: World
) -> None:
    """As in RT: that is another right."""
    log_in(Right.ADMIN_CUSTOM_FIELD)
    sent = form(is_global="on", places=1) | {"places-0-queue": str(world.general.pk)}
    client.post(f"{LIST}add/", sent)
    field = CustomField.objects.get()
    assert not field.is_global
    assert not field.places.exists()


def test_rights_of_a_field(client: Client, root: User, world: World) -> None:
    """A table as for queues, with the rights that mean something on a field."""
    field = CustomField.objects.create(name="Site", type="SelectSingle")
    url = f"{LIST}{field.pk}/rights/"
    shown = client.get(url).content.decode()
    assert "SeeCustomField" in shown
    assert "ShowTicket<" not in shown
    key = f"g{world.staff.pk}"
    sent = {"column": key, "grant": f"{key}:SeeCustomField", "before": "", "save": "1"}
    assert client.post(url, sent).status_code == 302
    bob = rights_of(User.objects.get(pk=world.bob.pk))
    assert bob.fields == {field.pk: frozenset({"SeeCustomField"})}
    assert LogEntry.objects.get().change_message.startswith("granted SeeCustomField")


def test_rights_need_their_rights(client: Client, log_in: LogIn) -> None:
    """Administering a field is not handing out rights on it."""
    field = CustomField.objects.create(name="Site", type="SelectSingle")
    log_in(Right.ADMIN_CUSTOM_FIELD)
    url = f"{LIST}{field.pk}/rights/"
    assert client.get(url).status_code == 403
    assert client.post(url, {"save": "1"}).status_code == 403


@pytest.mark.parametrize("kind", [LookupType.USER, LookupType.GROUP, LookupType.QUEUE])
def test_values_of_users_groups_and_queues(
    client: Client, root: User, world: World, kind: LookupType
) -> None:
    """A page of its own, linked from theirs; changes are in the log."""
    field = CustomField.objects.create(
        name="Cost centre", type="FreeformSingle", lookup_type=kind, is_global=True,
        pattern=r"(?#Digits)^\d*$",
    )  # fmt: skip
    base, thing = {
        LookupType.USER: ("/admin/accounts/user/", world.alice),
        LookupType.GROUP: ("/admin/accounts/group/", world.staff),
        LookupType.QUEUE: ("/admin/queues/queue/", world.general),
    }[kind]
    url = f"{base}{thing.pk}/custom-fields/"
    assert url in client.get(f"{base}{thing.pk}/change/").content.decode()
    wrong = client.post(url, {field.key: "x", "custom_fields": field.key})
    assert "Input must match [Digits]" in wrong.content.decode()
    client.post(url, {field.key: "4711", "custom_fields": field.key})
    assert ObjectCustomFieldValue.objects.get().content == "4711"
    assert 'value="4711"' in client.get(url).content.decode()
    assert LogEntry.objects.get().change_message == "Changed custom fields: Cost centre"


def test_values_of_users_need_both_rights(
    client: Client, log_in: LogIn, world: World
) -> None:
    """AdminUsers, and ModifyCustomField; seen without the latter."""
    field = CustomField.objects.create(
        name="Cost centre", type="FreeformSingle", lookup_type=LookupType.USER,
        is_global=True,
    )  # fmt: skip
    url = f"/admin/accounts/user/{world.alice.pk}/custom-fields/"
    log_in(Right.SEE_CUSTOM_FIELD)
    sent = {field.key: "1", "custom_fields": field.key}
    assert client.get(url).status_code == 403
    log_in(Right.ADMIN_USERS)
    shown = client.get(url).content.decode()
    assert "Cost centre" in shown
    assert f'name="{field.key}"' not in shown
    assert client.post(url, sent).status_code == 403
    assert not ObjectCustomFieldValue.objects.exists()
