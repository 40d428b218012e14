"""Where dashboards are shown: one's home page, everybody's, the rail."""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Max, Q, QuerySet

from accounts.models import User
from accounts.rights import Right
from queues.rights import rights_of
from tickets.at_hand import at_hand
from tickets.commands.dashboards import create_dashboard
from tickets.models import Dashboard, DashboardPlace, Spot
from tickets.models.places import LONGEST_NAME
from tickets.privacy import Privacy

MOST_IN_RAIL = 10
ARRANGED_NAME = "At a glance"


@transaction.atomic
def arrange_home(*, actor: User) -> Dashboard:
    """Make what the actor sees at a glance a dashboard of their own, and their home.

    One that is their own to change already is returned as it is.

    Raises:
        PermissionDenied: AdminOwnDashboard and ModifySelf are needed.
    """
    _require_self(actor)
    _lock(actor)
    home = at_hand(actor).home
    if home.is_own and home.dashboard_id is not None:
        own = Dashboard.objects.filter(pk=home.dashboard_id, owner=actor).first()
        if own is not None:
            return own
    dashboard = create_dashboard(
        actor=actor,
        name=_free_name(actor),
        privacy=Privacy(owner=actor),
        description="My arrangement of the home page",
        layout=home.layout,
    )
    _set_home(actor, dashboard)
    return dashboard


@transaction.atomic
def set_home(dashboard: Dashboard, *, actor: User) -> None:
    """Make a dashboard the actor's home page.

    Raises:
        PermissionDenied: ModifySelf is missing, or the actor may not see it.
        ValidationError: it is disabled.
    """
    _require_self(actor)
    _require_visible(dashboard, actor)
    _lock(actor)
    _set_home(actor, dashboard)


@transaction.atomic
def reset_home(*, actor: User) -> None:
    """Give the actor the usual home page again; the dashboard itself is kept."""
    _require_self(actor)
    DashboardPlace.objects.filter(user=actor, spot=Spot.HOME).delete()


@transaction.atomic
def set_home_of_all(dashboard: Dashboard | None, *, actor: User) -> None:
    """Make a system dashboard the home page of everybody without one of their own.

    None gives the built-in one back.

    Raises:
        PermissionDenied: AdminDashboard is missing.
        ValidationError: it is not a dashboard of the system, or disabled.
    """
    _require_admin(actor)
    if dashboard is not None:
        _require_of_system(dashboard)
        Dashboard.objects.select_for_update().get(pk=dashboard.pk)
    rows = DashboardPlace.objects.filter(user=None, spot=Spot.HOME)
    rows.select_for_update().delete()
    if dashboard is not None:
        DashboardPlace.objects.create(dashboard=dashboard, spot=Spot.HOME)


@transaction.atomic
def set_in_rail(dashboard: Dashboard, *, actor: User, on: bool) -> None:
    """Put a dashboard at the end of the actor's rail, or take it out.

    Raises:
        PermissionDenied: the actor may not see it.
        ValidationError: it is disabled, or the rail is full.
    """
    rail = DashboardPlace.objects.filter(user=actor, spot=Spot.RAIL)
    if not on:
        rail.filter(dashboard=dashboard).delete()
        return
    _require_visible(dashboard, actor)
    _lock(actor)
    _append(rail, dashboard, user=actor)


@transaction.atomic
def set_in_rail_of_all(dashboard: Dashboard, *, actor: User, on: bool) -> None:
    """Put a system dashboard into everybody's rail, or take it out.

    Raises:
        PermissionDenied: AdminDashboard is missing.
        ValidationError: it is not a dashboard of the system, or the rail is full.
    """
    _require_admin(actor)
    rail = DashboardPlace.objects.filter(user=None, spot=Spot.RAIL)
    if not on:
        rail.filter(dashboard=dashboard).delete()
        return
    _require_of_system(dashboard)
    Dashboard.objects.select_for_update().get(pk=dashboard.pk)
    _append(rail, dashboard, user=None)


def _append(
    rail: QuerySet[DashboardPlace], dashboard: Dashboard, *, user: User | None
) -> None:
    rows = list(rail.order_by("position", "pk"))
    if any(row.dashboard_id == dashboard.pk for row in rows):
        return
    if len(rows) >= MOST_IN_RAIL:
        raise ValidationError(
            f"At most {MOST_IN_RAIL} dashboards stand beside every page.",
            code="too_many",
        )
    last = rail.aggregate(last=Max("position"))["last"]
    DashboardPlace.objects.create(
        user=user,
        dashboard=dashboard,
        spot=Spot.RAIL,
        position=0 if last is None else last + 1,
    )


def _set_home(actor: User, dashboard: Dashboard) -> None:
    DashboardPlace.objects.update_or_create(
        user=actor, spot=Spot.HOME, defaults={"dashboard": dashboard}
    )


def _lock(actor: User) -> None:
    """Lock the user's row: places have none of their own before the first."""
    User.objects.select_for_update().only("pk").get(pk=actor.pk)


def _free_name(actor: User) -> str:
    taken = set(
        Dashboard.objects.filter(
            Q(name__istartswith=ARRANGED_NAME), owner=actor
        ).values_list("name", flat=True)
    )
    known = {name.lower() for name in taken}
    candidates = (
        ARRANGED_NAME if number == 1 else f"{ARRANGED_NAME} {number}"
        for number in range(1, len(known) + 2)
    )
    name = next(each for each in candidates if each.lower() not in known)
    return name[:LONGEST_NAME]


def _require_self(actor: User) -> None:
    if not rights_of(actor).has(Right.MODIFY_SELF):
        raise PermissionDenied(f"That needs the right {Right.MODIFY_SELF}.")


def _require_admin(actor: User) -> None:
    if not rights_of(actor).has(Right.ADMIN_DASHBOARD):
        raise PermissionDenied(f"That needs the right {Right.ADMIN_DASHBOARD}.")


def _require_visible(dashboard: Dashboard, actor: User) -> None:
    visible = Dashboard.objects.visible_to(actor).filter(pk=dashboard.pk).first()
    if visible is None:
        raise PermissionDenied("You may not see this dashboard.")
    if visible.disabled:
        raise ValidationError("This dashboard is disabled.", code="disabled")


def _require_of_system(dashboard: Dashboard) -> None:
    if not dashboard.is_of_system or dashboard.disabled:
        raise ValidationError(
            "That takes an enabled dashboard of the whole system: one that only some "
            "may see cannot be everybody's.",
            code="not_of_system",
        )
