"""Custom fields in the bulk format: definitions whole, values of every type."""

import json
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from queues.models import CustomField
from tests.conftest import World
from tickets import blobs
from tickets.models import CustomFieldValue

pytestmark = pytest.mark.django_db


def load(path: Path, *lines: dict[str, Any]) -> None:
    """Import the lines."""
    file = path / "lines.jsonl"
    file.write_text("\n".join(json.dumps(line) for line in lines))
    call_command("importtickets", str(file))


def value_of(path: Path, kind: str, value: object) -> CustomFieldValue:
    """Import a ticket with a value of a new field."""
    load(
        path,
        {"kind": "custom_field", "name": "F", "type": kind, "values": ["Red"]},
        {"kind": "ticket", "queue": "General", "custom_fields": {"F": [value]}},
    )
    return CustomFieldValue.objects.select_related("blob").get()


def test_a_definition_with_everything(tmp_path: Path, world: World) -> None:
    """Values as names or as objects."""
    definition = {
        "name": "Room", "type": "SelectMultiple", "max_values": 3, "based_on": "Site",
        "description": "Where", "render_type": "List", "pattern": "(?#Mandatory).",
        "entry_hint": "Look around", "validation_hint": "Must", "grouping": "Basics",
        "canonicalizer": "Uppercase", "unique_values": True, "default_value": "B1",
        "link_value_to": "https://x.org/__CustomField__", "sort_order": 4,
        "include_content_for_value": "/kb/__CustomField__", "disabled": True,
    }  # fmt: skip
    values = ["B1", {"name": "M1", "category": "Munich", "sort_order": 9}]
    site = {"kind": "custom_field", "name": "Site", "type": "SelectSingle"}
    load(tmp_path, site, {"kind": "custom_field", "values": values} | definition)
    field = CustomField.objects.get(name="Room")
    stored = {name: getattr(field, name) for name in definition if name != "based_on"}
    assert stored | {"based_on": "Site"} == definition
    assert field.based_on == CustomField.objects.get(name="Site")
    rows = field.choices.order_by("pk").values_list("name", "category", "sort_order")
    assert list(rows) == [("B1", "", 0), ("M1", "Munich", 9)]


@pytest.mark.parametrize(
    ("kind", "value", "stored"),
    [
        ("SelectSingle", "red", "Red"),
        ("SelectSingle", "retired", "retired"),
        ("TextSingle", "a\nb", "a\nb"),
        ("HTMLSingle", "<b>a</b><script>x</script>", "<b>a</b>"),
        ("DateSingle", "2026-05-01", "2026-05-01"),
        ("DateTimeMultiple", "2026-05-01 10:00:05Z", "2026-05-01 10:00:05"),
        ("IPAddressSingle", "010.0.0.1", "10.0.0.1"),
        ("IPAddressRangeMultiple", "10.0.0.0/31", "10.0.0.0-10.0.0.1"),
    ],
)
def test_values_by_type(
    tmp_path: Path, world: World, kind: str, value: str, stored: str
) -> None:
    """In the form that search and pages know; lists may have changed since."""
    assert value_of(tmp_path, kind, value).text == stored


def test_a_file(tmp_path: Path, world: World) -> None:
    """Kept byte for byte."""
    content = b64encode(b"\x00bytes").decode()
    file = {"filename": "a.bin", "content_base64": content}
    row = value_of(tmp_path, "BinarySingle", file)
    assert (row.content, row.content_type) == ("a.bin", "application/octet-stream")
    assert row.blob is not None
    assert blobs.read(row.blob) == b"\x00bytes"


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("DateSingle", "never", "custom field 'F': 'never' is not a date"),
        ("IPAddressSingle", "x", "custom field 'F': 'x' is not an IP address"),
        ("BinarySingle", "x", "a file is to be uploaded"),
        ("BinarySingle", {"filename": "a", "content_base64": "?"}, "is not base64"),
        ("BinarySingle", {"file": "a"}, "there is no field 'file'"),
        ("FreeformSingle", {"filename": "a", "content_base64": ""}, "takes no files"),
        ("FreeformSingle", 7, "which is not a text"),
    ],
)
def test_what_is_no_value(
    tmp_path: Path, world: World, kind: str, value: object, message: str
) -> None:
    """The line is named, and nothing of the run is left."""
    with pytest.raises(CommandError, match=f"(?i){message}"):
        value_of(tmp_path, kind, value)
    assert not CustomField.objects.exists()


@pytest.mark.parametrize(
    ("definition", "message"),
    [
        ({"pattern": "["}, "pattern: No regular expression"),
        ({"lookup_type": "RT::Planet"}, "lookup_type"),
        ({"render_type": "Hologram"}, "render_type"),
        ({"based_on": "Nothing"}, "there is no custom field 'Nothing'"),
        ({"values": [{"category": "x"}]}, "name is missing"),
    ],
)
def test_what_is_no_definition(
    tmp_path: Path, world: World, definition: dict[str, Any], message: str
) -> None:
    """With the reason."""
    line = {"kind": "custom_field", "name": "F", "type": "SelectSingle"}
    with pytest.raises(CommandError, match=message.replace("[", r"\[")):
        load(tmp_path, line | definition)
    assert not CustomField.objects.exists()
