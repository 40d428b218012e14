"""Loading tickets in bulk, with their history: the format of ``importtickets``.

One JSON object a line: queues, users, groups, custom fields, then tickets. Rows are
written as they are, without commands: nothing is mailed and no scrip runs.
"""

from tickets.bulk.lines import LineError
from tickets.bulk.run import Report, import_lines

__all__ = ["LineError", "Report", "import_lines"]
