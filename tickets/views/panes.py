"""Dashboards as pages: which one a form was on, its boxes filled, shown again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import slugify

from accounts.http import StaffRequest
from accounts.models import User
from accounts.rights import Right
from queues.models import Queue
from queues.rights import rights_of
from tickets import forms
from tickets.context import page_of
from tickets.dashboards.boxes import Box, BoxRow, boxes_of, each_box, load_all
from tickets.dashboards.contents import Contents
from tickets.dashboards.kinds import TICKET_LISTS, Kind
from tickets.dashboards.layout import BUILT_IN, Layout, LayoutError
from tickets.dashboards.stored import LARGEST_ID, read_layout
from tickets.lists import QueueRow
from tickets.models import Dashboard
from tickets.rail import rail_of
from tickets.views.once import new_token

REFRESH_MINUTES = (0, 2, 5, 10, 20, 60, 120)
REFRESH_CHOICES = [
    (minutes, f"Every {minutes} minutes" if minutes else "Don't refresh this page")
    for minutes in REFRESH_MINUTES
]


@dataclass(frozen=True)
class Pane:
    """A dashboard somebody looks at; at a glance has none, or is one."""

    layout: Layout
    dashboard: Dashboard | None = None
    home_id: int | None = None
    is_own_home: bool = False

    @property
    def code(self) -> str:
        """By what forms name the page: a number, or nothing for at a glance."""
        return str(self.dashboard.pk) if self.dashboard else ""

    @property
    def url(self) -> str:
        """Where it is shown."""
        if self.dashboard is None:
            return reverse("tickets:home")
        return dashboard_url(self.dashboard)

    def boxes(self, user: User) -> list[BoxRow]:
        """Return its boxes for a person, still empty."""
        inside = self.dashboard.pk if self.dashboard else self.home_id
        return boxes_of(self.layout, user=user, page=self.code, inside=inside)


@dataclass
class Filled:
    """What a page has read, for what stands around the boxes."""

    rows: list[BoxRow]
    contents: Contents
    boxes: list[Box] = field(default_factory=list)

    def first(self, kind: Kind) -> Box | None:
        """Return the first box of a kind."""
        return next((box for box in self.boxes if box.kind is kind), None)


def dashboard_url(dashboard: Dashboard) -> str:
    """Return the readable address of a dashboard."""
    name = slugify(dashboard.name) or "dashboard"
    return reverse("tickets:dashboard", args=[dashboard.pk, name])


def home_pane(request: StaffRequest) -> Pane:
    """Return at a glance as this person has it; the rail asks by the same query."""
    home = page_of(request).at_hand.home
    return Pane(home.layout, home_id=home.dashboard_id, is_own_home=home.is_own)


def pane_of(dashboard: Dashboard) -> Pane:
    """Return a dashboard as a page; one that cannot be read is empty."""
    try:
        return Pane(read_layout(dashboard.layout), dashboard)
    except LayoutError:
        return Pane(read_layout({}), dashboard)


def pane_named(request: StaffRequest, code: str) -> Pane:
    """Return the page that a form or a part of a page belongs to."""
    if not code:
        return home_pane(request)
    if not (code.isascii() and code.isdigit() and int(code[:20]) <= LARGEST_ID):
        raise Http404("There is no such dashboard.")
    return pane_of(visible_dashboard(request.user, int(code), enabled=True))


def visible_dashboard(
    user: User, dashboard_id: int, *, enabled: bool = False
) -> Dashboard:
    """Return a dashboard the user may see; for others there is none."""
    found = Dashboard.objects.visible_to(user).select_related("group", "owner")
    if enabled:
        found = found.enabled()
    dashboard = None
    if dashboard_id <= LARGEST_ID:
        dashboard = found.filter(pk=dashboard_id).first()
    if dashboard is None:
        raise Http404("There is no such dashboard.")
    return dashboard


def fill(
    user: User, pane: Pane, *, wanted: Callable[[Box], bool], everything: bool = False
) -> Filled:
    """Read the boxes that are wanted, those for later only if asked for by name."""
    rows = pane.boxes(user)
    if everything:
        load_all(rows)
    filled = Filled(rows, Contents(user))
    filled.boxes = [box for box in each_box(rows) if wanted(box)]
    filled.contents.fill(filled.boxes)
    return filled


def show(
    request: StaffRequest,
    pane: Pane,
    *,
    template: str,
    form: forms.QuickCreate | None = None,
    **further: Any,
) -> HttpResponse:
    """Render a dashboard, with a form that is to be corrected if there is one."""
    if form is not None and not _has(pane.layout, Kind.QUICK_CREATE):
        # It was taken away in another window: what was typed is not lost.
        pane = Pane(BUILT_IN, pane.dashboard)
    user = request.user
    everything = request.GET.get("all") == "1"
    filled = fill(user, pane, wanted=lambda box: not box.is_lazy, everything=everything)
    _share_with_rail(request, filled)
    ctx = {
        "pane": pane,
        "rows": filled.rows,
        "is_empty": not any(True for _ in each_box(filled.rows)),
        "has_charts": any(box.kind is Kind.CHART for box in each_box(filled.rows)),
        **around(request, filled, form=form),
        **further,
    }
    return render(request, template, ctx, status=422 if form else 200)


def around(
    request: StaffRequest, filled: Filled, *, form: forms.QuickCreate | None = None
) -> dict[str, Any]:
    """Return what boxes need that is no reading: forms and the reload interval."""
    minutes = request.session.get("refresh_minutes", 0)
    ctx: dict[str, Any] = {
        "refresh_minutes": minutes,
        "refresh_seconds": 60 * minutes,
        "refresh_choices": REFRESH_CHOICES,
    }
    if filled.first(Kind.QUICK_CREATE):
        queues = creatable(request.user, filled.contents.queue_rows)
        ctx["quick"] = form or forms.QuickCreate(
            queues=queues, me=request.user, token=new_token()
        )
    return ctx


def creatable(user: User, rows: Iterable[QueueRow]) -> list[Queue]:
    """Return the queues in which a user may create tickets."""
    rights = rights_of(user)
    return [row.queue for row in rows if rights.has(Right.CREATE_TICKET, row.queue.pk)]


def lists_again(request: StaffRequest) -> HttpResponse:
    """Return the lists of tickets of the page a form was on, each for its place."""
    pane = pane_named(request, request.POST.get("dashboard", ""))
    filled = fill(request.user, pane, wanted=lambda box: box.kind in TICKET_LISTS)
    owned = filled.first(Kind.MY_TICKETS)
    ctx = {"boxes": filled.boxes, "owned": owned, "in_place": True}
    return render(request, "tickets/_lists_in_place.html", ctx)


def box_again(request: StaffRequest, kind: Kind) -> HttpResponse:
    """Return one box of the page a form was on, the first of its kind if in doubt."""
    pane = pane_named(request, request.POST.get("dashboard", ""))
    if not _has(pane.layout, kind):
        pane = Pane(BUILT_IN, pane.dashboard)
    key = request.POST.get("box", "")
    of_kind = [b for b in each_box(pane.boxes(request.user)) if b.kind is kind]
    box = next((b for b in of_kind if b.key == key), of_kind[0])
    Contents(request.user).fill([box])
    return render(request, box.template, {"box": box})


def _has(layout: Layout, kind: Kind) -> bool:
    return any(portlet.kind is kind for portlet in layout.portlets())


def _share_with_rail(request: StaffRequest, filled: Filled) -> None:
    """The rail says the same as two of the boxes: it need not ask again."""
    owned = filled.first(Kind.MY_TICKETS)
    if filled.contents.has_queue_rows and owned and owned.number is not None:
        rows = filled.contents.queue_rows
        page_of(request).rail = rail_of(rows, owned=owned.number)
