"""Reading RT's format strings."""

import pytest
from django.test import override_settings

from tickets.columns.formats import (
    DEFAULT_FORMAT,
    FormatError,
    join_format,
    parse_format,
    split_format,
)
from tickets.columns.markup import Literal, Macro, Place, is_safe_address, pieces_of

RT_DEFAULT = """
'<B><A HREF="__WebPath__/Ticket/Display.html?id=__id__">__id__</a></B>/TITLE:#',
'<B><A HREF="__WebPath__/Ticket/Display.html?id=__id__">__Subject__</a></B>'
/TITLE:Subject,
Status, QueueName, Owner, Priority, '__NEWLINE__', '__NBSP__',
'<small>__Requestors__</small>', '<small>__CreatedRelative__</small>',
'<small>__ToldRelative__</small>', '<small>__LastUpdatedRelative__</small>',
'<small>__TimeLeft__</small>'
"""


def test_rts_own_default() -> None:
    """Two lines, titles, links, names without quotes."""
    columns = parse_format(RT_DEFAULT)
    assert len(columns) == 13
    assert [c.name for c in columns[2:6]] == [
        "Status",
        "QueueName",
        "Owner",
        "Priority",
    ]
    assert columns[0].title == "#"
    assert columns[1].macros == ["WebPath", "id", "Subject"][1:]
    assert columns[6].is_newline
    assert not columns[7].macros


def test_nothing_is_the_default() -> None:
    assert parse_format("") == parse_format(DEFAULT_FORMAT)
    assert parse_format("NEWLINE") == parse_format(DEFAULT_FORMAT)


@pytest.mark.parametrize(
    "text", ["'__id__/TITLE:No./ALIGN:right'", "'__id__'/TITLE:No./ALIGN:Right"]
)
def test_suffixes_inside_and_behind_the_quotes(text: str) -> None:
    (column,) = parse_format(text)
    assert (column.title, column.align, column.macros) == ("No.", "r", ["id"])


def test_span_class_and_style() -> None:
    """What a page may show of a style is a class; the rest is dropped."""
    (column,) = parse_format(
        "Subject/SPAN:3/CLASS:wide <b>/STYLE:font-weight: bold; position: fixed"
    )
    assert column.span == 3
    assert column.classes == ("wide", "bold")


def test_commas_in_quotes_and_braces() -> None:
    text = "'a, b __id__', CustomField.{Floor, room}, Subject"
    assert split_format(text) == [
        "'a, b __id__'",
        "CustomField.{Floor, room}",
        "Subject",
    ]
    assert parse_format(text)[1].name == "CustomField.{Floor, room}"


def test_a_quote_may_be_escaped() -> None:
    (column,) = parse_format(r"'It\'s __id__'")
    assert column.pieces[0] == Literal("It&#x27;s ", "It's ")


def test_written_again_it_is_the_same() -> None:
    columns = parse_format(RT_DEFAULT)
    assert parse_format(join_format(columns)) == columns


@pytest.mark.parametrize("text", ["'open", "Subject, 'x", "id, " * 101, "x" * 20_001])
def test_formats_that_are_none(text: str) -> None:
    with pytest.raises(FormatError):
        parse_format(text)


def html_of(source: str) -> str:
    """Return the literal HTML of a format, macros as their names."""
    return "".join(
        piece.html if isinstance(piece, Literal) else f"[{piece.name}]"
        for piece in pieces_of(source)
    )


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<script>alert(1)</script>x", "x"),
        ("<b onclick=alert(1) style='x'>y</b>", "<b>y</b>"),
        ("<a href='javascript:alert(1)'>y</a>", "<a>y</a>"),
        ("<a href='java&#10;script:alert(1)'>y</a>", "<a>y</a>"),
        ("<a href='//evil.example/'>y</a>", "<a>y</a>"),
        ("<a href='/\\evil.example/'>y</a>", "<a>y</a>"),
        ("<a href='https://evil.example/__id__'>y</a>", "<a>y</a>"),
        ("<a href='__SLA__javascript:alert(1)'>y</a>", "<a>y</a>"),
        ("<a href='java__SLA__script:alert(1)'>y</a>", "<a>y</a>"),
        ("<a href='https://__SLA__/'>y</a>", "<a>y</a>"),
        ("<a href='__SLA__//evil.example'>y</a>", "<a>y</a>"),
        ("<b><i>y", "<b><i>y</i></b>"),
        ("</td></tr>y</b>", "y"),
        ("<img src=x onerror=alert(1)>y", "y"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("<a href='/x'><a href='/y'>z</a></a>", '<a href="/x">z</a>'),
        ("<b title='\"><script>'>y</b>", '<b title="&quot;&gt;&lt;script&gt;">y</b>'),
    ],
)
def test_html_that_is_not_on_the_list(source: str, expected: str) -> None:
    """Nothing but plain structure and links to this site comes through."""
    assert html_of(source) == expected


def test_links() -> None:
    """Own pages, with macros inside; others only where the administrator says so."""
    own = "<a href='__WebPath__/Ticket/Display.html?id=__id__'>__Subject__</a>"
    assert html_of(own) == '<a href="/Ticket/Display.html?id=[id]">[Subject]</a>'
    macros = [piece for piece in pieces_of(own) if isinstance(piece, Macro)]
    assert [macro.place for macro in macros] == [Place.ADDRESS, Place.LINK]
    wiki = "https://wiki.example.org/x"
    assert not is_safe_address(wiki)
    with override_settings(RESTRICT_LINK_DOMAINS=["*.example.org"]):
        assert is_safe_address(wiki)
        assert not is_safe_address("https://wiki.example.org.evil.example/")
