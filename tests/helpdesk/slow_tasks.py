"""Tasks slow enough to kill the worker in the middle of them."""

from __future__ import annotations

import time
from pathlib import Path

from celery import shared_task

SECONDS = 0.1


@shared_task
def note(*, number: int, file: str) -> None:
    """Write the number down, after some time."""
    time.sleep(SECONDS)
    with Path(file).open("a") as notes:
        notes.write(f"{number}\n")
