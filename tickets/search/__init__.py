"""TicketSQL: text → typed tree → tickets. Knows no request.

`search` runs a query, `simple_search` reads the box of every page, `parse` gives
the tree to whoever needs it, `snippets` shows where a full-text search hit, and
`TicketSQLError` says what is wrong and where.
"""

from tickets.search.errors import TicketSQLError
from tickets.search.nodes import quote
from tickets.search.parser import parse
from tickets.search.run import Page, search, search_within, tickets_page
from tickets.search.simple import SimpleSearch, simple_search
from tickets.search.snippets import Snippet, snippets

__all__ = [
    "Page",
    "SimpleSearch",
    "Snippet",
    "TicketSQLError",
    "parse",
    "quote",
    "search",
    "search_within",
    "simple_search",
    "snippets",
    "tickets_page",
]
