"""The admin page of the broker: dead messages can be run again, nothing be made up."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from helpdesk.broker.models import MAX_ATTEMPTS, Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def root(client: Client) -> Client:
    user = User.objects.get(name="root")
    user.must_change_password = False
    user.save(update_fields=["must_change_password"])
    client.force_login(user)
    return client


@pytest.fixture
def dead() -> Message:
    return Message.objects.create(
        queue="helpdesk", tag="x", attempts=MAX_ATTEMPTS, dead_at=timezone.now()
    )


def run_again(client: Client, message: Message) -> int:
    url = reverse("admin:broker_message_changelist")
    data = {"action": "run_again", "_selected_action": [message.pk]}
    return client.post(url, data).status_code


def test_dead_message_is_taken_again(root: Client, dead: Message) -> None:
    assert Message.objects.all().claim("helpdesk") is None
    assert root.get(reverse("admin:broker_message_changelist")).status_code == 200

    assert run_again(root, dead) == 302

    taken = Message.objects.all().claim("helpdesk")
    assert taken is not None
    assert taken.attempts == 1


def test_messages_cannot_be_made_by_hand(root: Client) -> None:
    assert root.get(reverse("admin:broker_message_add")).status_code == 403


def test_strangers_change_nothing(client: Client, dead: Message) -> None:
    assert run_again(client, dead) == 302  # to the login page
    dead.refresh_from_db()
    assert dead.dead_at is not None
