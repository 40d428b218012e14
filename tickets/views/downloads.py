"""What can be taken away from a search: files, a page to print, feeds."""

from dataclasses import dataclass

from tickets.views.asked import Asked


@dataclass(frozen=True, slots=True)
class Download:
    """One entry of the menu."""

    label: str
    url: str


FILES = (("xlsx", "Excel (XLSX)"), ("csv", "CSV"), ("tsv", "TSV"), ("json", "JSON"))


def downloads(asked: Asked) -> list[Download]:
    """Return the entries of the menu; whether a feed has an address is known later."""
    files = [
        Download(label, asked.url("tickets:export", kind)) for kind, label in FILES
    ]
    return [
        *files,
        Download("Print view", asked.url("tickets:print")),
        Download("Feeds: RSS, calendar", asked.url("tickets:feeds")),
    ]
