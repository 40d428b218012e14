"""A dashboard as its editor shows it: every part, also those that are not shown."""

from dataclasses import dataclass

from accounts.models import User
from tickets.dashboards.boxes import Box, boxes_of
from tickets.dashboards.kinds import FACTS
from tickets.dashboards.layout import Layout, Portlet, Shape
from tickets.models import Dashboard


@dataclass(frozen=True)
class EditedPart:
    """A part in the editor: what it is called, and what is to be known of it."""

    portlet: Portlet
    name: str
    icon: str
    kind: str
    note: str = ""

    @property
    def usual_rows(self) -> int:
        """How many rows its kind shows, 0 if it has none."""
        return FACTS[self.portlet.kind].rows


@dataclass(frozen=True)
class EditedRow:
    """A row in the editor; ``columns`` are numbered for people, from 1."""

    key: int
    number: int
    shape: Shape
    columns: list[list[EditedPart]]

    @property
    def places(self) -> list[tuple[str, str]]:
        """Return its columns as something can be added to them."""
        if len(self.columns) == 1:
            return [(f"{self.key}-0", f"Row {self.number}")]
        return [
            (f"{self.key}-{column}", f"Row {self.number}, column {column + 1}")
            for column in range(len(self.columns))
        ]


def edited_rows(layout: Layout, *, dashboard: Dashboard, user: User) -> list[EditedRow]:
    """Return a layout for its editor, in the queries of ``boxes_of``."""
    shown = boxes_of(layout, user=user, inside=dashboard.pk)
    boxes = {
        box.portlet.key: box
        for row in shown
        for column in row.columns
        for box in column
    }
    return [
        EditedRow(
            row.key,
            number,
            row.shape,
            [
                [_part(p, boxes.get(p.key), dashboard) for p in column]
                for column in row.columns
            ],
        )
        for number, row in enumerate(layout.rows, start=1)
    ]


def _part(portlet: Portlet, box: Box | None, dashboard: Dashboard) -> EditedPart:
    facts = FACTS[portlet.kind]
    if box is None:
        name = portlet.title or facts.label
        return EditedPart(portlet, name, facts.icon, facts.label, "You may not see it.")
    note = box.notice or _whose(box, dashboard)
    return EditedPart(portlet, box.title, facts.icon, facts.label, note)


def _whose(box: Box, dashboard: Dashboard) -> str:
    """Say who of those who see the dashboard does not see this part."""
    saved = box.saved or box.dashboard
    if saved is None or dashboard.is_personal:
        return ""
    if saved.is_personal:
        return "Only you see this part: it is your own."
    if saved.group_id is not None and saved.group_id != dashboard.group_id:
        return "Only members of its group see this part."
    return ""
