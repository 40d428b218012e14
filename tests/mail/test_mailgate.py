"""The mail gateway's address: the answers rt-mailgate goes by, and the bytes kept."""

import os
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from mail.models import IncomingMail, IncomingState, OutgoingMail
from queues.models import Queue
from tests.conftest import World
from tickets import blobs

pytestmark = pytest.mark.django_db

URL = "/REST/1.0/NoAuth/mail-gateway"
MAIL = b"From: alice@customer.example\r\nSubject: Gr\xfc\xdfe\r\n\r\n\x00\xff\r\n"
PERMANENT = b"not ok - operation unsuccessful\n"
TEMPORARY = b"temporary failure - operation unsuccessful\n"


def form(
    message: bytes | None = MAIL, *, filename: str | None = None, **fields: str
) -> bytes:
    """Return a multipart body in the shape rt-mailgate sends."""
    parts = [
        f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode()
        for name, value in fields.items()
    ]
    if message is not None:
        name = "" if filename is None else f'; filename="{filename}"'
        head = (
            f'Content-Disposition: form-data; name="message"{name}\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        parts.insert(len(parts) // 2, head.encode() + message)
    return (
        b"".join(b"--xYzZY\r\n" + part + b"\r\n" for part in parts) + b"--xYzZY--\r\n"
    )


def post(client: Client, body: bytes, **extra: Any) -> Any:
    """Post a multipart body."""
    kind = extra.pop("content_type", "multipart/form-data; boundary=xYzZY")
    return client.post(URL, body, content_type=kind, **extra)


def test_the_mail_is_kept_byte_for_byte(client: Client) -> None:
    answer = post(client, form(queue="General", action="comment"))
    assert answer.status_code == 200
    assert answer.content == b"ok\n"
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    mail = IncomingMail.objects.get()
    assert blobs.read(mail.blob) == MAIL
    assert (mail.queue_name, mail.action) == ("General", "comment")
    assert (mail.source, mail.remote_address) == ("http", "127.0.0.1")


@pytest.mark.parametrize("filename", [None, "", "mail.eml"])
def test_the_part_may_have_any_file_name_or_none(
    client: Client, filename: str | None
) -> None:
    assert post(client, form(filename=filename, queue="General")).content == b"ok\n"
    assert blobs.read(IncomingMail.objects.get().blob) == MAIL


def test_the_url_works_with_a_doubled_slash(client: Client) -> None:
    assert post(client, form(), PATH_INFO=f"/{URL}").content == b"ok\n"


def test_a_quoted_boundary_and_a_body_that_looks_like_one(client: Client) -> None:
    mail = b"Subject: x\n\n--xYzZYno\n a --xYzZY\nend\n"
    answer = post(
        client, form(mail), content_type='multipart/form-data; boundary="xYzZY"'
    )
    assert answer.content == b"ok\n"
    assert blobs.read(IncomingMail.objects.get().blob) == mail


def test_an_urlencoded_form_is_taken_too(client: Client) -> None:
    answer = client.post(
        URL,
        b"queue=General&action=correspond&message=From%3A+a%40b.c%0ASubject%3A+%FC%0A%0A%00",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.content == b"ok\n"
    assert blobs.read(IncomingMail.objects.get().blob) == (
        b"From: a@b.c\nSubject: \xfc\n\n\x00"
    )


def test_without_a_queue_it_is_the_first(client: Client) -> None:
    first = Queue.objects.get(pk=1)
    assert post(client, form()).content == b"ok\n"
    assert IncomingMail.objects.get().queue_name == first.name


@pytest.mark.parametrize(
    "fields", [{"queue": "Nowhere"}, {"queue": "General", "action": "destroy"}]
)
def test_what_somebody_must_put_right_is_to_be_brought_again(
    client: Client, fields: dict[str, str]
) -> None:
    answer = post(client, form(MAIL, filename=None, **fields))
    assert (answer.status_code, answer.content) == (200, TEMPORARY)
    assert not IncomingMail.objects.exists()


def test_an_upload_that_was_cut_off_is_to_be_brought_again(client: Client) -> None:
    answer = post(client, form(queue="General")[:-20])
    assert answer.content == TEMPORARY
    assert not IncomingMail.objects.exists()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (form(None, queue="General"), "multipart/form-data; boundary=xYzZY"),
        (form(b" \r\n"), "multipart/form-data; boundary=xYzZY"),
        (b"{}", "application/json"),
        (b"", "multipart/form-data"),
    ],
)
def test_what_is_no_mail_is_refused_for_good(
    client: Client, body: bytes, kind: str
) -> None:
    assert post(client, body, content_type=kind).content == PERMANENT
    assert not IncomingMail.objects.exists()


def test_the_reason_is_told_when_debugging(client: Client, settings: Any) -> None:
    settings.DEBUG = True
    answer = post(client, form(queue="Nowhere"))
    assert answer.content.startswith(b"temporary failure - There is neither a queue")


def test_a_database_that_is_down_means_try_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr("mail.gateway.blobs.store", fail)
    assert post(client, form()).content == TEMPORARY


def test_a_full_disk_means_try_again(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("mail.gateway.blobs.store", fail)
    assert post(client, form()).content == TEMPORARY
    assert not IncomingMail.objects.exists()


@pytest.mark.parametrize("extra", [2000, 2_000_000])
def test_a_mail_too_large_is_told_to_its_sender(
    client: Client, settings: Any, world: World, extra: int
) -> None:
    settings.MAX_MAIL_SIZE = 4096
    mail = (
        b"From: alice@customer.example\nSubject: Big\nMessage-ID: <big@c.example>\n\n"
        + b"x" * (4096 + extra)
    )
    assert post(client, form(mail, queue="General")).content == PERMANENT
    kept = IncomingMail.objects.get()
    assert kept.state == IncomingState.REFUSED
    assert "4,096 is the most" in kept.reason
    assert kept.subject == "Big"
    told = OutgoingMail.objects.get()
    assert told.to == ["alice@customer.example"]
    assert told.subject == "Message not recorded: Big"


def test_only_allowed_networks_may_bring_mail(client: Client, settings: Any) -> None:
    settings.MAILGATE_ALLOW = ["192.0.2.0/24", "::1"]
    answer = post(client, form(), REMOTE_ADDR="198.51.100.7")
    assert answer.status_code == 403
    assert answer.content.startswith(b"temporary failure")
    assert post(client, form(), REMOTE_ADDR="not an address").status_code == 403
    assert not IncomingMail.objects.exists()
    assert post(client, form(), REMOTE_ADDR="192.0.2.7").content == b"ok\n"


def test_it_is_no_page(client: Client) -> None:
    assert client.get(URL).status_code == 405


def test_no_token_against_forgery_is_asked_for() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert post(strict, form()).content == b"ok\n"


def test_the_answer_costs_few_queries_and_little_time(
    client: Client, django_assert_num_queries: Any
) -> None:
    post(client, form(queue="General"))  # imports and caches
    with django_assert_num_queries(6):
        # queue, known blob?, blob, and the mail in a transaction of its own
        assert post(client, form(MAIL + b"2", queue="General")).content == b"ok\n"
    before = time.process_time()
    for number in range(20):
        post(client, form(MAIL + b"%d." % number, queue="General"))
    assert (time.process_time() - before) / 20 < 0.020


@pytest.mark.rt_clients
@pytest.mark.parametrize(
    ("queue", "code", "count"), [("General", 0, 1), ("Nowhere", 75, 0)]
)
def test_the_real_rt_mailgate(
    live_server: Any, queue: str, code: int, count: int
) -> None:
    path = Path(__file__).parent / "messages" / "eight_bit_headers.eml"
    command = ["rt-mailgate", "--url", live_server.url, "--queue", queue]
    with path.open("rb") as mail:
        done = subprocess.run(
            [*command, "--action", "correspond"],
            stdin=mail,
            env={"PATH": os.environ["PATH"]},
            check=False,
        )
    assert done.returncode == code
    assert IncomingMail.objects.count() == count
    for kept in IncomingMail.objects.all():
        assert blobs.read(kept.blob) == path.read_bytes()
