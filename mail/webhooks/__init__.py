"""Telling other programs by HTTP: signed, kept until told, and never into our own net.

``queue_webhook`` writes a row; a worker makes the call. The form of a call is that of
Standard Webhooks (standardwebhooks.com), so that receivers find libraries for it.
"""

from mail.webhooks.addresses import check_url
from mail.webhooks.queue import enable, new_webhook, queue_webhook, send_again

__all__ = ["check_url", "enable", "new_webhook", "queue_webhook", "send_again"]
