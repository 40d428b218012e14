"""The pages of the help desk."""

from tickets.views import rt_urls
from tickets.views.actions import (
    bookmark,
    set_status,
    steal,
    take,
    untake,
)
from tickets.views.attachments import attachment, html
from tickets.views.boxes import basics, dates, links, people
from tickets.views.create import create
from tickets.views.detail import detail, history
from tickets.views.home import home, quick_create, refresh
from tickets.views.reminders import add_reminder, complete_reminder
from tickets.views.search import mine, results
from tickets.views.update import update

__all__ = [
    "add_reminder",
    "attachment",
    "basics",
    "bookmark",
    "complete_reminder",
    "create",
    "dates",
    "detail",
    "history",
    "home",
    "html",
    "links",
    "mine",
    "people",
    "quick_create",
    "refresh",
    "results",
    "rt_urls",
    "set_status",
    "steal",
    "take",
    "untake",
    "update",
]
