"""Making the calls: claim, call, note the answer, try again or give up.

As with mail, a call is claimed by a conditional UPDATE and made outside of any DB
transaction: who is killed in between makes it once more, with the same id.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from mail.models import DeliveryState, Webhook, WebhookDelivery
from mail.webhooks.calling import Answer, call

logger = logging.getLogger(__name__)

# Longer than any call may take.
CLAIM_HOLDS = timedelta(minutes=10)
SWEEP_GRACE = timedelta(seconds=15)
# About a day, then it is given up.
RETRY_MINUTES = (1, 2, 5, 15, 30, 60, 120, 240, 480, 480)
MOST_PER_SWEEP = 500
KEPT = timedelta(days=30)


def deliver(delivery_id: int) -> None:
    """Make a call whose time has come; do nothing if somebody else is at it."""
    now = timezone.now()
    delivery = _claim(delivery_id, now)
    if delivery is None:
        return
    webhook = delivery.webhook
    if webhook.disabled:
        _conclude(
            delivery, DeliveryState.FAILED, Answer("refused", text=webhook.reason)
        )
        return
    try:
        answer = call(
            webhook.url,
            secret=webhook.secret,
            message_id=delivery.key,
            timestamp=int(now.timestamp()),
            body=delivery.body.encode(),
        )
    except Exception as error:
        logger.exception("A webhook was not called", extra={"delivery": delivery_id})
        answer = Answer("later", text=repr(error))
    _note(delivery, answer)


def due(now: datetime) -> list[int]:
    """Return the calls to ring for again: due, or left behind by a dead worker."""
    waiting = WebhookDelivery.objects.filter(_claimable(now, grace=SWEEP_GRACE))
    ordered = waiting.order_by("next_try_at", "pk")
    return list(ordered.values_list("pk", flat=True)[:MOST_PER_SWEEP])


def release_claims() -> None:
    """Void the claims of killed workers at once; only while no worker runs."""
    WebhookDelivery.objects.filter(state=DeliveryState.SENDING).update(
        state=DeliveryState.QUEUED, claimed_at=None, next_try_at=timezone.now()
    )


def purge(now: datetime) -> int:
    """Forget calls that are done and old; return how many."""
    done = (DeliveryState.SENT, DeliveryState.FAILED)
    old = WebhookDelivery.objects.filter(created__lt=now - KEPT, state__in=done)
    return old.delete()[0]


def _claimable(now: datetime, *, grace: timedelta = timedelta()) -> Q:
    return Q(state=DeliveryState.QUEUED, next_try_at__lte=now - grace) | Q(
        state=DeliveryState.SENDING, claimed_at__lt=now - CLAIM_HOLDS
    )


def _claim(delivery_id: int, now: datetime) -> WebhookDelivery | None:
    count = WebhookDelivery.objects.filter(_claimable(now), pk=delivery_id).update(
        state=DeliveryState.SENDING, claimed_at=now, attempts=F("attempts") + 1
    )
    if not count:
        return None
    return WebhookDelivery.objects.select_related("webhook").get(pk=delivery_id)


def _note(delivery: WebhookDelivery, answer: Answer) -> None:
    if answer.state == "sent":
        _conclude(delivery, DeliveryState.SENT, answer)
        return
    is_last = delivery.attempts > len(RETRY_MINUTES)
    if answer.state == "later" and not is_last:
        _conclude(delivery, DeliveryState.QUEUED, answer)
        return
    with transaction.atomic():
        if _conclude(delivery, DeliveryState.FAILED, answer):
            Webhook.objects.filter(pk=delivery.webhook_id).update(
                disabled=True, reason=answer.text or "It does not answer."
            )


def _conclude(delivery: WebhookDelivery, state: DeliveryState, answer: Answer) -> bool:
    """Write what became of a call, unless another worker has taken it over."""
    now = timezone.now()
    step = min(delivery.attempts, len(RETRY_MINUTES)) - 1
    count = WebhookDelivery.objects.filter(
        pk=delivery.pk, state=DeliveryState.SENDING, claimed_at=delivery.claimed_at
    ).update(
        state=state,
        claimed_at=None,
        answer=answer.status,
        error="" if state == DeliveryState.SENT else answer.text,
        next_try_at=now + timedelta(minutes=RETRY_MINUTES[step]),
        sent_at=now if state == DeliveryState.SENT else None,
    )
    if state != DeliveryState.SENT:
        logger.warning(
            "A webhook was not delivered",
            extra={"delivery": delivery.pk, "state": state.value},
        )
    return count == 1
