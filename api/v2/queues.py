"""Queues: the list of those the caller may see."""

from django.http import HttpRequest, HttpResponse

from accounts.models import User
from accounts.rights import Right
from api.errors import json_answer
from api.v2.collections import Paging, envelope, merged_parameters
from api.v2.people import queue_fields
from api.v2.records import Json, reference
from api.v2.wanted import wanted_fields
from queues.models import Queue
from queues.rights import rights_of


def all_queues(request: HttpRequest, user: User) -> HttpResponse:
    """Return the visible queues in the order shown, disabled ones only on demand."""
    params = merged_parameters(request)
    paging = Paging.of(params)
    queues = Queue.objects.order_by("sort_order", "name", "id")
    if params.get("find_disabled_rows") != "1":
        queues = queues.filter(disabled=False)
    rights = rights_of(user)
    if not rights.has(Right.SEE_QUEUE):
        queues = queues.filter(pk__in=rights.queue_ids_with(Right.SEE_QUEUE))
    total = queues.count()
    start = (paging.page - 1) * paging.per_page
    wanted = wanted_fields(params)
    items: list[Json] = [
        reference("queue", queue.pk) | queue_fields(queue, wanted, caller=user)
        for queue in queues[start : start + paging.per_page]
    ]
    return json_answer(envelope(request, params, items, total=total, paging=paging))
