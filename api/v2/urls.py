"""The route table of REST 2.0. Every address works with and without a last slash."""

from django.urls import URLPattern, path

from api.v2 import creation, messages, queues, site, tickets
from api.v2.endpoint import Resource, endpoint


def _both(route: str, view: Resource, name: str) -> list[URLPattern]:
    """Route both forms of an address: a redirect would lose the body of a POST."""
    return [path(route, view, name=name), path(f"{route}/", view)]


urlpatterns = [
    *_both("rt", endpoint(get=site.about), "rt"),
    # tickets
    *_both(
        "tickets",
        endpoint(get=tickets.search_tickets, post=tickets.search_tickets),
        "tickets",
    ),
    *_both("ticket", endpoint(post=creation.create), "ticket-create"),
    *_both("ticket/<int:number>", endpoint(get=tickets.show_ticket), "ticket"),
    *_both(
        "ticket/<int:number>/correspond",
        endpoint(post=messages.correspond),
        "ticket-correspond",
    ),
    *_both(
        "ticket/<int:number>/comment",
        endpoint(post=messages.comment),
        "ticket-comment",
    ),
    # queues
    *_both(
        "queues/all",
        endpoint(get=queues.all_queues, post=queues.all_queues),
        "queues-all",
    ),
    path(
        "<path:rest>",
        endpoint(
            get=site.nowhere,
            post=site.nowhere,
            put=site.nowhere,
            delete=site.nowhere,
        ),
    ),
]
