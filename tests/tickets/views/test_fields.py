"""What people type into the fields of forms."""

import pytest
from django.core.exceptions import ValidationError

from tickets.forms.fields import Duration, Moment, People, References, WholeNumber


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("", 0),
        ("15", 15),
        ("15 m", 15),
        ("15min", 15),
        ("2 hours", 120),
        ("1 h 30 m", 90),
        ("1h30", 90),
        ("1.5 h", 90),
        ("1,5 h", 90),
        ("1:05", 65),
        ("1 d", 1440),
    ],
)
def test_durations(typed: str, minutes: int) -> None:
    """A duration is read the ways people write it."""
    assert Duration().clean(typed) == minutes


@pytest.mark.parametrize("typed", ["soon", "-5", "1:75", "3 weeks", "9999999", "1 h x"])
def test_durations_that_are_none(typed: str) -> None:
    """Anything else is refused."""
    with pytest.raises(ValidationError):
        Duration().clean(typed)


def test_durations_may_be_negative_where_said() -> None:
    """Time can be taken back where that makes sense."""
    assert Duration(may_be_negative=True).clean("-1 h") == -60


@pytest.mark.parametrize("minutes", [0, 5, 60, 65, 600])
def test_durations_are_shown_as_they_are_typed(minutes: int) -> None:
    """What a form shows it understands."""
    field = Duration()
    assert field.clean(field.prepare_value(minutes)) == minutes


def test_people() -> None:
    """Commas and lines separate; names with addresses stay together."""
    typed = "a@x.example, Ann Lee <ann@x.example>\nbob; a@x.example"
    assert People().clean(typed) == [
        "a@x.example",
        "Ann Lee <ann@x.example>",
        "bob",
    ]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", []),
        ("#12 13,12", ["12", "13"]),
        ("https://example.org/a 7", ["https://example.org/a", "7"]),
    ],
)
def test_references(typed: str, found: list[str]) -> None:
    """Numbers and addresses, each once."""
    assert References().clean(typed) == found


@pytest.mark.parametrize("typed", ["seven", "12x", "//x"])
def test_references_that_are_none(typed: str) -> None:
    """The word that is neither is named."""
    with pytest.raises(ValidationError, match="neither a ticket number nor a URL"):
        References().clean(typed)


@pytest.mark.parametrize("typed", ["3000000000", "1.5", "x"])
def test_numbers_the_database_cannot_hold(typed: str) -> None:
    """Too big or no number at all is an error of the field, not of the server."""
    with pytest.raises(ValidationError):
        WholeNumber().clean(typed)


@pytest.mark.parametrize("typed", ["2026-13-01T00:00", "tomorrow", "0000-00-00T00:00"])
def test_moments_that_are_none(typed: str) -> None:
    """What is no time is refused."""
    with pytest.raises(ValidationError):
        Moment().clean(typed)
