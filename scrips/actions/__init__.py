"""The registry of actions: name, what prepares it, RT's argument."""

from scrips.actions import notify, properties
from scrips.actions.base import Action, Commit, NothingToDoError

ACTIONS: dict[str, Action] = {
    action.name: action for action in (*notify.ACTIONS, *properties.ACTIONS)
}

__all__ = ["ACTIONS", "Action", "Commit", "NothingToDoError"]
