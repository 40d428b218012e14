"""What the search box and the builder suggest while somebody types.

Every source is one cheap query and knows only what the user may see.
"""

from tickets.suggestions.box import Suggestion, suggestions
from tickets.suggestions.people import people_like

__all__ = ["Suggestion", "people_like", "suggestions"]
