"""The site map: every app mounts its own prefixes at the root."""

from django.contrib import admin
from django.urls import include, path

from helpdesk import errors, health

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("queues.urls")),
    path("", include("tickets.urls")),
    path("", include("scrips.urls")),
    path("", include("mail.urls")),
    path("", include("api.urls")),
    path("admin/", admin.site.urls),
    # For load balancers and monitoring; no login.
    path("health/live", health.live, name="health-live"),
    path("health/ready", health.ready, name="health-ready"),
]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.page_not_found
handler500 = errors.server_error
