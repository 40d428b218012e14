"""Reports that are charts of a query: what is open, what was created or resolved."""

from dataclasses import replace

from tickets.charts import Chart, ChartSpec
from tickets.charts.compute import compute_by
from tickets.charts.drawing import shown_chart
from tickets.charts.levels.durations import age_level
from tickets.charts.units import COUNT
from tickets.reports.report import WIDTH, Fact, Report, Wanted

ACTIVE = "Status = '__Active__'"


def open_by_age(wanted: Wanted) -> Report:
    """Count unfinished tickets by how long ago they were created."""
    query = wanted.query(ACTIVE)
    level = age_level(wanted.now)
    chart = compute_by(level, query, user=wanted.user, now=wanted.now)
    chart.spec = replace(chart.spec, width=WIDTH, style="horizontal")
    return _report(chart, query, title="Open tickets by age", spec=None)


def open_by_owner(wanted: Wanted) -> Report:
    """Count unfinished tickets by owner and status."""
    return _counted(wanted, wanted.query(ACTIVE), "Owner.Name", "Status")


def open_by_organization(wanted: Wanted) -> Report:
    """Count unfinished tickets by the requestors' organisation and status."""
    query = wanted.query(ACTIVE)
    return _counted(wanted, query, "Requestor.Organization", "Status")


def created_in_range(wanted: Wanted) -> Report:
    """Count the tickets created in the period."""
    query = wanted.query(wanted.period.condition("Created"))
    return _by_choice(wanted, query, "Created")


def resolved_in_range(wanted: Wanted) -> Report:
    """Count the tickets resolved in the period."""
    query = wanted.query("Status = '__Inactive__'", wanted.period.condition("Resolved"))
    return _by_choice(wanted, query, "Resolved")


def resolved_by_owner(wanted: Wanted) -> Report:
    """Count what each owner has resolved in the period, and how long it took."""
    query = wanted.query("Status = '__Inactive__'", wanted.period.condition("Resolved"))
    spec = ChartSpec(
        group_by=("Owner.Name",),
        functions=("COUNT", "AVG(Created to Resolved)", "SUM(TimeWorked)"),
        style="horizontal",
        order_by="value",
        is_descending=True,
        width=WIDTH,
    )
    return _report(wanted.chart(query, spec), query, spec=spec)


def _by_choice(wanted: Wanted, query: str, field: str) -> Report:
    name = wanted.grouping.replace("{field}", field)
    is_series = name.startswith(f"{field}.")
    spec = ChartSpec(
        group_by=(name,),
        style="bar" if is_series else "horizontal",
        order_by="label" if is_series else "value",
        is_descending=not is_series,
        width=WIDTH,
    )
    return _report(wanted.chart(query, spec), query, spec=spec)


def _counted(wanted: Wanted, query: str, *names: str) -> Report:
    spec = ChartSpec(
        group_by=names,
        style="horizontal",
        order_by="value",
        is_descending=True,
        width=WIDTH,
    )
    return _report(wanted.chart(query, spec), query, spec=spec)


def _report(
    chart: Chart, query: str, *, spec: ChartSpec | None, title: str = ""
) -> Report:
    shown = shown_chart(chart, title=title)
    return Report(
        pictures=(shown,),
        table=shown.table,
        facts=[Fact("Tickets", COUNT.text(chart.total.count), query)],
        chart=(query, replace(spec, width=0)) if spec else None,
    )
