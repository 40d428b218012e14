"""URLs of the queues app."""

from django.urls import path

from queues import views

app_name = "queues"
urlpatterns = [
    path("setup/", views.setup, name="setup"),
]
