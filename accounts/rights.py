"""RT's right names, complete, with the category each is shown under.

A right is stored as a Django permission whose codename is the right's name. Rights
that may be granted on a queue belong to the content type of ``queues.Queue``, all
others to that of ``accounts.User``; both may be granted globally.
"""

from enum import StrEnum


class Category(StrEnum):
    """Sub-tab of the rights editor."""

    GENERAL = "General"
    STAFF = "Staff"
    ADMIN = "Admin"
    STATUS = "Status"


class Right(StrEnum):
    """Every right of RT by its name; the value is what is stored and typed."""

    # Grantable on a queue or globally.
    SEE_QUEUE = "SeeQueue"
    CREATE_TICKET = "CreateTicket"
    SHOW_TICKET = "ShowTicket"
    SHOW_TICKET_COMMENTS = "ShowTicketComments"
    SHOW_OUTGOING_EMAIL = "ShowOutgoingEmail"
    REPLY_TO_TICKET = "ReplyToTicket"
    COMMENT_ON_TICKET = "CommentOnTicket"
    FORWARD_MESSAGE = "ForwardMessage"
    MODIFY_TICKET = "ModifyTicket"
    OWN_TICKET = "OwnTicket"
    TAKE_TICKET = "TakeTicket"
    STEAL_TICKET = "StealTicket"
    REASSIGN_TICKET = "ReassignTicket"
    DELETE_TICKET = "DeleteTicket"
    WATCH = "Watch"
    WATCH_AS_ADMIN_CC = "WatchAsAdminCc"
    SEE_CUSTOM_FIELD = "SeeCustomField"
    MODIFY_CUSTOM_FIELD = "ModifyCustomField"
    SET_INITIAL_CUSTOM_FIELD = "SetInitialCustomField"
    ADMIN_QUEUE = "AdminQueue"
    MODIFY_QUEUE_WATCHERS = "ModifyQueueWatchers"
    ASSIGN_CUSTOM_FIELDS = "AssignCustomFields"
    SHOW_ACL = "ShowACL"
    MODIFY_ACL = "ModifyACL"
    SHOW_TEMPLATE = "ShowTemplate"
    MODIFY_TEMPLATE = "ModifyTemplate"
    SHOW_SCRIPS = "ShowScrips"
    MODIFY_SCRIPS = "ModifyScrips"

    # Grantable globally only.
    SUPER_USER = "SuperUser"
    ADMIN_USERS = "AdminUsers"
    SHOW_USER_HISTORY = "ShowUserHistory"
    ADMIN_CUSTOM_ROLES = "AdminCustomRoles"
    MODIFY_SELF = "ModifySelf"
    MANAGE_AUTH_TOKENS = "ManageAuthTokens"
    SHOW_CONFIG_TAB = "ShowConfigTab"
    SHOW_ARTICLES_MENU = "ShowArticlesMenu"
    SHOW_ASSETS_MENU = "ShowAssetsMenu"
    SHOW_APPROVALS_TAB = "ShowApprovalsTab"
    SHOW_GLOBAL_TEMPLATES = "ShowGlobalTemplates"
    EXECUTE_CODE = "ExecuteCode"
    SHOW_SEARCH_ADVANCED = "ShowSearchAdvanced"
    SHOW_SEARCH_BULK_UPDATE = "ShowSearchBulkUpdate"
    LOAD_SAVED_SEARCH = "LoadSavedSearch"
    SEE_SELF_SERVICE_GROUP_TICKET = "SeeSelfServiceGroupTicket"
    ADMIN_TIMESHEETS = "AdminTimesheets"
    SEE_SAVED_SEARCH = "SeeSavedSearch"
    ADMIN_SAVED_SEARCH = "AdminSavedSearch"
    SEE_OWN_SAVED_SEARCH = "SeeOwnSavedSearch"
    ADMIN_OWN_SAVED_SEARCH = "AdminOwnSavedSearch"
    SEE_DASHBOARD = "SeeDashboard"
    ADMIN_DASHBOARD = "AdminDashboard"
    SEE_OWN_DASHBOARD = "SeeOwnDashboard"
    ADMIN_OWN_DASHBOARD = "AdminOwnDashboard"
    SUBSCRIBE_DASHBOARD = "SubscribeDashboard"
    ADMIN_GROUP = "AdminGroup"
    ADMIN_GROUP_MEMBERSHIP = "AdminGroupMembership"
    MODIFY_OWN_MEMBERSHIP = "ModifyOwnMembership"
    SEE_GROUP = "SeeGroup"
    SEE_GROUP_DASHBOARD = "SeeGroupDashboard"
    ADMIN_GROUP_DASHBOARD = "AdminGroupDashboard"
    SEE_GROUP_SAVED_SEARCH = "SeeGroupSavedSearch"
    ADMIN_GROUP_SAVED_SEARCH = "AdminGroupSavedSearch"
    MODIFY_GROUP_LINKS = "ModifyGroupLinks"
    ADMIN_CUSTOM_FIELD = "AdminCustomField"
    ADMIN_CUSTOM_FIELD_VALUES = "AdminCustomFieldValues"
    SEE_CLASS = "SeeClass"
    SHOW_ARTICLE = "ShowArticle"
    SHOW_ARTICLE_HISTORY = "ShowArticleHistory"
    CREATE_ARTICLE = "CreateArticle"
    MODIFY_ARTICLE = "ModifyArticle"
    DISABLE_ARTICLE = "DisableArticle"
    MODIFY_ARTICLE_TOPICS = "ModifyArticleTopics"
    ADMIN_CLASS = "AdminClass"
    ADMIN_TOPICS = "AdminTopics"
    SHOW_CATALOG = "ShowCatalog"
    ADMIN_CATALOG = "AdminCatalog"
    SHOW_ASSET = "ShowAsset"
    CREATE_ASSET = "CreateAsset"
    MODIFY_ASSET = "ModifyAsset"


_RIGHTS = list(Right)
QUEUE_RIGHTS: tuple[Right, ...] = tuple(
    _RIGHTS[: _RIGHTS.index(Right.MODIFY_SCRIPS) + 1]
)
SYSTEM_RIGHTS: tuple[Right, ...] = tuple(_RIGHTS[len(QUEUE_RIGHTS) :])
CUSTOM_FIELD_RIGHTS: tuple[Right, ...] = (
    Right.SEE_CUSTOM_FIELD,
    Right.MODIFY_CUSTOM_FIELD,
    Right.SET_INITIAL_CUSTOM_FIELD,
    Right.ADMIN_CUSTOM_FIELD,
    Right.ADMIN_CUSTOM_FIELD_VALUES,
)

# Names that older RT releases grant and existing exports contain.
OLDER_NAMES: dict[str, Right] = {
    "ShowSavedSearches": Right.SEE_SAVED_SEARCH,
    "EditSavedSearches": Right.ADMIN_OWN_SAVED_SEARCH,
    "CreateSavedSearch": Right.ADMIN_OWN_SAVED_SEARCH,
    "CreateOwnDashboard": Right.ADMIN_OWN_DASHBOARD,
    "ModifyOwnDashboard": Right.ADMIN_OWN_DASHBOARD,
    "DeleteOwnDashboard": Right.ADMIN_OWN_DASHBOARD,
    "ModifyDashboard": Right.ADMIN_DASHBOARD,
    "CreateDashboard": Right.ADMIN_DASHBOARD,
    "DeleteDashboard": Right.ADMIN_DASHBOARD,
}

_STAFF = {
    Right.SHOW_TICKET_COMMENTS,
    Right.SHOW_OUTGOING_EMAIL,
    Right.FORWARD_MESSAGE,
    Right.MODIFY_TICKET,
    Right.OWN_TICKET,
    Right.TAKE_TICKET,
    Right.STEAL_TICKET,
    Right.REASSIGN_TICKET,
    Right.DELETE_TICKET,
    Right.WATCH_AS_ADMIN_CC,
    Right.MODIFY_CUSTOM_FIELD,
    Right.SET_INITIAL_CUSTOM_FIELD,
}
_ADMIN = set(QUEUE_RIGHTS[QUEUE_RIGHTS.index(Right.ADMIN_QUEUE) :]) | {
    right
    for right in SYSTEM_RIGHTS
    if right.value.startswith("Admin") or right is Right.SUPER_USER
}


def right_named(name: str) -> Right:
    """Return the right of that name, case-insensitively, older names included.

    Raises:
        ValueError: no such right.
    """
    for right in Right:
        if right.value.lower() == name.lower():
            return right
    for older, right in OLDER_NAMES.items():
        if older.lower() == name.lower():
            return right
    raise ValueError(f"There is no right named '{name}'.")


def category(right: Right) -> Category:
    """Return the category a right is shown under."""
    if right in _ADMIN:
        return Category.ADMIN
    return Category.STAFF if right in _STAFF else Category.GENERAL
