"""URLs of the tickets app; below them RT's own addresses."""

from django.urls import include, path, re_path

from tickets import views

app_name = "tickets"

# /tickets/<id>/
ticket_urls = [
    path("", views.detail, name="detail"),
    path("history/", views.history, name="history"),
    path("update/", views.update, name="update"),
    path("take/", views.take, name="take"),
    path("steal/", views.steal, name="steal"),
    path("untake/", views.untake, name="untake"),
    path("status/", views.set_status, name="set_status"),
    path("bookmark/", views.bookmark, name="bookmark"),
    path("basics/", views.basics, name="basics"),
    path("people/", views.people, name="people"),
    path("dates/", views.dates, name="dates"),
    path("links/", views.links, name="links"),
    path("fields/", views.fields, name="fields"),
    path("reminders/add/", views.add_reminder, name="add_reminder"),
    path("cell/<str:name>/", views.cell, name="cell"),
    re_path(r"walk/(?P<to>first|previous|next|last)/$", views.walk, name="walk"),
]

# /search/
search_urls = [
    path("", views.results, name="search"),
    path("edit/", views.build_search, name="build_search"),
    path("edit/check/", views.check_built_search, name="check_built_search"),
    path("edit/read/", views.read_built_search, name="read_built_search"),
    path("suggestions/", views.suggest, name="suggest"),
    path("suggestions/people/", views.suggest_people, name="suggest_people"),
    path("print/", views.print_view, name="print"),
    path("feeds/", views.feeds, name="feeds"),
    path("chart/", views.chart, name="chart"),
    path("chart/csv/", views.chart_csv, name="chart_csv"),
    path("bulk/", views.bulk, name="bulk"),
    path("bulk/<int:job_id>/", views.bulk_job, name="bulk_job"),
    path("export/tickets.<str:kind>", views.export, name="export"),
]

# /searches/<id>/
saved_search_urls = [
    path("", views.open_saved_search, name="open_search"),
    path("edit/", views.edit_search, name="edit_search"),
    path("update/", views.update_search, name="update_search"),
    path("disable/", views.disable_search, name="disable_search"),
    path("delete/", views.delete_search, name="delete_search"),
    path("pin/", views.pin_search, name="pin_search"),
    path("move/", views.move_pinned_search, name="move_pinned_search"),
]

# /dashboards/<id>/
dashboard_urls = [
    path("", views.show_dashboard, name="show_dashboard"),
    path("edit/", views.edit_dashboard, name="edit_dashboard"),
    path("name/", views.name_dashboard, name="name_dashboard"),
    path("disable/", views.disable_dashboard, name="disable_dashboard"),
    path("delete/", views.delete_dashboard, name="delete_dashboard"),
    path("home/", views.set_home, name="set_home"),
    path("home-of-all/", views.set_home_of_all, name="set_home_of_all"),
    path("rail/", views.rail_dashboard, name="rail_dashboard"),
    path("rail-of-all/", views.rail_dashboard_of_all, name="rail_dashboard_of_all"),
    path("parts/add/", views.add_part, name="add_part"),
    path("parts/move/", views.move_part, name="move_part"),
    path("parts/place/", views.place_part, name="place_part"),
    path("parts/remove/", views.remove_part, name="remove_part"),
    path("parts/set/", views.set_part, name="set_part"),
    path("rows/add/", views.add_row, name="add_row"),
    path("rows/shape/", views.reshape_row, name="reshape_row"),
    path("rows/move/", views.move_row, name="move_row"),
    path("rows/remove/", views.remove_row, name="remove_row"),
    # No slash at the end: so no name is one of the words above.
    path("<slug:name>", views.show_dashboard, name="dashboard"),
]

# /Ticket/, /Search/, …: bookmarks and old mails have them.
rt_urls = [
    path("index.html", views.rt_urls.home),
    path("NoAuth/Login.html", views.rt_urls.login),
    path("Ticket/Create.html", views.rt_urls.create),
    path(
        "Ticket/Attachment/<int:transaction_id>/<int:attachment_id>/",
        views.rt_urls.attachment,
    ),
    path(
        "Ticket/Attachment/<int:transaction_id>/<int:attachment_id>/<path:name>",
        views.rt_urls.attachment,
    ),
    path("Ticket/<str:page>", views.rt_urls.ticket),
    path("Transaction/Display.html", views.rt_urls.transaction),
    path("Search/Results.tsv", views.export, {"kind": "tsv"}),
    path("Search/<str:page>", views.rt_urls.search),
    path("NoAuth/rss/<str:name>/<str:auth>/", views.rss, name="rss"),
    path("NoAuth/iCal/<str:name>/<str:auth>/<path:query>", views.ical, name="ical"),
    path("Reports/<str:page>", views.rt_urls.report),
    path("Dashboards/<int:dashboard_id>/<path:name>", views.rt_urls.dashboard),
    path("Dashboards/<str:page>", views.rt_urls.dashboards),
]

urlpatterns = [
    path("", views.home, name="home"),
    path("refresh/", views.refresh, name="refresh"),
    path("quick-create/", views.quick_create, name="quick_create"),
    path("search/", include(search_urls)),
    path("searches/", views.saved_searches, name="searches"),
    path("searches/save/", views.save_search, name="save_search"),
    path("searches/pinned/", views.pinned_counts, name="pinned_counts"),
    path("searches/<int:search_id>/", include(saved_search_urls)),
    path("reports/", views.reports, name="reports"),
    path("reports/<slug:slug>/", views.report, name="report"),
    path("reports/<slug:slug>/csv/", views.report_csv, name="report_csv"),
    path("dashboards/", views.dashboards, name="dashboards"),
    path("dashboards/create/", views.create_dashboard, name="create_dashboard"),
    path("dashboards/arrange-home/", views.arrange_home, name="arrange_home"),
    path("dashboards/reset-home/", views.reset_home, name="reset_home"),
    path("dashboards/box/<slug:key>/", views.dashboard_box, name="dashboard_box"),
    path("dashboards/<int:dashboard_id>/", include(dashboard_urls)),
    path("my-tickets/", views.mine, name="mine"),
    path("tickets/create/", views.create, name="create"),
    path(
        "tickets/attachment/<int:transaction_id>/<int:attachment_id>/<path:name>",
        views.attachment,
        name="attachment",
    ),
    path(
        "tickets/fields/<int:field_id>/choices/",
        views.field_choices,
        name="field_choices",
    ),
    path(
        "tickets/fields/<str:kind>/<int:value_id>/file/",
        views.field_file,
        name="field_file",
    ),
    path(
        "tickets/fields/<str:kind>/<int:value_id>/html/",
        views.field_html,
        name="field_html",
    ),
    path("tickets/html/<int:attachment_id>/", views.html, name="html"),
    path(
        "tickets/reminders/<int:reminder_id>/complete/",
        views.complete_reminder,
        name="complete_reminder",
    ),
    path("tickets/<int:ticket_id>/", include(ticket_urls)),
    path("", include(rt_urls)),
]
