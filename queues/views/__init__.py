"""Pages of the queues app."""

from queues.views.setup import setup

__all__ = ["setup"]
