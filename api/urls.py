"""The addresses that RT's clients know."""

from django.urls import include, path

from api import mailgate

app_name = "api"
urlpatterns = [
    path("REST/1.0/NoAuth/mail-gateway", mailgate.receive, name="mail-gateway"),
    path("REST/2.0/", include("api.v2.urls")),
]
