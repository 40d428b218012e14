"""The query builder: TicketSQL as rows that can be filled in, and back.

`rows_of` turns a tree into rows and `tree_of` rows into a tree; the two undo each
other. A condition that no row can hold exactly is kept as a row of TicketSQL.
"""

from tickets.builder.rows import Group, Item, Mode, Row
from tickets.builder.to_rows import rows_of
from tickets.builder.to_tree import tree_of

__all__ = ["Group", "Item", "Mode", "Row", "rows_of", "tree_of"]
