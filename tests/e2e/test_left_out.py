"""What is not installed is left out by name, or fails the run where all is required."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.helpdesk.serving import ROOT
from tests.requirements import LEFT_OUT, REQUIREMENTS, summary

if TYPE_CHECKING:
    from pathlib import Path

TESTS = """
import pytest
from tests.requirements import require

@pytest.fixture(autouse=True)
def needed(request):
    require(request.node)

{cases}

def test_that_needs_nothing():
    pass
"""
CASE = "@pytest.mark.{marker}\ndef test_of_{marker}():\n    pass\n"


def run(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a test for each requirement where none of them is met."""
    cases = "\n".join(CASE.format(marker=marker) for marker in REQUIREMENTS)
    file = folder / "test_needs.py"
    file.write_text(TESTS.format(cases=cases))
    nothing = {
        "PATH": str(folder),
        "CHROMIUM": "no-such-browser",
        "TEST_POSTGRES_URL": "postgres://nobody@127.0.0.1:1/none",
        "TEST_REDIS_URL": "redis://127.0.0.1:1/0",
        "REQUIRE_ALL": "",
        "PYTEST_ADDOPTS": "",
    }
    options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT), "-rs"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", file],
        cwd=ROOT,
        env=os.environ | nothing | env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_is_missing_is_left_out_by_name(tmp_path: Path) -> None:
    result = run(tmp_path)

    assert result.returncode == 0, result.stdout
    assert "1 passed, 4 skipped" in result.stdout
    for requirement in REQUIREMENTS.values():
        assert LEFT_OUT + requirement.name in result.stdout


def test_where_all_is_required_what_is_missing_fails(tmp_path: Path) -> None:
    result = run(tmp_path, REQUIRE_ALL="1")

    assert result.returncode == 1
    assert "1 passed, 4 errors" in result.stdout
    for requirement in REQUIREMENTS.values():
        assert LEFT_OUT + requirement.name in result.stdout


def test_the_summary_counts_the_tests_of_each() -> None:
    def skipped(reason: str) -> pytest.TestReport:
        return pytest.TestReport(
            nodeid="test",
            location=("test.py", 1, "test"),
            keywords={},
            outcome="skipped",
            longrepr=("test.py", 1, f"Skipped: {reason}"),
            when="setup",
        )

    reports = [
        skipped(f"{LEFT_OUT}Chromium"),
        skipped(f"{LEFT_OUT}a PostgreSQL server, a Redis server"),
        skipped(f"{LEFT_OUT}a Redis server"),
        skipped("looks at processes in /proc"),
    ]
    assert summary(reports) == [
        "Chromium: 1 test",
        "a PostgreSQL server: 1 test",
        "a Redis server: 2 tests",
    ]
