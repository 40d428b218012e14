"""URLs of the scrips app."""

from django.urls import URLPattern

app_name = "scrips"
urlpatterns: list[URLPattern] = []
