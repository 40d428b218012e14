"""One ``serve`` for each data directory."""

from __future__ import annotations

import fcntl
import os
from typing import TYPE_CHECKING

from django.core.management import CommandError

if TYPE_CHECKING:
    from pathlib import Path


def hold(data_dir: Path) -> int:
    """Take the directory for this process and its children; return the open file.

    The lock belongs to the open file, which forked children share: it is free again
    when the last of them has ended, however that came about.
    """
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        file = os.open(data_dir / "serve.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        msg = f"DATA_DIR {data_dir} cannot be used: {error.strerror}"
        raise CommandError(msg) from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.read(file, 32).decode().strip() or "unknown"
        os.close(file)
        msg = f"already running on {data_dir} (process {holder})"
        raise CommandError(msg) from error
    os.ftruncate(file, 0)
    os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
    return file
