"""Writing one batch while the next is read.

PostgreSQL and this process can work at the same time, but there is one connection,
because an import is one database transaction. So whoever wants to use the connection
meanwhile waits until the batch is written.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Thread, current_thread
from typing import Any

from django.db import connection, connections

from tickets.bulk.tables import has_copy


class Background:
    """Does one job at a time in a thread of its own; at once where that is no gain."""

    def __init__(self) -> None:
        self._thread: Thread | None = None
        self._error: BaseException | None = None
        self._can_overlap = has_copy()

    def start(self, job: Callable[[], None]) -> None:
        """Do the job, after the one before it.

        Raises:
            Exception: what the job before it has raised.
        """
        self.wait()
        if not self._can_overlap:
            job()
            return
        self._thread = Thread(
            target=self._run, args=(job, connections["default"]), name="import"
        )
        self._thread.start()

    def wait(self) -> None:
        """Return when nothing is being done.

        Raises:
            Exception: what the job has raised.
        """
        self._join()
        error, self._error = self._error, None
        if error is not None:
            raise error

    @contextmanager
    def sharing(self) -> Iterator[None]:
        """Share this thread's connection; queries of this thread wait for the job."""
        shared = connections["default"]
        shared.inc_thread_sharing()
        try:
            with connection.execute_wrapper(self._after_the_job):
                yield
        finally:
            self._join()
            shared.dec_thread_sharing()

    def _run(self, job: Callable[[], None], shared: Any) -> None:
        connections["default"] = shared
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - raised again by wait()
            self._error = error

    def _after_the_job(self, execute: Callable[..., Any], *args: Any) -> Any:
        if current_thread() is not self._thread:
            self.wait()
        return execute(*args)

    def _join(self) -> None:
        if self._thread is not None:
            self._thread.join()
            self._thread = None
