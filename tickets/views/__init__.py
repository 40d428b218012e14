"""The pages of the help desk."""

from tickets.views import rt_urls
from tickets.views.actions import (
    bookmark,
    set_status,
    steal,
    take,
    untake,
)
from tickets.views.arranging import (
    add_part,
    add_row,
    move_part,
    move_row,
    place_part,
    remove_part,
    remove_row,
    reshape_row,
    set_part,
)
from tickets.views.attachments import attachment, html
from tickets.views.boxes import basics, dates, links, people
from tickets.views.builder import build_search, check_built_search, read_built_search
from tickets.views.bulk_update import bulk, bulk_job
from tickets.views.cells import cell
from tickets.views.charts import chart, chart_csv
from tickets.views.create import create
from tickets.views.dashboard_forms import (
    create_dashboard,
    delete_dashboard,
    disable_dashboard,
    edit_dashboard,
    name_dashboard,
)
from tickets.views.dashboards import (
    arrange_home,
    dashboard_box,
    dashboards,
    rail_dashboard,
    rail_dashboard_of_all,
    reset_home,
    set_home,
    set_home_of_all,
    show_dashboard,
)
from tickets.views.detail import detail, history
from tickets.views.export import export, print_view
from tickets.views.feeds import feeds, ical, rss
from tickets.views.fields import field_choices, field_file, field_html, fields
from tickets.views.home import home, quick_create, refresh
from tickets.views.reminders import add_reminder, complete_reminder
from tickets.views.reports import report, report_csv, reports
from tickets.views.search import mine, results
from tickets.views.search_forms import (
    delete_search,
    disable_search,
    edit_search,
    save_search,
    update_search,
)
from tickets.views.searches import (
    move_pinned_search,
    open_saved_search,
    pin_search,
    pinned_counts,
    saved_searches,
)
from tickets.views.suggestions import suggest, suggest_people
from tickets.views.update import update
from tickets.views.walk import walk

__all__ = [
    "add_part",
    "add_reminder",
    "add_row",
    "arrange_home",
    "attachment",
    "basics",
    "bookmark",
    "build_search",
    "bulk",
    "bulk_job",
    "cell",
    "chart",
    "chart_csv",
    "check_built_search",
    "complete_reminder",
    "create",
    "create_dashboard",
    "dashboard_box",
    "dashboards",
    "dates",
    "delete_dashboard",
    "delete_search",
    "detail",
    "disable_dashboard",
    "disable_search",
    "edit_dashboard",
    "edit_search",
    "export",
    "feeds",
    "field_choices",
    "field_file",
    "field_html",
    "fields",
    "history",
    "home",
    "html",
    "ical",
    "links",
    "mine",
    "move_part",
    "move_pinned_search",
    "move_row",
    "name_dashboard",
    "open_saved_search",
    "people",
    "pin_search",
    "pinned_counts",
    "place_part",
    "print_view",
    "quick_create",
    "rail_dashboard",
    "rail_dashboard_of_all",
    "read_built_search",
    "refresh",
    "remove_part",
    "remove_row",
    "report",
    "report_csv",
    "reports",
    "reset_home",
    "reshape_row",
    "results",
    "rss",
    "rt_urls",
    "save_search",
    "saved_searches",
    "set_home",
    "set_home_of_all",
    "set_part",
    "set_status",
    "show_dashboard",
    "steal",
    "suggest",
    "suggest_people",
    "take",
    "untake",
    "update",
    "update_search",
    "walk",
]
