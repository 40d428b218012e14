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

urlpatterns = [
    path("subscriptions/", views.subscriptions, name="subscriptions"),
    path("subscriptions/new/", views.subscribe, name="subscribe"),
    path("subscriptions/feed/<str:token>/", views.feed, name="feed"),
    path(
        "subscriptions/unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"
    ),
    path("subscriptions/<int:subscription_id>/", include(subscription_urls)),
]
