"""Logging in and out, passwords, preferences."""

from accounts.views.passwords import choose_password
from accounts.views.preferences import preferences, reset_feeds
from accounts.views.sessions import log_in, log_out

__all__ = ["choose_password", "log_in", "log_out", "preferences", "reset_feeds"]
