"""A dashboard as a mail that mail programs show: inline styles, absolute links."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.models import User
from mail.composing import NULL_SENDER
from mail.marks import LOOP_HEADER, friendly_from, loop_value
from queues.site import organization
from scrips.dashboards.recipients import Recipient, recipients_of
from scrips.dashboards.sections import Section, is_nothing, sections_of
from scrips.models import DashboardSubscription, Frequency, RunAs
from tickets.dashboards.stored import read_layout
from tickets.messages import one_line
from tickets.models import Dashboard
from tickets.search.context import Context

LONGEST_SUBJECT = 400


def letters(
    subscription: DashboardSubscription,
    dashboard: Dashboard,
    *,
    now: datetime,
    to: Iterable[Recipient] | None = None,
    even_if_empty: bool = False,
) -> list[EmailMultiAlternatives]:
    """Return one mail for each recipient, not sent yet.

    The searches run once with the subscriber's rights, or once with each recipient's.

    Raises:
        LayoutError: the dashboard cannot be read.
    """
    readers = list(recipients_of(subscription) if to is None else to)
    skips = subscription.skip_empty and not even_if_empty
    shown: dict[int, list[Section]] = {}
    made = []
    for reader in readers:
        eyes = subscription.user
        if subscription.run_as == RunAs.RECIPIENT and reader.user is not None:
            eyes = reader.user
        if eyes.pk not in shown:
            shown[eyes.pk] = _sections(subscription, dashboard, eyes, now)
        sections = shown[eyes.pk]
        if not (skips and is_nothing(sections)):
            made.append(_letter(subscription, dashboard, reader, sections, eyes, now))
    return made


def missing_letter(subscription: DashboardSubscription) -> EmailMultiAlternatives:
    """Return the mail that says why there will be no more."""
    ctx = {"name": subscription.dashboard_name, "rtname": settings.RTNAME}
    user = subscription.user
    reader = Recipient(user.email, user.display_name, user)
    return _message(subscription, reader, "dashboard_missing", ctx)


def _sections(
    subscription: DashboardSubscription,
    dashboard: Dashboard,
    user: User,
    now: datetime,
) -> list[Section]:
    layout = read_layout(dashboard.layout)
    with timezone.override(Context(user=user, now=now).zone):
        return sections_of(
            layout, user=user, rows=subscription.rows, inside=dashboard.pk
        )


def _letter(
    subscription: DashboardSubscription,
    dashboard: Dashboard,
    reader: Recipient,
    sections: list[Section],
    eyes: User,
    now: datetime,
) -> EmailMultiAlternatives:
    frequency = Frequency(subscription.frequency)
    ctx = {
        "rtname": settings.RTNAME,
        "frequency": "" if frequency == Frequency.NEVER else frequency.label,
        "name": dashboard.name,
        "description": dashboard.description,
        "url": f"{settings.WEB_URL}/dashboards/{dashboard.pk}/",
        "sections": sections,
        "subscriber": subscription.user,
        "is_own": reader.user == subscription.user,
        "page_url": f"{settings.WEB_URL}/dashboards/{dashboard.pk}/subscription/",
        "now": now,
    }
    with timezone.override(Context(user=eyes, now=now).zone):
        return _message(subscription, reader, "dashboard", ctx)


def _message(
    subscription: DashboardSubscription,
    reader: Recipient,
    name: str,
    ctx: dict[str, Any],
) -> EmailMultiAlternatives:
    folder = f"emails/{name}"
    subject = one_line(render_to_string(f"{folder}/subject.txt", ctx))
    message = EmailMultiAlternatives(
        subject=" ".join(subject.split())[:LONGEST_SUBJECT],
        body=render_to_string(f"{folder}/body.txt", ctx),
        # Where it cannot be delivered, nobody is to be told.
        from_email=NULL_SENDER,
        to=[friendly_from(reader.name, reader.address)],
        headers={
            "From": friendly_from(organization(), settings.DASHBOARD_ADDRESS),
            "Auto-Submitted": "auto-generated",
            "Precedence": "bulk",
            LOOP_HEADER: loop_value(settings.RTNAME),
            "X-Managed-By": f"Helpdesk {settings.VERSION}",
            **_numbers(subscription),
        },
    )
    html = render_to_string(f"{folder}/body.html", ctx)
    message.attach_alternative(html, "text/html")
    return message


def _numbers(subscription: DashboardSubscription) -> dict[str, str]:
    """RT's headers: which dashboard, and which subscription if there is one."""
    numbers = {
        "X-RT-Dashboard-Id": subscription.dashboard_id,
        "X-RT-Dashboard-Subscription-Id": subscription.pk,
    }
    return {name: str(number) for name, number in numbers.items() if number}
