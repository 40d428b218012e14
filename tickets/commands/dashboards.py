"""Dashboards: making, arranging, disabling and deleting them."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction

from accounts.models import User
from tickets.commands._named import set_name, store
from tickets.dashboards.boxes import DEEPEST
from tickets.dashboards.kinds import Kind
from tickets.dashboards.layout import Layout, LayoutError, Row, Shape
from tickets.dashboards.stored import layout_json, read_layout
from tickets.models import Dashboard, SavedSearch
from tickets.privacy import DASHBOARDS, Privacy

NOUN = "dashboard"
FIRST_LAYOUT = Layout((Row(1, Shape.WIDE_NARROW, ((), ())),))


def create_dashboard(
    *,
    actor: User,
    name: str,
    privacy: Privacy,
    description: str = "",
    layout: Layout = FIRST_LAYOUT,
) -> Dashboard:
    """Create a dashboard.

    Raises:
        PermissionDenied: the actor may not save there.
        ValidationError: the name is missing or taken, or the layout cannot be.
    """
    dashboard = Dashboard(owner=privacy.owner, group=privacy.group)
    _require(dashboard, actor)
    _check_targets(dashboard, layout, before=Layout(()), actor=actor)
    set_name(dashboard, name=name, description=description, noun=NOUN)
    dashboard.layout = layout_json(layout)
    store(dashboard, actor=actor, fields=None, noun=NOUN)
    return dashboard


@transaction.atomic
def update_dashboard(
    dashboard: Dashboard,
    *,
    actor: User,
    name: str,
    description: str,
    privacy: Privacy,
) -> Dashboard:
    """Change name, description and for whom it is.

    To another privacy it moves only if the actor may change both places.

    Raises:
        PermissionDenied, ValidationError: as `create_dashboard`.
    """
    held = _locked(dashboard, actor)
    held.owner, held.group = privacy.owner, privacy.group
    _require(held, actor)
    set_name(held, name=name, description=description, noun=NOUN)
    if not held.is_of_system:
        # What was everybody's home or in everybody's rail is that no longer.
        held.places.filter(user=None).delete()
    fields = ["owner", "group", "name", "description"]
    store(held, actor=actor, fields=fields, noun=NOUN)
    return held


@transaction.atomic
def arrange_dashboard(
    dashboard: Dashboard, *, actor: User, change: Callable[[Layout], Layout]
) -> Layout:
    """Change the layout as it is now, which another may have changed a moment ago.

    Raises:
        PermissionDenied: the actor may not change the dashboard.
        ValidationError: what is moved is gone, a new part cannot be shown by the actor,
            or the dashboard would show itself.
    """
    held = _locked(dashboard, actor)
    before = _readable(held)
    after = read_layout(layout_json(change(before)))
    _check_targets(held, after, before=before, actor=actor)
    held.layout = layout_json(after)
    store(held, actor=actor, fields=["layout"], noun=NOUN)
    return after


@transaction.atomic
def set_dashboard_disabled(
    dashboard: Dashboard, *, actor: User, disabled: bool
) -> Dashboard:
    """Disable a dashboard, which keeps it and stops showing it, or enable it again."""
    held = _locked(dashboard, actor)
    held.disabled = disabled
    store(held, actor=actor, fields=["disabled"], noun=NOUN)
    return held


@transaction.atomic
def delete_dashboard(dashboard: Dashboard, *, actor: User) -> None:
    """Delete a dashboard for good; whose home it was gets the usual one again."""
    _locked(dashboard, actor).delete()


def _locked(dashboard: Dashboard, actor: User) -> Dashboard:
    held = Dashboard.objects.select_for_update().filter(pk=dashboard.pk).first()
    if held is None:
        raise ValidationError("This dashboard has been deleted.", code="deleted")
    _require(held, actor)
    return held


def _require(dashboard: Dashboard, actor: User) -> None:
    if not DASHBOARDS.allow(
        actor, owner_id=dashboard.owner_id, group_id=dashboard.group_id
    ):
        raise PermissionDenied("You may not save dashboards there.")


def _readable(dashboard: Dashboard) -> Layout:
    """Return the layout; one that cannot be read any more is begun anew."""
    try:
        return read_layout(dashboard.layout)
    except LayoutError:
        return FIRST_LAYOUT


def _check_targets(
    dashboard: Dashboard, layout: Layout, *, before: Layout, actor: User
) -> None:
    """Refuse new parts that the actor may not see, and dashboards in a circle."""
    for kind in (Kind.SEARCH, Kind.CHART):
        fresh = layout.targets(kind) - before.targets(kind)
        visible = SavedSearch.objects.visible_to(actor).enabled()
        if fresh and visible.filter(pk__in=fresh).count() < len(fresh):
            raise LayoutError("There is no such saved search.", code="target")
    fresh = layout.targets(Kind.DASHBOARD) - before.targets(Kind.DASHBOARD)
    if not fresh:
        return
    visible_ones = Dashboard.objects.visible_to(actor).enabled().filter(pk__in=fresh)
    if visible_ones.count() < len(fresh):
        raise LayoutError("There is no such dashboard.", code="target")
    _refuse_circles(dashboard, fresh)


def _refuse_circles(dashboard: Dashboard, targets: set[int]) -> None:
    """Follow dashboards inward, as deep as one goes. A query for each level."""
    level, seen = targets, set[int]()
    for _ in range(DEEPEST):
        if dashboard.pk in level:
            raise LayoutError(
                f"{dashboard.name} would show itself: that dashboard shows it already.",
                code="circle",
            )
        seen |= level
        inner = Dashboard.objects.filter(pk__in=level)
        level = set().union(
            *(_readable(each).targets(Kind.DASHBOARD) for each in inner)
        )
        level -= seen
        if not level:
            return
    raise LayoutError(
        f"Dashboards can stand in one another {DEEPEST} deep.", code="too_deep"
    )
