"""Dashboards made quickly, as rows."""

from typing import Any

from accounts.models import User
from tests.conftest import World
from tickets.models import Dashboard, SavedSearch


def layout_of(*kinds: str | tuple[str, int]) -> dict[str, Any]:
    """Return a stored layout of one column; a pair names what is saved."""
    parts: list[dict[str, Any]] = []
    for key, kind in enumerate(kinds, start=2):
        part: dict[str, Any] = {"key": key}
        if isinstance(kind, tuple):
            part |= {"kind": kind[0], "id": kind[1]}
        else:
            part["kind"] = kind
        parts.append(part)
    return {"rows": [{"key": 1, "shape": "whole", "columns": [parts]}]}


def make_dashboard(
    owner: User | None, *kinds: str | tuple[str, int], **fields: Any
) -> Dashboard:
    """Store a dashboard as it is; without owner or group it is the system's."""
    fields = {"name": "Morning", "layout": layout_of(*kinds)} | fields
    return Dashboard.objects.create(owner=owner, **fields)


def make_search(
    owner: User | None, name: str = "Open ones", **fields: Any
) -> SavedSearch:
    """Store a search as it is."""
    fields = {"query": "Status = '__Active__'"} | fields
    return SavedSearch.objects.create(owner=owner, name=name, **fields)


def make_chart(owner: User | None, name: str = "By queue") -> SavedSearch:
    """Store a chart of unfinished tickets by queue."""
    chart = {"group_by": ["Queue"], "style": "bar"}
    return make_search(owner, name, kind="TicketChart", chart=chart)


def of_each(world: World) -> dict[str, Dashboard]:
    """Return one dashboard of each privacy."""
    return {
        "own": make_dashboard(world.bob, name="Of Bob"),
        "group": make_dashboard(None, name="Of staff", group=world.staff),
        "system": make_dashboard(None, name="Of all"),
    }
