"""WSGI entry point for any server: ``helpdesk.wsgi:application``."""

from __future__ import annotations

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from helpdesk.prefix import below_prefix

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "helpdesk.settings")

application = below_prefix(get_wsgi_application(), prefix=settings.WEB_PATH)
