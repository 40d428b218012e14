"""Marks are written so that other mail systems and this one find the ticket again."""

import re
from email.message import EmailMessage
from email.utils import parseaddr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mail.headers import parse_addresses
from mail.marks import (
    friendly_from,
    new_message_id,
    references_for,
    subject_tag,
    tagged_subject,
    ticket_id_in,
    ticket_reference,
)


@pytest.mark.parametrize(
    ("subject", "ticket_id"),
    [
        ("Re: [example.com #12] Printer", 12),
        ("[EXAMPLE.COM   #12 ]", 12),
        ("[https://example.com #12]", 12),
        ("AW: WG: [http://example.com #12] x", 12),
        ("[example.com #12] and [example.com #13]", 12),
        ("[other.org #5] [example.com #12]", 12),
        ("[example.com#12]", None),
        ("[#12]", None),
        ("[exampleXcom #12]", None),
        ("[example.com #12x]", None),
        ("[example.com #]", None),
        ("[example.com #١٢]", None),
        ("[example.com #99999999999999999999]", None),
        ("no tag", None),
        ("", None),
    ],
)
def test_the_tag_of_this_installation(subject: str, ticket_id: int | None) -> None:
    assert ticket_id_in(subject, rtname="example.com") == ticket_id


def test_tags_of_queues_count_when_the_own_name_is_not_there() -> None:
    tags = ["", "Net (core)", "noc"]

    assert ticket_id_in("[NOC #7] x", rtname="example.com", tags=tags) == 7
    assert ticket_id_in("[net (core) #8] x", rtname="example.com", tags=tags) == 8
    both = "[noc #7] [example.com #9]"
    assert ticket_id_in(both, rtname="example.com", tags=tags) == 9


def test_subject_gets_its_tag_once() -> None:
    once = tagged_subject("Printer", tag="example.com", ticket_id=12)

    assert once == "[example.com #12] Printer"
    assert subject_tag("example.com", 12) in once
    assert (
        tagged_subject(f"Re: {once}", tag="example.com", ticket_id=12) == f"Re: {once}"
    )


@pytest.mark.parametrize(
    "subject",
    [
        "[EXAMPLE.COM #12] x",
        "[example.com #123] x",
        "[noc #12] x",
        "[examplexcom #12] x",
    ],
)
def test_a_tag_that_only_looks_alike_does_not_count(subject: str) -> None:
    assert tagged_subject(subject, tag="example.com", ticket_id=12) == (
        f"[example.com #12] {subject}"
    )


def test_subject_becomes_one_line() -> None:
    subject = tagged_subject("a\r\nBcc: x\t b\n", tag="example.com", ticket_id=1)

    assert subject == "[example.com #1] a Bcc: x b"
    assert tagged_subject("", tag="example.com", ticket_id=1) == "[example.com #1]"


def test_message_id_has_rts_shape_and_is_new_each_time() -> None:
    made = {
        new_message_id(ticket_id=12, scrip_id=3, sequence=1, organization="example.com")
        for _ in range(100)
    }

    assert len(made) == 100
    for message_id in made:
        assert re.fullmatch(
            r"rt-[\d.]+-\d+-\d+-\d+\.12-3-1@example\.com", message_id
        ), message_id


def test_references_begin_with_the_ticket_and_end_with_the_message() -> None:
    header = references_for(
        ticket_id=12,
        organization="example.com",
        references=("a@x", "b@x"),
        in_reply_to="ignored@x",
        message_id="c@x",
    )

    assert header == "<RT-Ticket-12@example.com> <a@x> <b@x> <c@x>"
    assert header.startswith(ticket_reference(12, "example.com"))


def test_in_reply_to_stands_in_for_missing_references() -> None:
    header = references_for(
        ticket_id=1, organization="o", in_reply_to="<a@x>", message_id="<c@x>"
    )

    assert header == "<RT-Ticket-1@o> <a@x> <c@x>"


def test_nothing_is_referred_to_twice() -> None:
    header = references_for(
        ticket_id=1,
        organization="o",
        references=("RT-Ticket-1@o", "a@x"),
        message_id="a@x",
    )

    assert header == "<RT-Ticket-1@o> <a@x>"


def test_long_threads_keep_the_first_four_and_last_six() -> None:
    header = references_for(
        ticket_id=1,
        organization="o",
        references=[f"r{number}@x" for number in range(20)],
        message_id="m@x",
    )

    assert header.split() == [
        "<RT-Ticket-1@o>", "<r0@x>", "<r1@x>", "<r2@x>",
        "<r15@x>", "<r16@x>", "<r17@x>", "<r18@x>", "<r19@x>", "<m@x>",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "name",
    [
        "Amina Noor via RT",
        'Noor, Amina "Mina"',
        "Jürgen Müller",
        "山田太郎",
        "ü" * 200,
        "",
        "back\\slash",
    ],
)
def test_names_survive_the_way_through_a_header(name: str) -> None:
    header = friendly_from(name, "help@example.com")

    assert header.isascii()
    (found,) = parse_addresses(header)
    assert found.address == "help@example.com"
    assert found.name == name


@settings(deadline=None, max_examples=100)
@given(st.text(), st.text())
def test_no_name_begins_a_header_of_its_own(name: str, local: str) -> None:
    header = friendly_from(name, f"{local}@example.com")

    assert not re.search(r"[\r\n\x00]", header)


def test_newlines_in_a_name_are_no_injection() -> None:
    header = friendly_from("Amina\r\nBcc: victim@example.net", "help@example.com")
    message = EmailMessage()
    message["From"] = header

    assert parseaddr(header)[1] == "help@example.com"
    assert "\nBcc" not in message.as_string()


def test_a_domain_in_another_script_becomes_idna() -> None:
    assert friendly_from("", "info@bücher.example") == "info@xn--bcher-kva.example"
