"""Readers of the environment: what is written arrives, what is wrong is an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ImproperlyConfigured

from helpdesk import env

if TYPE_CHECKING:
    from pathlib import Path


def test_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_NAME", " ")
    assert env.env_str("A_NAME", default="default") == "default"


def test_secret_is_read_from_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"
    secret.write_text("$dollar and spaces \n")
    monkeypatch.setenv("A_FILE_SECRET_FILE", str(secret))
    assert env.env_str("A_FILE_SECRET") == "$dollar and spaces"


def test_missing_secret_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_LOST_SECRET_FILE", "/nowhere/secret")
    with pytest.raises(ImproperlyConfigured, match="A_LOST_SECRET_FILE cannot be read"):
        env.env_str("A_LOST_SECRET")


@pytest.mark.parametrize(
    ("text", "value"), [("yes", True), ("1", True), ("Off", False), ("", True)]
)
def test_flag(monkeypatch: pytest.MonkeyPatch, text: str, value: bool) -> None:
    monkeypatch.setenv("A_FLAG", text)
    assert env.env_bool("A_FLAG", default=True) is value


def test_misspelt_flag_is_not_taken_for_false(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_FLAG", "ture")
    with pytest.raises(ImproperlyConfigured, match="A_FLAG must be true or false"):
        env.env_bool("A_FLAG", default=False)


@pytest.mark.parametrize("text", ["many", "0"])
def test_number_out_of_range(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("A_NUMBER", text)
    with pytest.raises(ImproperlyConfigured, match="A_NUMBER must be"):
        env.env_int("A_NUMBER", default=5, minimum=1)


def test_list_is_split_at_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_LIST", " one.example, ,two.example")
    assert env.env_list("A_LIST", default=[]) == ["one.example", "two.example"]


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_bad_json_is_refused(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("SOME_JSON", text)
    with pytest.raises(ImproperlyConfigured, match="SOME_JSON"):
        env.env_json("SOME_JSON")


def test_database_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_DATABASE", "postgres://me:p%40ss@db.example:5433/desk")
    config = env.env_database("A_DATABASE", default="")
    assert config["ENGINE"] == "django.db.backends.postgresql"
    assert (config["PASSWORD"], config["PORT"]) == ("p@ss", 5433)


def test_other_databases_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_DATABASE", "mysql://me@db.example/desk")
    with pytest.raises(ImproperlyConfigured, match="use sqlite"):
        env.env_database("A_DATABASE", default="")


def test_mail_url(monkeypatch: pytest.MonkeyPatch) -> None:
    assert env.env_email("A_MAIL") is None
    monkeypatch.setenv("A_MAIL", "smtp+tls://me:secret@mail.example:587")
    config = env.env_email("A_MAIL")
    assert config is not None
    assert config["EMAIL_HOST"] == "mail.example"
    assert config["EMAIL_USE_TLS"] is True


@pytest.mark.parametrize("text", ["carrier-pigeon://coop", "smtp://host:port"])
def test_mail_url_that_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("A_MAIL", text)
    with pytest.raises(ImproperlyConfigured, match="A_MAIL"):
        env.env_email("A_MAIL")


@pytest.mark.parametrize("text", ["rt", "/rt", "/rt/", "rt/"])
def test_prefix_has_one_form(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("A_PREFIX", text)
    assert env.env_prefix("A_PREFIX", default="") == "/rt"


def test_web_address_with_a_bad_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A_URL", "http://desk.example:eighty/")
    with pytest.raises(ImproperlyConfigured, match="A_URL is not a web address"):
        env.env_url("A_URL")


def test_stored_secret_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "new" / "secret_key"
    first = env.stored_secret(file)
    assert len(first) >= 64
    assert env.stored_secret(file) == first
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]
