"""The lifecycle, the queue and the grants every site begins with."""

from accounts.models import NOBODY, User
from accounts.rights import Right
from queues.lifecycles import DEFAULT_DEFINITION
from queues.models import Lifecycle, Queue
from queues.right_sets import (
    give_staff_their_own_settings,
    let_anyone_write,
    let_requestors_see_their_own,
)
from queues.rights import grant

DEFAULT_LIFECYCLE = "default"
GENERAL = "General"


def ensure_queues() -> None:
    """Create the default lifecycle and, on a new site, General with its rights."""
    lifecycle, _ = Lifecycle.objects.get_or_create(
        name=DEFAULT_LIFECYCLE, defaults={"definition": DEFAULT_DEFINITION}
    )
    if Queue.objects.exists():
        return
    general = Queue.objects.create(
        name=GENERAL, description="The default queue", lifecycle=lifecycle
    )
    grant(User.objects.get(name=NOBODY), Right.OWN_TICKET)
    let_anyone_write(general)
    let_requestors_see_their_own(general)
    give_staff_their_own_settings()
