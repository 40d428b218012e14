"""HTML from outside comes out harmless or not at all."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tickets import sanitize
from tickets.sanitize import (
    INLINE_LIMIT,
    SIZE_LIMIT,
    clean,
    clean_here,
    frame_document,
    frame_policy,
    has_remote_images,
)

ROOT = Path(sanitize.__file__).parent.parent

HOSTILE_BY_SIZE = {
    "nested": "<div>" * 50_000,
    "attributes": "<a " + " ".join(f"a{number}=1" for number in range(20_000)) + ">",
    "angle brackets": "<" * 500_000,
    "wrong end tags": "<div></q>" * 15_000,
}

HOSTILE_BY_CONTENT = [
    "<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="jav&#x0A;ascript:alert(1)">x</a>',
    '<a href=" &#14;javascript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//evil.example">x</a>',
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=x.swf></object><embed src=x.swf>",
    "<form action=/ticket/delete><input name=x><button>OK</button></form>",
    '<base href="https://evil.example/"><meta http-equiv=refresh content="0">',
    '<link rel=stylesheet href="https://evil.example/x.css">',
    "<p id=location name=cookie class='button primary'>x</p>",
    '<img src="https://tracker.example/p.gif" srcset="https://tracker.example/2 2x">',
    '<body background="https://tracker.example/p.gif"><table background="x"><tr><td>',
    '<p style="background-image:url(https://tracker.example)">x</p>',
    '<p style="background-color:u&#114;l(https://tracker.example)">x</p>',
    '<p style="background-color:u&amp;#114;l(https://tracker.example)">x</p>',
    r'<p style="background-color:u\72l(https://tracker.example)">x</p>',
    '<p style="width:expression(alert(1))">x</p>',
    '<p style="color:var(--brand)">x</p>',
    "<p style=\"@import 'https://tracker.example'\">x</p>",
    "<p style=\"background-color:image-set('https://tracker.example' 1x)\">x</p>",
    '<p style="position:fixed;top:0;left:0;width:9999px">x</p>',
    '<p style=\'font-family:"a@;b";font-family:";position:fixed;"\'>x</p>',
    "<p style=\"content:'x';cursor:url(x);list-style-image:url(x)\">x</p>",
    '<img src="data:image/svg+xml;base64,PHN2Zz48L3N2Zz4=">',
    '<img alt="x" src="`javascript:alert(1)`">',
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><a title='</title><img src=x onerror=alert(1)>'>",
]

ALLOWED_ATTRIBUTES = {
    "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "color",
    "colspan", "data-cid", "data-quoted", "data-remote-src", "dir", "face", "height",
    "href", "lang", "nowrap", "rel", "rowspan", "size", "span", "src", "start",
    "style", "title", "type", "valign", "value", "width",
}  # fmt: skip


class Audit(HTMLParser):
    """Reads the result as a browser would and notes whatever could do something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.complaints: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check a tag and its attributes."""
        if tag not in sanitize._TAGS:
            self.complaints.append(f"tag {tag}")
        for name, value in attrs:
            text = value or ""
            if name not in ALLOWED_ATTRIBUTES:
                self.complaints.append(f"attribute {name}")
            if name == "src" and not text.lower().startswith("data:image/"):
                self.complaints.append(f"source {text}")
            if name == "href" and not re.match("(https?|mailto|tel):", text, re.I):
                self.complaints.append(f"link {text}")
            if name == "style" and re.search(
                r"url|expression|var\(|@|\\|position|image|&", text.lower()
            ):
                self.complaints.append(f"style {text}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Check an empty tag too."""
        self.handle_starttag(tag, attrs)


def complaints(safe_html: str) -> list[str]:
    """Return what is dangerous about some HTML."""
    audit = Audit()
    audit.feed(safe_html)
    audit.close()
    return audit.complaints


@pytest.mark.parametrize("source", HOSTILE_BY_CONTENT)
def test_hostile_content_loses_all_that_could_act(source: str) -> None:
    result = clean(source)

    assert not result.withheld
    assert complaints(result.html) == []


@pytest.mark.parametrize("name", HOSTILE_BY_SIZE)
def test_hostile_size_is_stopped_by_the_kernel_and_withheld(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sanitize, "CPU_SECONDS", 1)

    result = clean(HOSTILE_BY_SIZE[name])

    assert result.withheld
    assert result.html == ""
    assert not result.is_simple


def test_a_child_that_gets_no_time_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanitize, "WALL_SECONDS", 0.01)

    assert clean("<p>x</p>" * INLINE_LIMIT).withheld


def test_too_large_is_withheld_without_a_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sanitize, "_clean_in_child", pytest.fail)

    assert clean("x" * (SIZE_LIMIT + 1)).withheld


def test_a_failing_sanitizer_withholds(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_source: str) -> None:
        raise RecursionError

    monkeypatch.setattr(sanitize, "clean_here", broken)

    assert clean("<p>x</p>").withheld


def test_large_ordinary_mail_passes_through_the_child() -> None:
    source = '<p style="color:red">Grüße <b>x</b></p>' * 1000
    assert len(source) > INLINE_LIMIT

    result = clean(source)

    assert not result.withheld
    assert result == clean_here(source)
    assert result.html.count("Grüße") == 1000


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                *HOSTILE_BY_CONTENT,
                "<",
                ">",
                "'",
                '"',
                "</p>",
                "<p ",
                "<!--",
                "-->",
                "<style>",
                "</style>",
                "<table>",
                "<td>",
                "&lt;",
                "style=",
                "\x00",
                " ",
            ]
        ),
        max_size=8,
    )
)
def test_no_mixture_of_hostile_pieces_gets_through(pieces: list[str]) -> None:
    assert complaints(clean("".join(pieces)).html) == []


@pytest.mark.parametrize(
    "source",
    [
        "<p>a<script>secret()</script>b</p>",
        "<p>a<style>p {secret: 1}</style>b</p>",
        "<head><title>secret</title><style>secret</style></head><p>ab</p>",
        "<p>a<!-- secret -->b</p>",
        "<p>a<!--[if mso]>secret<![endif]-->b</p>",
    ],
)
def test_code_titles_and_comments_do_not_become_text(source: str) -> None:
    assert clean(source).html == "<p>ab</p>"


def test_links_are_kept_and_tell_nothing() -> None:
    result = clean('<a href="https://example.org/?a=1&amp;b=2" target="_top">x</a>')

    assert 'href="https://example.org/?a=1&amp;b=2"' in result.html
    assert 'rel="noopener noreferrer nofollow"' in result.html
    assert "target" not in result.html
    assert result.is_simple


def test_remote_images_become_placeholders_and_are_counted() -> None:
    result = clean(
        '<img src="https://tracker.example/a.gif" alt="logo" width="10">'
        '<img src="//tracker.example/b.gif"><img src="cid:logo@example.org">'
    )

    assert result.remote_images == 2
    assert has_remote_images(result.html)
    assert 'data-remote-src="https://tracker.example/a.gif"' in result.html
    assert 'data-remote-src="https://tracker.example/b.gif"' in result.html
    assert 'data-cid="logo@example.org"' in result.html
    assert not re.search(r"\ssrc=", result.html)
    assert not result.is_simple


@pytest.mark.parametrize(
    ("source", "is_simple"),
    [
        ("<p>Hello <b>you</b><br><a href='https://example.org'>x</a></p>", True),
        ("<div dir='ltr'>Gmail</div>", True),
        ("<blockquote style='border:0'>q</blockquote>", True),
        ("<p style='color:red'>x</p>", False),
        ("<font color='red'>x</font>", False),
        ("<table><tr><td>x</td></tr></table>", True),
        ("<table width='600'><tr><td>x</td></tr></table>", False),
        ("<p dir='rtl'>x</p>", False),
        ("<div>" * 200, False),
    ],
)
def test_simple_html_is_plain_structure(source: str, is_simple: bool) -> None:
    assert clean(source).is_simple is is_simple


def test_harmless_styles_are_kept() -> None:
    source = (
        '<td style="color:#123; BACKGROUND-COLOR: rgb(1,2,3); padding: 0 5pt;'
        "border-top:1px solid red; font-family:'Segoe UI', sans-serif\">x</td>"
    )

    safe_html = clean(f"<table><tr>{source}</tr></table>").html

    for kept in ("color: #123", "rgb(1,2,3)", "padding: 0 5pt", "border-top", "Segoe"):
        assert kept in safe_html


def test_entities_in_text_stay_text() -> None:
    assert clean("<p>1 &lt; 2 &amp;lt; 3 &nbsp;</p>").html == (
        "<p>1 &lt; 2 &amp;lt; 3 &nbsp;</p>"
    )


def test_frame_blocks_remote_images_until_asked() -> None:
    safe_html = clean('<img src="https://x.example/a.gif" alt="Logo <1>">').html

    blocked = frame_document(safe_html, show_remote_images=False, cid_urls={})
    shown = frame_document(safe_html, show_remote_images=True, cid_urls={})

    assert "<img" not in blocked
    assert "Logo &lt;1&gt;" in blocked
    assert "img-src data:;" in blocked
    assert '<img alt="Logo &lt;1&gt;" src="https://x.example/a.gif">' in shown
    assert "img-src data: http: https:;" in shown


def test_frame_shows_attached_images() -> None:
    safe_html = clean('<img src="cid:a%26b@example.org"><img src="cid:gone">').html
    urls = {"a&b@example.org": "https://desk.example.com/Ticket/Attachment/1/2/?s=a&b"}

    document = frame_document(safe_html, show_remote_images=False, cid_urls=urls)

    assert 'src="https://desk.example.com/Ticket/Attachment/1/2/?s=a&amp;b"' in document
    assert "img-src data: https://desk.example.com;" in document
    assert document.count("blocked-image") == 1 + document.count(".blocked-image")


def test_frame_allows_no_script_and_no_network() -> None:
    policy = frame_policy(show_remote_images=False, cid_urls={})

    assert policy.startswith("default-src 'none'")
    assert "script" not in policy
    assert "http" not in policy


def test_frame_keeps_light_paper_for_coloured_mail() -> None:
    plain = frame_document("<p>x</p>", show_remote_images=False, cid_urls={})
    coloured = frame_document(
        '<p style="color: #000">x</p>', show_remote_images=False, cid_urls={}
    )

    assert "prefers-color-scheme: dark" in plain
    assert "prefers-color-scheme: dark" not in coloured


def test_an_attribute_that_looks_like_a_placeholder_stays_text() -> None:
    safe_html = clean('<p title="data-cid=\'x\' onload=y">data-cid="x"</p>').html

    document = frame_document(
        safe_html, show_remote_images=True, cid_urls={"x": "https://x.example/'><b>"}
    )

    assert "x.example/'" not in document


def test_only_this_file_imports_bleach() -> None:
    """Swapping the unmaintained library stays a change of one file."""
    importers = {
        path.relative_to(ROOT).as_posix()
        for app in (
            "accounts",
            "api",
            "helpdesk",
            "mail",
            "queues",
            "scrips",
            "tickets",
        )
        for path in (ROOT / app).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.Import) and node.names[0].name.startswith("bleach"))
        or (
            isinstance(node, ast.ImportFrom)
            and (node.module or "").startswith("bleach")
        )
    }

    assert importers == {"tickets/sanitize.py"}
