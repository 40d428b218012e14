"""Administrators' templates: what they can say, and what they cannot reach."""

from typing import Any

import pytest

from scrips.default_templates import TEMPLATES
from scrips.models import ScripTemplate, TemplateType
from scrips.templating import TemplateError, check, render, split_source, trusted_html

DATA: dict[str, Any] = {
    "ticket": {"id": 7, "subject": "<b>{{ ticket.id }}</b> & co"},
    "transaction": {"content_html": trusted_html("<p>Hi</p>"), "content": "Hi"},
    "simple": {"TicketId": "7", "TicketSubject": "a < b"},
}


def fill(content: str, *, kind: str = TemplateType.NATIVE) -> Any:
    """Render a template of this text."""
    return render(ScripTemplate(name="t", type=kind, content=content), DATA)


def test_headers_and_body_come_apart() -> None:
    """Header lines up to the first empty line, continued lines included."""
    source = split_source("Subject: a\n b\nX-Mine: c\n\nBody\n\nmore")
    assert source.headers == {"subject": "a b", "x-mine": "c"}
    assert source.body == "Body\n\nmore"


def test_without_a_header_line_all_is_body() -> None:
    """As in RT."""
    source = split_source("Dear all,\n\nSubject: no header")
    assert (source.headers, source.body[:9]) == ({}, "Dear all,")


def test_what_people_wrote_is_data() -> None:
    """Neither read as a template nor, in HTML, as HTML."""
    plain = fill("Subject: {{ ticket.subject }}\n\n{{ ticket.subject }}")
    assert plain.headers["subject"] == "<b>{{ ticket.id }}</b> & co"
    html = fill("Content-Type: text/html\n\n<i>{{ ticket.subject }}</i>")
    assert html.html == "<i>&lt;b&gt;{{ ticket.id }}&lt;/b&gt; &amp; co</i>"


def test_html_has_a_text_beside_it() -> None:
    """Generated from the HTML."""
    rendered = fill("Content-Type: text/html\n\n{{ transaction.content_html }}")
    assert (rendered.html, rendered.text) == ("<p>Hi</p>", "Hi")


@pytest.mark.parametrize("content", ["", "\n", "Subject: x\n\n   \n", "\n{# note #}"])
def test_an_empty_body_sends_nothing(content: str) -> None:
    """None, so that an empty override suppresses."""
    assert fill(content) is None


@pytest.mark.parametrize(
    "text",
    [
        "{% load static %}",
        "{% include 'base.html' %}",
        "{% extends 'base.html' %}",
        "{% debug %}",
        "{% now 'Y' %}",
        "{{ ticket.id|ljust:'2000000000' }}",
        "{{ ticket|pprint }}",
        "{{ ticket.subject|safe }}",
        "{% if %}",
        "{{ ticket._meta }}",
        "{% lorem 100000 %}",
    ],
)
def test_what_is_forbidden_is_refused_with_its_line(text: str) -> None:
    """When it is saved, and when it is rendered."""
    with pytest.raises(TemplateError, match=r"Line 2|begin with underscores"):
        check(f"\nfirst\n{text}")


@pytest.mark.parametrize(
    "text", ["{{ ticket.keys }}", "{{ ticket.subject.__class__ }}", "{{ settings }}"]
)
def test_nothing_to_reach(text: str) -> None:
    """No settings, no model; methods of plain data tell nothing secret."""
    try:
        rendered = fill(f"\nx{text}")
    except TemplateError:
        return
    assert "SECRET" not in rendered.text


def test_a_template_that_is_too_long() -> None:
    """Refused, with the limit."""
    with pytest.raises(TemplateError, match="65536"):
        check("x" * 65537)


def test_simple_variables_of_rt() -> None:
    """Filled in by name; unknown ones are left as they are."""
    rendered = fill("\n{$TicketId} { $Nothing } {{ ticket.id }}", kind="Simple")
    assert rendered.text == "7 { $Nothing } {{ ticket.id }}"
    html = "Content-Type: text/html\n\n{$TicketSubject}"
    assert fill(html, kind="Simple").html == "a &lt; b"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template[0])
def test_the_default_templates_can_be_read(template: tuple[str, str, str]) -> None:
    """All of them."""
    check(template[2])
