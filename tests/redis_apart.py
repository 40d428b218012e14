"""Gives each process of pytest-xdist a Redis database of its own.

A plugin, since it must run before Django reads its settings: each test empties the
database it uses, and would empty that of the tests beside it.
"""

import os
import re

_worker = os.environ.get("PYTEST_XDIST_WORKER", "")
_url = os.environ.get("REDIS_URL", "")
if _worker and _url:
    base, number = re.fullmatch(r"(.*/)(\d+)", _url).groups()  # type: ignore[union-attr]
    os.environ["REDIS_URL"] = f"{base}{int(number) + int(_worker.removeprefix('gw'))}"
