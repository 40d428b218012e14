"""Ready-made right sets: who may do what, in three sentences a newcomer can choose."""

from accounts.models import Group, RoleName, SystemGroup
from accounts.rights import Right
from queues.models import Queue
from queues.rights import grant_many, role_group, system_group

ANYONE_BY_MAIL = (Right.CREATE_TICKET, Right.REPLY_TO_TICKET)
REQUESTORS_SEE_THEIR_OWN = (Right.SHOW_TICKET, Right.REPLY_TO_TICKET)
STAFF_DOES_THE_REST = (
    Right.SEE_QUEUE,
    Right.SHOW_TICKET,
    Right.SHOW_TICKET_COMMENTS,
    Right.SHOW_OUTGOING_EMAIL,
    Right.CREATE_TICKET,
    Right.REPLY_TO_TICKET,
    Right.COMMENT_ON_TICKET,
    Right.FORWARD_MESSAGE,
    Right.MODIFY_TICKET,
    Right.OWN_TICKET,
    Right.TAKE_TICKET,
    Right.STEAL_TICKET,
    Right.WATCH,
    Right.WATCH_AS_ADMIN_CC,
    Right.SEE_CUSTOM_FIELD,
    Right.MODIFY_CUSTOM_FIELD,
)
EVERY_STAFF_MEMBER = (
    Right.MODIFY_SELF,
    Right.SEE_GROUP,
    Right.SHOW_SEARCH_ADVANCED,
    Right.SHOW_SEARCH_BULK_UPDATE,
    Right.SEE_SAVED_SEARCH,
    Right.SEE_OWN_SAVED_SEARCH,
    Right.ADMIN_OWN_SAVED_SEARCH,
    Right.SEE_GROUP_SAVED_SEARCH,
    Right.SEE_DASHBOARD,
    Right.SEE_OWN_DASHBOARD,
    Right.ADMIN_OWN_DASHBOARD,
    Right.SUBSCRIBE_DASHBOARD,
    Right.MANAGE_AUTH_TOKENS,
)


def let_anyone_write(queue: Queue) -> None:
    """Anyone may open tickets and answer by mail."""
    everyone = system_group(SystemGroup.EVERYONE)
    grant_many(everyone, ANYONE_BY_MAIL, queue=queue)


def let_requestors_see_their_own(queue: Queue) -> None:
    """Requestors see their own tickets and reply to them."""
    requestor = role_group(RoleName.REQUESTOR)
    grant_many(requestor, REQUESTORS_SEE_THEIR_OWN, queue=queue)


def let_staff_do_the_rest(queue: Queue, *, group: Group) -> None:
    """A group of staff does the rest."""
    grant_many(group, STAFF_DOES_THE_REST, queue=queue)


def give_staff_their_own_settings() -> None:
    """Privileged users keep their own preferences, searches and dashboards."""
    grant_many(system_group(SystemGroup.PRIVILEGED), EVERY_STAFF_MEMBER)
