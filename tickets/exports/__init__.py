"""All tickets of a search as a file: TSV, CSV, XLSX, JSON, in flat memory."""

from tickets.exports.formats import FORMATS, ExportFormat
from tickets.exports.rows import Exported, exported, raw_rows

__all__ = ["FORMATS", "ExportFormat", "Exported", "exported", "raw_rows"]
