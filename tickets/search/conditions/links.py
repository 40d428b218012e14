"""Conditions on links between tickets, and from tickets to anything with a URL."""

import re
from typing import Any, cast

from django.conf import settings
from django.db.models import Q, QuerySet

from tickets.models import Link
from tickets.search.conditions.columns import any_of
from tickets.search.conditions.values import ID_LIMIT, text_of
from tickets.search.context import Context
from tickets.search.fields import Resolved
from tickets.search.nodes import Condition, Operator, Value

LOCAL_URI = re.compile(r"(?:fsck\.com-rt://(?P<site>[^/]+)/ticket/)?#?(?P<id>\d{1,18})")
OTHER_END = {"base": "target", "target": "base"}


def link(resolved: Resolved, condition: Condition, context: Context) -> Q:
    """Say that a link of the type leads to one of the tickets or URLs."""
    link_type, _, end = resolved.field.path.partition(":")
    links = Link.objects.filter(type=link_type) if link_type else Link.objects.all()
    ends = ["base", "target"] if end == "both" else [end]
    if condition.operator is Operator.IS:
        return ~any_of(Q(pk__in=_own_ids(links, own)) for own in ends)
    return any_of(_linked(links, own, condition) for own in ends)


def _linked(links: "QuerySet[Link]", own: str, condition: Condition) -> Q:
    other = OTHER_END[own]
    wanted = any_of(_leads_to(other, value) for value in condition.values)
    return Q(pk__in=_own_ids(links.filter(wanted), own))


def _own_ids(links: "QuerySet[Link]", own: str) -> "QuerySet[Link, dict[str, Any]]":
    ids = links.filter(**{f"{own}__isnull": False}).values(f"{own}_id")
    return cast("QuerySet[Link, dict[str, Any]]", ids)


def _leads_to(end: str, value: Value) -> Q:
    uri = text_of(value).strip()
    match = LOCAL_URI.fullmatch(uri)
    if match and match["site"] in {None, settings.ORGANIZATION}:
        number = int(match["id"])
        return Q(**{f"{end}_id": number}) if number <= ID_LIMIT else Q(pk__in=())
    return Q(**{f"{end}_uri__iexact": uri})
