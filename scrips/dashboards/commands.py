"""The changes people make to how their dashboards are mailed; never another's."""

from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from scrips.dashboards.letters import letters
from scrips.dashboards.recipients import MOST_RECIPIENTS, Named, Recipient, named
from scrips.dashboards.schedule import Times
from scrips.dashboards.times import TIME_FIELDS, plan, times_of
from scrips.models import DashboardSubscription, Frequency, RunAs
from scrips.subscriptions.access import NO_ADDRESS, may_subscribe
from tickets.models import Dashboard

ROWS = (1, 2, 5, 10, 15, 20, 25, 50, 75, 100, 0)
MOST_WEEKS = 52


@dataclass(frozen=True, kw_only=True)
class MailWishes:
    """When a dashboard is mailed, to whom, and how much of it."""

    times: Times = field(default_factory=Times)
    rows: int = 20
    skip_empty: bool = False
    run_as: str = RunAs.SUBSCRIBER
    to: tuple[str, ...] = ()
    enabled: bool = True


@transaction.atomic
def subscribe_to_dashboard(
    dashboard: Dashboard, *, actor: User, wishes: MailWishes
) -> DashboardSubscription:
    """Have a dashboard mailed; who has it mailed already changes that.

    Raises:
        PermissionDenied: SubscribeDashboard is missing, or the dashboard is not to be
            seen.
        ValidationError: no such day or hour, or somebody no mail can go to.
    """
    _require(dashboard, actor)
    _check(wishes)
    # The user's row is locked, so that two requests do not both find no subscription.
    user = User.objects.select_for_update().get(pk=actor.pk)
    to = _recipients(wishes, user)
    held = DashboardSubscription.objects.filter(user=user, dashboard=dashboard).first()
    is_new = held is None
    held = held or DashboardSubscription(user=user, dashboard=dashboard)
    before = (times_of(held), held.enabled)
    for name in TIME_FIELDS:
        setattr(held, name, getattr(wishes.times, name))
    held.weekdays = sorted(set(wishes.times.weekdays))
    held.dashboard_name = dashboard.name
    held.rows, held.skip_empty = wishes.rows, wishes.skip_empty
    held.run_as, held.enabled = wishes.run_as, wishes.enabled
    held.to_addresses = list(to.addresses)
    if is_new or before != (times_of(held), held.enabled):
        held.user = user
        plan(held, now=timezone.now())
        # A mail that is being made was asked for at another time.
        held.claimed_at = None
    if is_new:
        held.save(force_insert=True)
    else:
        held.save(
            update_fields=[
                *TIME_FIELDS, "dashboard_name", "rows", "skip_empty", "run_as",
                "enabled", "to_addresses", "zone", "next_at", "claimed_at",
            ]
        )  # fmt: skip
    held.to_users.set(to.users)
    held.to_groups.set(to.groups)
    return held


@transaction.atomic
def end_dashboard_subscription(
    subscription: DashboardSubscription, *, actor: User
) -> None:
    """Mail it no more.

    Raises:
        PermissionDenied: it is somebody else's.
    """
    held = DashboardSubscription.objects.select_for_update().filter(pk=subscription.pk)
    for each in held:
        if each.user_id != actor.pk:
            raise PermissionDenied("This is somebody else's subscription.")
        each.delete()


def send_dashboard_now(dashboard: Dashboard, *, actor: User, rows: int = 20) -> None:
    """Mail a dashboard to the actor alone, as it looks to the actor at this moment.

    Raises:
        PermissionDenied: SubscribeDashboard is missing, or the dashboard is not to be
            seen.
        ValidationError: the actor has no address, or the dashboard cannot be read.
    """
    _require(dashboard, actor)
    if not actor.email:
        raise ValidationError(NO_ADDRESS, code="no_address")
    mine = DashboardSubscription.objects.filter(user=actor, dashboard=dashboard).first()
    wish = mine or DashboardSubscription(
        user=actor, dashboard=dashboard, frequency=Frequency.NEVER, rows=rows
    )
    wish.user = actor
    to = [Recipient(actor.email, actor.display_name, actor)]
    made = letters(wish, dashboard, now=timezone.now(), to=to, even_if_empty=True)
    with transaction.atomic():
        for message in made:
            message.send()


def _require(dashboard: Dashboard, actor: User) -> None:
    if not may_subscribe(actor):
        raise PermissionDenied("That needs the right SubscribeDashboard.")
    visible = Dashboard.objects.visible_to(actor).enabled()
    if not visible.filter(pk=dashboard.pk).exists():
        raise PermissionDenied("You may not see this dashboard.")


def _recipients(wishes: MailWishes, user: User) -> Named:
    try:
        to = named(wishes.to)
    except ValidationError as error:
        raise ValidationError({"to": error}) from error
    if len(to.users) + len(to.groups) + len(to.addresses) > MOST_RECIPIENTS:
        _refuse("to", f"At most {MOST_RECIPIENTS} recipients.")
    if not (to.users or to.groups or to.addresses or user.email):
        _refuse("to", NO_ADDRESS)
    return to


def _check(wishes: MailWishes) -> None:
    times = wishes.times
    if times.frequency not in Frequency.values or wishes.run_as not in RunAs.values:
        raise ValidationError("There is no such kind of subscription.", code="kind")
    if times.frequency == Frequency.DAILY and not times.weekdays:
        _refuse("weekdays", "Choose at least one day.")
    if set(times.weekdays) - set(range(7)) or times.weekday not in range(7):
        raise ValidationError("There is no such day of the week.", code="weekday")
    if times.hour not in range(24):
        raise ValidationError("There is no such hour.", code="hour")
    if not 1 <= times.monthday <= 31:
        _refuse("monthday", "A day from 1 to 31.")
    if not 1 <= times.every_weeks <= MOST_WEEKS:
        _refuse("every_weeks", f"From 1 to {MOST_WEEKS} weeks.")
    if wishes.rows not in ROWS:
        _refuse("rows", "Choose one of the numbers of rows.")


def _refuse(field_name: str, message: str) -> None:
    raise ValidationError({field_name: ValidationError(message, code="invalid")})
