"""Where custom fields apply, and who may see them."""

import pytest

from accounts.models import RoleName
from accounts.rights import Right
from queues.models import (
    CustomField,
    CustomFieldPlace,
    LookupType,
    QueueWatcher,
)
from queues.rights import grant, revoke, rights_of, role_group
from tests.conftest import World

pytestmark = pytest.mark.django_db


def make(name: str, **options: object) -> CustomField:
    """Create a field of tickets with one line of text."""
    return CustomField.objects.create(name=name, type="FreeformSingle", **options)


def names(world: World, user: str) -> list[str]:
    """Return the ticket fields somebody may see somewhere."""
    rights = rights_of(getattr(world, user))
    found = CustomField.objects.visible_with(rights).order_by("name")
    return [field.name for field in found]


def test_a_queue_has_its_own_and_the_global_fields(world: World) -> None:
    """In the order of the place; disabled and others' are left out."""
    make("Global", is_global=True, sort_order=5)
    own = make("Own", sort_order=9)
    CustomFieldPlace.objects.create(customfield=own, queue=world.general, sort_order=1)
    make("Nowhere")
    make("Gone", is_global=True, disabled=True)
    make("Of messages", is_global=True, lookup_type=LookupType.TRANSACTION)
    found = CustomField.objects.for_queue(world.general)
    assert [field.name for field in found] == ["Own", "Global"]
    assert [
        field.name for field in CustomField.objects.for_queue(world.networking)
    ] == ["Global"]


def test_a_place_changes_box_and_default(world: World) -> None:
    """Also of a global field; what it leaves open is as the field says."""
    field = make("Site", is_global=True, grouping="Basics", default_value="Berlin")
    CustomFieldPlace.objects.create(
        customfield=field, queue=world.general, grouping="Places"
    )
    here = CustomField.objects.for_queue(world.general).get()
    there = CustomField.objects.for_queue(world.networking).get()
    assert (here.box, here.default_here) == ("Places", "Berlin")
    assert (there.box, there.default_here) == ("Basics", "Berlin")


def test_seen_by_a_grant_on_queue_field_or_role(world: World) -> None:
    """Each is enough for the name to be known; nothing is not."""
    in_networking = make("Port")
    in_networking.places.create(queue=world.networking)
    make("Global", is_global=True)
    secret = make("Secret", is_global=True)
    assert names(world, "bob") == ["Global", "Port", "Secret"]
    assert names(world, "dave") == []
    grant(world.dave, Right.SEE_CUSTOM_FIELD, field=secret)
    assert names(world, "dave") == ["Secret"]
    grant(
        role_group(RoleName.REQUESTOR), Right.SEE_CUSTOM_FIELD, queue=world.networking
    )
    assert names(world, "dave") == ["Global", "Port", "Secret"]


def test_grants_on_a_field(world: World) -> None:
    """Given, read in the one query of all rights, and taken back."""
    field, other = make("Site"), make("Room")
    grant(world.dave, Right.MODIFY_CUSTOM_FIELD, field=field)
    rights = rights_of(world.dave)
    assert rights.has_on_field(Right.MODIFY_CUSTOM_FIELD, field.pk)
    assert not rights.has_on_field(Right.MODIFY_CUSTOM_FIELD, other.pk)
    assert not rights.has(Right.MODIFY_CUSTOM_FIELD)
    revoke(world.dave, Right.MODIFY_CUSTOM_FIELD, field=field)
    assert not rights_of(world.dave).has_on_field(Right.MODIFY_CUSTOM_FIELD, field.pk)


def test_a_standing_role_brings_a_right_on_a_field(world: World) -> None:
    """AdminCc of a queue are AdminCc of its tickets."""
    field = make("Site")
    grant(role_group(RoleName.ADMIN_CC), Right.SEE_CUSTOM_FIELD, field=field)
    QueueWatcher.objects.create(queue=world.general, role="AdminCc", user=world.dave)
    rights = rights_of(world.dave)
    assert rights.has_on_field(Right.SEE_CUSTOM_FIELD, field.pk, world.general.pk)
    assert not rights.has_on_field(
        Right.SEE_CUSTOM_FIELD, field.pk, world.networking.pk
    )


def test_other_rights_cannot_be_granted_on_a_field(world: World) -> None:
    """They would mean nothing."""
    with pytest.raises(ValueError, match="cannot be granted on a custom field"):
        grant(world.dave, Right.SHOW_TICKET, field=make("Site"))
