"""URLs of the scrips app: subscriptions to searches."""

from django.urls import include, path

from scrips import views

app_name = "scrips"

# /subscriptions/<id>/
subscription_urls = [
    path("", views.subscription, name="subscription"),
    path("change/", views.change, name="change"),
    path("pause/", views.pause, name="pause"),
    path("resume/", views.resume, name="resume"),
    path("end/", views.end, name="end"),
    path("links/", views.renew_links, name="renew_links"),
    path(
        "deliveries/<int:delivery_id>/send-again/", views.send_again, name="send_again"
    ),
]

# /dashboards/<id>/subscription/
dashboard_urls = [
    path("", views.dashboard_subscription, name="dashboard_subscription"),
    path("send/", views.send_dashboard, name="send_dashboard"),
]

urlpatterns = [
    path(
        "dashboards/subscriptions/",
        views.dashboard_subscriptions,
        name="dashboard_subscriptions",
    ),
    path(
        "dashboards/subscriptions/<int:subscription_id>/end/",
        views.end_dashboard_subscription,
        name="end_dashboard_subscription",
    ),
    path("dashboards/<int:dashboard_id>/subscription/", include(dashboard_urls)),
    path("subscriptions/", views.subscriptions, name="subscriptions"),
    path("subscriptions/new/", views.subscribe, name="subscribe"),
    path("subscriptions/feed/<str:token>/", views.feed, name="feed"),
    path(
        "subscriptions/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"
    ),
    path("subscriptions/<int:subscription_id>/", include(subscription_urls)),
]
