"""From what somebody typed to what is stored."""

import pytest
from django.utils import timezone

from queues.models import CustomField, CustomFieldChoice
from tickets.custom_values.cleaning import FieldValueError, clean_value, is_mandatory
from tickets.custom_values.entered import CleanValue, FileValue

pytestmark = pytest.mark.django_db


def field_of(kind: str, *choices: str, **options: object) -> CustomField:
    """Create a field with its choices."""
    field = CustomField.objects.create(name="F", type=kind, **options)
    for name in choices:
        CustomFieldChoice.objects.create(field=field, name=name)
    return field


def stored(field: CustomField, text: str) -> str | None:
    """Return what is stored for a text."""
    value = clean_value(field, text)
    return value.text if value else None


@pytest.mark.parametrize(
    ("kind", "typed", "expected"),
    [
        ("FreeformSingle", "  two\nlines \x00", "two lines"),
        ("FreeformSingle", "   ", None),
        ("TextSingle", "one\r\n\r\ntwo", "one\n\ntwo"),
        ("WikitextSingle", "= Title =\n", "= Title =\n"),
        ("HTMLSingle", "<b>x</b><script>alert(1)</script>", "<b>x</b>"),
        ("DateSingle", "2026-02-28", "2026-02-28"),
        ("DateSingle", "28/02/2026", "2026-02-28"),
        ("DateTimeSingle", "2026-02-28T14:30", "2026-02-28 13:30:00"),
        ("DateTimeSingle", "2026-02-28 14:30:15Z", "2026-02-28 14:30:15"),
        ("IPAddressSingle", "010.000.000.001", "10.0.0.1"),
        ("IPAddressSingle", "2001:DB8:0::1", "2001:db8::1"),
        ("IPAddressRangeSingle", "10.0.0.0/30", "10.0.0.0-10.0.0.3"),
        ("IPAddressRangeSingle", "10.0.0.9 - 10.0.0.3", "10.0.0.3-10.0.0.9"),
        ("IPAddressRangeSingle", "10.0.0.1", "10.0.0.1"),
        (
            "IPAddressRangeMultiple",
            "2001:db8::/126",
            "2001:db8::-2001:db8::3",
        ),
        ("ComboboxSingle", "anything", "anything"),
        ("AutocompleteMultiple", "anything", "anything"),
    ],
)
def test_every_type(kind: str, typed: str, expected: str | None) -> None:
    """Dates are read where the person is."""
    with timezone.override("Europe/Berlin"):
        assert stored(field_of(kind), typed) == expected


@pytest.mark.parametrize(
    ("kind", "typed", "message"),
    [
        ("SelectSingle", "pink", "not one of the values"),
        ("DateSingle", "32nd of Nevember", "is not a date"),
        ("DateTimeSingle", "soonish", "is not a date"),
        ("IPAddressSingle", "10.0.0.256", "is not an IP address"),
        ("IPAddressSingle", "10.0.0.0/8", "is not an IP address"),
        ("IPAddressRangeSingle", "10.0.0.1-::1", "is not an IP address range"),
        ("FreeformSingle", "x" * 10_001, "At most"),
        ("TextSingle", "x" * 1_000_001, "At most"),
        ("ImageSingle", "a text", "is to be uploaded"),
    ],
)
def test_what_is_no_value(kind: str, typed: str, message: str) -> None:
    """Each with a reason."""
    with pytest.raises(FieldValueError, match=message):
        clean_value(field_of(kind, "red"), typed)


@pytest.mark.parametrize(
    "kind", ["SelectSingle", "ComboboxSingle", "AutocompleteSingle"]
)
def test_a_listed_value_is_spelled_as_listed(kind: str) -> None:
    """Whatever case it is typed in."""
    assert stored(field_of(kind, "Red", "Blue"), "bLUE") == "Blue"


def test_letters_are_made_alike() -> None:
    """Before anything is compared."""
    assert (
        stored(field_of("FreeformSingle", canonicalizer="Uppercase"), "pc-1") == "PC-1"
    )
    assert stored(field_of("FreeformSingle", canonicalizer="Lowercase"), "A@B") == "a@b"


def test_a_pattern_says_its_hint() -> None:
    """Or what the administrator wrote instead."""
    field = field_of("FreeformSingle", pattern=r"(?#Digits)^\d+$")
    assert stored(field, "12") == "12"
    with pytest.raises(FieldValueError, match=r"Input must match \[Digits\]"):
        clean_value(field, "twelve")
    field.validation_hint = "Only numbers, please."
    with pytest.raises(FieldValueError, match="Only numbers, please"):
        clean_value(field, "twelve")


def test_a_pattern_that_broke_refuses_and_does_not_crash() -> None:
    """It may have come by another way than the form."""
    field = field_of("FreeformSingle", pattern="[")
    with pytest.raises(FieldValueError, match="broken"):
        clean_value(field, "x")
    assert not is_mandatory(field)


def test_mandatory_is_what_an_empty_value_does_not_match() -> None:
    """RT has no other way to say it."""
    assert is_mandatory(field_of("FreeformSingle", pattern="(?#Mandatory)."))
    assert not is_mandatory(field_of("FreeformSingle", pattern=r"^\d*$"))
    assert not is_mandatory(field_of("FreeformSingle"))


def test_files_by_type() -> None:
    """A picture is one that a browser shows; a path is no part of a name."""
    picture = FileValue("ab" * 32, "C:\\photos\\cat.png", "image/png")
    page = FileValue("ab" * 32, "cat.svg", "image/svg+xml")
    assert clean_value(field_of("ImageSingle"), picture) == CleanValue(
        "cat.png", "image/png", "ab" * 32
    )
    assert clean_value(field_of("BinarySingle"), page) is not None
    with pytest.raises(FieldValueError, match="GIF, JPEG, PNG or WebP"):
        clean_value(field_of("ImageSingle"), page)
    with pytest.raises(FieldValueError, match="takes no files"):
        clean_value(field_of("FreeformSingle"), page)
