"""Reports: the list of them, each as a page and as a file."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import StaffRequest, logged_in
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from tickets.forms.charts import Option, OptionGroup
from tickets.reports import REPORTS, Definition, Period, PeriodError, Report, Wanted
from tickets.reports.period import RANGES, USUAL_RANGE
from tickets.search.context import Context
from tickets.views.charts import chart_url, csv_file, require_staff


@dataclass(frozen=True, slots=True)
class RangeLink:
    """A period that is one click away."""

    label: str
    url: str
    is_current: bool


@logged_in
@require_safe
def reports(request: StaffRequest) -> HttpResponse:
    """List the reports."""
    require_staff(request)
    return render(request, "tickets/reports.html", {"reports": REPORTS.values()})


@logged_in
@require_safe
def report(request: StaffRequest, slug: str) -> HttpResponse:
    """Show a report and what can be chosen."""
    require_staff(request)
    definition = _definition(slug)
    asked = _Asked(request, definition)
    ctx: dict[str, Any] = {"definition": definition, "asked": asked}
    if asked.wanted:
        made = definition.compute(asked.wanted)
        ctx["report"] = made
        ctx["chart_url"] = chart_url(*made.chart) if made.chart else ""
    return render(
        request, "tickets/report.html", ctx, status=400 if asked.errors else 200
    )


@logged_in
@require_safe
def report_csv(request: StaffRequest, slug: str) -> HttpResponseBase:
    """Send the table of a report as a file of comma-separated values."""
    require_staff(request)
    definition = _definition(slug)
    asked = _Asked(request, definition)
    if asked.wanted is None:
        messages = [text for texts in asked.errors.values() for text in texts]
        return HttpResponse("\n".join(messages), "text/plain", status=400)
    made: Report = definition.compute(asked.wanted)
    return csv_file(made.table, name=slug)


def _definition(slug: str) -> Definition:
    if slug not in REPORTS:
        raise Http404("There is no such report.")
    return REPORTS[slug]


class _Asked:
    """What was asked for, what is wrong with it, and the choices beside it."""

    def __init__(self, request: StaffRequest, definition: Definition) -> None:
        self.query = request.GET
        self.definition = definition
        self.errors: dict[str, list[str]] = {}
        now = timezone.now()
        context = Context(user=request.user, now=now)
        today = context.calendar.today
        self.period = self._period(today, context)
        self.names = _queue_names(request)
        self.queue = self._queue()
        self.by = self._by()
        self.wanted = None
        if not self.errors:
            self.wanted = Wanted(request.user, now, self.period, self.queue, self.by)

    def _period(self, today: Any, context: Context) -> Period:
        zone = context.zone
        try:
            # A report of what is there now has no dates, wrong ones included.
            query = self.query if self.definition.has_period else {}
            return Period.from_query(query, today=today, zone=zone)
        except PeriodError as error:
            self.errors |= error.message_dict
            return Period.from_query({}, today=today, zone=zone)

    def _queue(self) -> str:
        wanted = self.query.get("queue", "").strip()
        known = {name.lower(): name for name in self.names}
        if wanted and wanted.lower() not in known:
            self.errors["queue"] = [f"There is no queue “{wanted[:60]}”."]
        return known.get(wanted.lower(), "")

    def _by(self) -> str:
        choices = self.definition.choices
        by = self.query.get("by", "")
        keys = {_public(key): key for key in choices}
        if by and by not in keys:
            self.errors["by"] = [f"Choose one of {', '.join(keys)}."]
        return keys.get(by, next(iter(choices), ""))

    @property
    def first(self) -> str:
        """Return the first day as typed, or as meant."""
        return self._typed("from", str(self.period.first))

    @property
    def last(self) -> str:
        """Return the last day as typed, or as meant."""
        return self._typed("to", str(self.period.last))

    def _typed(self, name: str, meant: str) -> str:
        is_wrong = "from" in self.errors or "to" in self.errors
        return self.query.get(name, meant) if is_wrong else meant

    @property
    def ranges(self) -> list[RangeLink]:
        """Return the periods that are one click away."""
        return [
            RangeLink(label, self._url(_range_query(name)), name == self.period.name)
            for name, label in RANGES.items()
        ]

    @property
    def csv_url(self) -> str:
        """Return where the file is."""
        return self._url(self._period_query(), view="tickets:report_csv")

    @property
    def queues(self) -> list[OptionGroup]:
        """Return the queues to choose from."""
        names = (Option(name, name, name == self.queue) for name in self.names)
        every = Option("", "All queues", not self.queue)
        return [OptionGroup("", (every, *names))]

    @property
    def groupings(self) -> list[OptionGroup]:
        """Return what to group by."""
        options = (
            Option(_public(key), label, key == self.by)
            for key, label in self.definition.choices.items()
        )
        return [OptionGroup("", tuple(options))]

    def _period_query(self) -> list[tuple[str, str]]:
        return self.period.to_query() if self.definition.has_period else []

    def _url(self, period: list[tuple[str, str]], view: str = "tickets:report") -> str:
        pairs = list(period)
        if self.queue:
            pairs.append(("queue", self.queue))
        if self.by and self.by != next(iter(self.definition.choices)):
            pairs.append(("by", _public(self.by)))
        address = reverse(view, args=[self.definition.slug])
        return f"{address}?{urlencode(pairs)}" if pairs else address


def _range_query(name: str) -> list[tuple[str, str]]:
    return [] if name == USUAL_RANGE else [("range", name)]


def _public(key: str) -> str:
    """Return what a grouping is called in addresses: time, whatever the date."""
    return "time" if "{field}" in key else key


def _queue_names(request: StaffRequest) -> list[str]:
    """Return the queues that the reader may choose: those they may see tickets in."""
    rights = rights_of(request.user)
    rows = Queue.objects.order_by("sort_order", "name", "pk").values_list("pk", "name")
    return [
        name
        for pk, name in rows
        if rights.has(Right.SEE_QUEUE, pk) or rights.has(Right.SHOW_TICKET, pk)
    ]
