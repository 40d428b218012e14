"""Log lines: JSON for machines, short text for a terminal, both with the request id."""

from __future__ import annotations

import json
import logging
from contextvars import ContextVar
from datetime import UTC, datetime

request_id: ContextVar[str] = ContextVar("request_id", default="")

# What every record has; whatever else stands on it came in with ``extra=``.
_STANDARD = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {
    "message",
    "asctime",
    "taskName",
}
# Django puts whole objects there, which say nothing when printed.
_OBJECTS = frozenset({"request", "server_time", "data"})


class JsonFormatter(logging.Formatter):
    """One JSON object for each line, with the fields given as ``extra=``."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as JSON; what JSON cannot hold is printed as text."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if request_id.get():
            line["request_id"] = request_id.get()
        line |= extra_fields(record)
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class TextFormatter(logging.Formatter):
    """``12:34:56 INFO mail.tasks: delivered mail_id=7`` for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the record as one line, and a traceback below it if there is one."""
        extra = "".join(
            f" {name}={value}" for name, value in extra_fields(record).items()
        )
        time = datetime.fromtimestamp(record.created).astimezone().strftime("%H:%M:%S")
        line = f"{time} {record.levelname} {record.name}: {record.getMessage()}{extra}"
        if record.exc_info:
            line += "\n" + self.formatException(record.exc_info)
        return line


def extra_fields(record: logging.LogRecord) -> dict[str, object]:
    """Return what the caller passed as ``extra=``."""
    return {
        name: value
        for name, value in record.__dict__.items()
        if name not in _STANDARD and name not in _OBJECTS
    }
