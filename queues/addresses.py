"""The addresses the help desk itself receives mail at."""

from django.conf import settings

from queues.models import Queue


def own_addresses() -> frozenset[str]:
    """Return every address that leads back to us, in lower case. One query."""
    addresses = {settings.CORRESPOND_ADDRESS, settings.COMMENT_ADDRESS}
    for pair in Queue.objects.values_list("correspond_address", "comment_address"):
        addresses.update(pair)
    return frozenset(address.lower() for address in addresses if address)


def correspond_address(queue: Queue) -> str:
    """Return where replies to a queue's tickets go."""
    return queue.correspond_address or settings.CORRESPOND_ADDRESS


def comment_address(queue: Queue) -> str:
    """Return where answers to comments on a queue's tickets go."""
    return queue.comment_address or settings.COMMENT_ADDRESS


def subject_tag(queue: Queue) -> str:
    """Return the word before the number in subjects, ``[tag #12]``."""
    return queue.subject_tag or settings.RTNAME
