"""Fields of users and queues inside references, where the caller may see them."""

from collections.abc import Callable

from accounts.models import User
from accounts.rights import Right
from api.v2.records import Json, user_reference
from api.v2.wanted import Wanted
from queues.models import Queue
from queues.rights import rights_of

# What RT shows to everybody, and what only to the user and to user administrators.
PUBLIC: dict[str, str] = {
    "Name": "name",
    "EmailAddress": "email",
    "RealName": "real_name",
    "Nickname": "nickname",
    "Organization": "organization",
    "Gecos": "gecos",
    "Lang": "lang",
    "City": "city",
    "Country": "country",
    "Timezone": "timezone",
}
PRIVATE: dict[str, str] = {
    "Address1": "address1",
    "Address2": "address2",
    "State": "state",
    "Zip": "zip",
    "HomePhone": "home_phone",
    "WorkPhone": "work_phone",
    "MobilePhone": "mobile_phone",
    "PagerPhone": "pager_phone",
}
QUEUE_FIELDS: dict[str, Callable[[Queue], object]] = {
    "id": lambda queue: queue.pk,
    "Name": lambda queue: queue.name,
    "Description": lambda queue: queue.description,
    "CorrespondAddress": lambda queue: queue.correspond_address,
    "CommentAddress": lambda queue: queue.comment_address,
    "SubjectTag": lambda queue: queue.subject_tag,
    "SortOrder": lambda queue: str(queue.sort_order),
    "Disabled": lambda queue: "1" if queue.disabled else "0",
}


def expanded_user(user: User | None, wanted: Wanted, *, caller: User) -> Json:
    """Return a reference to a user with the wanted fields inside."""
    found = user_reference(user)
    for name in wanted.names:
        found[name] = _user_field(user, name, caller) if user else ""
    if user is None and "Name" in wanted.names:
        found["Name"] = found["id"]
    return found


def user_columns(wanted: Wanted, name: str) -> set[str]:
    """Return the columns that a reference to a user in a field needs."""
    inside = wanted.inside(name).names
    known = PUBLIC | PRIVATE
    return {"id", "name"} | {known[wish] for wish in inside if wish in known}


def _user_field(user: User, name: str, caller: User) -> object:
    if name == "id":
        return user.pk
    if name in PUBLIC:
        return getattr(user, PUBLIC[name])
    if name in PRIVATE and (
        user.pk == caller.pk or rights_of(caller).has(Right.ADMIN_USERS)
    ):
        return getattr(user, PRIVATE[name])
    return ""


def queue_fields(queue: Queue, wanted: Wanted, *, caller: User) -> Json:
    """Return the wanted fields of a queue; empty text for what may not be seen."""
    is_visible = rights_of(caller).has(Right.SEE_QUEUE, queue.pk)
    return {
        name: QUEUE_FIELDS[name](queue) if is_visible and name in QUEUE_FIELDS else ""
        for name in wanted.names
    }
