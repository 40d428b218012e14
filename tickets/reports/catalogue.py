"""Every report: its name, what it says, and what can be chosen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tickets.reports import counted, due, flow, times, worked
from tickets.reports.report import Report, Wanted

# What a report can be grouped by: {field} is its date, {grain} the step of the period.
BY_TIME = {
    "{field}.{grain}": "Time",
    "Queue": "Queue",
    "Owner.Name": "Owner",
}
BY_TIME_OR_CUSTOMER = BY_TIME | {"Requestor.Organization": "Organization"}
BY_PLACE = {
    "Queue": "Queue",
    "Owner.Name": "Owner",
    "SLA": "SLA",
    "{field}.{grain}": "Time",
}


@dataclass(frozen=True, slots=True)
class Definition:
    """A report that is offered; ``rt_page`` is RT's page with the same answer."""

    slug: str
    title: str
    description: str
    compute: Callable[[Wanted], Report]
    has_period: bool = True
    choices: Mapping[str, str] = field(default_factory=dict)
    rt_page: str = ""


_ALL = (
    Definition(
        "created-resolved",
        "Created and resolved",
        "What came and what went by day, and how many were open at its end",
        flow.created_and_resolved,
    ),
    Definition(
        "resolution-time",
        "Resolution time",
        "From created to resolved: average, median, and nine in ten",
        times.resolution_time,
        choices=BY_TIME,
    ),
    Definition(
        "first-response",
        "First response",
        "From created to the first answer: average, median, and nine in ten",
        times.first_response,
        choices=BY_TIME,
    ),
    Definition(
        "sla",
        "SLA met",
        "What was due: resolved in time, late, or still running",
        due.sla_met,
        choices=BY_PLACE,
    ),
    Definition(
        "open-by-age",
        "Open by age",
        "How long unfinished tickets have been there",
        counted.open_by_age,
        has_period=False,
    ),
    Definition(
        "open-by-owner",
        "Open by owner",
        "Who has how many unfinished tickets, by status",
        counted.open_by_owner,
        has_period=False,
    ),
    Definition(
        "open-by-organization",
        "Open by requestor organization",
        "Whose unfinished tickets there are, by status",
        counted.open_by_organization,
        has_period=False,
    ),
    Definition(
        "time-worked",
        "User time worked",
        "Minutes told with replies and comments, by person and week",
        worked.time_worked,
        rt_page="TimeWorkedReport.html",
    ),
    Definition(
        "resolved-by-owner",
        "Resolved by owner",
        "Who resolved how many, in what time",
        counted.resolved_by_owner,
        rt_page="ResolvedByOwner.html",
    ),
    Definition(
        "resolved-in-date-range",
        "Resolved in date range",
        "How many were resolved, by time, queue, owner or organization",
        counted.resolved_in_range,
        choices=BY_TIME_OR_CUSTOMER,
        rt_page="ResolvedByDates.html",
    ),
    Definition(
        "created-in-date-range",
        "Created in a date range",
        "How many were created, by time, queue, owner or organization",
        counted.created_in_range,
        choices=BY_TIME_OR_CUSTOMER,
        rt_page="CreatedByDates.html",
    ),
)
REPORTS: dict[str, Definition] = {report.slug: report for report in _ALL}
RT_PAGES = {report.rt_page: report.slug for report in _ALL if report.rt_page}
