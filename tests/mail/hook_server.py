"""A program that is told by webhook, on this machine."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class HookServer:
    """Keeps what it was told; ``status`` is what it answers."""

    def __init__(self) -> None:
        self.status = 200
        self.location = ""
        self.calls: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        """Return where to call it."""
        return f"http://127.0.0.1:{self.port}/hook?x=1"

    @contextmanager
    def running(self) -> Iterator["HookServer"]:
        """Answer until the block ends."""
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {k.lower(): v for k, v in self.headers.items()}
                outer.calls.append((headers | {"path": self.path}, body))
                self.send_response(outer.status)
                if outer.location:
                    self.send_header("Location", outer.location)
                self.end_headers()
                self.wfile.write(b"seen")

            def log_message(self, *_arguments: Any) -> None:
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = server.server_port
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True
        )
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
