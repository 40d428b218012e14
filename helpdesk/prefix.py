"""Serving under a path such as ``/rt``."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment


def below_prefix(inner: WSGIApplication, *, prefix: str) -> WSGIApplication:
    """Serve ``inner`` under ``prefix`` (``/rt``), and at the root as well.

    Proxies differ in whether they strip the prefix before they pass a request on.
    Both kinds work, because a path without the prefix is taken as already stripped.
    """
    if not prefix:
        return inner

    def application(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        path = "/" + environ.get("PATH_INFO", "").lstrip("/")
        if path == prefix or path.startswith(prefix + "/"):
            environ["PATH_INFO"] = path[len(prefix) :] or "/"
        environ["SCRIPT_NAME"] = prefix
        return inner(environ, start_response)

    return application
