"""Forms of the scrips app: shape and types of what people type."""

from scrips.forms.subscriptions import Subscribe, as_typed, at_first

__all__ = ["Subscribe", "as_typed", "at_first"]
