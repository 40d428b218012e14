"""A REST 2.0 client that logs in the way python-rt does."""

import base64
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from api.auth import forget_passwords
from tests.conftest import PASSWORD

ROOT = "/REST/2.0"


class Rest:
    """Requests as one user, with HTTP Basic and JSON bodies."""

    def __init__(self, name: str, password: str = PASSWORD) -> None:
        token = base64.b64encode(f"{name}:{password}".encode()).decode()
        self.client = Client(headers={"Authorization": f"Basic {token}"})

    def get(self, path: str, **params: Any) -> Any:
        """Send a GET with parameters."""
        return self.client.get(f"{ROOT}/{path}", params)

    def post(self, path: str, body: object = None, **extra: Any) -> Any:
        """Send a POST with a JSON body, or with what `extra` says."""
        if "content_type" in extra or "data" in extra:
            return self.client.post(f"{ROOT}/{path}", **extra)
        return self.client.post(
            f"{ROOT}/{path}", json.dumps(body), content_type="application/json"
        )


@pytest.fixture
def rest() -> Iterator[Callable[..., Rest]]:
    """Give clients by user name; no password is remembered from another test."""
    forget_passwords()
    yield Rest
    forget_passwords()
