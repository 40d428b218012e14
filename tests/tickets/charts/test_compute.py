"""Charts count what the searches behind their bars find, for every way to group."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.tickets.search.conftest import NOW, World
from tickets.charts import Chart, ChartError, ChartSpec, compute
from tickets.charts.functions import function_named
from tickets.charts.groupings import KINDS, PARTS, ROLES
from tickets.search import search

pytestmark = pytest.mark.django_db
NAMES = [
    name
    for field, kind in KINDS.items()
    for name in (
        [f"{field}.{part}" for part in PARTS[kind]] if kind in PARTS else [field]
    )
]
FIELDS = ("Location", "Asset Tag", "Severity", "Tags", "Deadline", "Seen", "Address")
CUSTOM = [f"CF.{{{name}}}" for name in (*FIELDS, "Range")]
MOST_STATEMENTS = 12


def chart(
    world: World, *names: str, by: str = "bob", query: str = "id > 0", **more: object
) -> Chart:
    """Compute as a person would see it."""
    spec = ChartSpec(group_by=names, **more)  # type: ignore[arg-type]
    return compute(query, spec, user=world.named(by), now=NOW)


def counts(found: Chart) -> dict[str, int]:
    """Return label -> number of tickets, without what was filled in."""
    return {f.groups[0].label: f.cell.count for f in found.first if f.cell.count}


def how_many(world: World, query: str, by: str) -> int:
    """Return how many tickets the search behind a bar finds."""
    return search(query, user=world.named(by), now=NOW).count()


@pytest.mark.parametrize(
    ("by", "name"),
    [
        *(("bob", name) for name in [*NAMES, *CUSTOM]),
        *(
            ("carol", f"{field}.{part}")
            for field in ("Created", "Due")
            for part in PARTS[KINDS["Created"]]
        ),
        *(("carol", name) for name in CUSTOM),
        *(("alice", f"{field}.Name") for field in ("Owner", *ROLES)),
    ],
)
def test_every_bar_leads_to_its_tickets(world: World, name: str, by: str) -> None:
    """For every field and grain, in a time zone, for staff and for a requestor."""
    found = chart(world, name, by=by).first
    empty = [group for group in found if not group.cell.count]
    for group in [*(g for g in found if g.cell.count), *empty[:2]]:
        assert group.cell.count == how_many(world, group.query, by), group.query


@pytest.mark.parametrize(
    "name",
    [
        "Status",
        "Requestor.Organization",
        "CF.{Tags}",
        "Due.Monthly",
        "CreatedToResolved",
    ],
)
def test_the_others_are_in_none_of_the_groups(world: World, name: str) -> None:
    found = chart(world, name, limit=1)
    assert found.others
    shown = found.first[0].cell.count
    assert found.others.cell.count == found.total.count - shown
    assert found.others.cell.count == how_many(world, found.others.query, "bob")


@pytest.mark.parametrize(
    "names",
    [
        ("Queue", "Status"),
        ("Requestor.Organization", "CF.{Tags}"),
        ("Created.Daily", "Owner.Name", "Watcher.City"),
        ("AdminCc.Name", "DueToResolved.Day"),
    ],
)
def test_every_part_of_a_bar_leads_to_its_tickets(
    world: World, names: tuple[str, ...]
) -> None:
    found = chart(world, *names)
    assert found.cells
    for cell in found.cells:
        assert cell.cell.count == how_many(world, cell.query, "bob"), cell.query


def test_two_requestors_count_in_both_groups_and_once_in_all(world: World) -> None:
    """And two of the same organisation count once in it, in whatever case."""
    by_name = counts(chart(world, "Requestor.Name"))
    assert by_name == {
        "alice": 4, "bob": 1, "dave": 2, "erin": 3, "(no value)": 2
    }  # fmt: skip
    found = chart(world, "Requestor.Organization")
    assert counts(found) == {
        "ACME": 5, "Desk": 1, "Globex": 2, "(no value)": 2
    }  # fmt: skip
    assert found.total.count == 9


def test_a_sum_counts_no_ticket_twice(world: World) -> None:
    """Alice and Erin of one organisation are both requestors of ticket 8."""
    found = chart(world, "Requestor.Organization", functions=("SUM(TimeWorked)",))
    worked = function_named("SUM(TimeWorked)")
    sums = {f.groups[0].label: f.cell.value(worked) for f in found.first}
    assert sums == {"ACME": 45, "Desk": 0, "Globex": 105, "(no value)": 0}
    assert found.total.value(worked) == 135


def test_functions(world: World) -> None:
    """Averages are of tickets that have both dates; times of all tickets."""
    names = ("AVG(TimeWorked)", "MIN(Created to Resolved)", "MAX(Created to Resolved)")
    found = chart(
        world, "Status", functions=names, query="Queue = 'Help Desk' OR id = 6"
    )
    values = {
        f.groups[0].label: [f.cell.value(c) for c in found.columns] for f in found.first
    }
    assert values["resolved"] == [30, 118_800, 118_800]
    assert values["cleared"] == [0, 885_600, 885_600]
    assert values["new"] == [0, None, None]
    assert [found.total.value(c) for c in found.columns] == [7.5, 118_800, 885_600]


def test_a_summary_is_four_columns(world: World) -> None:
    found = chart(world, "Queue", functions=("ALL(TimeWorked)",))
    assert [c.aggregate for c in found.columns] == ["MIN", "AVG", "MAX", "SUM"]
    assert found.drawn.aggregate == "AVG"


def test_days_without_tickets_are_there(world: World) -> None:
    found = chart(world, "Created.Daily")
    labels = [f.groups[0].label for f in found.first]
    assert labels == [f"2026-05-{day:02}" for day in range(1, 14)]
    assert found.first[1].cell.count == 0
    assert how_many(world, found.first[1].query, "bob") == 0


@pytest.mark.parametrize(
    ("part", "first", "last", "number"),
    [
        ("DayOfWeek", "Monday", "Sunday", 7),
        ("Month", "January", "December", 12),
        ("Hour", "00:00", "23:00", 24),
        ("Weekly", "2026-04-27", "2026-05-11", 3),
        ("Monthly", "2026-05", "2026-05", 1),
    ],
)
def test_grains(world: World, part: str, first: str, last: str, number: int) -> None:
    labels = [f.groups[0].label for f in chart(world, f"Created.{part}").first]
    assert (labels[0], labels[-1], len(labels)) == (first, last, number)


def test_days_are_those_of_the_reader(world: World) -> None:
    """22:30 in UTC is the next day in Berlin."""
    assert counts(chart(world, "Created.Daily"))["2026-05-12"] == 1
    assert "2026-05-11" not in counts(chart(world, "Created.Daily", by="carol"))


def test_order_and_limit(world: World) -> None:
    """By value or label, either way; what has no value comes last by label."""

    def labels(**more: Any) -> list[str]:
        return [f.groups[0].label for f in chart(world, "SLA", **more).first]

    assert labels() == ["Gold", "(no value)"]
    assert labels(is_descending=True) == ["Gold", "(no value)"]
    assert labels(order_by="value", is_descending=True) == ["(no value)", "Gold"]
    assert labels(limit=1) == ["(no value)"]
    assert labels(limit=1, limit_type="bottom") == ["Gold"]


def test_what_one_may_not_see_counts_nowhere(world: World) -> None:
    """Neither tickets of the secret queue nor values of its custom field."""
    assert counts(chart(world, "Queue")) == {"Alerts": 2, "Help Desk": 3, "Network": 4}
    assert chart(world, "Queue", by="stranger").total.count == 0
    assert chart(world, "Queue", by="stranger").first == []
    with pytest.raises(ChartError) as caught:
        chart(world, "CF.{Clearance}")
    assert "Clearance" in caught.value.messages[0]
    assert counts(chart(world, "CF.{Clearance}", by="root"))["top"] == 1


def test_values_of_a_field_count_where_they_may_be_seen(world: World) -> None:
    """Alice sees her tickets but no custom field in them."""
    with pytest.raises(ChartError):
        chart(world, "CF.{Tags}", by="alice")


def test_a_pie_keeps_what_has_a_colour(world: World) -> None:
    """The rest is one slice, which leads to the tickets in none of the others."""
    found = chart(world, "Created.Time", style="pie", by="root")
    assert len(found.slices) <= 8
    assert found.style == "pie"
    assert (
        chart(world, "Status", style="pie", functions=("AVG(TimeWorked)",)).style
        == "bar"
    )


def test_many_series_share_a_colour(world: World) -> None:
    found = chart(world, "Queue", "Created.Time", by="root")
    assert len(found.series) <= 8


@pytest.mark.parametrize("name", ["Requestor.Name", "Owner.Name", "CF.{Tags}", "Queue"])
def test_number_of_statements(world: World, name: str) -> None:
    """As many for two tickets as for all of them."""
    numbers = []
    spec = ChartSpec(group_by=(name, "Status"), limit=1)
    for query in ("id = 1 OR id = 3", "id > 0"):
        user = world.named("bob")
        with CaptureQueriesContext(connection) as caught:
            compute(query, spec, user=user, now=NOW)
        numbers.append(len(caught))
    assert numbers[0] == numbers[1] <= MOST_STATEMENTS


@pytest.mark.parametrize("most", ["MOST_GROUPS", "MOST_CELLS"])
def test_more_than_can_be_shown(
    world: World, monkeypatch: pytest.MonkeyPatch, most: str
) -> None:
    """The largest are kept, the newest of a series; the total counts all."""
    monkeypatch.setattr(f"tickets.charts.making.{most}", 2)
    names = ("Queue",) if most == "MOST_GROUPS" else ("Queue", "Status")
    found = chart(world, *names)
    assert found.is_cut
    assert len(found.cells) == 2
    assert found.total.count == 9
    for group in found.cells:
        assert group.cell.count == how_many(world, group.query, "bob")
    if most == "MOST_GROUPS":
        newest = chart(world, "Created.Daily")
        assert list(counts(newest)) == ["2026-05-12", "2026-05-13"]
