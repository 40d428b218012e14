"""Dashboards, and where they are shown: as the home page or in the rail."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Group, User
from accounts.rights import Right
from tickets.models.places import LONGEST_NAME, SeenBy, named_once

DASHBOARDS_SEEN_BY = SeenBy(
    own=(Right.SEE_OWN_DASHBOARD, Right.ADMIN_OWN_DASHBOARD),
    group=(Right.SEE_GROUP_DASHBOARD, Right.ADMIN_GROUP_DASHBOARD),
    system=(Right.SEE_DASHBOARD, Right.ADMIN_DASHBOARD),
)


class DashboardQuerySet(models.QuerySet["Dashboard"]):
    """Adjectives for dashboards; ``visible_to`` is the only way lists are made."""

    def visible_to(self, user: User | AnonymousUser) -> "DashboardQuerySet":
        """Keep what the user may look at, disabled dashboards included.

        Reads the user's grants once (``rights_of``) and adds one condition. A personal
        dashboard is its owner's alone: not even a superuser is offered it.
        """
        return self.filter(DASHBOARDS_SEEN_BY.condition(user))

    def enabled(self) -> "DashboardQuerySet":
        """Drop the disabled ones, which are kept and neither offered nor shown."""
        return self.filter(disabled=False)


class Dashboard(models.Model):
    """Rows and columns of searches, charts and other portlets, under a name.

    Without owner and group it belongs to the system. ``layout`` is what
    ``tickets.dashboards.layout`` reads and writes.
    """

    name = models.CharField(max_length=LONGEST_NAME)
    description = models.CharField(max_length=255, blank=True, default="")
    owner = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="dashboards",
    )
    group = models.ForeignKey(
        Group,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="dashboards",
    )
    layout = models.JSONField(default=dict, blank=True)
    disabled = models.BooleanField(default=False)
    created = models.DateTimeField(default=timezone.now, editable=False)
    last_updated = models.DateTimeField(default=timezone.now, editable=False)
    last_updated_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, editable=False, related_name="+"
    )

    objects = DashboardQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(owner=None) | Q(group=None), name="dashboard_one_owner"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="dashboard_named"),
            *named_once("dashboard"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_personal(self) -> bool:
        """Say whether it is one person's."""
        return self.owner_id is not None

    @property
    def is_of_system(self) -> bool:
        """Say whether it is the whole site's."""
        return self.owner_id is None and self.group_id is None


class Spot(models.TextChoices):
    """Where a dashboard is shown besides its own page."""

    HOME = "home", "At a glance"
    RAIL = "rail", "Beside every page"


class DashboardPlace(models.Model):
    """A dashboard that is a user's home page or in their rail; of all without user."""

    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="dashboard_places",
    )
    dashboard = models.ForeignKey(
        Dashboard, on_delete=models.CASCADE, related_name="places"
    )
    spot = models.CharField(max_length=8, choices=Spot)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = (
            models.CheckConstraint(
                condition=Q(spot__in=Spot.values), name="dashboard_spot_known"
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(spot="home", user__isnull=False),
                name="dashboard_one_home_of_user",
            ),
            models.UniqueConstraint(
                fields=["spot"],
                condition=Q(spot="home", user=None),
                name="dashboard_one_home_of_all",
            ),
            models.UniqueConstraint(
                fields=["user", "dashboard"],
                condition=Q(spot="rail", user__isnull=False),
                name="dashboard_once_in_rail_of_user",
            ),
            models.UniqueConstraint(
                fields=["dashboard"],
                condition=Q(spot="rail", user=None),
                name="dashboard_once_in_rail_of_all",
            ),
        )

    def __str__(self) -> str:
        return f"{self.dashboard} for {self.user or 'all'}: {self.spot}"
