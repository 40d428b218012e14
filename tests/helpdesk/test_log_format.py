"""Log lines for machines and for people."""

from __future__ import annotations

import json
import logging

from helpdesk.log_format import JsonFormatter, TextFormatter, request_id


def record(**extra: object) -> logging.LogRecord:
    made = logging.LogRecord(
        "mail.delivery", logging.WARNING, "x.py", 1, "Refused by %s", ("sink",), None
    )
    made.__dict__.update(extra)
    return made


def test_json_line_has_message_extra_and_request_id() -> None:
    token = request_id.set("abc12345")
    try:
        line = json.loads(JsonFormatter().format(record(mail_id=7, error=OSError("x"))))
    finally:
        request_id.reset(token)
    assert line["message"] == "Refused by sink"
    assert (line["level"], line["logger"]) == ("WARNING", "mail.delivery")
    assert (line["mail_id"], line["error"]) == (7, "x")
    assert line["request_id"] == "abc12345"


def test_json_line_stays_one_line_with_a_traceback() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    text = JsonFormatter().format(record(exc_info=info))
    assert "\n" not in text
    assert "two\nlines" in json.loads(text)["exception"]


def test_text_line_is_for_people() -> None:
    text = TextFormatter().format(record(mail_id=7))
    assert text.endswith("WARNING mail.delivery: Refused by sink mail_id=7")
