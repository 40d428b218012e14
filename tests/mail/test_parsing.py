"""Whatever arrives is read as far as it can be, and kept byte for byte."""

import os
from base64 import encodebytes
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail import mime
from mail.headers import decode_bytes, decode_header, parse_addresses
from mail.parsing import ParsedMail, parse
from tickets import sanitize
from tickets.messages import Part

MESSAGES = Path(__file__).parent / "messages"
NAMES = sorted(path.stem for path in MESSAGES.glob("*.eml"))


@pytest.fixture(autouse=True)
def _little_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give hostile HTML one second instead of five."""
    monkeypatch.setattr(sanitize, "CPU_SECONDS", 1)


def sample(name: str) -> ParsedMail:
    """Return a recorded mail."""
    return parse((MESSAGES / f"{name}.eml").read_bytes())


def tree(part: Part) -> object:
    """Return the content types, children in a list behind their container."""
    if not part.children:
        return part.content_type
    return (part.content_type, [tree(child) for child in part.children])


def test_there_are_enough_samples() -> None:
    assert len(NAMES) >= 40


@pytest.mark.parametrize("name", NAMES)
def test_every_sample_can_be_stored(name: str) -> None:
    mail = sample(name)

    for part in mail.message.root.walk():
        for text in (part.text or "", part.headers, part.filename, part.content_id):
            assert "\x00" not in text
            text.encode()
        assert (part.text is None) or (part.data is None)
        assert part.is_container == bool(part.children)
    assert "\n" not in mail.subject
    assert mail.message.interface == "Email"
    assert "X-RT-Interface: Email" in mail.message.root.headers


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("iso2022jp_subject", "プリンターの故障"),
        ("koi8r", "Не работает почта"),
        ("gb18030", "打印机坏了"),
        ("big5", "網路中斷"),
        ("eight_bit_headers", "Kühlung fällt aus"),
        (
            "folded_subject",
            "Der Drucker im zweiten Stock meldet einen Papierstau und druckt nichts "
            "mehr seit gestern früh [example.com #12]",
        ),
        ("empty_subject", ""),
        ("no_subject", ""),
        ("duplicate_headers", "first subject"),
        ("uppercase_headers", "SHOUTING"),
        ("nul_bytes", "Dump of memory"),
        ("header_injection", "Hello Bcc: victim@example.net"),
        ("garbage_between_headers", "Still found"),
        ("mbox_from_line", "Piped from a mailbox"),
        ("no_blank_line", "No blank line"),
    ],
)
def test_subject(name: str, subject: str) -> None:
    assert sample(name).subject == subject
    assert sample(name).message.subject == subject


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("iso2022jp_subject", "二階のプリンターが動きません。\n"),
        ("koi8r", "Добрый день, почта не открывается.\n"),
        ("gb18030", "二楼的打印机坏了，朱镕基。\n"),
        ("big5", "網路中斷了。\n"),
        ("missing_charset_latin1", "Le café est fermé – désolé.\n"),
        ("unknown_charset", "Grüße aus Köln\n"),
        ("wrong_charset_says_utf8", "Grüße aus Köln\n"),
        ("says_ascii_is_utf8", "Grüße aus Köln\n"),
        ("nul_bytes", "beforeafter\n"),
        ("uppercase_headers", "GRÜSSE\n"),
        ("crlf_line_ends", "one\n\ntwo\n"),
        ("boundary_never_used", "There is only this text.\n"),
        ("broken_mime_boundary", "Real text."),
        ("no_blank_line", "The body begins at once.\nAnd goes on.\n"),
        ("calendar_invitation", "You are invited."),
        ("hostile_html", "Harmless text."),
        ("only_headers", ""),
        ("empty", ""),
    ],
)
def test_text(name: str, text: str) -> None:
    assert sample(name).message.text == text


def test_original_charset_is_noted() -> None:
    assert "X-RT-Original-Encoding: koi8-r" in sample("koi8r").message.root.headers
    guessed = sample("missing_charset_latin1").message.root.headers
    assert "X-RT-Original-Encoding: windows-1252" in guessed


@pytest.mark.parametrize(
    ("name", "address", "display"),
    [
        ("plain_text", "grace.kato@example.org", "Grace Kato"),
        ("reply_to_differs", "network@example.org", "Network Team"),
        ("unparsable_reply_to", "grace.kato@example.org", "Grace Kato"),
        ("sender_only", "night@example.org", "Night Shift"),
        ("sender_with_comma", "grace.kato@example.org", "Grace"),
        ("sender_doubled_quotes", "grace.kato@example.org", "Kato, Grace"),
        ("sender_single_quotes", "grace.kato@example.org", "Grace Kato"),
        ("koi8r", "ivan@example.ru", "Иван"),
        ("outlook_plain_reply_german", "juergen.mueller@example.net", "Jürgen Müller"),
        ("duplicate_headers", "first@example.org", "First Sender"),
        ("uppercase_headers", "GRACE.KATO@EXAMPLE.ORG", ""),
        (
            "header_injection",
            "grace.kato@example.org",
            "Grace Bcc: victim@example.net",
        ),
    ],
)
def test_sender(name: str, address: str, display: str) -> None:
    sender = sample(name).sender

    assert sender is not None
    assert (sender.address, sender.name) == (address, display)


@pytest.mark.parametrize("name", ["no_from", "empty"])
def test_no_sender(name: str) -> None:
    assert sample(name).sender is None


def test_a_bare_word_may_be_the_name_of_a_user() -> None:
    mail = parse(b"Reply-To: root\nFrom: Grace <grace@example.org>\n\nx")

    assert [item.address for item in mail.senders] == ["root", "grace@example.org"]
    assert mail.senders[0].is_bare_word
    assert mail.sender is not None
    assert mail.sender.address == "grace@example.org"


def test_errors_go_where_the_mail_asks() -> None:
    mail = parse(b"Errors-To: ops@example.org\nFrom: grace@example.org\n\nx")

    assert mail.errors_to is not None
    assert mail.errors_to.address == "ops@example.org"


def test_who_else_it_was_sent_to() -> None:
    mail = parse(
        b"To: help@example.com, Undisclosed: ;\nTo: Grace <g@example.org>\n"
        b"Cc: =?utf-8?Q?M=C3=BCller=2C_J?= <j@example.org>, g2@example.org\n\nx"
    )

    assert [item.address for item in mail.to] == ["help@example.com", "g@example.org"]
    assert [(item.address, item.name) for item in mail.cc] == [
        ("j@example.org", "Müller, J"),
        ("g2@example.org", ""),
    ]


def test_threading_headers() -> None:
    mail = sample("gmail_reply")

    assert mail.message_id == "m1.kato@example.org"
    assert mail.in_reply_to == "rt-5.0-812-1795300000-17.12-3-0@example.com"
    assert mail.references == ("RT-Ticket-12@example.com", mail.in_reply_to)
    assert mail.message.message_id == mail.message_id
    assert mail.message.references == mail.references


def test_date_is_aware() -> None:
    assert sample("plain_text").date == datetime(2026, 11, 20, 7, 12, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    "date",
    [b"", b"yesterday", b"99 Foo 2026", b"Fri, 20 Nov 99999 9:9:9", b"1 2 3 4 5"],
)
def test_a_date_that_is_none(date: bytes) -> None:
    assert parse(b"Date: " + date + b"\n\nx").date is None


def test_headers_only_this_program_may_set_are_gone() -> None:
    mail = sample("spoofed_control_headers")

    for text in (mail.message.root.headers, repr(mail.headers)):
        for name in ("RT-Send", "RT-Attach", "Squelch", "RT-Message-ID", "Detected"):
            assert name not in text
        assert "X-RT-Sign" not in text
        assert "GnuPG" not in text
    assert mail.header("subject") == "Send this on"


def test_control_headers_of_inner_parts_are_gone_too() -> None:
    mail = parse(
        b'Content-Type: multipart/mixed; boundary="b"\n\n'
        b"--b\nX-RT-Sign: 1\n\nx\n--b\nrt-attach: 2\n\ny\n--b--\n"
    )

    for part in mail.message.root.walk():
        assert "X-RT-Sign" not in part.headers
        assert "rt-attach" not in part.headers


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("plain_text", "text/plain"),
        ("single_part_multipart", "text/plain"),
        ("gmail_reply", ("multipart/alternative", ["text/plain", "text/html"])),
        (
            "nested_rfc822",
            (
                "multipart/mixed",
                [
                    "text/plain",
                    (
                        "message/rfc822",
                        [("multipart/mixed", ["text/plain", "image/png"])],
                    ),
                ],
            ),
        ),
        ("inline_image_cid", ("multipart/related", ["text/html", "image/png"])),
        (
            "broken_mime_boundary",
            ("multipart/mixed", ["text/plain", "application/pdf"]),
        ),
        (
            "postfix_bounce",
            (
                "multipart/report",
                ["text/plain", "message/delivery-status", "text/rfc822-headers"],
            ),
        ),
    ],
)
def test_tree(name: str, expected: object) -> None:
    assert tree(sample(name).message.root) == expected


def test_a_collapsed_multipart_keeps_who_wrote_it_and_its_own_type() -> None:
    root = sample("single_part_multipart").message.root

    assert "From: Grace Kato" in root.headers
    assert root.headers.count("Content-Type:") == 1
    assert "Content-Type: text/plain" in root.headers


def test_file_names_of_every_notation() -> None:
    files = sample("rfc2231_filename").message.files

    assert [part.filename for part in files] == [
        "Übersicht €.pdf",
        "Rechnung März.pdf",
        "plan.pdf",
    ]
    assert [part.data for part in files] == [b"%PDF-1", b"%PDF-2", b"%PDF-3"]


def test_text_files_are_not_converted() -> None:
    (log,) = sample("text_attachment").message.files

    assert log.data == b"line one\r\nline \xfc two\0\r\n"
    assert log.text is None


def test_file_of_30_megabytes_is_kept_byte_for_byte() -> None:
    data = os.urandom(30 * 1024 * 1024)
    raw = (
        b'From: a@example.org\nContent-Type: multipart/mixed; boundary="b"\n\n'
        b"--b\n\nhi\n--b\nContent-Type: application/zip; name=a.zip\n"
        b"Content-Transfer-Encoding: base64\n\n" + encodebytes(data) + b"--b--\n"
    )

    (found,) = parse(raw).message.files

    assert found.data == data


def test_uuencoded_files_are_taken_out_of_the_text() -> None:
    message = sample("uuencoded_file").message

    assert [(part.filename, part.data) for part in message.files] == [
        ("cat.txt", b"Cat")
    ]
    assert message.text.strip() == "Here is the file."
    assert "Regards" in (message.root.children[-1].text or "")


def test_inline_images_are_found_by_content_id() -> None:
    message = sample("inline_image_cid").message

    assert message.files[0].content_id == "shot1@example.org"
    assert 'data-cid="shot1@example.org"' in (message.html or "")
    assert "data-remote-src" in (message.html or "")


def test_hostile_html_is_withheld_and_kept() -> None:
    message = sample("hostile_html").message
    rich = message.root.children[1]

    assert message.html is None
    assert rich.safe_html is None
    assert (rich.text or "").startswith("<div>")


def test_many_hostile_parts_cost_no_more_than_two(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried: list[str] = []

    def refuse(source: str) -> sanitize.SafeHtml:
        tried.append(source)
        return sanitize.WITHHELD

    monkeypatch.setattr("tickets.messages.clean", refuse)
    part = b"--b\nContent-Type: text/html\n\n<p>x\n"

    parse(b'Content-Type: multipart/mixed; boundary="b"\n\n' + part * 50)

    assert len(tried) == mime.MOST_WITHHELD


@pytest.mark.parametrize(
    "raw",
    [
        b"".join(
            b'Content-Type: multipart/mixed; boundary="%d"\n\n--%d\n' % (depth, depth)
            for depth in range(2000)
        ),
        b"Content-Type: message/rfc822\n\n" * 2000,
        b'Content-Type: multipart/mixed; boundary="b"\n\n' + b"--b\n\nx\n" * 5000,
        b'Content-Type: multipart/mixed; boundary="-"\n\n' + b"-" * 500_000,
        b"Content-Type: text/plain; " + b'a="b;' * 100_000 + b"\n\nx",
        b"From: " + b'"\\' * 200_000 + b"\n\nx",
        b"From: " + b"(" * 200_000 + b"\n\nx",
        b"Subject: " + b"=?x?q?a" * 100_000 + b"\n\nx",
        b"\nbegin 644 " + b"a " * 200_000,
    ],
)
def test_hostile_structure_is_bounded(raw: bytes) -> None:
    mail = parse(raw)

    assert sum(1 for _part in mail.message.root.walk()) <= mime.MOST_PARTS + 10


def test_what_is_nested_too_deeply_is_kept_as_a_file() -> None:
    mail = parse(b"Content-Type: message/rfc822\n\n" * 100 + b"\nthe very inside")

    assert mail.defects
    assert (mail.message.files[-1].data or b"").endswith(b"the very inside")


def test_defects_are_named() -> None:
    assert sample("boundary_never_used").defects
    assert sample("broken_mime_boundary").defects
    assert sample("plain_text").defects == ()


def test_cut_off_base64_gives_what_there_is() -> None:
    assert sample("bad_base64").message.files[0].data == b"\0\1\2\3\4"


PIECES = st.sampled_from(
    [
        b"From: ", b"a@example.org", b"\n", b"\r\n", b"\n\n", b"Subject: ",
        b"=?utf-8?q?", b"=?iso-2022-jp?B?GyRC", b"?=", b"Content-Type: ",
        b"multipart/mixed; boundary=b",
        b"text/html; charset=", b"utf-7", b"utf-16", b"idna", b"zlib",
        b"unicode_escape",
        b"--b", b"--b--", b"message/rfc822", b"Content-Transfer-Encoding: ", b"base64",
        b"quoted-printable", b"x-uuencode", b"begin 644 a\n", b"end\n", b"\0", b"\xff",
        b"; filename*0*=utf-8''%ff", b"Content-Disposition: attachment", b"Date: ",
        b"Message-ID: <", b">", b"<p>", b"\xc3", b"Fri, 20 Nov 2026", b' "', b"(", b";",
        b"; name*9999999999999999999999=x", b"; charset*=x'y'z", b"multipart/digest",
    ]
)  # fmt: skip


@settings(deadline=None, max_examples=500)
@given(st.one_of(st.binary(), st.lists(PIECES, max_size=30).map(b"".join)))
def test_no_bytes_raise(raw: bytes) -> None:
    mail = parse(raw)

    for part in mail.message.root.walk():
        for text in (
            part.text or "",
            part.headers,
            part.filename,
            part.safe_html or "",
        ):
            assert "\x00" not in text
            text.encode()
    mail.message.text.encode()
    assert "\n" not in mail.subject
    for address in (*mail.senders, *mail.to, *mail.cc):
        assert address.address.isprintable()
        assert " " not in address.address or address.address.startswith('"')


@settings(deadline=None, max_examples=200)
@given(
    st.text(), st.sampled_from(["utf-8", "utf-16", "koi8-r", "gb18030", "bogus", ""])
)
def test_any_charset_gives_text(text: str, charset: str) -> None:
    try:
        data = text.encode(charset)
    except (LookupError, UnicodeEncodeError):
        data = text.encode("utf-8", "surrogatepass")

    decoded, _used = decode_bytes(data, charset=charset)

    decoded.encode()


@pytest.mark.parametrize(
    ("raw", "decoded"),
    [
        (b"=?utf-8?q?J=C3?= =?utf-8?q?=BCrgen?=", "Jürgen"),
        (b"a =?utf-8?b?w7w=?= b", "a ü b"),
        (b"=?utf-8?B?w7w?=", "ü"),
        (b"=?bogus-charset?q?a_b?=", "a b"),
        (b"=?utf-8?q?a?==?utf-8?q?b?=", "ab"),
        (b"=?utf-8*en?q?a?=", "a"),
        (b"=?utf-8?x?a?=", "=?utf-8?x?a?="),
        (b"folded\r\n line", "folded line"),
        (b"=?utf-8?q?a=0D=0Ab?=", "a b"),
    ],
)
def test_header_words(raw: bytes, decoded: str) -> None:
    assert decode_header(raw) == decoded


@pytest.mark.parametrize(
    ("raw", "addresses"),
    [
        (b"a@example.org, b@example.org; c@example.org", 3),
        (b"Friends: a@example.org, b@example.org;", 2),
        (b'"Foo <foo@example.org>', 1),
        (b"<foo@example.org", 1),
        (b'"a b"@example.org', 1),
        (b"foo@example.org (Foo)", 1),
        (b"a@b@c", 0),
        (b"<>", 0),
        (b"@", 0),
        (b"a" * 300 + b"@example.org", 0),
    ],
)
def test_odd_address_headers(raw: bytes, addresses: int) -> None:
    assert len(parse_addresses(raw)) == addresses
