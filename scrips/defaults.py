"""The scrips and templates every site begins with."""

from scrips.default_templates import TEMPLATES
from scrips.models import Scrip, ScripTemplate

# Condition, action, template; the description is made of the first two.
SCRIPS = (
    ("On Comment", "Notify AdminCcs as Comment", "Admin Comment in HTML"),
    ("On Comment", "Notify Other Recipients as Comment", "Correspondence in HTML"),
    (
        "On Correspond",
        "Notify Owner and AdminCcs",
        "Admin Correspondence in HTML",
    ),
    ("On Correspond", "Notify Other Recipients", "Correspondence in HTML"),
    ("On Correspond", "Notify Requestors and Ccs", "Correspondence in HTML"),
    ("On Correspond", "Open Inactive Tickets", "Blank"),
    ("On Create", "Autoreply To Requestors", "Autoreply in HTML"),
    ("On Create", "Notify Owner and AdminCcs", "Transaction in HTML"),
    ("On Create", "Notify Ccs", "Correspondence in HTML"),
    ("On Create", "Notify Other Recipients", "Correspondence in HTML"),
    ("On Owner Change", "Notify Owner", "Transaction in HTML"),
    ("On Resolve", "Notify Requestors", "Resolved in HTML"),
    ("On Transaction", "Extract Subject Tag", "Blank"),
)


def ensure_scrips_and_templates() -> None:
    """Create the global templates that are missing and, on a new site, the scrips."""
    known = set(ScripTemplate.objects.filter(queue=None).values_list("name", flat=True))
    ScripTemplate.objects.bulk_create(
        ScripTemplate(name=name, description=description, content=content)
        for name, description, content in TEMPLATES
        if name not in known
    )
    if Scrip.objects.exists():
        return
    Scrip.objects.bulk_create(
        Scrip(
            description=f"{condition} {action}",
            condition=condition,
            action=action,
            template=template,
            sort_order=number,
        )
        for number, (condition, action, template) in enumerate(SCRIPS, start=1)
    )
