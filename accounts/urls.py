"""URLs of the accounts app: sessions, passwords, preferences."""

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("login/", views.log_in, name="login"),
    path("logout/", views.log_out, name="logout"),
    path("password/", views.choose_password, name="choose_password"),
    path("preferences/", views.preferences, name="preferences"),
    path("preferences/feeds/", views.reset_feeds, name="reset_feeds"),
]
