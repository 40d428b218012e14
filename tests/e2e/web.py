"""A browser without JavaScript: cookies, links, forms."""

from __future__ import annotations

import http.cookiejar
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from uuid import uuid4

CSRF_COOKIE = "helpdesk_csrf"


@dataclass
class Page:
    """What was answered, after redirects."""

    status: int
    url: str
    text: str
    content: bytes


@dataclass
class Web:
    """One person's browser on one site."""

    root: str
    cookies: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def __post_init__(self) -> None:
        handler = urllib.request.HTTPCookieProcessor(self.cookies)
        self._opener = urllib.request.build_opener(handler)

    def get(self, path: str) -> Page:
        """Open a page."""
        return self._open(urllib.request.Request(self.root + path))

    def post(self, path: str, **fields: str) -> Page:
        """Send a form, with the token that its page would have brought."""
        hidden = {"csrfmiddlewaretoken": self._token(), "form_token": uuid4().hex}
        fields = hidden | fields
        data = urllib.parse.urlencode(fields).encode()
        headers = {"Referer": self.root + path}
        return self._open(urllib.request.Request(self.root + path, data, headers))

    def log_in(self, name: str, password: str) -> Web:
        """Log in; fails when that is refused."""
        self.get("/login/")
        page = self.post("/login/", username=name, password=password)
        assert page.status == 200, page.text
        assert not page.url.endswith("/login/"), page.text
        return self

    def _token(self) -> str:
        values = [c.value for c in self.cookies if c.name == CSRF_COOKIE]
        return values[0] or "" if values else ""

    def _open(self, request: urllib.request.Request) -> Page:
        try:
            with self._opener.open(request, timeout=30) as response:
                content, url, status = response.read(), response.url, response.status
        except urllib.error.HTTPError as error:
            with error:
                content, url, status = error.read(), error.url, error.code
        return Page(status, url, content.decode("utf-8", "replace"), content)
