"""Dashboards that are mailed: to whom, when, and with whose eyes."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import Group, User
from tickets.models import Dashboard


class Frequency(models.TextChoices):
    """How often a dashboard is mailed."""

    DAILY = "daily", "Daily"
    WEEKLY = "weekly", "Weekly"
    MONTHLY = "monthly", "Monthly"
    NEVER = "never", "Never"


class RunAs(models.TextChoices):
    """With whose rights the searches are run: RT's context."""

    SUBSCRIBER = "subscriber", "Me: everyone gets what I may see"
    RECIPIENT = "recipient", "Each recipient: everyone gets what they may see"


class DashboardSubscription(models.Model):
    """One person's wish to have one dashboard mailed.

    The dashboard is NULL when it was deleted; ``dashboard_name`` is what its subscriber
    knew it by. ``next_at`` is worked out in ``zone``, the subscriber's time zone as it
    was then; ``last_date`` is the day of the last planned mail, which every second week
    is counted from.
    """

    user = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="dashboard_subscriptions"
    )
    dashboard = models.ForeignKey(
        Dashboard, on_delete=models.SET_NULL, null=True, related_name="subscriptions"
    )
    dashboard_name = models.CharField(max_length=200)
    frequency = models.CharField(
        max_length=8, choices=Frequency, default=Frequency.DAILY
    )
    weekdays = models.JSONField("days of a daily mail, Monday is 0", default=list)
    weekday = models.PositiveSmallIntegerField("day of a weekly mail", default=0)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    monthday = models.PositiveSmallIntegerField("day of a monthly mail", default=1)
    hour = models.PositiveSmallIntegerField(default=6)
    rows = models.PositiveSmallIntegerField(default=20)
    skip_empty = models.BooleanField(default=False)
    run_as = models.CharField(max_length=16, choices=RunAs, default=RunAs.SUBSCRIBER)
    to_users = models.ManyToManyField(User, blank=True, related_name="+")
    to_groups = models.ManyToManyField(Group, blank=True, related_name="+")
    to_addresses = models.JSONField(default=list, blank=True)
    enabled = models.BooleanField(default=True)

    zone = models.CharField(max_length=64, blank=True, default="")
    last_date = models.DateField(null=True, blank=True)
    next_at = models.DateTimeField(null=True, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=255, blank=True, default="")
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        indexes = (
            models.Index(
                fields=["next_at", "id"],
                name="dashboard_mail_waiting",
                condition=Q(enabled=True, next_at__isnull=False),
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["user", "dashboard"], name="dashboard_subscribed_once"
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=Frequency.values),
                name="dashboard_frequency_known",
            ),
            models.CheckConstraint(
                condition=Q(run_as__in=RunAs.values), name="dashboard_run_as_known"
            ),
            models.CheckConstraint(
                condition=Q(weekday__lte=6, hour__lte=23),
                name="dashboard_hour_and_weekday",
            ),
            models.CheckConstraint(
                condition=Q(monthday__gte=1, monthday__lte=31),
                name="dashboard_day_of_month",
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1), name="dashboard_every_weeks"
            ),
        )

    def __str__(self) -> str:
        return f"{self.dashboard_name} for {self.user}"

    def is_due(self, now: datetime) -> bool:
        """Say whether it is to be mailed."""
        return self.enabled and self.next_at is not None and self.next_at <= now
