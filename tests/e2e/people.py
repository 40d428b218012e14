"""Fills a new site with people; runs inside ``manage.py shell`` of that site.

Bob and Carol are staff and AdminCc of General. Erin reads General without comments.
"""

from accounts.commands import add_member, create_group, create_user
from accounts.models import RoleName
from accounts.rights import Right
from queues.models import Queue, QueueWatcher
from queues.right_sets import let_staff_do_the_rest
from queues.rights import grant_many
from queues.site import note_set_up

PASSWORD = "correct horse battery staple"


def settle() -> None:
    """Create the people, the staff group and its rights in General."""
    general = Queue.objects.get(name="General")
    staff = create_group("Staff")
    for name in ("Bob", "Carol", "Erin"):
        user = create_user(
            name.lower(),
            email=f"{name.lower()}@staff.example",
            real_name=name,
            is_privileged=True,
            password=PASSWORD,
        )
        if name == "Erin":
            rights = (Right.SEE_QUEUE, Right.SHOW_TICKET, Right.CREATE_TICKET)
            grant_many(user, rights, queue=general)
            continue
        add_member(staff, user)
        QueueWatcher.objects.create(queue=general, role=RoleName.ADMIN_CC, user=user)
    let_staff_do_the_rest(general, group=staff)
    note_set_up(organization="Example")
