"""What a command is given: text, files, derived text, nothing a database refuses."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets.html_text import tagless
from tickets.messages import (
    File,
    Message,
    Part,
    bare_filename,
    compose,
    html_to_text,
    one_line,
    storable,
)


def types_of(message: Message) -> list[str]:
    """Return the content types of the tree in document order."""
    return [part.content_type for part in message.root.walk()]


def test_text_alone_is_one_part() -> None:
    message = compose(text="Hello\r\nworld", subject="Printer")

    assert types_of(message) == ["text/plain"]
    assert message.text == "Hello\nworld"
    assert message.html is None
    assert message.files == ()
    assert "Subject: Printer" in message.root.headers
    assert "X-RT-Interface: Web" in message.root.headers


def test_html_is_sanitised_and_text_derived() -> None:
    message = compose(html="<p>Hello <b>you</b></p><script>alert(1)</script>")

    assert types_of(message) == ["multipart/alternative", "text/plain", "text/html"]
    assert message.text == "Hello you"
    assert message.html == "<p>Hello <b>you</b></p>"


def test_files_are_kept_byte_for_byte_beside_the_body() -> None:
    data = bytes(range(256))

    message = compose(
        text="see file", html="<p>see file</p>", files=[File("a.bin", "bad type", data)]
    )

    assert types_of(message) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "application/octet-stream",
    ]
    assert message.files[0].data == data
    assert "Content-Length: 256" in message.files[0].headers


def test_a_text_file_is_no_content() -> None:
    message = compose(files=[File("notes.txt", "text/plain; charset=x", b"notes")])

    assert message.text == ""
    assert message.files[0].content_type == "text/plain"
    assert not message.is_empty


@pytest.mark.parametrize(
    "message",
    [
        compose(),
        compose(text="  \n"),
        compose(html="<div><br></div>"),
        compose(html="<script>x</script>"),
    ],
)
def test_nothing_written_is_empty(message: Message) -> None:
    assert message.is_empty
    assert message.text.strip() == ""


def test_a_lone_picture_is_not_empty() -> None:
    assert not compose(html='<img src="cid:a">').is_empty


def test_nul_and_lone_surrogates_do_not_reach_the_database() -> None:
    message = compose(
        text="a\x00b\ud800c",
        html="<p>a\x00b\ud800</p>",
        subject="x\x00y",
        files=[File("f\x00.txt", "text/plain", b"a\x00b")],
    )

    for part in message.root.walk():
        for text in (
            part.text or "",
            part.headers,
            part.filename,
            part.safe_html or "",
        ):
            assert "\x00" not in text
            text.encode()
    assert message.files[0].data == b"a\x00b"


def test_headers_cannot_be_injected() -> None:
    message = compose(
        text="x",
        subject="Hello\r\nBcc: victim@example.net",
        cc_once=["a@example.org\nBcc: victim@example.net"],
        files=[File('a"\r\nX-Evil: 1.txt', "text/plain", b"")],
    )

    lines = [line for part in message.root.walk() for line in part.headers.splitlines()]
    assert not [line for line in lines if line.startswith(("Bcc", "X-Evil"))]


def test_recipients_for_once_are_written_down() -> None:
    message = compose(
        text="x", cc_once=["a@example.org", " "], bcc_once=["b@example.org"]
    )

    assert message.cc_once == ("a@example.org",)
    assert "RT-Send-CC: a@example.org" in message.root.headers
    assert "RT-Send-BCC: b@example.org" in message.root.headers


def test_text_prefers_plain_inside_an_alternative_and_the_first_elsewhere() -> None:
    plain = Part("text/plain", text="plain")
    rich = Part("text/html", text="<p>rich</p>", safe_html="<p>rich</p>")
    footer = Part("text/plain", text="list footer")
    attached = Part("text/plain", filename="a.txt", data=b"attached")

    alternative = Message(Part("multipart/alternative", children=(rich, plain)))
    mixed = Message(Part("multipart/mixed", children=(attached, rich, footer)))

    assert alternative.text == "plain"
    assert alternative.html == "<p>rich</p>"
    assert mixed.text == "rich"


def test_text_of_an_enclosed_message_is_found() -> None:
    inner = Part("message/rfc822", children=(Part("text/plain", text="inner"),))

    assert Message(Part("multipart/mixed", children=(inner,))).text == "inner"


def test_withheld_html_still_gives_its_words() -> None:
    message = Message(Part("text/html", text="<p>the <b>words</b></p>", safe_html=None))

    assert message.html is None
    assert message.text == "the words"


@pytest.mark.parametrize(
    ("safe_html", "text"),
    [
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("<div>one</div><div>two<br>three</div>", "one\ntwo\nthree"),
        ("one <b>bold</b>  two", "one bold two"),
        ('<a href="https://example.org/">here</a>', "here <https://example.org/>"),
        (
            '<a href="https://example.org/">https://example.org</a>',
            "https://example.org",
        ),
        ('<a href="mailto:a@example.org">a@example.org</a>', "a@example.org"),
        ("<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "* a\n* b\n  * c"),
        ('<ol start="3"><li>a</li><li>b</li></ol>', "3. a\n4. b"),
        (
            "<p>x</p><blockquote>q<blockquote>r</blockquote></blockquote><p>y</p>",
            "x\n\n> q\n>\n>> r\n\ny",
        ),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b\nc"),
        ("<table><tr><td><p>a</p></td><td><p>b</p></td></tr></table>", "a | b"),
        ("<pre>x\n  y</pre>z", "x\n  y\n\nz"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ('<img alt="logo" data-cid="x">', "logo"),
        ("", ""),
    ],
)
def test_html_becomes_legible_text(safe_html: str, text: str) -> None:
    assert html_to_text(safe_html) == text


def test_tagless_leaves_words_and_drops_code() -> None:
    source = "<style>p {}</style><p>a <b>b</b></p><script>x<y</script><br>c &amp; d <"

    assert tagless(source) == "a b\nc & d <"


@settings(deadline=None, max_examples=50)
@given(st.text())
def test_storable_text_can_be_stored_and_is_kept_if_it_could_be(text: str) -> None:
    kept = storable(text)

    assert "\x00" not in kept
    kept.encode()
    if "\x00" not in text:
        assert kept == text


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("C:\\Users\\grace\\plan.pdf", "plan.pdf"),
        ("../../etc/passwd", "passwd"),
        ("..", ""),
        ("/", ""),
        ("a\r\nb.txt", "a b.txt"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("ü" * 300 + ".pdf", "ü" * 125 + ".pdf"),
    ],
)
def test_filenames_lose_paths_and_tricks(name: str, bare: str) -> None:
    assert bare_filename(name) == bare


def test_one_line_is_one_line() -> None:
    assert one_line(" a\r\n\tb\u2028c\x00d\x1be ") == "a b cde"
